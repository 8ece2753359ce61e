"""Blank what is no code: comments, strings and lines of a preprocessor, so that words and brackets can be counted.

A masked text has the length and the lines of the text that it was made of.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.excerpt.languages import Language

_DIRECTIVE = r"(?m:^[ \t]*\#(?:\\\n|[^\n])*)"
_BRANCH_OR_BRACE = r"(?m:^[ \t]*\#[ \t]*(?P<word>if|el|endif)\w*)|[{}]"
_QUOTES = ("'", '"', "`")


def mask(text: str, language: Language) -> str:
    """Return the text with blanks for what its language takes for comments, strings and lines of a preprocessor."""
    masked = _compile_blanked(language).sub(_choose_blanks(language), text)
    if language.preprocessor and "#" in masked:
        return re.sub(_DIRECTIVE, _blank, _keep_one_branch(masked))
    return masked


@cache
def _compile_blanked(language: Language) -> re.Pattern[str]:
    return re.compile(f"{language.comments}|{language.strings}", re.DOTALL)


@cache
def _choose_blanks(language: Language) -> Callable[[re.Match[str]], str]:
    """Return what stands for a comment or a string of a language.

    Where indentation tells what belongs together, that is nothing but blanks. Elsewhere the quotes of a string stay, for a
    value stands there, and a string of several lines stands in round brackets, for it is part of its statement.
    """
    if language.layout == "indented" or (language.layout == "ended" and not language.block_begin):
        return _blank
    is_comment = re.compile(language.comments, re.DOTALL).match

    def blank_value(match: re.Match[str]) -> str:
        text = match.group()
        if "\n" in text:
            blank = _blank(match)
            return blank if is_comment(text) else f"({blank[1:-1]})"
        if text[0] == "`" and language.quoted_names:
            return " " + re.sub(r"\W", "_", text[1:-1]) + " "
        if text[0] in _QUOTES or (text[0] == "/" and not is_comment(text)):
            return text[0] + " " * (len(text) - 2) + text[-1]
        return " " * len(text)

    return blank_value


def _blank(match: re.Match[str]) -> str:
    """Return blanks for the text that matched; line ends stay."""
    text = match.group()
    if "\n" not in text:
        return " " * len(text)
    return "\n".join(" " * len(line) for line in text.split("\n"))


def _keep_one_branch(text: str) -> str:
    """Return the text without the braces of each branch of ``#if`` that opens or closes more than the first one.

    Such branches hold the header of one function twice, and its body once.
    """
    if "#el" not in text and "# el" not in text:
        return text
    open_branches = [_Branch(0)]
    dropped: list[tuple[int, int]] = []
    for match in re.finditer(_BRANCH_OR_BRACE, text):
        branch = open_branches[-1]
        if match.group() in "{}":
            branch.depth += 1 if match.group() == "{" else -1
        elif match["word"] == "if":
            open_branches.append(_Branch(match.end()))
        elif len(open_branches) > 1:
            if branch.first_depth is None:
                branch.first_depth = branch.depth
            elif branch.depth:
                dropped.append((branch.start, match.start()))
            branch.start, branch.depth = match.end(), 0
            if match["word"] == "endif":
                open_branches.pop()
                open_branches[-1].depth += branch.first_depth
    for start, stop in dropped:
        without_braces = text[start:stop].replace("{", " ").replace("}", " ")
        text = text[:start] + without_braces + text[stop:]
    return text


class _Branch:
    """A branch of ``#if``: where it starts, how many more blocks it opens than it closes, and how many the first did."""

    __slots__ = ("depth", "first_depth", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.depth = 0
        self.first_depth: int | None = None
