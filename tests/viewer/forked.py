"""Viewers that are forked from a process which has imported everything: a start of Python and the
imports are three quarters of what a viewer costs a test. ``tests/cli/test_process.py`` starts it as
a user does.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from gitexp.cli.main import run

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from pathlib import Path

PRELOADED = [
    "tests.sealed",
    "tests.viewer.forked",
    "gitexp.cli.view_",
    "gitexp.capture.picture",
    "gitexp.history.experiment_view",
    "gitexp.history.lineage",
    "gitexp.history.lineup",
    "gitexp.history.table",
    "gitexp.record.read.progress",
    "gitexp.record.write.corrections",
    "gitexp.render.html_views",
    "gitexp.viewer.server",
    "pygments.lexers.python",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
]


class ForkedViewer:
    """A process of ``git exp view``, and what it printed."""

    def __init__(self, top: Path, words: list[str], fifo: Path) -> None:
        os.mkfifo(fifo)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        environment = dict(os.environ)
        self._process: BaseProcess = context.Process(
            target=_run_view, args=(str(top), words, environment, str(fifo)), daemon=True
        )
        self._process.start()
        self._output = fifo.open(encoding="utf-8")

    @property
    def pid(self) -> int:
        """Return the id of the process."""
        assert self._process.pid is not None
        return self._process.pid

    def read_line(self) -> str:
        """Return the next line that the viewer prints."""
        return self._output.readline().strip()

    def stop(self) -> str:
        """End the viewer as Ctrl-C does, and return what else it printed."""
        try:
            with suppress(ProcessLookupError):  # it ended by itself: its output says why
                os.kill(self.pid, signal.SIGINT)
            with self._output:
                return self._output.read()
        finally:
            self._process.kill()
            self._process.join()
            self._process.close()


def _run_view(top: str, words: list[str], environment: dict[str, str], fifo: str) -> NoReturn:
    """Become ``git exp view`` in the repository ``top``, in the environment of the test."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(top)
    output = os.open(fifo, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    os.close(output)
    # The streams that came along were opened on something else, and may not be able to change.
    sys.stdout = os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = os.fdopen(2, "w", encoding="utf-8")
    run(["view", "--no-browser", *words])
