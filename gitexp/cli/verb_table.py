"""The table of a verb: its arguments and options as plain values.

Two parsers read it: ours (``parse``), and the one that ``clicked`` builds for click.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Literal

    from gitexp.cli.env import Env

    Kind = Literal["flag", "text", "texts", "number"]

# Plain classes: a named tuple takes a third of a millisecond to be made, at every start.


class Argument:
    """A word that is known by its place. ``many``: it takes all words that are left.

    ``after_dashes``: it takes the words behind ``--``, and none before it.
    """

    def __init__(
        self,
        metavar: str,
        default: Any,
        *,
        many: bool,
        required: bool,
        after_dashes: bool = False,
    ) -> None:
        self.metavar = metavar
        self.default = default
        self.many = many
        self.required = required
        self.after_dashes = after_dashes


class Option:
    """A word that is known by its dashes.

    ``kind`` says what follows it: nothing (flag), a text, a text each time (texts), a number
    from ``least`` to ``most``. ``bare``: ``-3`` means ``-n 3``.
    """

    def __init__(
        self,
        flags: tuple[str, ...],
        kind: Kind,
        default: Any,
        help: str,
        *,
        metavar: str = "",
        least: int = 0,
        most: int | None = None,
        bare: bool = False,
    ) -> None:
        self.flags = flags
        self.kind = kind
        self.default = default
        self.help = help
        self.metavar = metavar
        self.least = least
        self.most = most
        self.bare = bare


# These return Any: in a table they stand for the value that a parser puts in their place.


def argument(metavar: str, *, required: bool = True, default: str = "") -> Any:
    """Return the table entry of one word; ``default`` where it may be left out and is."""
    return Argument(metavar, default, many=False, required=required)


def arguments(metavar: str, *, required: bool = True) -> Any:
    """Return the table entry of all words that are left."""
    return Argument(metavar, (), many=True, required=required)


def words_after_dashes(metavar: str) -> Any:
    """Return the table entry of a command: the words behind ``--``, as they were typed."""
    return Argument(metavar, (), many=True, required=False, after_dashes=True)


def flag(*flags: str, help: str) -> Any:
    """Return the table entry of an option that is there or not."""
    return Option(flags, "flag", False, help)


def text_option(*flags: str, metavar: str, help: str, default: str | None = "") -> Any:
    """Return the table entry of an option with a text."""
    return Option(flags, "text", default, help, metavar=metavar)


def texts_option(*flags: str, metavar: str, help: str) -> Any:
    """Return the table entry of an option that may be repeated, each time with a text."""
    return Option(flags, "texts", (), help, metavar=metavar)


def number_option(
    *flags: str,
    metavar: str = "N",
    help: str,
    default: int | None = None,
    least: int = 1,
    most: int | None = None,
    bare: bool = False,
) -> Any:
    """Return the table entry of an option with a whole number from ``least`` to ``most``."""
    return Option(
        flags,
        "number",
        default,
        help,
        metavar=metavar,
        least=least,
        most=most,
        bare=bare,
    )


def split_at_dashes(
    table: dict[str, Argument | Option], words: Sequence[str]
) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """Return the words before ``--``, and those behind it by the argument that takes them.

    In a table without such an argument ``--`` is a word as any other.
    """
    for name, entry in table.items():
        if isinstance(entry, Argument) and entry.after_dashes:
            if "--" not in words:
                return list(words), {name: ()}
            place = list(words).index("--")
            return list(words[:place]), {name: tuple(words[place + 1 :])}
    return list(words), {}


class Options:
    """What one call of a verb asks for. The attributes of a subclass are the verb's table."""

    def __init__(self, **values: Any) -> None:
        """Set the values that were given, the others to their defaults."""
        for name, entry in read_table(type(self)).items():
            setattr(self, name, values.pop(name, entry.default))
        if values:
            raise TypeError(f"{type(self).__name__} has no {', '.join(values)}")


def read_table(options: type[Options]) -> dict[str, Argument | Option]:
    """Return the table of a verb by attribute, in the order of its help."""
    attributes: dict[str, Any] = {}
    for base in reversed(options.__mro__):
        attributes.update(vars(base))
    return {
        name: value for name, value in attributes.items() if isinstance(value, (Argument, Option))
    }


T = TypeVar("T", bound=Options)


class Verb(Generic[T]):
    """A verb: its name, its table, and what it does. The docstring of ``run`` is its help."""

    def __init__(self, name: str, options: type[T], run: Callable[[Env, T], None]) -> None:
        self.name = name
        self.options = options
        self.run = run


class Group:
    """A verb that has verbs of its own, as ``git exp image add``.

    ``complete`` puts in the name of the verb that is meant where the words name none.
    """

    def __init__(
        self,
        name: str,
        help: str,
        verbs: tuple[Verb[Any], ...],
        complete: Callable[[list[str]], list[str]] = list,
    ) -> None:
        self.name = name
        self.help = help
        self.verbs = verbs
        self.complete = complete

    def find_verb(self, name: str) -> Verb[Any] | None:
        """Return the verb of a name, or None."""
        return next((verb for verb in self.verbs if verb.name == name), None)


class Call:
    """A verb and the options that it was called with."""

    def __init__(self, verb: Verb[Any], options: Options) -> None:
        self.verb = verb
        self.options = options

    def run(self, env: Env) -> None:
        """Run the verb."""
        self.verb.run(env, self.options)
