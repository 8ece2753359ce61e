"""Search by a regular expression of the user, with a limit: some take longer than anybody waits.

``"((a+)+)"`` needs twice the time for each ``a`` before a line that does not fit. Python stops a
search in its main thread alone, so that in any other thread another process searches.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence
    from types import FrameType

_SECONDS = 2.0
"""Of the processor, for one file. A pattern that is well written takes a thousandth of it."""

_SECONDS_OF_WAITING = 20.0
"""For the other process. Where there is no timer, on Windows, it is the limit."""

_SEARCH = """
import json, re, signal, sys

pattern, lines = json.load(sys.stdin)
if hasattr(signal, "setitimer"):
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_VIRTUAL, float(sys.argv[1]))
compiled = re.compile(pattern)
matches = map(compiled.search, reversed(lines))
print(json.dumps(next((match[1] or "" for match in matches if match), "")))
"""


class TimeLimitError(Exception):
    """The time is over."""


def find_last_group(pattern: re.Pattern[str], lines: Sequence[str]) -> str:
    """Return the first group of the last line that a pattern is found in, "" for none.

    Raises TimeLimitError where that takes too long. The time of the processor counts, so that a
    busy machine changes nothing.
    """
    if _can_be_interrupted():
        with _limit_time():
            matches = map(pattern.search, reversed(lines))
            return next((match[1] or "" for match in matches if match), "")
    return _find_in_other_process(pattern, lines)


def _can_be_interrupted() -> bool:
    import signal  # `git exp new` mostly has no pattern, and starts without them
    import threading

    is_main = threading.current_thread() is threading.main_thread()
    return is_main and hasattr(signal, "setitimer")


@contextmanager
def _limit_time() -> Iterator[None]:
    """Raise TimeLimitError where the block takes too long."""
    import signal

    handler_before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, handler_before)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise TimeLimitError


def _find_in_other_process(pattern: re.Pattern[str], lines: Sequence[str]) -> str:
    import json
    import subprocess
    import sys

    command = [sys.executable, "-I", "-S", "-c", _SEARCH, str(_SECONDS)]
    try:
        searched = subprocess.run(
            command,
            input=json.dumps([pattern.pattern, lines]),
            capture_output=True,
            text=True,
            timeout=_SECONDS_OF_WAITING,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise TimeLimitError from None
    return str(json.loads(searched.stdout))
