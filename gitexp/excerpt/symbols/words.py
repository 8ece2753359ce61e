"""Find definitions in languages where each begins with a word: ``fn``, ``func``, ``class``.

Such a word is looked for, and its header is read from there on. It ends with the brace, the
expression or the end of the statement that follows.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from gitexp.excerpt.symbols.expressions import (
    blank_brackets,
    find_expression_end,
    match_braces,
    measure_indent,
    skip_blanks,
    strip_blanks,
)
from gitexp.excerpt.symbols.extent import Extent
from gitexp.excerpt.symbols.header_end import HeaderEnd, HeaderReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitexp.excerpt.definition import DefinitionKind
    from gitexp.excerpt.languages.language import Language

_TYPE_GROUPS = ("type", "target", "grouped")

# What may stand in a line before the word, once the brackets in it are blank.
_MODIFIERS = re.compile(r'(?:(?:@?[\w.:]+(?:\(\s*\)|\[\s*\])?|"\s*"|\#\[\s*\])\s+)*')

# After one of these a word is part of an expression or of an import.
_NO_MODIFIER = re.compile(r"(?:use|new|return|import|throw)\b")
_STATEMENT_END = re.compile(r"[;{}?]\s*")

# These are followed by a word of a header, not by the name of a type: ``class func make()``.
_NO_TYPE_NAME = r"(?!(?:func|var|let|extends|implements)\b)"

_END_MARKER = re.compile(r"\s*\n[ \t]*end[ \t]+\w+")
"""What ends a block of deeper lines in Scala: ``end Shape``."""


def find_worded(text: str, language: Language) -> Iterator[Extent]:
    """Yield the definitions of a masked text in order of their headers."""
    braces = match_braces(text)
    reader = HeaderReader(text, language, braces)
    header_end = 0
    for match in _compile_openings(language).finditer(text):
        start = _find_statement(text, match.start())
        is_in_header = match.start() < header_end
        if start is None or is_in_header or not _may_be_grouped(text, match):
            continue
        end = reader.read(match.start(), match.end())
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
        name = rf"(?P<type>{language.type_name})"
        alternatives.append(rf"(?:{language.types})\s+{_NO_TYPE_NAME}{name}")
    if language.functions:
        name = rf"(?P<function>{language.function_name})"
        alternatives.append(rf"(?:{language.functions})\s+{name}")
    openings = "|".join(filter(None, alternatives))
    return re.compile(rf"(?<![\w$.:@-])(?:{openings})")


def _read_name(match: re.Match[str]) -> str:
    name = match[match.lastgroup or 0].replace("\\", ".")
    receiver = match.groupdict().get("receiver")
    return f"{receiver}.{name}" if receiver else name


def _read_kind(match: re.Match[str]) -> DefinitionKind:
    return "class" if match.lastgroup in _TYPE_GROUPS else "function"


def _find_statement(text: str, word: int) -> int | None:
    """Return the offset of the statement that the word at ``word`` begins, with its modifiers.

    Return None where the word stands inside an expression.
    """
    line = text.rfind("\n", 0, word) + 1
    before = blank_brackets(text[line:word])
    if not before.strip():
        return word
    start = len(before) - len(before.lstrip())
    for match in _STATEMENT_END.finditer(before):
        start = match.end()
    modifiers = before[start:]
    if _NO_MODIFIER.match(modifiers) or not _MODIFIERS.fullmatch(modifiers):
        return None
    return line + start


def _may_be_grouped(text: str, match: re.Match[str]) -> bool:
    """Return False for an item of a group that stands in none.

    Go has such groups: ``type ( A struct { ... } )``.
    """
    if match.lastgroup != "grouped":
        return True
    return text.rfind("\ntype (", 0, match.start()) > text.rfind("\n)", 0, match.start())


def _find_stop(
    text: str, match: re.Match[str], end: HeaderEnd, language: Language, braces: Mapping[int, int]
) -> int | None:
    """Return the offset of the last character of a definition, or None where the header is none."""
    if end.body == "block":
        return braces.get(end.at)
    if end.body == "none":
        if not language.bodiless or not re.match(rf"(?:{language.bodiless})\b", match.group()):
            return None
        return strip_blanks(text, end.at) - 1
    body = skip_blanks(text, end.at)
    closing = braces.get(body)
    if closing is not None and text[closing + 1 : closing + 2] in ("", "\n", ";"):
        return closing
    stop = find_expression_end(text, body, measure_indent(text, match.start()))
    if language.colon_block and (marker := _END_MARKER.match(text, stop)) is not None:
        stop = marker.end()
    return stop - 1
