"""Which names the rules of a filter can take in one version of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from gitexp.excerpt.sections import find_sections
from gitexp.excerpt.symbols.find import find_definitions
from gitexp.model.filter import Rule

if TYPE_CHECKING:
    from gitexp.excerpt.source import Source

NameKind = Literal["symbol", "cell", "heading"]


class RuleName(NamedTuple):
    """A name that a rule can take: ``rule`` as it is typed, and the lines that it chooses.

    ``start`` is the first line, counted from 1; ``size`` is the number of lines.
    """

    rule: str
    kind: NameKind
    start: int
    size: int


def list_rule_names(source: Source) -> tuple[RuleName, ...]:
    """Return all names in a version of a file: symbols and keys, cells, headings.

    Of several definitions of one name the last one counts, as in a rule.
    """
    return (*_list_symbols(source), *_list_cells(source), *_list_headings(source))


def _list_symbols(source: Source) -> list[RuleName]:
    last = {definition.name: definition for definition in find_definitions(source)}
    rule_names = []
    for name, each in last.items():
        rule = str(Rule("symbol", source.path, name))
        rule_names.append(RuleName(rule, "symbol", each.lead + 1, each.stop - each.lead))
    return rule_names


def _list_cells(source: Source) -> list[RuleName]:
    """Return the code cells by number, and by each name that no other cell has."""
    cells = [cell for cell in source.cells if cell.code]
    counts: dict[str, int] = {}
    for cell in cells:
        for name in {cell.id, *cell.names}:
            counts[name] = counts.get(name, 0) + 1
    rule_names = []
    for number, cell in enumerate(cells, 1):
        names = [str(number)]
        if not cell.title:
            names += [name for name in (cell.id, *cell.names) if name and counts[name] == 1]
        for name in dict.fromkeys(names):
            rule = str(Rule("cell", source.path, name))
            rule_names.append(RuleName(rule, "cell", cell.start + 1, cell.stop - cell.start))
    return rule_names


def _list_headings(source: Source) -> list[RuleName]:
    """Return the headings that have code under them, each title once."""
    rule_names: dict[str, RuleName] = {}
    for section in find_sections(source):
        count = section.stop - section.start
        rule = str(Rule("cell", source.path, section.title))
        if count:
            rule_names.setdefault(rule, RuleName(rule, "heading", section.start + 1, count))
    return list(rule_names.values())
