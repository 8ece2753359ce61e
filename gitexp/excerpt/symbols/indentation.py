"""Definitions in languages where each begins with a word in its line, and ends with ``end`` or where its indentation does."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING

from gitexp.excerpt.definition import Extent
from gitexp.excerpt.symbols.expressions import find_expression_end, measure_indent, skip_bracket

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.languages import Language

_MODIFIERS = r"(?:(?:[\w.]*@[\w.]+(?:\([^()\n]*\))?|(?!(?i:end)\b)[A-Za-z_]\w*+)[ \t]++){0,3}?"
_CLOSING = re.compile(r"[})\]]")
_INSIDE_A_NAME = re.compile(r"[\w.:@$]")
_END = re.compile(r"(?i:end)(?:function|class)?\b")
_END_OF_LINE = re.compile(r"\S.*\bend\s*$")
_BRACKET_OR_LINE_END = re.compile(r"[(\[{\n]")
# A header goes on over the end of a line after these, and before those.
_GOES_ON_AFTER = re.compile(r"(?:[,=|]|\bwhen|\bwhere)\s*$")
_GOES_ON_BEFORE = re.compile(r"\s*\n\s*(?:when|where|do)\b")


def find_by_line(text: str, language: Language) -> Iterator[Extent]:
    """Yield the definitions of a masked text in order of their headers."""
    lines = text.split("\n")
    blocks = _find_blocks(text, language) if language.block_begin else {}
    starts = sorted(blocks)
    line_number = counted = 0
    for match in _compile_opening(language).finditer(text):
        line_number += text.count("\n", counted, match.start())
        counted = match.start()
        kind = match.lastgroup or ""
        header = match.end("indent")
        if language.block_begin:
            stop = _find_block_end(text, header, match.end(), blocks, starts)
        else:
            last_line = find_indented_end(lines, line_number, language) - 1
            stop = match.start() + len("\n".join(lines[line_number : last_line + 1])) - 1
        line_end = text.find("\n", match.end())
        signature = "".join(text[header : line_end if line_end >= 0 else len(text)].split())
        yield Extent(
            match[kind], "class" if kind == "type" else "function", header, stop, signature
        )


@cache
def _compile_opening(language: Language) -> re.Pattern[str]:
    """Return a pattern for a line that begins a definition; its last group is the name."""
    alternatives = [language.function]
    if language.types:
        alternatives.append(rf"(?:{language.types})[ \t]+(?P<type>{language.type_name})")
    if language.functions:
        alternatives.append(
            rf"(?:{language.functions})[ \t]+(?P<function>{language.function_name})"
        )
    return re.compile(
        rf"^(?P<indent>[ \t]*+){_MODIFIERS}(?:{'|'.join(filter(None, alternatives))})", re.MULTILINE
    )


def _find_blocks(text: str, language: Language) -> dict[int, int]:
    """Return the offset of the last letter of each block's end by the offset of the word that begins it."""
    blocks: dict[int, int] = {}
    waiting: list[tuple[str, int]] = []
    for match in _compile_block_marks(language).finditer(text):
        mark, at = match.group(), match.start()
        if mark in "([{":
            waiting.append(("(", at))
        elif mark in ")]}":
            _close_bracket(waiting)
        elif at and _INSIDE_A_NAME.match(text, at - 1):
            continue
        elif mark not in language.block_end:
            in_brackets = bool(waiting) and waiting[-1][0] == "("
            if not (in_brackets and mark in language.generator_words):
                waiting.append((mark, at))
        elif waiting and waiting[-1][0] != "(":
            blocks[waiting.pop()[1]] = match.end() - 1
    return blocks


def _close_bracket(waiting: list[tuple[str, int]]) -> None:
    """Take the innermost bracket away, with the blocks inside that have no end; nothing where no bracket is open."""
    place = len(waiting) - 1
    while place >= 0 and waiting[place][0] != "(":
        place -= 1
    if place >= 0:
        del waiting[place:]


@cache
def _compile_block_marks(language: Language) -> re.Pattern[str]:
    # Each alternative begins with a plain character, which makes the search twice as fast.
    words = [rf"{word}\b" for word in (*language.block_begin, *language.block_end)]
    return re.compile("|".join([*words, *map(re.escape, "()[]{}")]))


def _find_block_end(
    text: str, header: int, at: int, blocks: dict[int, int], starts: Sequence[int]
) -> int:
    """Return the offset of the last letter of a definition: of the block that its header begins, else of its expression."""
    first = bisect_right(starts, header - 1)
    if first < len(starts) and starts[first] < _find_header_end(text, header):
        return blocks[starts[first]]
    return find_expression_end(text, at, measure_indent(text, header)) - 1


def _find_header_end(text: str, header: int) -> int:
    """Return the offset of the first end of a line from ``header`` on, outside of brackets, with which the header ends."""
    line = at = header
    while (match := _BRACKET_OR_LINE_END.search(text, at)) is not None:
        at = match.end()
        if match.group() != "\n":
            at = skip_bracket(text, match.start())
        elif _GOES_ON_AFTER.search(text, line, match.start()) or _GOES_ON_BEFORE.match(
            text, match.start()
        ):
            line = at
        else:
            return match.start()
    return len(text)


def find_indented_end(lines: Sequence[str], header: int, language: Language) -> int:
    """Return the number of the line after the definition whose header is line ``header`` of masked lines."""
    if language.layout == "ended" and _END_OF_LINE.search(lines[header]):
        return header + 1
    indent = _measure(lines[header])
    depth = 0
    last = header + 1
    for number in range(header, len(lines)):
        line = lines[number]
        stripped = line.lstrip()
        if number > header and stripped:
            width = _measure(line)
            if language.layout == "ended" and width == indent and _END.match(stripped):
                return number + 1  # whatever brackets a pattern or a string seems to have left open
            goes_on = width == indent and language.goes_on and re.match(language.goes_on, stripped)
            if depth <= 0 and width <= indent and not goes_on:
                return number + 1 if width == indent and _CLOSING.match(stripped) else last
        depth += sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))
        if stripped or depth > 0:
            last = number + 1
    return last


def _measure(line: str) -> int:
    """Return how many columns a line is indented."""
    return len(line[: len(line) - len(line.lstrip())].expandtabs(8))
