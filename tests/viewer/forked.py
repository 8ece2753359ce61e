"""``git exp view`` as a forked process whose output is read line by line."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.forked import ForkedProcess, run_verb

if TYPE_CHECKING:
    from pathlib import Path


class ForkedViewer(ForkedProcess):
    """A viewer of the repository ``top``."""

    def __init__(self, top: Path, words: list[str], fifo: Path) -> None:
        os.mkfifo(fifo)
        words = ["view", "--no-browser", *words]
        super().__init__(run_verb, words, cwd=top, output=fifo, errors=fifo)
        self._lines = fifo.open(encoding="utf-8")

    def read_line(self) -> str:
        """Return the next line that the viewer prints."""
        return self._lines.readline().strip()

    def stop(self) -> str:
        """End the viewer as Ctrl-C does, and return what else it printed."""
        with suppress(ProcessLookupError):  # it ended by itself: its output says why
            os.kill(self.pid, signal.SIGINT)
        try:
            with self._lines:
                return self._lines.read()
        finally:
            self.kill()
            self.communicate()
