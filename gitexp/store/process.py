"""A long-lived git process that is asked and answers through pipes."""

from __future__ import annotations

import os
from io import BufferedReader, BufferedWriter, FileIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SIGKILL = 9
_PIPE = 1 << 16
"""Bytes that a pipe holds: read at once."""


class GitProcess:
    """``git`` with ``arguments``, with pipes on its standard input and output; what it complains of is thrown away.

    By posix_spawn: to import subprocess takes twice as long as git takes to be ready. Raises FileNotFoundError where there is no git.
    """

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        asked, asking = os.pipe()  # all four ends are closed in other children
        answers, answering = os.pipe()
        actions = (
            (os.POSIX_SPAWN_DUP2, asked, 0),
            (os.POSIX_SPAWN_DUP2, answering, 1),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        )
        self.stdin, self.stdout = (
            BufferedWriter(FileIO(asking, "w")),
            BufferedReader(FileIO(answers), _PIPE),
        )
        try:
            self._pid = os.posix_spawnp(
                "git", ["git", *arguments], environment, file_actions=actions
            )
        except OSError:
            self._close()
            raise
        finally:
            os.close(asked)
            os.close(answering)

    def wait(self) -> int:
        """Wait for its end; its exit code, negative the signal that ended it."""
        self._close()
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])

    def kill(self) -> None:
        """End it at once. For one that only reads: nothing is lost, and nobody waits for it to tidy up."""
        os.kill(self._pid, _SIGKILL)
        self.wait()

    def _close(self) -> None:
        for pipe in (self.stdin, self.stdout):
            try:
                pipe.close()
            except OSError:
                continue  # git went first: nothing is left to flush
