"""Scripts in jupytext's light format: paragraphs are cells, ``# +`` to ``# -`` a longer one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.parse.cells.cell import Cell, make_code_cell, make_text_cell
from gitexp.excerpt.parse.cells.comments import (
    COMMENT_SIGN,
    compile_pattern,
    has_code,
    is_comment,
    uncomment,
)
from gitexp.excerpt.parse.cells.options import KIND_AND_OPTIONS, TEXT_KIND, find_option_names

if TYPE_CHECKING:
    Lines = tuple[str, ...]

SIGN = r"# +format_name: light|# ?\+(?:[ \t]*$| \{| \[| [\w.]+=)"
OPENING = rf"{COMMENT_SIGN} ?\+(?:\s+(?P<text>\S.*))?\s*$"
_CLOSING = rf"{COMMENT_SIGN} ?-\s*$"
_CUSTOM_END = r"endofcell=[\"'](?P<end>-+)[\"']"


def read_light(lines: Lines) -> list[Cell]:
    """Return the cells of a script in the light format. Its marks belong to no cell."""
    cells = []
    number = _skip_header(lines)
    while number < len(lines):
        if not lines[number].strip():
            number += 1
            continue
        opening = compile_pattern(OPENING).match(lines[number])
        if opening is not None:
            stop, next_line = _find_end(lines, number + 1, opening.group("text") or "")
            cells.append(_make_marked(lines, number, stop, opening.group("text") or ""))
            number = next_line
            continue
        stop = _find_paragraph_end(lines, number)
        if has_code(lines[number:stop]):
            cells.append(make_code_cell(lines, number, stop))
        else:
            text = [uncomment(line) for line in lines[number:stop]]
            cells.append(make_text_cell(text, number))
        number = stop
    return cells


def _make_marked(lines: Lines, mark: int, stop: int, options: str) -> Cell:
    """Return the cell below a mark, with the names and the title that its options give."""
    if compile_pattern(TEXT_KIND).search(options):
        text = [uncomment(line) for line in lines[mark + 1 : stop]]
        return make_text_cell(["", *text], mark)
    title = compile_pattern(KIND_AND_OPTIONS).sub("", options)
    names = find_option_names(options)
    return make_code_cell(lines, mark + 1, stop, id=title, names=names, title=title)


def _skip_header(lines: Lines) -> int:
    """Return the first line behind the header of jupytext: comments from ``# ---`` to ``# ---``."""
    fences = [
        number for number, line in enumerate(lines[:100]) if uncomment(line).rstrip() == "---"
    ]
    if len(fences) < 2 or not all(is_comment(line) or not line for line in lines[: fences[1]]):
        return 0
    return fences[1] + 1


def _find_end(lines: Lines, start: int, options: str) -> tuple[int, int]:
    """Return where a marked cell stops, and the line after its end mark."""
    custom = compile_pattern(_CUSTOM_END).search(options)
    closing = rf"{COMMENT_SIGN} ?{custom.group('end')}\s*$" if custom else _CLOSING
    for number in range(start, len(lines)):
        if compile_pattern(closing).match(lines[number]):
            return number, number + 1
        if not custom and compile_pattern(OPENING).match(lines[number]):
            return number, number
    return len(lines), len(lines)


def _find_paragraph_end(lines: Lines, start: int) -> int:
    """Return the blank line that ends a paragraph: no indented line follows it."""
    for number in range(start, len(lines)):
        if compile_pattern(OPENING).match(lines[number]):
            return number
        if lines[number].strip():
            continue
        following = next((line for line in lines[number:] if line.strip()), "")
        if not following[:1].isspace() and not following.startswith((")", "]", "}")):
            return number
    return len(lines)
