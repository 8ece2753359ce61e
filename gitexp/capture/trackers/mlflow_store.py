"""Reading the runs of MLflow: its SQLite file, and its folder of files (``mlruns``)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from gitexp.capture.trackers.tracked_values import (
    TrackedRuns,
    format_settings,
    list_columns,
    list_settings,
    make_metrics,
    make_name,
    make_series,
    open_database,
    read_pictures,
)
from gitexp.errors import ContentError, UsageError
from gitexp.model.import_rows import TrackedRun

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from gitexp.capture.trackers.tracked_values import Points
    from gitexp.model.import_rows import Complaint

_OWN_TAGS = "mlflow."
_NOTE = "mlflow.note.content"
_COMMIT = "mlflow.source.git.commit"
_PARENT = "mlflow.parentRunId"
_NAME = "mlflow.runName"
_DELETED = "deleted"
# As numbers in files, as words in databases.
_ENDED_WELL = ("3", "FINISHED")
_PARAMS_QUERY = "SELECT key, value FROM params WHERE run_uuid = ? ORDER BY key"
_TAGS_QUERY = "SELECT key, value FROM tags WHERE run_uuid = ? ORDER BY key"
_SHORT = 8  # letters of the id of a run in a text


class _Raw(NamedTuple):
    """A run as the store has it. ``start`` is in milliseconds since 1970, None if not known."""

    uuid: str
    name: str
    start: int | None
    status: str
    group: str
    params: dict[str, str]
    tags: dict[str, str]
    curves: dict[str, Points]
    artifacts: Path | None
    file: str


def read_mlflow(path: Path) -> TrackedRuns:
    """Return the runs of a SQLite file, or of a folder of files. Deleted runs are passed over.

    Raises UsageError or ContentError for a path that is neither.
    """
    if not path.exists():
        raise UsageError(f"'{path}' is not there", "give mlflow.db or the folder mlruns")
    tracked = TrackedRuns([], [])
    raw_runs = _read_folder(path, tracked) if path.is_dir() else _read_database(path)
    for raw in raw_runs:
        with tracked.pass_over_broken(raw.file, f"run {raw.uuid}: "):
            tracked.runs.append(_make_run(raw, tracked.complaints))
    tracked.require_any(path, "runs of MLflow", "give mlflow.db or mlruns")
    return tracked


def _make_run(raw: _Raw, complaints: list[Complaint]) -> TrackedRun:
    name = raw.name or raw.tags.get(_NAME, "")
    lines = [raw.tags[_NOTE]] if raw.tags.get(_NOTE) else []
    lines += format_settings(raw.params)
    lines += format_settings({k: v for k, v in raw.tags.items() if not k.startswith(_OWN_TAGS)})
    lines.append(f"MLflow run {raw.uuid[:_SHORT]}{f' of {raw.group}' if raw.group else ''}")
    files = sorted(raw.artifacts.rglob("*.png")) if raw.artifacts else []
    return TrackedRun(
        origin=f"mlflow {raw.uuid}",
        name=make_name(name, f"mlflow_{raw.uuid[:_SHORT]}"),
        at=datetime.fromtimestamp(raw.start / 1000, UTC).astimezone() if raw.start else None,
        text="\n".join(lines),
        settings=list_settings(raw.params),
        metrics=make_metrics(raw.curves, partial=raw.status not in _ENDED_WELL),
        series=make_series(raw.curves),
        pictures=read_pictures(files, complaints),
        commit=raw.tags.get(_COMMIT, ""),
        parent_origin=f"mlflow {raw.tags[_PARENT]}" if _PARENT in raw.tags else "",
        file=raw.file,
    )


def _read_database(path: Path) -> Iterator[_Raw]:
    with open_database(path, "MLflow") as database:
        if "run_uuid" not in list_columns(database, "runs"):
            raise ContentError(f"'{path}' is no database of MLflow", "it has no table of runs")
        groups = dict(database.execute("SELECT experiment_id, name FROM experiments").fetchall())
        rows = database.execute("SELECT * FROM runs ORDER BY start_time, run_uuid").fetchall()
        for row in rows:
            if row["lifecycle_stage"] == _DELETED:
                continue
            uuid = row["run_uuid"]
            yield _Raw(
                uuid,
                row["name"] or "",
                row["start_time"],
                row["status"] or "",
                groups.get(row["experiment_id"], ""),
                _read_pairs(database, _PARAMS_QUERY, uuid),
                _read_pairs(database, _TAGS_QUERY, uuid),
                _read_curves(database, uuid),
                _find_artifacts(row["artifact_uri"] or "", path.parent),
                str(path),
            )


def _read_pairs(database: sqlite3.Connection, query: str, uuid: str) -> dict[str, str]:
    return {row["key"]: row["value"] or "" for row in database.execute(query, (uuid,))}


def _read_curves(database: sqlite3.Connection, uuid: str) -> dict[str, Points]:
    """Return the values by step; of several of one step the last that was written."""
    curves: dict[str, Points] = {}
    query = (
        "SELECT key, step, value, is_nan FROM metrics WHERE run_uuid = ? ORDER BY key, timestamp"
    )
    for row in database.execute(query, (uuid,)):
        value = float("nan") if row["is_nan"] else float(row["value"])
        curves.setdefault(row["key"], {})[float(row["step"])] = value
    return curves


def _find_artifacts(address: str, folder: Path) -> Path | None:
    """Return the folder of artifacts on this machine. A store that was moved has it beside it."""
    parts = urlsplit(address)
    if parts.scheme not in ("", "file"):
        return None
    written = Path(unquote(parts.path))
    moved = folder.joinpath(*written.parts[-4:])  # mlruns/<experiment>/<run>/artifacts
    for candidate in (written, moved):
        if candidate.is_dir():
            return candidate
    return None


def _read_folder(path: Path, tracked: TrackedRuns) -> Iterator[_Raw]:
    for meta_file in sorted(path.glob("*/meta.yaml")):
        group = ""
        with tracked.pass_over_broken(meta_file):
            group = str(_read_yaml(meta_file).get("name") or "")
        for run_file in sorted(meta_file.parent.glob("*/meta.yaml")):
            raw = None
            with tracked.pass_over_broken(run_file):
                raw = _read_run_folder(run_file, group)
            if raw is not None:
                yield raw


def _read_run_folder(meta_file: Path, group: str) -> _Raw | None:
    """Return the run of a folder, None for what is no run or was deleted."""
    meta = _read_yaml(meta_file)
    uuid = str(meta.get("run_id") or meta.get("run_uuid") or "")
    if not uuid or meta.get("lifecycle_stage") == _DELETED:
        return None
    folder = meta_file.parent
    curves = {}
    for name, text in _read_files(folder / "metrics").items():
        curves[name] = _read_points(text)
    start = meta.get("start_time")
    return _Raw(
        uuid,
        str(meta.get("run_name") or ""),
        int(start) if start else None,
        str(meta.get("status")),
        group,
        _read_files(folder / "params"),
        _read_files(folder / "tags"),
        curves,
        folder / "artifacts",
        str(meta_file),
    )


def _read_points(text: str) -> Points:
    """Return the points of a file of a metric: lines ``<milliseconds> <value> <step>``."""
    points: Points = {}
    for number, line in enumerate(text.splitlines()):
        words = line.split()
        if len(words) >= 2:
            step = float(words[2]) if len(words) > 2 else float(number)
            points[step] = float(words[1])
    return points


def _read_files(folder: Path) -> dict[str, str]:
    """Return the texts of the files below a folder, by their paths there."""
    texts = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            text = file.read_text(encoding="utf-8", errors="replace")
            texts[file.relative_to(folder).as_posix()] = text.strip("\n")
    return texts


def _read_yaml(file: Path) -> dict[str, Any]:
    import yaml

    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8", errors="replace"))
    except (yaml.YAMLError, OSError):
        content = None
    if not isinstance(content, dict):
        raise ContentError("no YAML of a run", "the file may be torn")
    return content
