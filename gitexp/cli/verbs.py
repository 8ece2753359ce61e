"""The verbs: what there is, and how click finds and runs one."""

from __future__ import annotations

from importlib import import_module

import click

from gitexp import __version__
from gitexp.errors import GitExpError, UsageError

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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the near verbs named when there is none of that name."""
        name = args[0]
        if name not in VERBS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, VERBS, 3, 0.5)
            ctx.fail(
                f"there is no command '{name}'"
                + (f"; did you mean {', '.join(near)}?" if near else "; 'git exp -h' lists them")
            )
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


def run_verb(args: list[str]) -> int:
    """Run the verb that ``args`` ask for; its exit code. Raises GitExpError, also for what click does not understand."""
    try:
        code: object = cli.main(args, prog_name="git exp", standalone_mode=False)
    except click.UsageError as error:
        path = (
            error.ctx.command_path
            if error.ctx
            else " ".join(("git exp", *(word for word in args[:1] if word in VERBS)))
        )
        raise UsageError(error.format_message().rstrip("."), f"{path} -h") from None
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        raise GitExpError(error.format_message()) from None
    return code if isinstance(code, int) else 0
