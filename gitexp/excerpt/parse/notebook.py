"""The cells of a notebook, out of its JSON."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from gitexp.errors import ContentError

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


class RawCell(NamedTuple):
    """One cell of a notebook file. ``id`` is "" where the file gives none."""

    id: str
    is_code: bool
    text: str


def read_cells(path: str, data: bytes) -> list[RawCell]:
    """Return the cells of a notebook, in order.

    Raises ContentError where the bytes are not JSON or not a notebook; ``path`` names it there.
    """
    import json

    try:
        book = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        problem = f"'{path}' is not a notebook: {_describe_error(error)}"
        raise ContentError(problem, "look for conflict marks or a save that broke off") from None
    cells = _find_cells(book)
    if cells is None:
        problem = f"'{path}' is not a notebook: it has no list of cells"
        raise ContentError(problem, "open and save it once in Jupyter")
    return [_read_cell(cell) for cell in cells if isinstance(cell, dict)]


def _describe_error(error: Exception) -> str:
    line = getattr(error, "lineno", 0)
    return f"no valid JSON at line {line}" if line else "no valid UTF-8 JSON"


def _find_cells(book: Any) -> list[Any] | None:
    """Return the list of cells of nbformat 4, or of nbformat 3, which has them in worksheets."""
    if not isinstance(book, dict):
        return None
    if isinstance(book.get("cells"), list):
        return list(book["cells"])
    sheets = book.get("worksheets")
    if not isinstance(sheets, list):
        return None
    cells: list[Any] = []
    for sheet in sheets:
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list):
            cells.extend(sheet["cells"])
    return cells


def _read_cell(cell: dict[str, Any]) -> RawCell:
    metadata = cell.get("metadata")
    cell_id = cell.get("id")
    if not cell_id and isinstance(metadata, dict):
        # Colab keeps it there.
        cell_id = metadata.get("id")
    cell_id = _replace_half_characters(str(cell_id or ""))
    return RawCell(cell_id, cell.get("cell_type") == "code", _read_text(cell))


def _read_text(cell: dict[str, Any]) -> str:
    """Return the source of a cell, which is a string or a list of strings.

    nbformat 3 calls the source of a code cell ``input``.
    """
    text = cell.get("source", cell.get("input", ""))
    if isinstance(text, list):
        text = "".join(line for line in text if isinstance(line, str))
    return _replace_half_characters(text) if isinstance(text, str) else ""


def _replace_half_characters(text: str) -> str:
    """Return the text with U+FFFD for each half of a surrogate pair that stands alone.

    JSON can write such a half, but no encoding of a file or terminal can.
    """
    return text if text.isascii() else _HALF_CHARACTER.sub("\ufffd", text)
