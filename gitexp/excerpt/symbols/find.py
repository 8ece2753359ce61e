"""Find the definitions of a source by dotted name: functions, classes, top-level assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.definition import Definition
from gitexp.excerpt.languages.lookup import get_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.parse.units import Unit
    from gitexp.excerpt.source import Source


def find_definitions(source: Source) -> tuple[Definition, ...]:
    """Return all definitions of a source in order of their first line.

    A class comes before its methods.
    """
    if source.kind == "text":
        from gitexp.excerpt.symbols.text import find_in_text  # Python is read by its syntax tree

        definitions = find_in_text(source.lines, get_language(source.path))
    else:
        definitions = []
        for unit in source.units:
            definitions.extend(_find_in_unit(source.lines, unit))
    definitions.sort(key=lambda definition: (definition.start, -definition.stop))
    return tuple(definitions)


def find_definition(source: Source, dotted_name: str) -> Definition | None:
    """Return the definition that a name has at the end of the source: the last one, or None.

    Outside Python the enclosing names may be left out where what remains is unique.
    """
    if source.kind == "text":
        return pick_named(find_definitions(source), dotted_name)
    has_other_languages = False
    simple_name = dotted_name.rpartition(".")[2]
    for unit in source.list_units_with(simple_name):
        definitions = _find_in_unit(source.lines, unit)
        matching = [each for each in definitions if each.name == dotted_name]
        if matching:
            return max(matching, key=lambda definition: definition.start)
        has_other_languages = has_other_languages or bool(unit.language)
    return pick_named(find_definitions(source), dotted_name) if has_other_languages else None


def pick_named(definitions: Sequence[Definition], dotted_name: str) -> Definition | None:
    """Return the last definition of a name in text other than Python, or None.

    The enclosing names may be left out where what remains is unique.
    """
    exact = [each for each in definitions if each.name == dotted_name]
    if exact:
        return exact[-1]
    ending = [each for each in definitions if each.name.endswith(f".{dotted_name}")]
    is_unique = len({definition.name for definition in ending}) == 1
    return ending[-1] if is_unique else None


def _find_in_unit(lines: tuple[str, ...], unit: Unit) -> list[Definition]:
    """Return the definitions of a cell or of a piece of a script, in lines of the source."""
    unit_lines = lines[unit.start : unit.stop]
    if unit.language:
        from gitexp.excerpt.symbols.text import find_in_text

        language = get_language(f"cell.{unit.language}")
        definitions: Sequence[Definition] = find_in_text(_drop_magics(unit_lines), language)
    elif unit.tree is None:
        from gitexp.excerpt.symbols.unparsed import find_unparsed

        definitions = find_unparsed(unit_lines)
    else:
        from gitexp.excerpt.symbols.python import find_in_tree

        definitions = find_in_tree(unit_lines, unit.tree)
    return [_shift(definition, unit.start) for definition in definitions]


def _drop_magics(lines: Sequence[str]) -> list[str]:
    """Return lines of another language with a blank line for each magic above the code."""
    code_lines = list(lines)
    for number, line in enumerate(lines):
        if line.strip() and not line.startswith("%%"):
            break
        code_lines[number] = ""
    return code_lines


def _shift(definition: Definition, count: int) -> Definition:
    """Return a definition as it is ``count`` lines further down."""
    if not count:
        return definition
    name, kind, lead, start, header, stop, signature = definition
    return Definition(
        name, kind, lead + count, start + count, header + count, stop + count, signature
    )
