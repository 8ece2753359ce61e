"""Words into options without click, as they are mostly typed.

Importing click takes as long as git takes for most of what a verb does. What is not plain here
(help, slips, ``--``) is left to click, which reads the same table and says what is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitexp.cli.verb_table import (
    Argument,
    Call,
    Group,
    Option,
    Options,
    Verb,
    read_table,
    split_at_dashes,
)
from gitexp.cli.verbs import find_verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def parse_call(words: list[str]) -> Call | None:
    """Return the verb that ``words`` name and its options; None where click must read them."""
    name, *rest = words or ["list"]
    verb = find_verb(name)
    if isinstance(verb, Group):
        name, *rest = verb.complete(rest) or [""]
        verb = verb.find_verb(name)
    if verb is None:
        return None
    options = parse_options(verb, rest)
    return None if options is None else Call(verb, options)


def parse_options(verb: Verb[Any], words: Sequence[str]) -> Options | None:
    """Return the options that the words after a verb give; None where click must read them."""
    table = read_table(verb.options)
    words, values_after_dashes = split_at_dashes(table, words)
    options = _find_options(table)
    bare = find_bare_option(table)
    values: dict[str, Any] = dict(values_after_dashes)
    placed: list[str] = []
    rest = iter(words)
    for typed in rest:
        word = expand_bare_number(typed, bare)
        if not word.startswith("-") or is_number_back(word, table):
            placed.append(word)
            continue
        flag, joined = _split(word)
        if flag not in options:
            return None
        name, option = options[flag]
        value = _take_value(option, joined, rest)
        if value is None:
            return None
        values[name] = (*values.get(name, ()), value) if option.kind == "texts" else value
    by_place = _place(table, placed)
    return None if by_place is None else verb.options(**values, **by_place)


def find_bare_option(table: dict[str, Argument | Option]) -> str:
    """Return the flag that a bare ``-3`` is short for; "" in a table that has none."""
    for entry in table.values():
        if isinstance(entry, Option) and entry.bare:
            return entry.flags[0]
    return ""


def is_number_back(word: str, table: dict[str, Argument | Option]) -> bool:
    """Return True for ``-3`` as a word by its place: the third experiment from the last.

    A verb that takes no words, or reads ``-3`` as a number of rows, has no such word.
    """
    if word[:1] != "-" or not word[1:].isdecimal() or find_bare_option(table):
        return False
    return any(isinstance(entry, Argument) for entry in table.values())


def expand_bare_number(word: str, flag: str) -> str:
    """Return ``-3`` as ``-n3``, and any other word as it is."""
    is_number = word[:1] == "-" and word[1:].isdecimal()
    return flag + word[1:] if flag and is_number else word


def _find_options(table: dict[str, Argument | Option]) -> dict[str, tuple[str, Option]]:
    """Return the attribute and the entry of each option by its flags."""
    options: dict[str, tuple[str, Option]] = {}
    for name, entry in table.items():
        if isinstance(entry, Option):
            options.update((flag, (name, entry)) for flag in entry.flags)
    return options


def _split(word: str) -> tuple[str, str | None]:
    """Return flag and value of ``--name=value`` or ``-nvalue``; the value None without one."""
    if not word.startswith("--"):
        return word[:2], word[2:] or None
    flag, equals, value = word.partition("=")
    return flag, value if equals else None


def _take_value(option: Option, joined: str | None, rest: Iterator[str]) -> Any:
    """Return the value of an option: what is joined to it, or the next word. None: not plain."""
    if option.kind == "flag":
        return True if joined is None else None
    value = next(rest, None) if joined is None else joined
    if option.kind == "number":
        return _read_number(option, value or "")
    return value


def _read_number(option: Option, text: str) -> int | None:
    """Return the number that is written; None for anything else, and for one out of range."""
    if not text.isdecimal() or len(text) > 9:
        return None
    number = int(text)
    if number < option.least or (option.most is not None and number > option.most):
        return None
    return number


def _place(table: dict[str, Argument | Option], words: list[str]) -> dict[str, Any] | None:
    """Return the words without dashes by argument; None where there are too many or too few."""
    placed: dict[str, Any] = {}
    for name, entry in table.items():
        if not isinstance(entry, Argument) or entry.after_dashes:
            continue
        if not words and entry.required:
            return None
        if entry.many:
            placed[name], words = tuple(words), []
        elif words:
            placed[name], *words = words
    return None if words else placed
