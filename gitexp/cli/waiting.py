"""One line on the terminal while a person waits for longer than a second."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

_PATIENCE = 1.0
_PAUSE = 0.1


class Waiting:
    """Says on standard error how far a slow reading is, from its second second on; ``done`` takes the line away again.

    Silent where standard error is no terminal.
    """

    def __init__(
        self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._next = clock() + _PATIENCE
        self._shown = False
        self._over = not self._stream.isatty()

    def on(self, what: str) -> Callable[[int, int], None]:
        """A function to call with (done, all) of ``what``: "reading the history, commits"."""

        def tell(done: int, total: int) -> None:
            if not self._over and self._clock() >= self._next:
                self._next = self._clock() + _PAUSE
                self._shown = True
                self._stream.write(f"\r{what}: {done:,} of {total:,}\x1b[K")
                self._stream.flush()

        return tell

    def done(self) -> None:
        """Take the line away, before anything else is printed; nothing is said from here on."""
        self._over = True
        if self._shown:
            self._shown = False
            self._stream.write("\r\x1b[K")
            self._stream.flush()
