"""Definitions in languages whose blocks stand in braces and where the text before a brace says what the block is.

The brackets of a masked text are counted; before each brace and semicolon ``headers`` reads the head.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.excerpt.definition import Extent
from gitexp.excerpt.symbols.expressions import blank_brackets
from gitexp.excerpt.symbols.headers import Header, read_declaration, read_head

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.languages import Language

# Past brackets around nothing that matters. The end is found too, so that no place is looked at twice.
_MARK = re.compile(r"(?:[^(){};]++|\([^(){};]*+\))*+([(){};]|\Z)")
_DEFAULT = re.compile(r"=\s*(?:default|delete)\s*$")
# A member that braces initialise, between a constructor's parameters and its body: ``Shape(int n) : corners{n} {``.
_INITIALISER = re.compile(r"\)[^()]*?(?<!:):(?!:)(?:[^{}]|\{[^{}]*\})*[\w>]\s*$")
_NAME_AFTER = re.compile(r"\s*\**\s*(?P<name>\w+)\s*[,;]")


class _Level:
    """An open bracket: what closes it, where the head inside starts, and the header of the block that it opened.

    ``in_header``: the braces are part of a header, which goes on after them.
    """

    __slots__ = ("brace", "closing", "head", "header", "in_header", "start")

    def __init__(
        self,
        closing: str,
        at: int,
        start: int = 0,
        header: Header | None = None,
        *,
        in_header: bool = False,
    ) -> None:
        self.closing = closing
        self.brace = at
        self.head = at + 1
        self.start = start
        self.header = header
        self.in_header = in_header


def find_headed(text: str, language: Language) -> Iterator[Extent]:
    """Yield the definitions of a masked text in order of their ends."""
    levels = [_Level("", -1)]
    for match in _MARK.finditer(text):
        mark, at = match[1], match.start(1)
        level = levels[-1]
        if mark == "(":
            levels.append(_Level(")", at))
        elif mark == "{":
            levels.append(_open(text, levels, at, language))
        elif mark == ";":
            yield from _read_statement(text, levels, at, language)
            level.head = at + 1
        elif mark:
            closed = _close(levels, mark)
            if closed is None:
                continue
            yield from _finish(text, closed, at)
            if mark == "}" and levels[-1].closing != ")" and not closed.in_header:
                levels[-1].head = at + 1


def _open(text: str, levels: Sequence[_Level], at: int, language: Language) -> _Level:
    """Return the level that the brace at ``at`` opens."""
    head = text[levels[-1].head : at]
    if language.expression_after == "=>" and "=>" in head and "=>" in blank_brackets(head):
        return _Level("}", at, in_header=True)
    header = read_head(head, language)
    if header is None or not _is_plausible(header, levels, language):
        return _Level("}", at)
    if language.macros and header.kind == "function" and _INITIALISER.search(head):
        return _Level("}", at, in_header=True)
    return _Level("}", at, levels[-1].head + header.at, header)


def _close(levels: list[_Level], mark: str) -> _Level | None:
    """Take the level away that a bracket closes, and what a brace closes with it; None where it closes nothing."""
    if mark == "}":
        while len(levels) > 1 and levels[-1].closing != mark:
            levels.pop()
    return levels.pop() if len(levels) > 1 and levels[-1].closing == mark else None


def _finish(text: str, closed: _Level, at: int) -> Iterator[Extent]:
    """Yield the definition whose block the brace at ``at`` closes."""
    if closed.header is None:
        return
    name = closed.header.name
    if not name:
        after = _NAME_AFTER.match(text, at + 1)
        if after is None:
            return
        name = after["name"]
    signature = "".join(text[closed.start : closed.brace].split())
    yield Extent(name, closed.header.kind, closed.start, at, signature)


def _read_statement(
    text: str, levels: Sequence[_Level], at: int, language: Language
) -> Iterator[Extent]:
    """Yield the definition without a block that the semicolon at ``at`` ends."""
    around = _find_around(levels)
    in_type = (
        levels[-1].header is not None
        and around is not None
        and around.kind == "class"
        and around.word != "namespace"
    )
    head = text[levels[-1].head : at]
    is_default = language.macros and _DEFAULT.search(head) is not None
    is_arrow = language.expression_after == "=>" and "=>" in head
    may_be_type = language.bodiless and (around is None or around.kind == "class")
    if not (in_type or is_arrow or is_default or may_be_type):
        return
    header = read_declaration(head[: head.index("=>") + 2] if is_arrow else head, language)
    if header is None or not _is_plausible(header, levels, language):
        return
    if header.kind == "function" and not (in_type or is_default) and (header.bare or not is_arrow):
        return
    start = levels[-1].head + header.at
    body = text.find("=>", start, at) if is_arrow else -1
    signature = "".join(text[start : body if body >= 0 else at].split())
    yield Extent(header.name, header.kind, start, at, signature)


def _find_around(levels: Sequence[_Level]) -> Header | None:
    """Return the header of the innermost definition that is open."""
    return next((level.header for level in reversed(levels) if level.header is not None), None)


def _is_plausible(header: Header, levels: Sequence[_Level], language: Language) -> bool:
    """Return whether a name may stand there without a type or a word before it.

    In a class only a constructor, a destructor and an operator do without, in a function nothing does.
    """
    if not header.bare or (language.bare_functions == "anywhere" and header.word != "lone"):
        return True
    around = _find_around(levels)
    if around is None or around.word == "namespace":
        return language.bare_functions == "outside" and header.word != "lone"
    if around.kind != "class":
        return False
    class_name = around.name.rpartition(".")[2]
    if header.word == "lone":
        return header.name == class_name and around.word == "record"
    name = header.name.partition(".")[0]
    return name.lstrip("~!") == class_name or name.startswith("operator")
