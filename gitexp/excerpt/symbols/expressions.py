"""Tell where brackets and expressions end in a masked text."""

from __future__ import annotations

import re

_BRACKET = re.compile(r"[()\[\]{}]")
_OUTER_BRACKET = re.compile(r"[()\[\]]")
_ANGLE = re.compile(r"[=-]>|[<>;(\[{]")
_BRACE = re.compile(r"[{}]")
# Where an expression may end, or brackets that it is not to end in.
_EXPRESSION_MARK = re.compile(r"[()\[\]{};\n]")
_INDENTED = re.compile(r"\s*\n([ \t]*)(?=\S)|\s*\Z")


def match_braces(text: str) -> dict[int, int]:
    """Return the offset of the closing brace by that of the opening one, for all braces of a text that are closed."""
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    for match in _BRACE.finditer(text):
        if match.group() == "{":
            waiting.append(match.start())
        elif waiting:
            pairs[waiting.pop()] = match.start()
    return pairs


def skip_bracket(text: str, start: int) -> int:
    """Return the offset after the bracket that closes the one at ``start``; the length of the text where none does."""
    depth = 0
    for match in _BRACKET.finditer(text, start):
        depth += 1 if match.group() in "([{" else -1
        if depth <= 0:
            return match.end()
    return len(text)


def skip_angles(text: str, start: int) -> int:
    """Return the offset after the type arguments that begin at ``start``; ``start`` itself where none begin or end."""
    depth = 0
    at = start
    if not text.startswith("<", start):
        return start
    while (match := _ANGLE.search(text, at)) is not None:
        mark, at = match.group(), match.end()
        if mark == ";" or (depth == 0 and mark != "<"):
            return start
        if mark in "([{":
            at = skip_bracket(text, match.start())
        elif mark in "<>":
            depth += 1 if mark == "<" else -1
            if depth == 0:
                return at
    return start


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
    """Return the text with blanks, without line ends, inside its outermost round and square brackets.

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
    """Return the offset after the expression that begins at ``start``, in a definition whose line begins ``indent`` deep.

    An expression ends with its statement, with the brackets around it, and before the first line that stands no deeper
    than its definition.
    """
    start = skip_blanks(text, start)
    end = len(text)
    depth = 0
    for match in _EXPRESSION_MARK.finditer(text, start):
        mark, at = match.group(), match.start()
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
        statement_ends = mark == ";" or (mark == "\n" and _ends_at_line(text, at, indent))
        if depth < 0 or (depth == 0 and statement_ends):
            end = at
            break
    return strip_blanks(text, end)


def measure_indent(text: str, at: int) -> int:
    """Return how many columns the line of offset ``at`` is indented."""
    line = text.rfind("\n", 0, at) + 1
    return len(text[line : skip_blanks(text, line)].expandtabs(8))


def _ends_at_line(text: str, line_end: int, indent: int) -> bool:
    """Return whether the next line with text stands no deeper than ``indent``."""
    following = _INDENTED.match(text, line_end)
    if following is None or following[1] is None:
        return True
    return len(following[1].expandtabs(8)) <= indent
