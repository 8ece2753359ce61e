"""Reading the cells of a saved notebook, with what they printed and showed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_OLD_KINDS = {"text": "text/plain", "html": "text/html", "png": "image/png"}
"""What nbformat 3 calls the kinds of an output."""


class SavedCell(NamedTuple):
    """A cell of the notebook as it was last saved, with what it printed and its pictures (PNG).

    ``execution_count`` is None where it was not executed.
    """

    id: str
    is_code: bool
    source: str
    printed: str = ""
    pictures: tuple[bytes, ...] = ()
    execution_count: int | None = None


def read_saved_cells(data: bytes) -> list[SavedCell]:
    """Return the cells of a saved notebook; none where it cannot be read (it is being written)."""
    try:
        raw_cells = list_raw_cells(json.loads(data))
    except (ValueError, RecursionError):
        return []
    return [_read_cell(raw) for raw in raw_cells or ()]


def list_raw_cells(content: Any) -> list[dict[str, Any]] | None:
    """Return the cells of a notebook as nbformat 4 writes them; None for what is no notebook."""
    if not isinstance(content, dict):
        return None
    if isinstance(content.get("cells"), list):
        return [cell for cell in content["cells"] if isinstance(cell, dict)]
    sheets = content.get("worksheets")
    if not isinstance(sheets, list):
        return None
    cells: list[dict[str, Any]] = []
    for sheet in sheets:
        sheet_cells = sheet.get("cells") if isinstance(sheet, dict) else None
        for cell in sheet_cells if isinstance(sheet_cells, list) else ():
            if isinstance(cell, dict):
                cells.append(_convert_old_cell(cell))
    return cells


def _convert_old_cell(cell: dict[str, Any]) -> dict[str, Any]:
    """Return a cell of nbformat 3 as nbformat 4 writes it."""
    converted = {**cell, "source": cell.get("source", cell.get("input"))}
    converted["execution_count"] = cell.get("prompt_number")
    outputs = cell.get("outputs")
    converted["outputs"] = [
        _convert_old_output(output)
        for output in (outputs if isinstance(outputs, list) else ())
        if isinstance(output, dict)
    ]
    return converted


def _convert_old_output(output: dict[str, Any]) -> dict[str, Any]:
    data = {kind: output[key] for key, kind in _OLD_KINDS.items() if key in output}
    return {**output, "data": data}


def _read_cell(raw: Mapping[str, Any]) -> SavedCell:
    outputs = raw.get("outputs")
    printed: list[str] = []
    pictures: list[bytes] = []
    for output in outputs if isinstance(outputs, list) else ():
        if isinstance(output, dict):
            _read_output(output, printed, pictures)
    is_code = raw.get("cell_type") == "code"
    source = join_lines(raw.get("source")).strip("\n")
    count = raw.get("execution_count")
    return SavedCell(
        str(raw.get("id") or ""),
        is_code,
        source,
        "".join(printed),
        tuple(pictures),
        count if isinstance(count, int) else None,
    )


def _read_output(output: Mapping[str, Any], printed: list[str], pictures: list[bytes]) -> None:
    from base64 import b64decode

    if output.get("output_type") == "stream":
        printed.append(join_lines(output.get("text")))
        return
    data = output.get("data")
    if not isinstance(data, dict):
        return
    if "image/png" in data:
        try:
            pictures.append(
                b64decode(join_lines(data["image/png"]).replace("\n", ""), validate=True)
            )
        except ValueError:
            return
    elif "text/plain" in data:
        printed.append(join_lines(data["text/plain"]) + "\n")


def join_lines(text: object) -> str:
    """Return a text of a notebook, which may be a list of its lines."""
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else ""
