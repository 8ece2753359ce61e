"""What a session executed, as the notebook that it was in that moment."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.capture.saved_notebook import SavedCell

_OWN_LINE = re.compile(r"\s*%(?:keep|exp|load_ext\s+gitexp|reload_ext\s+gitexp)\b.*")


UNSAVED = "session.ipynb"
"""What the executed cells are called where no notebook was ever saved."""


def find_shell() -> Any:
    """Return the shell of this kernel; None outside of kernels. IPython is never imported here."""
    ipython: Any = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def list_executed(inputs: Iterable[str]) -> list[str]:
    """Return the cells that were executed, in order, re-runs included, without lines of ours.

    The same cell several times in a row is there once.
    """
    executed: list[str] = []
    for text in inputs:
        lines = [line for line in text.splitlines() if not _OWN_LINE.fullmatch(line)]
        source = "\n".join(lines).strip("\n")
        if source.strip() and executed[-1:] != [source]:
            executed.append(source)
    return executed


def build_notebook(executed: Sequence[str], saved: Sequence[SavedCell]) -> bytes:
    """Return a notebook of the executed cells.

    A cell that stands in the saved notebook word for word keeps its id, and the headings and texts
    that stand right above it come along, so that rules by heading or cell find it.
    """
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(saved):
        if cell.is_code:
            places.setdefault(cell.source, []).append(place)
    cells: list[dict[str, Any]] = []
    used: set[int] = set()
    for number, source in enumerate(executed, 1):
        unused = [each for each in places.get(source, ()) if each not in used]
        ident = f"executed-{number}"
        if unused:
            place = unused[0]
            for text_place in _list_texts_above(saved, place):
                if text_place not in used:
                    used.add(text_place)
                    cells.append(_make_text_cell(saved[text_place]))
            used.add(place)
            ident = saved[place].id or ident
        cells.append(_make_code_cell(ident, source))
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def list_outputs_of(executed: Sequence[str], saved: Sequence[SavedCell]) -> list[SavedCell]:
    """Return the saved cells that were executed as they stand, in the order of the notebook."""
    sources = set(executed)
    return [cell for cell in saved if cell.is_code and cell.source in sources]


def _list_texts_above(saved: Sequence[SavedCell], place: int) -> list[int]:
    """Return the places of the texts between a code cell and the code cell before it."""
    places = []
    for above in range(place - 1, -1, -1):
        if saved[above].is_code:
            break
        places.append(above)
    return places[::-1]


def _make_code_cell(ident: str, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": ident,
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def _make_text_cell(cell: SavedCell) -> dict[str, Any]:
    source = cell.source.splitlines(keepends=True)
    return {"cell_type": "markdown", "id": cell.id, "metadata": {}, "source": source}
