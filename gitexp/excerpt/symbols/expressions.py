"""Tell where brackets and expressions end in a masked text."""

from __future__ import annotations

import re

_TAB = 8
"""Columns of a tab."""

_BRACKET = re.compile(r"[()\[\]{}]")
_OUTER_BRACKET = re.compile(r"[()\[\]]")
_ANGLE = re.compile(r"[=-]>|[<>;(\[{]")
_BRACE = re.compile(r"[{}]")
_EXPRESSION_MARK = re.compile(r"[()\[\]{};\n]")
_NEXT_INDENT = re.compile(r"\s*\n([ \t]*)(?=\S)|\s*\Z")


def match_braces(text: str) -> dict[int, int]:
    """Return the offset of the closing brace by that of the opening one.

    Braces that nothing closes are left out.
    """
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    for match in _BRACE.finditer(text):
        if match.group() == "{":
            waiting.append(match.start())
        elif waiting:
            pairs[waiting.pop()] = match.start()
    return pairs


def skip_bracket(text: str, start: int) -> int:
    """Return the offset after the bracket that closes the one at ``start``.

    Return the length of the text where none does.
    """
    depth = 0
    for match in _BRACKET.finditer(text, start):
        if match.group() in "([{":
            depth += 1
        else:
            depth -= 1
        if depth <= 0:
            return match.end()
    return len(text)


def skip_angles(text: str, start: int) -> int:
    """Return the offset after the type arguments that begin at ``start``.

    Return ``start`` itself where none begin, or where they do not end: it was a comparison.
    """
    if not text.startswith("<", start):
        return start
    depth = 0
    at = start
    while (match := _ANGLE.search(text, at)) is not None:
        mark, at = match.group(), match.end()
        if mark == ";":
            return start
        if mark in "([{":
            at = skip_bracket(text, match.start())
        elif mark == "<":
            depth += 1
        elif mark == ">":
            depth -= 1
            if depth == 0:
                return at
    return start


def count_opened(line: str) -> int:
    """Return how many more brackets a line opens than it closes."""
    return sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))


def skip_blanks(text: str, start: int) -> int:
    """Return the offset of the first character from ``start`` on that is no white space."""
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def strip_blanks(text: str, end: int) -> int:
    """Return the offset after the last character before ``end`` that is no white space."""
    while end > 0 and text[end - 1].isspace():
        end -= 1
    return end


def blank_brackets(text: str) -> str:
    """Return the text with blanks inside its outermost round and square brackets.

    Line ends in them are blanks too.

    >>> blank_brackets("void f(int a[2],\\n int b)")
    'void f(                )'
    """
    pieces: list[str] = []
    depth = copied = 0
    for match in _OUTER_BRACKET.finditer(text):
        if match.group() in "([":
            if depth == 0:
                pieces.append(text[copied : match.end()])
                copied = match.end()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                pieces.append(" " * (match.start() - copied))
                copied = match.start()
    pieces.append(text[copied:])
    return "".join(pieces)


def find_expression_end(text: str, start: int, indent: int) -> int:
    """Return the offset after the expression that begins at ``start``.

    ``indent`` says how many columns its definition is indented. An expression ends with its
    statement, with the brackets around it, and before the first line that stands no deeper than its
    definition.
    """
    start = skip_blanks(text, start)
    depth = 0
    for match in _EXPRESSION_MARK.finditer(text, start):
        mark, at = match.group(), match.start()
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
        if depth < 0:
            return strip_blanks(text, at)
        if depth > 0:
            continue
        if mark == ";" or (mark == "\n" and _is_next_line_outside(text, at, indent)):
            return strip_blanks(text, at)
    return strip_blanks(text, len(text))


def measure_indent(text: str, at: int) -> int:
    """Return how many columns the line of offset ``at`` is indented."""
    line = text.rfind("\n", 0, at) + 1
    return _count_columns(text[line : skip_blanks(text, line)])


def measure_line_indent(line: str) -> int:
    """Return how many columns a line is indented."""
    return _count_columns(line[: len(line) - len(line.lstrip())])


def _count_columns(blanks: str) -> int:
    return len(blanks.expandtabs(_TAB))


def _is_next_line_outside(text: str, line_end: int, indent: int) -> bool:
    """Return True if the next line with text stands no deeper than ``indent``, or there is none."""
    match = _NEXT_INDENT.match(text, line_end)
    if match is None or match[1] is None:
        return True
    return _count_columns(match[1]) <= indent
