"""One line on the terminal while a person waits for longer than a second."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

# Seconds before the first line, and between two.
_PATIENCE = 1.0
_PAUSE = 0.1


class Waiting:
    """Shows how far a slow reading is, from its second second on.

    ``stream`` is standard error; nothing is shown where it is no terminal.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._next = clock() + _PATIENCE
        self._is_shown = False
        self._is_over = not stream.isatty()

    def watch(self, task: str) -> Callable[[int, int], None]:
        """Return a function to call with (done, all) of a task: "reading the history, commits"."""

        def show(done: int, total: int) -> None:
            if not self._is_over and self._clock() >= self._next:
                self._next = self._clock() + _PAUSE
                self._is_shown = True
                self._write(f"\r{task}: {done:,} of {total:,}\x1b[K")

        return show

    def end(self) -> None:
        """Take the line away, before anything else is printed; nothing is shown from here on."""
        self._is_over = True
        if self._is_shown:
            self._is_shown = False
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
