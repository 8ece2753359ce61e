"""The entry point: runs what is asked for, turns an error into one line."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from gitexp.cli.env import Env
from gitexp.cli.pager import page_lines
from gitexp.cli.parse import parse_call
from gitexp.errors import GitExpError

if TYPE_CHECKING:
    from gitexp.cli.table import Call


def run(words: list[str] | None = None) -> NoReturn:
    """Run ``git exp`` as a process: exit code 0, 1 (could not) or 2 (asked wrongly)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    # A verb is over before cycles could fill the memory, and over syntax trees the collector
    # would take a fifth of the time.
    gc.disable()
    env = Env(
        ".",
        stdin=sys.stdin,
        out=sys.stdout,
        err=sys.stderr,
        variables=os.environ,
        pager=page_lines,
    )
    code = run_words(sys.argv[1:] if words is None else words, env)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass  # the reader of our output went away: leave without a complaint
    except OSError as error:
        _complain(env, f"standard output: {error.strerror or error}")
        code = 1
    sys.stderr.flush()
    # All is closed and flushed: taking the modules down one by one costs 5 to 10 ms that a
    # person waits for.
    os._exit(code)


class _Failure(NamedTuple):
    """What is said of an error, and the exit code that it gives."""

    code: int
    message: str
    hint: str = ""


def run_words(words: list[str], env: Env) -> int:
    """Run the verb that ``words`` name and return its exit code; an error becomes one line."""
    try:
        return _run(words, env)
    except BrokenPipeError:
        return 0  # the reader of our output went away
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - no traceback reaches a user
        failure = _explain(error, env)
    _complain(env, failure.message, failure.hint)
    return failure.code


def _run(words: list[str], env: Env) -> int:
    try:
        call = _read_call(words, env)
        if isinstance(call, int):
            return call
        call.run(env)
    finally:
        env.close()
    return 0


def _read_call(words: list[str], env: Env) -> Call | int:
    """Return what is to be run, or the exit code where click answered by itself."""
    call = parse_call(words)
    if call is not None:
        return call
    from gitexp.cli.clicked import read_call

    return read_call(words, env.out)


def _explain(error: BaseException, env: Env) -> _Failure:
    """Return what to say of an error. A mistake of ours is raised again if the user wants it."""
    if isinstance(error, GitExpError):
        return _Failure(error.exit_code, error.message, error.hint)
    if isinstance(error, KeyboardInterrupt):
        return _Failure(130, "stopped")
    import sqlite3

    if isinstance(error, sqlite3.OperationalError):
        return _Failure(1, f"the index cannot be used: {error}", "run it again")
    if isinstance(error, sqlite3.DatabaseError):
        return _drop_index(env)
    if isinstance(error, OSError):
        return _Failure(1, f"{error.filename or 'a file'}: {error.strerror or error}")
    if env.variables.get("GITEXP_TRACEBACK"):
        raise error
    return _Failure(
        1,
        f"a mistake in gitexp: {type(error).__name__}: {error}",
        "please report it; GITEXP_TRACEBACK=1 shows where it happened",
    )


def _drop_index(env: Env) -> _Failure:
    """Remove a damaged index: the next command makes it anew."""
    from gitexp.history.index_file import discard
    from gitexp.store.repository import Repository

    discard(Repository.discover(env.folder).state_dir)
    return _Failure(1, "the index was damaged and is removed", "nothing is lost: run it again")


def _complain(env: Env, message: str, hint: str = "") -> None:
    line = f"git exp: {message}" + (f" ({hint})" if hint else "")
    env.warn(line.replace("\n", " "))
