"""Reading an executed notebook as a run: what it printed and showed, and in which order."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from gitexp.capture.log_lines import read_printed
from gitexp.capture.picture import check_picture
from gitexp.capture.saved_notebook import read_saved_cells
from gitexp.capture.trackers.tracked_values import TrackedRuns, make_name
from gitexp.errors import ContentError, GitExpError
from gitexp.model.import_rows import Complaint, TrackedRun

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gitexp.capture.saved_notebook import SavedCell
    from gitexp.model.picture import Picture

_MOST_PICTURES = 6
"""Pictures that are taken: those of the last cells."""


def read_executed_notebook(path: Path, ident: str = "") -> TrackedRuns:
    """Return the run of a notebook. ``ident`` is the id in its code, "" for the name of the file.

    Raises ContentError for a notebook of which no cell was executed.
    """
    cells = [cell for cell in read_saved_cells(path.read_bytes()) if cell.is_code]
    executed = [cell for cell in cells if cell.execution_count is not None]
    if not executed:
        raise ContentError(
            f"'{path}' holds no table of runs, and no cell was executed",
            "a table has a head line with a column 'id' or 'name', then a row a run",
        )
    complaints: list[Complaint] = []
    metrics, series = read_printed("\n".join(cell.printed for cell in executed))
    name = make_name(ident or path.stem, "notebook")
    run = TrackedRun(
        # Another version of a notebook with the same outputs is the same run.
        origin=f"notebook {name} {_sum_outputs(executed)}",
        name=name,
        at=datetime.fromtimestamp(int(path.stat().st_mtime)).astimezone(),
        text=f"{path.name}: {_describe_order(executed, len(cells))}",
        metrics=tuple(metrics),
        series=tuple(series),
        pictures=_read_pictures(path, executed, complaints),
        file=str(path),
    )
    return TrackedRuns([run], complaints)


def _sum_outputs(cells: Sequence[SavedCell]) -> str:
    digest = hashlib.sha256()
    for cell in cells:
        digest.update(cell.printed.encode("utf-8", "replace"))
        for picture in cell.pictures:
            digest.update(picture)
    return digest.hexdigest()


def _describe_order(executed: Sequence[SavedCell], cell_count: int) -> str:
    """Return ``12 of 14 code cells were executed, [3] to [20], not in order``."""
    counts = [cell.execution_count or 0 for cell in executed]
    order = "" if counts == sorted(counts) else ", not in order"
    return (
        f"{len(executed)} of {cell_count} code cells were executed, "
        f"[{min(counts)}] to [{max(counts)}]{order}"
    )


def _read_pictures(
    path: Path, cells: Sequence[SavedCell], complaints: list[Complaint]
) -> tuple[Picture, ...]:
    raw = [(cell, data) for cell in cells for data in cell.pictures]
    pictures = []
    for cell, data in raw[-_MOST_PICTURES:]:
        name = f"{path.stem}-{cell.execution_count}.png"
        try:
            pictures.append(check_picture(name, name, data))
        except GitExpError as error:
            complaints.append(Complaint(str(path), 0, f"[{cell.execution_count}] {error.message}"))
    return tuple(pictures)
