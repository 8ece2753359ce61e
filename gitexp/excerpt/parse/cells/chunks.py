"""Chunks of code in prose: Quarto, R Markdown, Markdown, MyST and Sweave."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.languages.lookup import find_extension
from gitexp.excerpt.parse.cells.cell import Cell, make_code_cell, make_text_cell
from gitexp.excerpt.parse.cells.comments import compile_pattern
from gitexp.excerpt.parse.cells.options import find_option_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    Lines = tuple[str, ...]

_FENCE = r"[ \t>]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`]*?)\s*$"
_CHUNK = r"\{\s*(?P<language>[A-Za-z][\w+#-]*)(?P<options>(?:[\s,][^}]*)?)\}"
_LABEL = r"[\s,]*(?P<label>[^\s,=}]+)\s*(?:,|$|\s)(?!\s*=)"
_DIRECTIVE = r"\{(?P<name>code-cell|code-block|code|sourcecode)\}\s*(?P<language>\S*)"
_WORD = r"\{?\.?(?P<language>[A-Za-z][\w+#-]*)"
_HASH_ID = r"[\s{]#(?P<id>[\w:-]+)"
_COMMENT_OPTION = r"\s*(?:#|//|%%|--)\|\s?(?P<option>.*)$"
_MYST_OPTION = r":(?P<key>[\w-]+):\s*(?P<value>.*)$"
_SWEAVE = r"<<(?P<options>.*?)>>=\s*$"
_SWEAVE_END = r"@(?:\s|$)"
_TEX_HEADING = r"\\(?P<deeper>(?:sub)*)section\*?\{(?P<title>.*)\}"
_NO_LANGUAGE = "txt"


class _Chunk(NamedTuple):
    """A fenced block: lines ``start`` to ``stop`` are inside its fences.

    ``runs``: the document runs it, it is not only shown.
    """

    mark: int
    start: int
    stop: int
    language: str
    names: tuple[str, ...]
    runs: bool

    @property
    def is_code(self) -> bool:
        return self.runs or self.language != _NO_LANGUAGE


def read_chunks(lines: Lines) -> list[Cell]:
    """Return the chunks of a document, and the text between them.

    Where the document runs some, blocks that are only shown are text.
    """
    chunks = [chunk for chunk in _find_chunks(lines) if chunk.is_code]
    if any(chunk.runs for chunk in chunks):
        chunks = [chunk for chunk in chunks if chunk.runs]
    cells = []
    text_start = 0
    for chunk in chunks:
        if text_start < chunk.mark:
            cells.append(make_text_cell(list(lines[text_start : chunk.mark]), text_start))
        cells.append(_make_cell(lines, chunk))
        text_start = chunk.stop + 1
    if text_start < len(lines):
        cells.append(make_text_cell(list(lines[text_start:]), text_start))
    return cells


def read_sweave(lines: Lines) -> list[Cell]:
    """Return the chunks of a Sweave document: ``<<name, opts>>=`` to ``@``. TeX is the text."""
    cells = []
    text: list[str] = []
    number = 0
    while number < len(lines):
        mark = compile_pattern(_SWEAVE).match(lines[number])
        if mark is None:
            text.append(_read_tex_heading(lines[number]))
            number += 1
            continue
        cells.append(make_text_cell(text, number - len(text)))
        text = []
        stop = number + 1
        while stop < len(lines) and not compile_pattern(_SWEAVE_END).match(lines[stop]):
            stop += 1
        names = _find_names(mark.group("options"))
        cells.append(_name_cell(make_code_cell(lines, number + 1, stop, language="r"), names))
        number = stop + 1
    cells.append(make_text_cell(text, len(lines) - len(text)))
    return cells


def _find_chunks(lines: Lines) -> list[_Chunk]:
    """Return all fenced blocks, in order. A fence ends with one that is at least as long."""
    chunks = []
    number = 0
    while number < len(lines):
        fence = compile_pattern(_FENCE).match(lines[number])
        if fence is None:
            number += 1
            continue
        stop = _find_closing_fence(lines, number + 1, fence.group("fence"))
        chunks.append(_read_chunk(number, stop, fence.group("info")))
        number = stop + 1
    return chunks


def _find_closing_fence(lines: Lines, start: int, fence: str) -> int:
    closing = compile_pattern(rf"[ \t>]*{fence[0]}{{{len(fence)},}}\s*$")
    for number in range(start, len(lines)):
        if closing.match(lines[number]):
            return number
    return len(lines)


def _read_chunk(mark: int, stop: int, info: str) -> _Chunk:
    """Return the block whose first fence is line ``mark`` and says ``info``."""
    directive = compile_pattern(_DIRECTIVE).match(info)
    if directive:
        language = find_extension(directive.group("language") or "python")
        runs = directive.group("name") == "code-cell"
        return _Chunk(mark, mark + 1, stop, language or _NO_LANGUAGE, (), runs)
    chunk = compile_pattern(_CHUNK).match(info)
    if chunk:
        language = find_extension(chunk.group("language"))
        names = _find_names(chunk.group("options") or "")
        return _Chunk(mark, mark + 1, stop, language or _NO_LANGUAGE, names, runs=bool(language))
    word = compile_pattern(_WORD).match(info)
    language = find_extension(word.group("language")) if word else ""
    hash_id = compile_pattern(_HASH_ID).search(info)
    names = (*([hash_id.group("id")] if hash_id else []), *find_option_names(info))
    return _Chunk(mark, mark + 1, stop, language or _NO_LANGUAGE, names, runs=False)


def _find_names(options: str) -> tuple[str, ...]:
    """Return the label of a chunk: its first option without a sign, or ``label="x"``."""
    label = compile_pattern(_LABEL).match(options)
    names = find_option_names(options)
    if label and "=" not in label.group("label"):
        return (label.group("label").strip("\"'"), *names)
    return names


def _make_cell(lines: Lines, chunk: _Chunk) -> Cell:
    """Return the cell of a chunk, with the names that its first lines give."""
    names = list(chunk.names)
    start = chunk.start
    while start < chunk.stop:
        option = compile_pattern(_COMMENT_OPTION).match(lines[start])
        if option is None:
            break
        names += find_option_names(option.group("option"))
        start += 1
    if start == chunk.start:
        # The options of MyST are no code.
        start, option_names = _read_myst_options(lines, start, chunk.stop)
        names += option_names
        code_start = start
    else:
        code_start = chunk.start
    cell = make_code_cell(lines, code_start, chunk.stop, language=_drop_python(chunk.language))
    return _name_cell(cell, tuple(dict.fromkeys(names)))


def _read_myst_options(lines: Lines, start: int, stop: int) -> tuple[int, list[str]]:
    """Return the first line behind the options of a MyST cell, and the names that they give."""
    names: list[str] = []
    number = start
    if number < stop and lines[number].strip() == "---":
        for closing in range(number + 1, stop):
            if lines[closing].strip() == "---":
                text = ", ".join(lines[number + 1 : closing])
                return closing + 1, list(find_option_names(text))
    while number < stop:
        option = compile_pattern(_MYST_OPTION).match(lines[number])
        if option is None:
            break
        names += find_option_names(f"{option.group('key')}: {option.group('value')}")
        number += 1
    return number, names


def _name_cell(cell: Cell, names: Sequence[str]) -> Cell:
    """Return a cell with its label as its id, and tags as names."""
    if not names:
        return cell
    return cell._replace(id=names[0], names=tuple(names[1:]))


def _drop_python(extension: str) -> str:
    return "" if extension == "py" else extension


def _read_tex_heading(line: str) -> str:
    """Return a line of TeX, a section as the heading that Markdown has for it."""
    heading = compile_pattern(_TEX_HEADING).search(line)
    if heading is None:
        return ""
    level = 1 + heading.group("deeper").count("sub")
    return f"{'#' * level} {heading.group('title')}"
