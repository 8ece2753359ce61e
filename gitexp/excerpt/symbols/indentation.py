"""Definitions in text that is not (valid) Python, without a grammar: here those told by indentation.

Comments and strings are blanked first. ``symbols_braced`` reads those told by braces.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.excerpt.definition import Definition, find_comment_start
from gitexp.excerpt.symbols.masking import DATA, EXPRESSIVE, INDENTED, marks, mask, mask_indented

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.definition import DefinitionKind

# Compiled at first need: where all code is told by braces that takes longer than reading a file.
_LINE_HEADER = (
    r"(?P<indent>[ \t]*)(?:(?:export|pub|local|async|public|private|static|@[\w.]+(?:\([^()]*\))?|cdef|cpdef)\s+)*"
    r"(?P<word>def|class|function|module|baremodule|(?:mutable\s+)?struct|macro|sub|subroutine|def(?:p|macrop?|guardp?|module|protocol|impl)|func|proc|abstract\s+type)\s+"
    r"(?P<name>(?:self\.)?(?:[\w.:]+(?:[!?]|=(?=\())?|\[\]=?|<=>|[=!]?=[=~]=?|[-+*/%<>!~^&|]+=?))"
)
# Julia's functions without a word: ``norm(x, y) = sqrt(x * x + y * y)``.
_SHORT_FORM = r"(?P<indent>[ \t]*)(?P<name>[A-Za-z_][\w.]*!?)\((?:[^()]|\([^()]*\))*\)(?:\s*where\s[^=]*)?\s*=(?![=>])"
_NOTHING = r"(?!)"
_CLOSING = re.compile(r"[})\]]")
_END = re.compile(r"(?:end|endfunction|endclass)\b")
# What goes on with a function as far in as its header, in languages that have it.
_BRANCHES = {
    "rb": r"(?:rescue|ensure|else)\b", "jl": r"(?:catch|finally|else)\b", "ex": r"(?:rescue|after|catch|else)\b",
    "exs": r"(?:rescue|after|catch|else)\b",
}  # fmt: skip


def text_definitions(path: str, lines: Sequence[str]) -> Iterator[Definition]:
    """Definitions of a file that is not Python, by the extension of ``path``: none where that says data, or prose."""
    extension = path.rpartition(".")[2].lower()
    if extension in INDENTED:
        headers = (_LINE_HEADER, _SHORT_FORM) if extension == "jl" else (_LINE_HEADER,)
        yield from indented_definitions(
            lines, 0, len(lines), headers, _BRANCHES.get(extension, _NOTHING)
        )
    elif extension not in DATA:
        from gitexp.excerpt.symbols.braces import braced_definitions

        yield from braced_definitions(lines, extension)


def indented_definitions(
    lines: Sequence[str],
    start: int,
    stop: int,
    headers: Sequence[str] = (_LINE_HEADER,),
    branch: str = _NOTHING,
) -> Iterator[Definition]:
    """Definitions by indentation: a header of one of these patterns, all deeper lines, and a closing ``end`` as far in as the header."""
    masked = mask_indented("\n".join(lines[start:stop])).split("\n")
    open_blocks: list[tuple[int, str]] = []
    for offset, line in enumerate(masked):
        match = next(filter(None, (re.match(header, line) for header in headers)), None)
        if match is None:
            continue
        indent = len(match["indent"].expandtabs(8))
        while open_blocks and open_blocks[-1][0] >= indent:
            open_blocks.pop()
        name = ".".join([*(outer for _, outer in open_blocks), match["name"]])
        open_blocks.append((indent, match["name"]))
        header = start + offset
        first = header
        while (
            first > start
            and lines[first - 1].lstrip().startswith("@")
            and not re.match(_LINE_HEADER, masked[first - 1 - start])
        ):
            first -= 1
        last = start + _indented_stop(masked, offset, indent, branch)
        word = match.groupdict().get("word", "")
        kind: DefinitionKind = (
            "class"
            if word and (re.search("class|struct|module|protocol|impl", word))
            else "function"
        )
        yield Definition(
            name,
            kind,
            find_comment_start(lines, first, start),
            first,
            header,
            last,
            "".join(lines[header].split()),
        )


def stop_of(path: str, lines: Sequence[str], header: int, size: int) -> int | None:
    """Line after the definition whose header is line ``header``, without reading the rest of the file; ``size``: about how many it has.

    None when it doesn't end, or opens nothing.
    """
    extension = path.rpartition(".")[2].lower()
    reach = 2 * size + 40
    while True:
        part = lines[header : header + reach]
        if extension in INDENTED:
            masked = mask_indented("\n".join(part)).split("\n")
            length = len(part[0][: len(part[0]) - len(part[0].lstrip())].expandtabs(8))
            stop: int | None = _indented_stop(masked, 0, length, _BRANCHES.get(extension, _NOTHING))
        else:
            text = mask("\n".join(part), extension)
            stop = _expression_stop(text, extension) or _closing_line(text, extension)
        if stop is not None and (stop < len(part) or header + reach >= len(lines)):
            return header + stop
        if header + reach >= len(lines):
            return None
        reach *= 4


def _expression_stop(text: str, extension: str) -> int | None:
    """Line after the function that a masked text begins with, where its body is an expression."""
    if extension not in EXPRESSIVE:
        return None
    from gitexp.excerpt.symbols.expressions import expression_stop

    return expression_stop(text, extension)


def _closing_line(text: str, extension: str) -> int | None:
    """Number of lines until the first block that opens is closed, or until a semicolon ends the statement before."""
    from gitexp.excerpt.symbols.headers import opens_go_type

    depth = 0
    in_type = False
    for mark, at in marks(text):
        if mark == "{" and depth == 0:
            in_type = extension == "go" and opens_go_type(text[:at])
        if mark in "({":
            depth += 1
        elif mark in ")}":
            depth -= 1
        if depth < 0:
            return None
        if depth == 0 and mark in ";}" and not in_type:
            return text.count("\n", 0, at) + 1
    return None


def _indented_stop(masked: Sequence[str], header: int, indent: int, branch: str) -> int:
    """Line after the block that the line ``header`` opens; ``branch``: what goes on with it as far in."""
    depth = 0
    last = header + 1
    for number in range(header, len(masked)):
        line = masked[number]
        text = line.lstrip()
        if number > header and text:
            width = len(line[: len(line) - len(text)].expandtabs(8))
            if width == indent and _END.match(
                text
            ):  # whatever brackets a pattern or a string seems to have left open
                return number + 1
            if depth <= 0 and width <= indent and not (width == indent and re.match(branch, text)):
                return number + 1 if width == indent and _CLOSING.match(text) else last
        depth += sum(line.count(mark) for mark in "([{") - sum(line.count(mark) for mark in ")]}")
        if text or depth > 0:
            last = number + 1
    return last
