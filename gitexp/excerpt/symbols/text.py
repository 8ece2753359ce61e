"""Find definitions in lines that are read without a grammar.

The text is masked first: what is no code is blanked. Then the layout of its language decides how
definitions are looked for in it.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from gitexp.excerpt.definition import Definition, find_comment_start
from gitexp.excerpt.languages.lookup import get_language
from gitexp.excerpt.symbols import thresholds
from gitexp.excerpt.symbols.annotations import find_annotations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.languages.language import Language
    from gitexp.excerpt.symbols.extent import Extent

_SETTINGS = ("yaml", "json", "keys")


def find_in_text(lines: Sequence[str], language: Language) -> list[Definition]:
    """Return the definitions of lines, those of a type after the type itself."""
    if language.layout == "plain":
        return []
    if language.layout in _SETTINGS:
        from gitexp.excerpt.symbols.keys.find import find_keys

        return find_keys(lines, language)
    text = _mask(lines, language)
    extents = list(_find_extents(text, language))
    if language.has_variables:
        extents += _find_variables(text, extents)
    extents.sort(key=lambda extent: (extent.header, -extent.stop))
    masked_lines = text.split("\n")
    line_lengths = (len(line) + 1 for line in masked_lines)
    line_starts = list(accumulate(line_lengths, initial=0))
    definitions = []
    for name, extent in _nest(extents):
        header = bisect_right(line_starts, extent.header) - 1
        stop = bisect_right(line_starts, extent.stop)
        start = find_annotations(lines, masked_lines, header, language)
        lead = find_comment_start(lines, start)
        definitions.append(
            Definition(name, extent.kind, lead, start, header, stop, extent.signature)
        )
    return definitions


def find_stop(path: str, lines: Sequence[str], header: int, size: int) -> int | None:
    """Return the line after the definition whose header is line ``header``.

    The rest of the file is not read for that. ``size`` says about how many lines the definition
    has. Return None where the line begins no definition, or one that does not end.
    """
    language = get_language(path)
    if language.layout == "plain" or language.layout in _SETTINGS:
        return None
    count = 2 * size + thresholds.LEAST_READ
    while True:
        piece = lines[header : header + count]
        is_rest = header + count >= len(lines)
        stop = _find_first_stop(piece, language)
        if stop is not None and (stop < len(piece) or is_rest):
            return header + stop
        if is_rest:
            return None
        count *= thresholds.GROWTH


def _find_first_stop(lines: Sequence[str], language: Language) -> int | None:
    """Return the line after the definition whose header begins the first of some lines."""
    text = _mask(lines, language)
    begin = len(text) - len(text.lstrip())
    for extent in _find_extents(text, language):
        if extent.header == begin:
            return text.count("\n", 0, extent.stop) + 1
    return None


def _mask(lines: Sequence[str], language: Language) -> str:
    from gitexp.excerpt.symbols.masking import mask_text

    return mask_text("\n".join(lines), language)


def _find_extents(text: str, language: Language) -> Iterator[Extent]:
    """Yield the definitions of a masked text as the layout of its language has them."""
    # Each reader has patterns that take longer to compile than a file to read: one is imported.
    if language.layout == "worded":
        from gitexp.excerpt.symbols.words import find_worded

        return find_worded(text, language)
    if language.layout == "script":
        from gitexp.excerpt.symbols.script import find_script

        return find_script(text, language)
    if language.layout == "headed":
        from gitexp.excerpt.symbols.braces import find_headed

        return find_headed(text, language)
    if language.layout == "make":
        from gitexp.excerpt.symbols.makefile import find_rules

        return find_rules(text)
    from gitexp.excerpt.symbols.indentation import find_by_line

    return find_by_line(text, language)


def _find_variables(text: str, functions: Sequence[Extent]) -> list[Extent]:
    """Return the variables that are assigned to outside of functions."""
    from gitexp.excerpt.symbols.variables import find_variables

    variables = []
    for variable in find_variables(text):
        is_inside = any(each.header <= variable.header <= each.stop for each in functions)
        if not is_inside:
            variables.append(variable)
    return variables


def _nest(extents: Sequence[Extent]) -> Iterator[tuple[str, Extent]]:
    """Yield each extent, in order, with its dotted name: the names around it, then its own."""
    around: list[tuple[str, Extent]] = []
    for extent in extents:
        while around and not _encloses(around[-1][1], extent):
            around.pop()
        name = f"{around[-1][0]}.{extent.name}" if around else extent.name
        around.append((name, extent))
        yield name, extent


def _encloses(outer: Extent, inner: Extent) -> bool:
    """Return True if an extent holds another, which begins no earlier.

    Two of the same lines stand side by side: the targets of one rule.
    """
    is_same = outer.header == inner.header and outer.stop == inner.stop
    return not is_same and inner.header <= outer.stop
