"""Definitions in languages where each begins with a word of its own: ``fn``, ``func``, ``class``.

Such a word is looked for, and its header is read from there on: it ends with the brace, the expression or the end of the
statement that follows.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from gitexp.excerpt.definition import Extent
from gitexp.excerpt.symbols.expressions import (
    blank_brackets,
    find_expression_end,
    match_braces,
    measure_indent,
    skip_angles,
    skip_blanks,
    skip_bracket,
    strip_blanks,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitexp.excerpt.definition import DefinitionKind
    from gitexp.excerpt.languages import Language

_TYPE_GROUPS = ("type", "target", "grouped")
# What may stand in a line before the word, once the brackets in it are blank.
_MODIFIERS = re.compile(r'(?:(?:@?[\w.:]+(?:\(\s*\)|\[\s*\])?|"\s*"|\#\[\s*\])\s+)*')
# After one of these a word is part of an expression or of an import.
_NO_MODIFIER = re.compile(r"(?:use|new|return|import|throw)\b")
_STATEMENT_END = re.compile(r"[;{}?]\s*")
_HEADER_MARK = re.compile(r"[(\[{};=<\n]")
# A header goes on over the end of a line after these, and before those.
_GOES_ON_AFTER = re.compile(r"(?:[,(=<:|&+]|->|\b(?:extends|with|where|implements))\s*$")
_GOES_ON_BEFORE = re.compile(
    r"\s*(?:[{(),:|&=.]|->|(?:where|extends|with|throws|async|implements|derives)\b)"
)
# The constructor of a class belongs to its header where no parameters stand before: Kotlin.
_CLASS_WITHOUT_PARAMETERS = re.compile(r"\bclass\s+[^()]*$")
_CONSTRUCTOR = re.compile(
    r"\s*(?:(?:@[\w.]+(?:\([^()]*\))?|private|protected|internal|public)\s+)*+constructor\b"
)
_END_MARKER = re.compile(r"\s*\n[ \t]*end[ \t]+\w+")


class HeaderEnd(NamedTuple):
    """Where a header ends: at the brace of a block, before an expression, or where its statement ends."""

    body: Literal["block", "expression", "none"]
    at: int


def find_worded(text: str, language: Language) -> Iterator[Extent]:
    """Yield the definitions of a masked text in order of their headers."""
    braces = match_braces(text)
    header_end = 0
    for match in _compile_openings(language).finditer(text):
        start = _find_statement(text, match.start())
        if start is None or match.start() < header_end or not _is_grouped(text, match):
            continue
        end = read_header(text, match.start(), match.end(), language, braces)
        header_end = end.at
        stop = _find_stop(text, match, end, language, braces)
        if stop is not None:
            signature = "".join(text[start : end.at].split()).removesuffix("=")
            yield Extent(_read_name(match), _read_kind(match), start, stop, signature)


@cache
def _compile_openings(language: Language) -> re.Pattern[str]:
    """Return a pattern for all that begins a definition; its last group is the name."""
    alternatives = [language.function, language.type]
    if language.types:
        words = rf"(?:{language.types})\s+(?!(?:func|var|let|extends|implements)\b)"
        alternatives.append(rf"{words}(?P<type>{language.type_name})")
    if language.functions:
        alternatives.append(rf"(?:{language.functions})\s+(?P<function>{language.function_name})")
    return re.compile(rf"(?<![\w$.:@-])(?:{'|'.join(filter(None, alternatives))})")


def _read_name(match: re.Match[str]) -> str:
    name = match[match.lastgroup or 0].replace("\\", ".")
    receiver = match.groupdict().get("receiver")
    return f"{receiver}.{name}" if receiver else name


def _read_kind(match: re.Match[str]) -> DefinitionKind:
    return "class" if match.lastgroup in _TYPE_GROUPS else "function"


def _find_statement(text: str, word: int) -> int | None:
    """Return the offset of the statement that a word begins, with the modifiers before it; None inside an expression."""
    line = text.rfind("\n", 0, word) + 1
    before = blank_brackets(text[line:word])
    if not before.strip():
        return word
    start = max(
        (match.end() for match in _STATEMENT_END.finditer(before)),
        default=len(before) - len(before.lstrip()),
    )
    modifiers = before[start:]
    if _NO_MODIFIER.match(modifiers) or not _MODIFIERS.fullmatch(modifiers):
        return None
    return line + start


def _is_grouped(text: str, match: re.Match[str]) -> bool:
    """Return whether an item of a group stands in one, as in Go: ``type ( A struct { ... } )``; True for all else."""
    if match.lastgroup != "grouped":
        return True
    return text.rfind("\ntype (", 0, match.start()) > text.rfind("\n)", 0, match.start())


def read_header(  # noqa: PLR0912 - a branch for each kind of mark
    text: str, start: int, at: int, language: Language, braces: Mapping[int, int]
) -> HeaderEnd:
    """Return where the header ends that begins at ``start``, read from offset ``at`` on, after the name."""
    if text.startswith("<", at):
        at = skip_angles(text, at)
    while (match := _HEADER_MARK.search(text, at)) is not None:
        mark, place = match.group(), match.start()
        at = place + 1
        if mark in "([":
            at = skip_bracket(text, place)
            if language.expression_after == ")" and mark == "(":
                body = skip_blanks(text, at)
                return HeaderEnd("block" if text.startswith("{", body) else "expression", body)
        elif mark == "{":
            if not (language.type_brace and re.search(language.type_brace, text[start:place])):
                return HeaderEnd("block", place)
            at = braces.get(place, len(text)) + 1
        elif mark == "=":
            if text[at : at + 1] in ("=", ">") or text[place - 1] in "<>=!":
                at += 1
            elif language.expression_after == "=":
                return HeaderEnd("expression", at)
        elif mark == "<":
            if language.layout == "script":
                at = max(at, skip_angles(text, place))
        elif mark != "\n":
            return HeaderEnd("none", place)
        elif language.line_ends:
            before = text[start:place].rstrip()
            if language.colon_block and before.endswith(":"):
                return HeaderEnd("expression", place)
            if not _goes_on(text, before, place):
                return HeaderEnd("none", place)
    return HeaderEnd("none", len(text))


def _goes_on(text: str, header: str, line_end: int) -> bool:
    """Return True if a header, without the blanks at its end, goes on after the end of a line."""
    if _GOES_ON_AFTER.search(header[-12:]) or _GOES_ON_BEFORE.match(text, line_end):
        return True
    is_constructor = _CONSTRUCTOR.match(text, line_end) is not None
    return is_constructor and _CLASS_WITHOUT_PARAMETERS.search(header) is not None


def _find_stop(
    text: str, match: re.Match[str], end: HeaderEnd, language: Language, braces: Mapping[int, int]
) -> int | None:
    """Return the offset of the last character of a definition, or None where the header is none."""
    if end.body == "block":
        return braces.get(end.at)
    if end.body == "none":
        may_end = (
            re.match(rf"(?:{language.bodiless})\b", match.group()) if language.bodiless else None
        )
        return strip_blanks(text, end.at) - 1 if may_end else None
    body = skip_blanks(text, end.at)
    closing = braces.get(body)
    if closing is not None and text[closing + 1 : closing + 2] in ("", "\n", ";"):
        return closing
    stop = find_expression_end(text, body, measure_indent(text, match.start()))
    if language.colon_block and (marker := _END_MARKER.match(text, stop)) is not None:
        stop = marker.end()
    return stop - 1
