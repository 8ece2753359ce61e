"""The entry point: runs what is asked for, turns an error into one line."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from gitexp.cli.env import Env
from gitexp.cli.parse import parse_call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.cli.verb_table import Call


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
        pager=_page_lines,
    )
    code = run_words(sys.argv[1:] if words is None else words, env)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass  # the reader of our output went away: leave without a complaint
    except OSError as error:
        env.warn(f"git exp: standard output: {error.strerror or error}")
        code = 1
    sys.stderr.flush()
    # All is closed and flushed: taking the modules down one by one costs 5 to 10 ms that a
    # person waits for.
    os._exit(code)


def run_words(words: list[str], env: Env) -> int:
    """Run the verb that ``words`` name and return its exit code; an error becomes one line."""
    try:
        return _run(words, env)
    except BrokenPipeError:
        return 0  # the reader of our output went away
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - no traceback reaches a user
        from gitexp.cli.failure import explain

        failure = explain(error, env)
    env.warn(failure.line)
    return failure.code


def _run(words: list[str], env: Env) -> int:
    try:
        call = _read_call(words, env)
        if isinstance(call, int):
            return call
        call.run(env)
    finally:
        env.close()
    return env.exit_code


def _read_call(words: list[str], env: Env) -> Call | int:
    """Return what is to be run, or the exit code where click answered by itself."""
    call = parse_call(words)
    if call is not None:
        return call
    from gitexp.cli.clicked import read_call

    return read_call(words, env.out)


def _page_lines(lines: Iterator[str]) -> None:
    """Show lines in the pager of the process ($PAGER, else less), as they come."""
    import click

    # As git does: one screen is printed, colours are kept, and the text stays after the end.
    os.environ.setdefault("LESS", "FRX")
    click.echo_via_pager((line + "\n" for line in lines), color=True)
