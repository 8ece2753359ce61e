"""A long-lived git process that is asked and answers through pipes."""

from __future__ import annotations

import os
from io import BufferedReader, BufferedWriter, FileIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SIGKILL = 9  # the signal module is not imported for it
_PIPE = 1 << 16  # bytes that a pipe holds, read at once


class GitProcess:
    """``git`` with ``arguments``, with pipes on its standard input and output.

    What git writes to standard error is thrown away. Started by posix_spawn, because to import
    subprocess takes twice as long as git takes to be ready. Raises FileNotFoundError where there is
    no git.
    """

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        # Python closes all four ends in other children.
        input_of_git, our_output = os.pipe()
        our_input, output_of_git = os.pipe()
        actions = (
            (os.POSIX_SPAWN_DUP2, input_of_git, 0),
            (os.POSIX_SPAWN_DUP2, output_of_git, 1),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        )
        self.stdin = BufferedWriter(FileIO(our_output, "w"))
        self.stdout = BufferedReader(FileIO(our_input), _PIPE)
        try:
            self._pid = os.posix_spawnp(
                "git", ["git", *arguments], environment, file_actions=actions
            )
        except OSError:
            self._close()
            raise
        finally:
            os.close(input_of_git)
            os.close(output_of_git)

    def wait(self) -> int:
        """Wait for its end and return its exit code, or the negative signal that ended it."""
        self._close()
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])

    def kill(self) -> None:
        """End it at once.

        A process that only reads loses nothing, and nobody waits for it to tidy up.
        """
        os.kill(self._pid, _SIGKILL)
        self.wait()

    def _close(self) -> None:
        for pipe in (self.stdin, self.stdout):
            try:
                pipe.close()
            except OSError:
                continue  # git went first: nothing is left to flush
