"""Find the definitions of a source: functions, classes, methods and top-level assignments, by dotted name."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from gitexp.excerpt.definition import COMMENT, Definition, Extent, find_comment_start
from gitexp.excerpt.languages import PYTHON, get_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.languages import Language
    from gitexp.excerpt.parse.units import Unit
    from gitexp.excerpt.source import Source


def find_definitions(source: Source) -> tuple[Definition, ...]:
    """Return all definitions of a source in order of their first line; a class comes before its methods."""
    if source.kind == "text":
        definitions = find_in_text(source.lines, get_language(source.path))
    else:
        definitions = []
        for unit in source.units:
            definitions.extend(_find_in_unit(source.lines, unit))
    definitions.sort(key=lambda definition: (definition.start, -definition.stop))
    return tuple(definitions)


def find_definition(source: Source, dotted_name: str) -> Definition | None:
    """Return the definition of ``dotted_name`` that is in force at the end of the source: the last one.

    Outside Python the enclosing names may be left out where what remains is unique.
    """
    if source.kind == "text":
        return pick_named(find_definitions(source), dotted_name)
    for unit in source.list_units_with(dotted_name.rpartition(".")[2]):
        matching = [
            definition
            for definition in _find_in_unit(source.lines, unit)
            if definition.name == dotted_name
        ]
        if matching:
            return max(matching, key=lambda definition: definition.start)
    return None


def pick_named(definitions: Sequence[Definition], dotted_name: str) -> Definition | None:
    """Return the last definition of a name in text other than Python; its enclosing names may be left out if unique."""
    exact = [definition for definition in definitions if definition.name == dotted_name]
    if exact:
        return exact[-1]
    ending = [
        definition for definition in definitions if definition.name.endswith("." + dotted_name)
    ]
    return ending[-1] if len({definition.name for definition in ending}) == 1 else None


def _find_in_unit(lines: tuple[str, ...], unit: Unit) -> list[Definition]:
    """Return the definitions of a cell or of a piece of a script, with line numbers of the whole source."""
    own_lines = lines[unit.start : unit.stop]
    if unit.tree is None:
        definitions: Sequence[Definition] = find_in_text(own_lines, PYTHON)
    else:
        from gitexp.excerpt.symbols.python import find_in_tree

        definitions = find_in_tree(own_lines, unit.tree)
    return (
        [_move(definition, unit.start) for definition in definitions]
        if unit.start
        else list(definitions)
    )


def _move(definition: Definition, by: int) -> Definition:
    name, kind, lead, start, header, stop, signature = definition
    return Definition(name, kind, lead + by, start + by, header + by, stop + by, signature)


def find_in_text(lines: Sequence[str], language: Language) -> list[Definition]:
    """Return the definitions of lines that are read without a parser."""
    if language.layout in ("settings", "plain"):
        return []
    text = _mask(lines, language)
    extents = sorted(
        _find_extents(text, language), key=lambda extent: (extent.header, -extent.stop)
    )
    masked_lines = text.split("\n")
    line_starts = list(accumulate((len(line) + 1 for line in masked_lines), initial=0))
    definitions = []
    for name, extent in _nest(extents):
        header = bisect_right(line_starts, extent.header) - 1
        stop = bisect_right(line_starts, extent.stop)
        start = find_annotations(lines, masked_lines, header, language)
        definitions.append(
            Definition(
                name,
                extent.kind,
                find_comment_start(lines, start),
                start,
                header,
                stop,
                extent.signature,
            )
        )
    return definitions


def _mask(lines: Sequence[str], language: Language) -> str:
    from gitexp.excerpt.symbols.masking import mask

    return mask("\n".join(lines), language)


def _find_extents(text: str, language: Language) -> Iterator[Extent]:
    """Yield the definitions of a masked text as its language has them."""
    if language.layout == "worded":
        from gitexp.excerpt.symbols.words import find_worded

        return find_worded(text, language)
    if language.layout == "script":
        from gitexp.excerpt.symbols.script import find_script

        return find_script(text, language)
    if language.layout == "headed":
        from gitexp.excerpt.symbols.braces import find_headed

        return find_headed(text, language)
    from gitexp.excerpt.symbols.indentation import find_by_line

    return find_by_line(text, language)


def _nest(extents: Sequence[Extent]) -> Iterator[tuple[str, Extent]]:
    """Yield each of some definitions, in order, with its dotted name: the names of those around it, then its own."""
    around: list[tuple[str, int]] = []
    for extent in extents:
        while around and around[-1][1] < extent.header:
            around.pop()
        name = f"{around[-1][0]}.{extent.name}" if around else extent.name
        around.append((name, extent.stop))
        yield name, extent


def find_annotations(
    source_lines: Sequence[str], lines: Sequence[str], header: int, language: Language
) -> int:
    """Return the first line of the annotations directly above line ``header``; ``header`` without any.

    ``lines`` are those of the source, masked.
    """
    start = line = header
    while language.annotation and line > 0:
        above = _find_annotation(lines, line - 1, language)
        if above is not None:
            start = line = above
        elif COMMENT.match(source_lines[line - 1]):
            line -= 1  # a comment may stand between an annotation and what it belongs to
        else:
            break
    return start


def _find_annotation(lines: Sequence[str], last: int, language: Language) -> int | None:
    """Return the first line of the annotation that ends with line ``last``, or None where none does."""
    from gitexp.excerpt.symbols.expressions import blank_brackets

    text = lines[last]
    for first in range(last, max(-1, last - _LONGEST_ANNOTATION), -1):
        if first < last:
            text = f"{lines[first]}\n{text}"
        is_balanced = _count_closing(text) <= 0
        if is_balanced and _compile_annotation(language).fullmatch(blank_brackets(text).strip()):
            return first
        if is_balanced and not (first and lines[first - 1].rstrip().endswith(_GOES_ON)):
            break
    return None


_GOES_ON = ("::", "|", ",")
_LONGEST_ANNOTATION = 40
"""Lines of one annotation."""


def _count_closing(text: str) -> int:
    """Return how many more brackets a text closes than it opens."""
    return sum(map(text.count, ")]}")) - sum(map(text.count, "([{"))


@cache
def _compile_annotation(language: Language) -> re.Pattern[str]:
    return re.compile(language.annotation)


def find_stop(path: str, lines: Sequence[str], header: int, size: int) -> int | None:
    """Return the line after the definition whose header is line ``header``, without reading the rest of the file.

    ``size`` says about how many lines it has. None where that line begins no definition, or one that does not end.
    """
    language = get_language(path)
    if language.layout in ("settings", "plain"):
        return None
    count = 2 * size + 40
    while True:
        part = lines[header : header + count]
        is_rest = header + count >= len(lines)
        stop = _find_first_stop(part, language)
        if stop is not None and (stop < len(part) or is_rest):
            return header + stop
        if is_rest:
            return None
        count *= 4


def _find_first_stop(lines: Sequence[str], language: Language) -> int | None:
    """Return the line after the definition whose header begins the first of some lines."""
    text = _mask(lines, language)
    begin = len(text) - len(text.lstrip())
    first = next(
        (extent for extent in _find_extents(text, language) if extent.header == begin), None
    )
    return text.count("\n", 0, first.stop) + 1 if first else None
