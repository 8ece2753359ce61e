"""Blank what is no code, so that words and brackets can be counted.

That is comments, strings and lines of a preprocessor. A masked text has the length and the lines of
the text that it was made of.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.excerpt.languages.language import Language

_DIRECTIVE = r"(?m:^[ \t]*\#(?:\\\n|[^\n])*)"
_BRANCH_OR_BRACE = r"(?m:^[ \t]*\#[ \t]*(?P<word>if|el|endif)\w*)|[{}]"
_QUOTES = ("'", '"', "`")


def mask_text(text: str, language: Language) -> str:
    """Return the text with blanks for comments, strings and lines of a preprocessor."""
    masked = _compile_blanked(language).sub(_choose_blanks(language), text)
    if language.preprocessor and "#" in masked:
        return re.sub(_DIRECTIVE, _make_blanks, _keep_one_branch(masked))
    return masked


def mask_values(text: str, language: Language) -> str:
    """Return the text with its comments blank, and strings too but for their ends.

    A string of several lines stands in round brackets: it does not end its statement.
    """
    return _compile_blanked(language).sub(_make_value_maker(language), text)


@cache
def _compile_blanked(language: Language) -> re.Pattern[str]:
    """Return a pattern for the comments and strings of a language."""
    patterns = filter(None, (language.comments, language.strings))
    return re.compile("|".join(patterns), re.DOTALL)


@cache
def _choose_blanks(language: Language) -> Callable[[re.Match[str]], str]:
    """Return what puts blanks for a comment or a string of a language.

    Where indentation tells what belongs together, all is blank.
    """
    ends_by_indent = language.layout == "ended" and not language.block_begin
    if language.layout == "indented" or ends_by_indent:
        return _make_blanks
    return _make_value_maker(language)


@cache
def _make_value_maker(language: Language) -> Callable[[re.Match[str]], str]:
    """Return what puts blanks for a comment, and a value for a string.

    The quotes of a string stay, for a value stands there. A string of several lines stands in round
    brackets, for it is part of its statement.
    """
    is_comment = re.compile(language.comments, re.DOTALL).match

    def make_value(match: re.Match[str]) -> str:
        text = match.group()
        if "\n" in text:
            blanks = _make_blanks(match)
            return blanks if is_comment(text) else f"({blanks[1:-1]})"
        if text[0] == "`" and language.quoted_names:
            name = re.sub(r"\W", "_", text[1:-1])
            return f" {name} "
        is_regex = text[0] == "/" and not is_comment(text)
        if is_regex or text[0] in _QUOTES:
            return text[0] + " " * (len(text) - 2) + text[-1]
        return " " * len(text)

    return make_value


def _make_blanks(match: re.Match[str]) -> str:
    """Return blanks for the text that matched; its line ends stay."""
    lines = match.group().split("\n")
    return "\n".join(" " * len(line) for line in lines)


def _keep_one_branch(text: str) -> str:
    """Return the text without the braces of some branches of ``#if``.

    These are the branches that open or close more than the first one. They hold the header of one
    function twice, and its body once.
    """
    if "#el" not in text and "# el" not in text:
        return text
    for start, stop in _find_unbalanced_branches(text):
        without_braces = text[start:stop].replace("{", " ").replace("}", " ")
        text = text[:start] + without_braces + text[stop:]
    return text


def _find_unbalanced_branches(text: str) -> list[tuple[int, int]]:
    """Return where each branch of ``#if`` but a first one lies that opens or closes a block."""
    open_branches = [_Branch(0)]
    unbalanced: list[tuple[int, int]] = []
    for match in re.finditer(_BRANCH_OR_BRACE, text):
        branch = open_branches[-1]
        mark = match.group()
        if mark == "{":
            branch.depth += 1
        elif mark == "}":
            branch.depth -= 1
        elif match["word"] == "if":
            open_branches.append(_Branch(match.end()))
        elif len(open_branches) > 1:
            if branch.first_depth is None:
                branch.first_depth = branch.depth
            elif branch.depth:
                unbalanced.append((branch.start, match.start()))
            branch.start, branch.depth = match.end(), 0
            if match["word"] == "endif":
                open_branches.pop()
                open_branches[-1].depth += branch.first_depth
    return unbalanced


class _Branch:
    """A branch of ``#if`` while it is read.

    ``depth`` says how many more blocks it opens than it closes, ``first_depth`` how many the first
    branch did.
    """

    __slots__ = ("depth", "first_depth", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.depth = 0
        self.first_depth: int | None = None
