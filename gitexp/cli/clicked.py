"""click's commands, built from the tables of the verbs: help, slips, and every other spelling."""

from __future__ import annotations

import itertools
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import click

from gitexp.cli.parse import expand_bare_number, find_bare_option, is_number_back
from gitexp.cli.verb_table import Argument, Call, Group, Option, Verb, read_table, split_at_dashes
from gitexp.cli.verbs import VERBS, find_verb
from gitexp.errors import GitExpError, UsageError
from gitexp.version import __version__

if TYPE_CHECKING:
    from typing import TextIO

    _NumberType = click.ParamType[int]
else:
    _NumberType = click.ParamType  # not generic before click 8.2


def read_call(words: list[str], out: TextIO) -> Call | int:
    """Return the verb that ``words`` name and its options; an exit code where help was printed.

    Raises UsageError for what click does not understand.
    """
    try:
        with redirect_stdout(out):
            answer = cli.main(words, prog_name="git exp", standalone_mode=False)
    except click.UsageError as error:
        hint = f"{_command_path(error, words)} -h"
        raise UsageError(error.format_message().rstrip("."), hint) from None
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        raise GitExpError(error.format_message()) from None
    return answer if isinstance(answer, (Call, int)) else 0


def _command_path(error: click.UsageError, words: list[str]) -> str:
    """Return the command whose help says what went wrong: ``git exp topic add``."""
    if error.ctx is not None:
        return error.ctx.command_path
    return " ".join(["git exp", *(word for word in words[:1] if word in VERBS)])


_COVER = "\0"
"""Stands before ``-3`` where it is no option, while click reads. No word of a shell holds it."""


def _uncover(value: Any) -> Any:
    """Return a value of click without the covers of its words."""
    if isinstance(value, tuple):
        return tuple(_uncover(word) for word in value)
    return value.removeprefix(_COVER) if isinstance(value, str) else value


class VerbCommand(click.Command):
    """A verb as click's command: run, it returns the call that its words ask for."""

    def __init__(self, verb: Verb[Any]) -> None:
        """Build the parameters from the table of the verb."""
        self._verb = verb
        self._table = read_table(verb.options)
        super().__init__(
            verb.name,
            params=[_build_parameter(name, entry) for name, entry in self._table.items()],
            callback=self._make_call,
            help=verb.run.__doc__,
        )

    def _make_call(self, **values: Any) -> Call:
        return Call(self._verb, self._verb.options(**values))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words, once ``-3`` is written out as the ``-n 3`` that it means.

        Where it means an experiment, click must not take it for an option.
        """
        args, values_after_dashes = split_at_dashes(self._table, args)
        bare = find_bare_option(self._table)
        rest = super().parse_args(ctx, self._expand(args, bare))
        ctx.params = {name: _uncover(value) for name, value in ctx.params.items()}
        ctx.params.update(values_after_dashes)
        return rest

    def _expand(self, words: list[str], bare: str) -> list[str]:
        """Return the words with ``-3`` written out, where it is not the value of an option."""
        expanded: list[str] = []
        rest = iter(words)
        for word in rest:
            expanded.append(self._expand_word(word, bare))
            if word == "--":
                expanded += rest
            elif self._takes_next(word):
                expanded += itertools.islice(rest, 1)
        return expanded

    def _expand_word(self, word: str, bare: str) -> str:
        if is_number_back(word, self._table):
            return _COVER + word
        return expand_bare_number(word, bare)

    def _takes_next(self, word: str) -> bool:
        """Return True if the word is an option whose value is the next word."""
        options = (entry for entry in self._table.values() if isinstance(entry, Option))
        return any(word in option.flags and option.kind != "flag" for option in options)


class GroupCommand(click.Group):
    """A verb that has verbs of its own as click's group."""

    def __init__(self, group: Group) -> None:
        """Build the commands of its verbs."""
        self._group = group
        commands = [VerbCommand(verb) for verb in group.verbs]
        super().__init__(group.name, commands=commands, help=group.help, no_args_is_help=False)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words, once the verb that they mean is written out."""
        words = self._group.complete(args)
        if not words:
            names = " or ".join(verb.name for verb in self._group.verbs)
            ctx.fail(f"'{ctx.command_path}' needs a command: {names}")
        return super().parse_args(ctx, words)


class WholeNumber(_NumberType):
    """A whole number from ``least`` to ``most``, said in plain words."""

    name = "number"

    def __init__(self, least: int, most: int | None) -> None:
        """Keep the range."""
        self._least = least
        self._most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number that is written. Fails for anything else."""
        try:
            number = int(value)
        except ValueError:
            self.fail(f"'{value[:20]}' is not a whole number", param, ctx)
        if number < self._least:
            self.fail(f"{number} is less than {self._least}", param, ctx)
        if self._most is not None and number > self._most:
            self.fail(f"{number} is more than {self._most}", param, ctx)
        return number


def _build_parameter(name: str, entry: Argument | Option) -> click.Parameter:
    if isinstance(entry, Argument):
        return _build_argument(name, entry)
    words = [*entry.flags, name]
    match entry.kind:
        case "flag":
            return click.Option(words, is_flag=True, help=entry.help)
        case "texts":
            return click.Option(words, multiple=True, metavar=entry.metavar, help=entry.help)
        case "text":
            return click.Option(
                words, default=entry.default, metavar=entry.metavar, help=entry.help
            )
        case "number":
            return click.Option(
                words,
                type=WholeNumber(entry.least, entry.most),
                default=entry.default,
                show_default=entry.default is not None,
                metavar=entry.metavar,
                help=entry.help,
            )


def _build_argument(name: str, entry: Argument) -> click.Argument:
    if entry.many:
        return click.Argument([name], metavar=entry.metavar, nargs=-1, required=entry.required)
    if entry.required:
        return click.Argument([name], metavar=entry.metavar)
    return click.Argument([name], metavar=entry.metavar, default=entry.default)


class RootCommand(click.Group):
    """``git exp`` itself: it imports the module of a verb only when the verb is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all verbs, in the order of help."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a verb, or None."""
        verb = find_verb(cmd_name)
        if verb is None:
            return None
        return GroupCommand(verb) if isinstance(verb, Group) else VerbCommand(verb)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return what click finds; fail with the near verbs where there is none of that name."""
        name = args[0]
        if name not in VERBS and not name.startswith("-"):
            from difflib import get_close_matches

            near = ", ".join(get_close_matches(name, VERBS, 3, 0.5))
            advice = f"did you mean {near}?" if near else "'git exp -h' lists them"
            ctx.fail(f"there is no command '{name}'; {advice}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=RootCommand,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="git-exp")
def cli() -> None:
    """Keep the record of machine-learning trial and error inside your own git repository.

    Without a command it lists the experiments.
    """
