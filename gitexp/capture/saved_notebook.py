"""Reading the cells of a saved notebook, with what they printed and showed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


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
        content = json.loads(data)
        raw_cells = content["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    if not isinstance(raw_cells, list):
        return []
    return [_read_cell(raw) for raw in raw_cells if isinstance(raw, dict)]


def _read_cell(raw: Mapping[str, Any]) -> SavedCell:
    outputs = raw.get("outputs")
    printed: list[str] = []
    pictures: list[bytes] = []
    for output in outputs if isinstance(outputs, list) else ():
        if isinstance(output, dict):
            _read_output(output, printed, pictures)
    is_code = raw.get("cell_type") == "code"
    source = _join(raw.get("source")).strip("\n")
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
        printed.append(_join(output.get("text")))
        return
    data = output.get("data")
    if not isinstance(data, dict):
        return
    if "image/png" in data:
        try:
            pictures.append(b64decode(_join(data["image/png"]).replace("\n", ""), validate=True))
        except ValueError:
            return
    elif "text/plain" in data:
        printed.append(_join(data["text/plain"]) + "\n")


def _join(text: object) -> str:
    """Return a text of a notebook, which may be a list of its lines."""
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else ""
