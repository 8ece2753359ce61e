"""Find definitions where blocks stand in braces and the text before a brace says what each is.

The brackets of a masked text are counted. Before each brace and semicolon ``headers`` reads the
head: the text since the statement before.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.excerpt.symbols.expressions import blank_brackets
from gitexp.excerpt.symbols.extent import Extent
from gitexp.excerpt.symbols.headers import Header, read_declaration, read_head

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.languages.language import Language

# Brackets around nothing that matters are passed over. The end is found too, so that no place is
# looked at twice.
_MARK = re.compile(r"(?:[^(){};]++|\([^(){};]*+\))*([(){};]|\Z)")

_DEFAULT = re.compile(r"=\s*(?:default|delete)\s*$")

# Braces initialise a member, between the parameters of a constructor and its body:
# ``Shape(int n) : corners{n} {``.
_INITIALISER = re.compile(r"\)[^()]*?(?<!:):(?!:)(?:[^{}]|\{[^{}]*\})*[\w>]\s*$")

_NAME_AFTER = re.compile(r"\s*\**\s*(?P<name>\w+)\s*[,;]")

_ARROW = "=>"


class _Level:
    """An open bracket.

    ``closing`` is what closes it, ``brace`` its offset, ``head`` the offset where the current head
    inside starts. ``header`` says what the block is that the bracket opened, and begins at
    ``start``. Where ``in_header`` is true the braces are part of a header, which goes on after
    them.
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
            levels.append(_open_brace(text, levels, at, language))
        elif mark == ";":
            yield from _read_statement(text, levels, at, language)
            level.head = at + 1
        elif mark:
            closed = _close_level(levels, mark)
            if closed is None:
                continue
            yield from _finish_block(text, closed, at)
            is_statement_over = mark == "}" and levels[-1].closing != ")"
            if is_statement_over and not closed.in_header:
                levels[-1].head = at + 1


def _open_brace(text: str, levels: Sequence[_Level], at: int, language: Language) -> _Level:
    """Return the level that the brace at ``at`` opens."""
    head = text[levels[-1].head : at]
    if _is_in_expression(head, language):
        return _Level("}", at, in_header=True)
    header = read_head(head, language)
    if header is None or not _is_plausible(header, levels, language):
        return _Level("}", at)
    if language.macros and header.kind == "function" and _INITIALISER.search(head):
        return _Level("}", at, in_header=True)
    return _Level("}", at, levels[-1].head + header.at, header)


def _is_in_expression(head: str, language: Language) -> bool:
    """Return True if a brace after a head belongs to the expression that is a method's body."""
    if language.expression_after != _ARROW or _ARROW not in head:
        return False
    return _ARROW in blank_brackets(head)


def _close_level(levels: list[_Level], mark: str) -> _Level | None:
    """Take away the level that a bracket closes, and return it; None where it closes nothing.

    A brace closes the round brackets inside it too, which had no end.
    """
    if mark == "}":
        while len(levels) > 1 and levels[-1].closing != mark:
            levels.pop()
    if len(levels) > 1 and levels[-1].closing == mark:
        return levels.pop()
    return None


def _finish_block(text: str, closed: _Level, at: int) -> Iterator[Extent]:
    """Yield the definition, if any, whose block the bracket at ``at`` closes."""
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
    """Yield the definition without a block, if any, that the semicolon at ``at`` ends."""
    head = text[levels[-1].head : at]
    is_in_type = _is_in_type(levels)
    is_default = language.macros and _DEFAULT.search(head) is not None
    is_arrow = language.expression_after == _ARROW and _ARROW in head
    around = _find_around(levels)
    is_in_function = around is not None and around.kind != "class"
    may_be_type = bool(language.bodiless) and not is_in_function
    if not (is_in_type or is_arrow or is_default or may_be_type):
        return
    declaration = head[: head.index(_ARROW) + len(_ARROW)] if is_arrow else head
    header = read_declaration(declaration, language)
    if header is None or not _is_plausible(header, levels, language):
        return
    is_call = header.bare or not is_arrow
    if header.kind == "function" and is_call and not (is_in_type or is_default):
        return
    start = levels[-1].head + header.at
    body = text.find(_ARROW, start, at) if is_arrow else -1
    signature = "".join(text[start : body if body >= 0 else at].split())
    yield Extent(header.name, header.kind, start, at, signature)


def _is_in_type(levels: Sequence[_Level]) -> bool:
    """Return True if the innermost bracket is that of a type."""
    header = levels[-1].header
    return header is not None and header.kind == "class" and header.word != "namespace"


def _find_around(levels: Sequence[_Level]) -> Header | None:
    """Return the header of the innermost definition that is open."""
    for level in reversed(levels):
        if level.header is not None:
            return level.header
    return None


def _is_plausible(header: Header, levels: Sequence[_Level], language: Language) -> bool:
    """Return True if a name may stand there without a type or a word before it.

    In a class only a constructor, a destructor and an operator do without. In a function nothing
    does.
    """
    is_lone = header.word == "lone"
    if not header.bare or (language.bare_functions == "anywhere" and not is_lone):
        return True
    around = _find_around(levels)
    if around is None or around.word == "namespace":
        return language.bare_functions == "outside" and not is_lone
    if around.kind != "class":
        return False
    class_name = around.name.rpartition(".")[2]
    if is_lone:
        return header.name == class_name and around.word == "record"
    name = header.name.partition(".")[0]
    return name.lstrip("~!") == class_name or name.startswith("operator")
