"""Find definitions in JavaScript, TypeScript and their kin.

These are functions with a word, arrows, methods and classes. What stands like a definition at the
beginning of a line or a statement is a candidate, and its header is read from there.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from gitexp.excerpt.symbols.expressions import (
    find_expression_end,
    match_braces,
    measure_indent,
    skip_angles,
    skip_blanks,
    skip_bracket,
    strip_blanks,
)
from gitexp.excerpt.symbols.extent import Extent
from gitexp.excerpt.symbols.header_end import HeaderEnd, HeaderReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.excerpt.languages.language import Language

_DECORATOR = r"@[\w.]+(?:\([^()\n]*\))?(?=\s)"
_TYPE_ARGUMENTS = r"<(?:=>|[^<>;]|<(?:=>|[^<>;]|<[^<>;]*+>)*>)*>"

# The type between a name and the sign of equality that follows it.
_PLAIN_TYPE = r"[^=;{}()<\n]*+"
_BRACKETED_TYPE = rf"=>|{_TYPE_ARGUMENTS}|\((?:[^()\n]|\([^()\n]*\))*\)|\{{[^{{}}\n]*\}}"
_VALUE_TYPE = rf":(?!:){_PLAIN_TYPE}(?:(?:{_BRACKETED_TYPE}){_PLAIN_TYPE})*"
_FUNCTION_VALUE = r"(?=async\b|function\b|[(<]|[\w$]+\s*=>)"

# Brackets that nothing follows in their line that would make them parameters are passed by at once:
# those of most calls.
_INSIDE = r"(?:[^()\n]|\([^()\n]*+\))*"
_CLASS_MAKER = r"(?:[\w$]+\.)*(?:extend|createClass|createReactClass)\s*\(\s*(?=\{)"

_NAMED_CANDIDATE = (
    r"(?:\*[ \t]*)?(?P<name>#?[\w$]++(?P<path>(?:\.#?[\w$]++)+)?)"
    r"(?:(?P<class_value>\s*=\s*class\b)"
    rf"|(?P<made_class>\s*[=:]\s*{_CLASS_MAKER})"
    rf"|(?P<assigned>\s*[?!]?\s*(?:{_VALUE_TYPE})?(?:=\s*(?P<chained>[\w$.]++)\s*)*?=(?![=>])\s*"
    rf"{_FUNCTION_VALUE})"
    rf"|(?(path)(?!)|(?P<member>\s*:\s*{_FUNCTION_VALUE}))"
    rf"|(?(path)(?!)|(?P<method>\??\s*(?=<|\({_INSIDE}(?:[(\n]|\)\s*[{{:])))))"
)

_TYPES = ("type", "alias", "class_value", "made_class")
_GOES_ON = ("?", ":", "=", "&", "|", "+")
_FUNCTION_WORD = re.compile(r"(?:async\s+)?function\b\s*\*?\s*(?:[\w$]+\s*)?")
_ARROW_WITH_NAME = re.compile(r"(?:async\s+)?[\w$]+\s*=>")
_ASYNC = re.compile(r"async\b\s*")

# What is among the arguments of a call, but not among parameters.
_ARGUMENT = re.compile(r"=>|[\"'`]|\bfunction\b")

# What may stand in the type of a result, before the arrow.
_RESULT_MARK = re.compile(r"=>|[(\[{};=]")

# In a type angles are brackets. It goes on over the end of a line before these, and after those.
_TYPE_MARK = re.compile(r"=>|[()\[\]{}<>;\n]")
_TYPE_GOES_ON_BEFORE = re.compile(r"\s*(?:[|&?:]|extends\b)")
_TYPE_GOES_ON_AFTER = re.compile(
    r"(?:[=|&?:,]|=>|\b(?:extends|keyof|typeof|infer|readonly))[ \t]*$"
)


def find_script(text: str, language: Language) -> Iterator[Extent]:
    """Yield the definitions of a masked text in order of their headers."""
    reader = _CandidateReader(text, language)
    for match in _compile_candidate(language).finditer(text):
        end = reader.read(match)
        if end is None:
            continue
        stop = reader.find_stop(match, end)
        if stop is None:
            continue
        group = match.lastgroup or ""
        name = match["chained"] or match["name"] or match[group]
        start = match.start("modifiers")
        signature = "".join(text[start : end.at].split())
        yield Extent(name, "class" if group in _TYPES else "function", start, stop, signature)


@cache
def _compile_candidate(language: Language) -> re.Pattern[str]:
    """Return a pattern for a word and its name, or a name and what follows it.

    The last group of a match is the kind of candidate.
    """
    modifier = rf"(?:{language.modifiers})\b(?=\s+[\w$#*@])|{_DECORATOR}"
    return re.compile(
        r"(?:\A|[\n{},;(])[ \t]*+(?=[\w$#@*])"
        rf"(?P<modifiers>(?:(?:{modifier})[ \t]+)*)"
        r"(?:function\b\s*\*?\s*(?P<function>#?[\w$]+)\s*(?=[(<])"
        rf"|(?:{language.types})\s+(?!(?:extends|implements)\b)(?P<type>{language.type_name})"
        r"|type\s+(?P<alias>[\w$]+)\s*(?=[<=])"
        rf"|{_NAMED_CANDIDATE})"
    )


class _CandidateReader:
    """Reads the candidates of one masked text."""

    def __init__(self, text: str, language: Language) -> None:
        self._text = text
        self._language = language
        self._braces = match_braces(text)
        self._header_reader = HeaderReader(text, language, self._braces)

    def read(self, match: re.Match[str]) -> HeaderEnd | None:
        """Return where the header of a candidate ends, or None where it is no definition."""
        match match.lastgroup:
            case "method":
                return self._read_method(match)
            case "alias":
                return self._read_alias(match)
            case "made_class":
                last_name = match["name"].rpartition(".")[2]
                return HeaderEnd("block", match.end()) if last_name[:1].isupper() else None
            case "assigned" | "member":
                is_default = self._text.startswith("(", match.start()) and not match["path"]
                return None if is_default else self._read_value(match)
        end = self._header_reader.read(match.start("modifiers"), match.end())
        return end if end.body == "block" else None

    def find_stop(self, match: re.Match[str], end: HeaderEnd) -> int | None:
        """Return the offset of the last character of a definition.

        Return None where its block has no end, or is called at once.
        """
        text = self._text
        if end.body == "none":
            return end.at - 1
        if match.lastgroup == "alias":
            return _find_type_end(text, end.at) - 1
        if end.body == "expression":
            indent = measure_indent(text, match.start("modifiers"))
            return find_expression_end(text, end.at, indent) - 1
        closing = self._braces.get(end.at)
        is_called = closing is not None and text.startswith("(", closing + 1)
        return None if is_called and match.lastgroup == "assigned" else closing

    def _read_method(self, match: re.Match[str]) -> HeaderEnd | None:
        """Return where the header of a method ends.

        That is before its body, or after its type where it has none. Return None for what else
        looks like that: a call, a branch of a conditional expression.
        """
        text = self._text
        if match["name"] in self._language.not_functions:
            return None
        parameters = skip_blanks(text, skip_angles(text, match.end()))
        if not text.startswith("(", parameters):
            return None
        end = skip_bracket(text, parameters)
        after = skip_blanks(text, end)
        if text.startswith("{", after):
            is_next_line = "\n" in text[end:after]
            is_call = is_next_line and _ARGUMENT.search(text, parameters, end) is not None
            return None if is_call else HeaderEnd("block", after)
        if not text.startswith(":", after) or "return" in match["modifiers"]:
            return None
        begins_object = text.startswith("{", match.start())
        before = strip_blanks(text, match.start())
        if not begins_object and text.endswith(_GOES_ON, 0, before):
            return None
        return self._header_reader.read(match.start("name"), after + 1)

    def _read_alias(self, match: re.Match[str]) -> HeaderEnd | None:
        """Return where the header of ``type Name<T> = ...`` ends, or None where it is none."""
        at = skip_blanks(self._text, skip_angles(self._text, match.end()))
        is_assigned = self._text.startswith("=", at) and not self._text.startswith(("==", "=>"), at)
        return HeaderEnd("expression", at + 1) if is_assigned else None

    def _read_value(self, match: re.Match[str]) -> HeaderEnd | None:
        """Return where the header of a function ends that is a value, or None where it is none.

        An arrow before an expression is a definition where a line assigns it. As a member of an
        object it is just a value.
        """
        text = self._text
        word = _FUNCTION_WORD.match(text, match.end())
        if word is not None:
            end = self._header_reader.read(match.start(), word.end())
            return end if end.body == "block" else None
        body = _skip_arrows(text, match.end())
        if body is None:
            return None
        if text.startswith("{", body):
            return HeaderEnd("block", body)
        begins_line = match.start() == 0 or text.startswith("\n", match.start())
        is_assigned = begins_line and match.lastgroup == "assigned"
        return HeaderEnd("expression", body) if is_assigned else None


def _find_type_end(text: str, start: int) -> int:
    """Return the offset after the type that begins at ``start``."""
    depth = 0
    for mark in _TYPE_MARK.finditer(text, skip_blanks(text, start)):
        if mark.group() in "([{<":
            depth += 1
        elif mark.group() in ")]}>":
            depth -= 1
        if depth < 0 or (depth == 0 and _ends_type(text, mark)):
            return strip_blanks(text, mark.start())
    return strip_blanks(text, len(text))


def _ends_type(text: str, mark: re.Match[str]) -> bool:
    """Return True if a type ends at a mark outside of its brackets."""
    if mark.group() != "\n":
        return mark.group() == ";"
    if _TYPE_GOES_ON_BEFORE.match(text, mark.start()):
        return False
    line = text.rfind("\n", 0, mark.start()) + 1
    return _TYPE_GOES_ON_AFTER.search(text, line, mark.start()) is None


def _skip_arrows(text: str, start: int) -> int | None:
    """Return the offset of the body behind the arrows that begin at ``start``, or None."""
    body = None
    at = _skip_arrow(text, start)
    while at is not None:
        body = skip_blanks(text, at)
        at = _skip_arrow(text, body)
    return body


def _skip_arrow(text: str, start: int) -> int | None:
    """Return the offset after the arrow whose parameters begin at ``start``, or None."""
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
    return _skip_result(text, at) if text.startswith(":", at) else None


def _skip_result(text: str, at: int) -> int | None:
    """Return the offset after the arrow behind the type of a result, or None where none follows."""
    while (mark := _RESULT_MARK.search(text, at)) is not None:
        if mark.group() == "=>":
            return mark.end()
        if mark.group() in ";=}":
            return None
        at = skip_bracket(text, mark.start())
    return None
