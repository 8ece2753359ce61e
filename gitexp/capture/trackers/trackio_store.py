"""Reading the runs of trackio: a SQLite file for each project."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gitexp.capture.trackers.tracked_values import (
    TrackedRuns,
    format_settings,
    list_columns,
    list_settings,
    make_metrics,
    make_name,
    make_series,
    open_database,
    read_number,
    read_pictures,
)
from gitexp.errors import ContentError, UsageError
from gitexp.model.import_rows import Complaint, TrackedRun

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from gitexp.capture.trackers.tracked_values import Points

_IMAGE = "trackio.image"


def read_trackio(path: Path) -> TrackedRuns:
    """Return the runs of a database of trackio, or of all databases in a folder.

    Raises UsageError or ContentError for a path that is neither.
    """
    if not path.exists():
        raise UsageError(
            f"'{path}' is not there", "give ~/.cache/huggingface/trackio or a .db in it"
        )
    files = sorted(path.glob("*.db")) if path.is_dir() else [path]
    tracked = TrackedRuns([], [])
    for file in files:
        with open_database(file, "trackio") as database:
            _read_database(file, database, tracked)
    tracked.require_any(path, "runs of trackio", "give the folder with its .db files")
    return tracked


class _Draft:
    """A run as its rows come."""

    def __init__(self, name: str, at: str) -> None:
        self.name = name
        self.at = at
        self.curves: dict[str, Points] = {}
        self.config: dict[str, Any] = {}
        self.images: dict[Path, None] = {}


def _read_database(file: Path, database: sqlite3.Connection, tracked: TrackedRuns) -> None:
    columns = list_columns(database, "metrics")
    if "run_name" not in columns:
        raise ContentError(f"'{file}' is no database of trackio", "it has no table of metrics")
    # Versions before 0.24 know a run by its name alone.
    key = "run_id" if "run_id" in columns else "run_name"
    drafts: dict[str, _Draft] = {}
    for row in database.execute("SELECT * FROM metrics ORDER BY id"):
        draft = drafts.setdefault(row[key], _Draft(row["run_name"], row["timestamp"]))
        content = _read_json(row["metrics"])
        if content is None:
            tracked.complaints.append(Complaint(str(file), 0, f"row {row['id']} is no JSON"))
            continue
        _add_row(draft, float(row["step"]), content, file)
    for row in _list_configs(database):
        config = _read_json(row["config"])
        if row[key] in drafts and config is not None:
            drafts[row[key]].config = config
    for ident, draft in drafts.items():
        with tracked.pass_over_broken(file, f"run {draft.name}: "):
            tracked.runs.append(_make_run(ident, draft, file, tracked.complaints))


def _list_configs(database: sqlite3.Connection) -> list[sqlite3.Row]:
    if not list_columns(database, "configs"):
        return []
    return database.execute("SELECT * FROM configs").fetchall()


def _add_row(draft: _Draft, step: float, content: dict[str, Any], file: Path) -> None:
    for name, value in content.items():
        number = read_number(value)
        if number is not None:
            draft.curves.setdefault(name, {})[step] = number
        elif isinstance(value, dict) and value.get("_type") == _IMAGE:
            picture = _find_picture(str(value.get("file_path") or ""), file)
            if picture is not None:
                draft.images[picture] = None


def _find_picture(name: str, file: Path) -> Path | None:
    """Return the file of a picture, which stands below ``media`` or ``media/<project>``."""
    for folder in (file.parent / "media", file.parent / "media" / file.stem):
        picture = folder / name
        if name and picture.is_file():
            return picture
    return None


def _make_run(ident: str, draft: _Draft, file: Path, complaints: list[Complaint]) -> TrackedRun:
    config = {name: value for name, value in draft.config.items() if not name.startswith("_")}
    at = datetime.fromisoformat(str(draft.config.get("_Created") or draft.at))
    return TrackedRun(
        origin=f"trackio {file.stem} {ident}",
        name=make_name(draft.name, f"{file.stem}_{ident[:8]}"),
        at=at.astimezone(),
        text="\n".join([*format_settings(config), f"trackio run of {file.stem}"]),
        settings=list_settings(config),
        metrics=make_metrics(draft.curves),
        series=make_series(draft.curves),
        pictures=read_pictures(draft.images, complaints),
        file=str(file),
    )


def _read_json(data: bytes | str) -> dict[str, Any] | None:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
