"""Find definitions that begin with a word in their line.

They end with ``end``, or where their indentation does.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from typing import TYPE_CHECKING

from gitexp.excerpt.symbols.expressions import (
    count_opened,
    find_expression_end,
    measure_indent,
    measure_line_indent,
    skip_bracket,
)
from gitexp.excerpt.symbols.extent import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.definition import DefinitionKind
    from gitexp.excerpt.languages.language import Language

# ``end`` is no modifier: ``end subroutine draw`` begins nothing.
_MODIFIER = r"(?:[\w.]*@[\w.]+(?:\([^()\n]*\))?|(?!(?i:end)\b)[A-Za-z_]\w*+)[ \t]++"
_CLOSING = re.compile(r"[})\]]")
_INSIDE_NAME = re.compile(r"[\w.:@$]")
_END = re.compile(r"(?i:end)(?:function|class)?\b")
_END_IN_LINE = re.compile(r"\S.*\bend\s*$")
_BRACKET_OR_LINE_END = re.compile(r"[(\[{\n]")

# A header goes on over the end of a line after these, and before those.
_GOES_ON_AFTER = re.compile(r"(?:[,=|]|\bwhen|\bwhere)\s*$")
_GOES_ON_BEFORE = re.compile(r"\s*\n\s*(?:when|where|do)\b")


def find_by_line(text: str, language: Language) -> Iterator[Extent]:
    """Yield the definitions of a masked text in order of their headers."""
    lines = text.split("\n")
    blocks = _Blocks(text, language) if language.block_begin else None
    line_number = counted = 0
    for match in _compile_opening(language).finditer(text):
        line_number += text.count("\n", counted, match.start())
        counted = match.start()
        header = match.end("indent")
        if blocks is not None:
            stop = blocks.find_definition_end(header, match.end())
        else:
            stop_line = _find_stop_line(lines, line_number, language)
            block = "\n".join(lines[line_number:stop_line])
            stop = match.start() + len(block) - 1
        line_end = text.find("\n", match.end())
        signature = "".join(text[header : line_end if line_end >= 0 else len(text)].split())
        group = match.lastgroup or ""
        kind: DefinitionKind = "class" if group == "type" else "function"
        yield Extent(match[group], kind, header, stop, signature)


@cache
def _compile_opening(language: Language) -> re.Pattern[str]:
    """Return a pattern for a line that begins a definition; its last group is the name."""
    alternatives = [language.function]
    if language.types:
        alternatives.append(rf"(?:{language.types})[ \t]+(?P<type>{language.type_name})")
    if language.functions:
        name = rf"(?P<function>{language.function_name})"
        alternatives.append(rf"(?:{language.functions})[ \t]+{name}")
    headers = "|".join(filter(None, alternatives))
    return re.compile(rf"^(?P<indent>[ \t]*+)(?:{_MODIFIER}){{0,3}}?(?:{headers})", re.MULTILINE)


class _Blocks:
    """The blocks of a masked text whose beginnings and ends are words."""

    def __init__(self, text: str, language: Language) -> None:
        self._text = text
        self._stops = _find_blocks(text, language)
        self._starts = sorted(self._stops)

    def find_definition_end(self, header: int, name_end: int) -> int:
        """Return the offset of the last letter of the definition whose header begins at ``header``.

        That is the end of the block that its header begins, else of its expression.
        """
        number = bisect_left(self._starts, header)
        if number < len(self._starts):
            start = self._starts[number]
            if start < _find_header_end(self._text, header):
                return self._stops[start]
        indent = measure_indent(self._text, header)
        return find_expression_end(self._text, name_end, indent) - 1


def _find_blocks(text: str, language: Language) -> dict[int, int]:
    """Return the offset of the last letter of each block by that of the word that begins it."""
    blocks: dict[int, int] = {}
    waiting: list[tuple[str, int]] = []
    for match in _compile_block_marks(language).finditer(text):
        mark, at = match.group(), match.start()
        if mark in "([{":
            waiting.append(("(", at))
        elif mark in ")]}":
            _close_bracket(waiting)
        elif at and _INSIDE_NAME.match(text, at - 1):
            continue
        elif mark in language.block_end:
            if waiting and waiting[-1][0] != "(":
                blocks[waiting.pop()[1]] = match.end() - 1
        elif not (_is_in_bracket(waiting) and mark in language.generator_words):
            waiting.append((mark, at))
    return blocks


def _is_in_bracket(waiting: Sequence[tuple[str, int]]) -> bool:
    return bool(waiting) and waiting[-1][0] == "("


def _close_bracket(waiting: list[tuple[str, int]]) -> None:
    """Take away the innermost bracket, with the blocks inside that have no end.

    Nothing is taken away where no bracket is open.
    """
    for place in range(len(waiting) - 1, -1, -1):
        if waiting[place][0] == "(":
            del waiting[place:]
            return


@cache
def _compile_block_marks(language: Language) -> re.Pattern[str]:
    # Each alternative begins with a plain character, which makes the search twice as fast.
    words = [rf"{word}\b" for word in (*language.block_begin, *language.block_end)]
    brackets = [re.escape(bracket) for bracket in "()[]{}"]
    return re.compile("|".join([*words, *brackets]))


def _find_header_end(text: str, header: int) -> int:
    """Return the offset of the end of a line, outside of brackets, with which a header ends."""
    line = at = header
    while (match := _BRACKET_OR_LINE_END.search(text, at)) is not None:
        place, at = match.span()
        if match.group() != "\n":
            at = skip_bracket(text, place)
        elif _GOES_ON_AFTER.search(text, line, place) or _GOES_ON_BEFORE.match(text, place):
            line = at
        else:
            return place
    return len(text)


def _find_stop_line(lines: Sequence[str], header: int, language: Language) -> int:
    """Return the line after the definition whose header is line ``header`` of masked lines."""
    has_ends = language.layout == "ended"
    opening = _compile_opening(language)
    if has_ends and _END_IN_LINE.search(lines[header]):
        return header + 1
    indent = measure_line_indent(lines[header])
    depth = count_opened(lines[header])
    stop = header + 1
    for number in range(header + 1, len(lines)):
        line = lines[number]
        stripped = line.lstrip()
        if stripped:
            width = measure_line_indent(line)
            is_level = width == indent
            # The word ends the block, whatever brackets a pattern or a string seems to leave open.
            if has_ends and is_level and _END.match(stripped):
                return number + 1
            # No expression holds a definition: a bracket above was left open.
            if not has_ends and width <= indent and opening.match(line):
                return stop
            goes_on = is_level and language.goes_on and re.match(language.goes_on, stripped)
            if depth <= 0 and width <= indent and not goes_on:
                return number + 1 if is_level and _CLOSING.match(stripped) else stop
        depth += count_opened(line)
        if stripped or depth > 0:
            stop = number + 1
    return stop
