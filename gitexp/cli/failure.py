"""What is said of an error, and the exit code that it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import GitExpError

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class Failure(NamedTuple):
    """An error as a user sees it: 1 says that it could not be done, 2 that it was asked wrongly."""

    code: int
    message: str
    hint: str = ""

    @property
    def line(self) -> str:
        """The one line that is printed."""
        hint = f" ({self.hint})" if self.hint else ""
        return f"git exp: {self.message}{hint}".replace("\n", " ")


def explain(error: BaseException, env: Env) -> Failure:
    """Return what to say of an error. A mistake of ours is raised again if the user wants it."""
    if isinstance(error, GitExpError):
        return Failure(error.exit_code, error.message, error.hint)
    if isinstance(error, KeyboardInterrupt):
        return Failure(130, "stopped")
    import sqlite3

    if isinstance(error, sqlite3.OperationalError):
        return Failure(1, f"the index cannot be used: {error}", "run it again")
    if isinstance(error, sqlite3.DatabaseError):
        return _drop_index(env)
    if isinstance(error, OSError):
        return Failure(1, f"{error.filename or 'a file'}: {error.strerror or error}")
    if env.variables.get("GITEXP_TRACEBACK"):
        raise error
    return Failure(
        1,
        f"a mistake in gitexp: {type(error).__name__}: {error}",
        "please report it; GITEXP_TRACEBACK=1 shows where it happened",
    )


def _drop_index(env: Env) -> Failure:
    """Remove a damaged index: the next command makes it anew."""
    from gitexp.record.index.file import discard_index
    from gitexp.store.repository import Repository

    discard_index(Repository.discover(env.folder).state_dir)
    return Failure(1, "the index was damaged and is removed", "nothing is lost: run it again")
