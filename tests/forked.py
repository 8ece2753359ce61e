"""Processes that are forked from one which has imported everything: for what needs a process of its
own (to be killed, to be one of many at once, to serve), but is not about its start.

A start of Python and the imports cost more than most verbs. ``tests/cli/test_process.py`` starts
every verb as a user does.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tests.project import Ran

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.process import BaseProcess

    from tests.project import Project


class ForkedProcess:
    """A process that runs a function, as ``subprocess.Popen`` has it.

    What it prints goes to files of its own, or to ``output`` and ``errors``.
    """

    def __init__(
        self,
        function: Callable[..., object],
        *arguments: object,
        cwd: Path,
        output: Path | None = None,
        errors: Path | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="gitexp-forked-")
        self._output = output or Path(self._folder.name, "output")
        self._errors = errors or Path(self._folder.name, "errors")
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.preloaded"])
        world = (
            str(cwd),
            {**os.environ, **(environment or {})},
            str(self._output),
            str(self._errors),
        )
        self._process: BaseProcess = context.Process(
            target=_run_in_world, args=(*world, function, arguments), daemon=True
        )
        self._process.start()

    @property
    def pid(self) -> int:
        """Return the id of the process."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Return the exit code, negative after a signal; None while the process runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Return the exit code, or None while the process runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the end, at most so many seconds; return the exit code if it came."""
        self._process.join(timeout)
        return self._process.exitcode

    def kill(self) -> None:
        """Kill the process, unless it is over."""
        self._process.kill()

    def communicate(self) -> tuple[str, str]:
        """Wait for the end and return what stands on the output and among the errors."""
        self.wait()
        texts = [
            path.read_text(encoding="utf-8") if path.is_file() else ""
            for path in (self._output, self._errors)
        ]
        self._folder.cleanup()
        return texts[0], texts[1]


def fork_verb(project: Project, *words: str, **environment: str) -> ForkedProcess:
    """Start ``git exp WORDS`` in a project; nobody is at the keyboard."""
    return ForkedProcess(run_verb, list(words), cwd=project.top, environment=environment)


def run_forked(project: Project, *words: str, **environment: str) -> Ran:
    """Run ``git exp WORDS`` in a project to its end; nobody is at the keyboard."""
    process = fork_verb(project, *words, **environment)
    code = process.wait()
    assert code is not None
    return Ran(code, *process.communicate())


def run_verb(words: list[str]) -> None:
    """Become ``git exp WORDS``."""
    from gitexp.cli.main import run

    run(words)


def _run_in_world(
    cwd: str,
    environment: dict[str, str],
    output: str,
    errors: str,
    function: Callable[..., object],
    arguments: tuple[object, ...],
) -> None:
    """Run the function in the folder and environment of the test, its output in files."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(cwd)
    # New streams: those that came along were opened on something else.
    sys.stdin = _redirect(0, os.devnull, "r")
    sys.stdout = _redirect(1, output, "w")
    sys.stderr = _redirect(2, errors, "w")
    function(*arguments)


def _redirect(descriptor: int, path: str, mode: str) -> IO[str]:
    flags = os.O_RDONLY if mode == "r" else os.O_WRONLY | os.O_CREAT | os.O_APPEND
    file = os.open(path, flags, 0o666)
    os.dup2(file, descriptor)
    os.close(file)
    return open(descriptor, mode, encoding="utf-8")
