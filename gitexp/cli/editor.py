"""The editor of the user: the one that git would run."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from gitexp.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

    from gitexp.cli.env import Env
    from gitexp.record.record import Record


def run_editor(env: Env, record: Record, page: Path, again: str) -> None:
    """Open a file in the editor and wait until it is closed.

    ``again`` is the verb that goes on with the file. Raises StorageError where the editor fails.
    """
    editor = record.repository.run_git("var", "GIT_EDITOR").decode().strip()
    command = ["sh", "-c", f'{editor} "$@"', editor, str(page)]
    done = subprocess.run(command, cwd=env.cwd, env=dict(env.variables), check=False)
    if done.returncode:
        raise StorageError(
            f"the editor '{editor}' failed with exit code {done.returncode}",
            f"your text is kept in {page}: run {again} again",
        )
