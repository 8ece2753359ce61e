"""A limit for a regular expression of the user: some take longer than anybody waits.

``"((a+)+)"`` needs twice the time for each ``a`` before a line that does not fit.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_SECONDS = 2.0
"""Of the processor, for one file. A pattern that is well written takes a thousandth of it."""


class TimeLimitError(Exception):
    """The time is over."""


@contextmanager
def limit_time() -> Iterator[None]:
    """Raise TimeLimitError where the block takes too long.

    The time of the processor counts, so that a busy machine changes nothing. Only the main thread
    can be interrupted, and not on Windows: elsewhere there is no limit.
    """
    import signal  # `git exp new` mostly has no pattern, and starts without them
    import threading

    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or not hasattr(signal, "setitimer"):
        yield
        return
    handler_before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, handler_before)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise TimeLimitError
