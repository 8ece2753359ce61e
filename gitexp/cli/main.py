"""The command line: finds the verb, runs it, turns an error into one line."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from gitexp import __version__
from gitexp.errors import GitExpError

# Verb -> what it does, in the order of help. Each lives in a module of its name and is imported only when it is run.
VERBS = {
    "init": "begin recording in this repository",
    "new": "start an experiment: snapshot, id, first words",
    "note": "add an entry to the journal",
    "diary": "write on the day's page in the editor",
    "import": "take in diaries and tables of past runs",
    "correct": "correct what was recorded; it stays visible",
    "retract": "take corrections back",
    "undo": "take back what the last command understood",
    "metric": "record numbers of an experiment",
    "image": "attach pictures, list them",
    "series": "attach curves of a run, list them",
    "list": "every experiment in a table (also: bare 'git exp')",
    "show": "one experiment: metrics, entries, what changed",
    "search": "find entries and experiments",
    "similar": "have I tried this? the nearest earlier experiments",
    "topic": "where it gathers: pages by topic",
    "journal": "read what was written, day by day",
    "excerpt": "the code of a version, cut by a filter",
    "diff": "what changed between two experiments or versions",
    "compare": "2 to 12 experiments side by side",
    "lineage": "how an experiment came about, change by change",
    "log": "filtered history: versions whose excerpt changed",
    "filter": "save, list, show and remove filters",
    "use": "make an experiment the active one",
    "tag": "add or remove tags",
    "rename": "give an experiment another id",
    "snapshot": "keep the working tree again, list, restore",
    "export": "write the record as static pages",
    "pages": "write Markdown pages on the record branch, for a forge",
    "status": "active experiment, hooks, what is not pushed",
    "view": "read the record in the browser",
    "demo": "build a small repository to look around in",
    "uninit": "take out hooks and local files again",
}


class Verbs(click.Group):
    """A group that imports a verb's module only when the verb is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs, in the order of help."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, or None."""
        if cmd_name not in VERBS:
            return None
        command = import_module(f"gitexp.cli.{cmd_name}_").command
        assert isinstance(command, click.Command)  # noqa: S101 - each verb's module has one
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the near verbs named when there is none of that name."""
        name = args[0]
        if name not in VERBS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, VERBS, 3, 0.5)
            ctx.fail(f"there is no command '{name}'" + (f"; did you mean {', '.join(near)}?" if near else "; 'git exp -h' lists them"))
        return super().resolve_command(ctx, args)


@click.group(
    cls=Verbs,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="git-exp")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """The record of machine-learning trial and error, kept inside your own git repository.

    Without a command: the list of experiments.
    """
    if ctx.invoked_subcommand is None:
        from gitexp.cli.list_ import command

        ctx.invoke(command)


def run(args: list[str] | None = None) -> NoReturn:
    """Entry point of ``git exp``: exit code 0, 1 (could not) or 2 (asked wrongly); never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    # A verb is over before cycles could fill the memory, and over syntax trees the collector would take a fifth of the time.
    gc.disable()
    code = _outcome(args)
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


def _outcome(args: list[str] | None) -> int:
    """Run a verb; its exit code."""
    code: object = 1
    try:
        code = cli.main(args, prog_name="git exp", standalone_mode=False)
    except SystemExit as asked:
        code = asked.code
    except GitExpError as error:
        _complain(error.message, error.hint)
        code = error.exit_code
    except click.UsageError as error:
        _complain(error.format_message().rstrip("."), f"{error.ctx.command_path} -h" if error.ctx else "git exp -h")
        code = 2
    except (click.Abort, KeyboardInterrupt):
        _complain("stopped")
        code = 130
    except click.ClickException as error:
        _complain(error.format_message())
    except BrokenPipeError:
        code = 0
    except _index_errors() as error:
        _complain(*_about_index(error))
    except OSError as error:
        _complain(f"{error.filename or 'a file'}: {error.strerror or error}")
    except Exception as error:  # a mistake of ours: still no traceback unless asked for
        if os.environ.get("GITEXP_TRACEBACK"):
            raise
        _complain(f"a mistake in gitexp: {type(error).__name__}: {error}", "please report it; GITEXP_TRACEBACK=1 shows where it happened")
    return code if isinstance(code, int) else 0


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
    discard(Repository.discover(Path.cwd()).state_dir)
    return "the index was damaged and is removed", "nothing is lost: run it again"


def _complain(message: str, hint: str = "") -> None:
    from gitexp.render.terminal import safe

    line = f"git exp: {message}" + (f" ({hint})" if hint else "")
    click.echo(safe(line.replace("\n", " ")), err=True)
