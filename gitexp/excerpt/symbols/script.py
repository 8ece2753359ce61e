"""Find definitions in JavaScript, TypeScript and their kin: functions with a word, arrows, methods, classes.

What stands like a definition at the beginning of a line or a statement is a candidate, and its header is read from there.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from gitexp.excerpt.definition import Extent
from gitexp.excerpt.symbols.expressions import (
    find_expression_end,
    match_braces,
    measure_indent,
    skip_angles,
    skip_blanks,
    skip_bracket,
    strip_blanks,
)
from gitexp.excerpt.symbols.words import HeaderEnd, read_header

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitexp.excerpt.languages import Language

_MODIFIER = (
    r"(?:export|default|declare|async|const|let|var|static|public|private|protected|override|readonly"
    r"|abstract|accessor|get|set|return)\b(?=\s+[\w$#*@])|@[\w.]+(?:\([^()\n]*\))?(?=\s)"
)
_TYPE_ARGUMENTS = r"<(?:=>|[^<>;]|<(?:=>|[^<>;]|<[^<>;]*+>)*+>)*+>"
# The type between a name and the sign of equality that follows it.
_VALUE_TYPE = (
    r":(?!:)[^=;{}()<\n]*+"
    rf"(?:(?:=>|{_TYPE_ARGUMENTS}|\((?:[^()\n]|\([^()\n]*\))*\)|\{{[^{{}}\n]*\}})[^=;{{}}()<\n]*+)*+"
)
_FUNCTION_VALUE = r"(?=async\b|function\b|[(<]|[\w$]+\s*=>)"
# Brackets that nothing follows in their line that would make them parameters are passed by at once: those of most calls.
_INSIDE = r"(?:[^()\n]|\([^()\n]*+\))*+"
_CLASS_MAKER = r"(?:[\w$]+\.)*(?:extend|createClass|createReactClass)\s*\(\s*(?=\{)"
# A word, or a name and what follows it. The last group of a match is the kind of candidate.
_CANDIDATE = (
    r"(?:\A|[\n{},;(])[ \t]*+(?=[\w$#@*])"
    rf"(?P<modifiers>(?:(?:{_MODIFIER})[ \t]+)*+)"
    r"(?:function\b\s*\*?\s*(?P<function>#?[\w$]+)\s*(?=[(<])"
    r"|(?:class|interface|enum|namespace|module)\s+(?!(?:extends|implements)\b)(?P<type>[\w$.]+)"
    r"|(?:\*[ \t]*)?(?P<name>#?[\w$]++(?P<path>(?:\.#?[\w$]++)+)?)"
    r"(?:(?P<class_value>\s*=\s*class\b)"
    rf"|(?P<made_class>\s*[=:]\s*{_CLASS_MAKER})"
    rf"|(?P<assigned>\s*[?!]?\s*(?:{_VALUE_TYPE})?(?:=\s*(?P<chained>[\w$.]++)\s*)*?=(?![=>])\s*"
    rf"{_FUNCTION_VALUE})"
    rf"|(?(path)(?!)|(?P<member>\s*:\s*{_FUNCTION_VALUE}))"
    rf"|(?(path)(?!)|(?P<method>\??\s*(?=<|\({_INSIDE}(?:[(\n]|\)\s*[{{:]))))))"
)
_TYPES = ("type", "class_value", "made_class")
_GOES_ON = ("?", ":", "=", "&", "|", "+")
_FUNCTION_WORD = re.compile(r"(?:async\s+)?function\b\s*\*?\s*(?:[\w$]+\s*)?")
_ARROW_WITH_NAME = re.compile(r"(?:async\s+)?[\w$]+\s*=>")
_ASYNC = re.compile(r"async\b\s*")
# What is among the arguments of a call, but not among parameters.
_ARGUMENT = re.compile(r"=>|[\"'`]|\bfunction\b")
# What may stand in the type of a result, before the arrow.
_RESULT_MARK = re.compile(r"=>|[(\[{};=]")


def find_script(text: str, language: Language) -> Iterator[Extent]:
    """Yield the definitions of a masked text in order of their headers."""
    braces = match_braces(text)
    for match in _compile_candidate().finditer(text):
        end = _read_candidate(text, match, language, braces)
        if end is None:
            continue
        stop = _find_stop(text, match, end, braces)
        if stop is None:
            continue
        kind = match.lastgroup or ""
        name = match["chained"] or match["name"] or match[kind]
        start = match.start("modifiers")
        signature = "".join(text[start : end.at].split())
        yield Extent(name, "class" if kind in _TYPES else "function", start, stop, signature)


@cache
def _compile_candidate() -> re.Pattern[str]:
    return re.compile(_CANDIDATE)


def _read_candidate(
    text: str, match: re.Match[str], language: Language, braces: Mapping[int, int]
) -> HeaderEnd | None:
    """Return where the header of a candidate ends, or None where it is no definition."""
    kind, name = match.lastgroup, match["name"]
    if kind == "method":
        return (
            None if name in language.not_functions else _read_method(text, match, language, braces)
        )
    if kind == "made_class":
        is_class = name.rpartition(".")[2][:1].isupper()
        return HeaderEnd("block", match.end()) if is_class else None
    if kind in ("assigned", "member"):
        is_default = text.startswith("(", match.start()) and not match["path"]
        return None if is_default else _read_value(text, match, language, braces)
    end = read_header(text, match.start("modifiers"), match.end(), language, braces)
    return end if end.body == "block" else None


def _read_method(
    text: str, match: re.Match[str], language: Language, braces: Mapping[int, int]
) -> HeaderEnd | None:
    """Return where the header of a method ends: before its body, or after its type where it has none.

    None for what else looks like that: a call, a branch of a conditional expression.
    """
    parameters = skip_blanks(text, skip_angles(text, match.end()))
    if not text.startswith("(", parameters):
        return None
    end = skip_bracket(text, parameters)
    after = skip_blanks(text, end)
    if text.startswith("{", after):
        is_call = "\n" in text[end:after] and _ARGUMENT.search(text, parameters, end)
        return None if is_call else HeaderEnd("block", after)
    if not text.startswith(":", after) or "return" in match["modifiers"]:
        return None
    before = strip_blanks(text, match.start())
    if not text.startswith("{", match.start()) and text.endswith(_GOES_ON, 0, before):
        return None
    return read_header(text, match.start("name"), after + 1, language, braces)


def _read_value(
    text: str, match: re.Match[str], language: Language, braces: Mapping[int, int]
) -> HeaderEnd | None:
    """Return where the header of a function ends that is a value; None where the value is none.

    An arrow before an expression is a definition where a line assigns it. As a member of an object it is just a value.
    """
    word = _FUNCTION_WORD.match(text, match.end())
    if word is not None:
        end = read_header(text, match.start(), word.end(), language, braces)
        return end if end.body == "block" else None
    body = _skip_arrows(text, match.end())
    if body is None:
        return None
    if text.startswith("{", body):
        return HeaderEnd("block", body)
    begins_line = match.start() == 0 or text.startswith("\n", match.start())
    return HeaderEnd("expression", body) if begins_line and match.lastgroup == "assigned" else None


def _skip_arrows(text: str, start: int) -> int | None:
    """Return the offset of the body behind the last of the arrows that begin at ``start``; None where none does."""
    body = None
    at = _skip_arrow(text, start)
    while at is not None:
        body = skip_blanks(text, at)
        at = _skip_arrow(text, body)
    return body


def _skip_arrow(text: str, start: int) -> int | None:
    """Return the offset after the parameters, the type and the arrow that begin at ``start``; None where none do."""
    named = _ARROW_WITH_NAME.match(text, start)
    if named is not None:
        return named.end()
    word = _ASYNC.match(text, start)
    at = skip_blanks(text, skip_angles(text, word.end() if word else start))
    if not text.startswith("(", at):
        return None
    at = skip_blanks(text, skip_bracket(text, at))
    if text.startswith("=>", at):
        return at + 2
    if not text.startswith(":", at):
        return None
    while (mark := _RESULT_MARK.search(text, at)) is not None:
        if mark.group() == "=>":
            return mark.end()
        if mark.group() in ";=}":
            return None
        at = skip_bracket(text, mark.start())
    return None


def _find_stop(
    text: str, match: re.Match[str], end: HeaderEnd, braces: Mapping[int, int]
) -> int | None:
    """Return the offset of the last character of a definition; None where its block has no end, or is called at once."""
    if end.body == "none":
        return end.at - 1
    if end.body == "expression":
        return find_expression_end(text, end.at, measure_indent(text, match.start("modifiers"))) - 1
    closing = braces.get(end.at)
    is_called = closing is not None and text.startswith("(", closing + 1)
    return None if is_called and match.lastgroup == "assigned" else closing
