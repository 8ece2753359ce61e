"""The entry point: runs what is asked for, turns an error into one line."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

from gitexp.cli.env import at_end
from gitexp.cli.quick import answered
from gitexp.errors import GitExpError


def run(args: list[str] | None = None) -> NoReturn:
    """Entry point of ``git exp``: exit code 0, 1 (could not) or 2 (asked wrongly); never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    # A verb is over before cycles could fill the memory, and over syntax trees the collector would take a fifth of the time.
    gc.disable()
    code = _outcome(sys.argv[1:] if args is None else args)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass  # the reader of our output went away: leave without a complaint
    except OSError as error:
        _complain(f"standard output: {error.strerror or error}")
        code = 1
    sys.stderr.flush()
    # All is closed and flushed: taking the modules down one by one costs 5 to 10 ms that a person waits for.
    os._exit(code)


def _outcome(args: list[str]) -> int:
    """Run a verb; its exit code."""
    code: object = 1
    try:
        with at_end:
            code = 0 if answered(args) else _verb(args)
    except SystemExit as asked:
        code = asked.code
    except GitExpError as error:
        _complain(error.message, error.hint)
        code = error.exit_code
    except KeyboardInterrupt:
        _complain("stopped")
        code = 130
    except BrokenPipeError:
        code = 0
    except _index_errors() as error:
        _complain(*_about_index(error))
    except OSError as error:
        _complain(f"{error.filename or 'a file'}: {error.strerror or error}")
    except Exception as error:  # a mistake of ours: still no traceback unless asked for
        if os.environ.get("GITEXP_TRACEBACK"):
            raise
        _complain(
            f"a mistake in gitexp: {type(error).__name__}: {error}",
            "please report it; GITEXP_TRACEBACK=1 shows where it happened",
        )
    return code if isinstance(code, int) else 0


def _verb(args: list[str]) -> int:
    from gitexp.cli.verbs import run_verb

    return run_verb(args)


def _index_errors() -> type[Exception]:
    """What a damaged or busy index raises; asked only when something went wrong, so that sqlite is not loaded for nothing."""
    import sqlite3

    return sqlite3.DatabaseError


def _about_index(error: Exception) -> tuple[str, str]:
    """Message and hint for a failure of the index; a damaged one is removed, since the next command makes it anew."""
    import sqlite3

    from gitexp.history.index_file import discard
    from gitexp.store.repository import Repository

    if isinstance(error, sqlite3.OperationalError):
        return f"the index cannot be used: {error}", "run it again"
    discard(Repository.discover(os.getcwd()).state_dir)
    return "the index was damaged and is removed", "nothing is lost: run it again"


def _complain(message: str, hint: str = "") -> None:
    from gitexp.render.terminal import safe

    line = f"git exp: {message}" + (f" ({hint})" if hint else "")
    print(safe(line.replace("\n", " ")), file=sys.stderr)
