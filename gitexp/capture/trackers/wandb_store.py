"""Reading the offline runs of wandb: folders ``offline-run-<time>-<id>``."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gitexp.capture.trackers.tracked_values import (
    TrackedRuns,
    format_settings,
    list_settings,
    make_metrics,
    make_name,
    make_series,
    make_tags,
    read_number,
    read_pictures,
)
from gitexp.capture.trackers.wandb_log import WandbLog, read_wandb_log
from gitexp.errors import ContentError, UsageError
from gitexp.model.import_rows import Complaint, TrackedRun

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gitexp.capture.trackers.tracked_values import Points

_RUN_FOLDER = re.compile(r"(?:offline-)?run-(?P<time>\d{8}_\d{6})-(?P<id>\w+)")
_OWN_KEYS = "_"


def read_wandb(path: Path) -> TrackedRuns:
    """Return the runs below a folder: of ``wandb``, of the folder that it is in, or of one run.

    Raises UsageError or ContentError where there are none.
    """
    if not path.is_dir():
        raise UsageError(f"'{path}' is no folder", "give the folder 'wandb'")
    folders = [path] if _RUN_FOLDER.fullmatch(path.name) else _find_run_folders(path)
    tracked = TrackedRuns([], [])
    for folder in folders:
        with tracked.pass_over_broken(folder):
            tracked.runs.append(_read_run(folder, tracked.complaints))
    tracked.require_any(path, "runs of wandb", "give the folder 'wandb'")
    return tracked


def _find_run_folders(path: Path) -> list[Path]:
    candidates = [*path.glob("*run-*"), *path.glob("wandb/*run-*")]
    return sorted(
        folder
        for folder in candidates
        if folder.is_dir() and not folder.is_symlink() and _RUN_FOLDER.fullmatch(folder.name)
    )


def _read_run(folder: Path, complaints: list[Complaint]) -> TrackedRun:
    name = _RUN_FOLDER.fullmatch(folder.name)
    if name is None:
        raise ContentError("no folder of a run", "give the folder 'wandb'")
    log = _read_log(folder, complaints)
    files = folder / "files"
    config = log.config or _read_config(files / "config.yaml")
    summary = log.summary or _read_json_file(files / "wandb-summary.json")
    metadata = _read_json_file(files / "wandb-metadata.json")
    rows = log.rows or _read_rows(files / "wandb-history.jsonl")
    curves = _gather_curves(rows)
    for key, value in _flatten_summary("", summary):
        number = read_number(value)
        if number is not None and key not in curves:
            curves[key] = {0.0: number}
    run_id = log.run_id or name["id"]
    git = metadata.get("git")
    commit = log.commit or (str(git.get("commit") or "") if isinstance(git, dict) else "")
    start = log.start
    if start is None:
        start = datetime.strptime(name["time"], "%Y%m%d_%H%M%S").astimezone().timestamp()
    lines = [log.notes] if log.notes else []
    lines += format_settings(config)
    lines.append(f"wandb run {run_id}{f' of {log.project}' if log.project else ''}")
    did_end = log.exit_code == 0 or not log.rows
    return TrackedRun(
        origin=f"wandb {run_id}",
        name=make_name(log.name, f"wandb_{run_id}"),
        at=datetime.fromtimestamp(start, UTC).astimezone(),
        text="\n".join(lines),
        settings=list_settings(config),
        metrics=make_metrics(curves, partial=not did_end),
        series=make_series(curves),
        tags=make_tags(log.tags),
        pictures=read_pictures(sorted(files.glob("media/images/**/*.png")), complaints),
        commit=commit,
        is_on_changes=(files / "diff.patch").is_file(),
        file=str(folder),
    )


def _read_log(folder: Path, complaints: list[Complaint]) -> WandbLog:
    for file in sorted(folder.glob("run-*.wandb")):
        log = read_wandb_log(file)
        if log.damage:
            complaints.append(Complaint(str(file), 0, log.damage))
        return log
    return WandbLog()


def _gather_curves(rows: list[dict[str, Any]]) -> dict[str, Points]:
    curves: dict[str, Points] = {}
    for number, row in enumerate(rows):
        step = read_number(row.get("_step"))
        for key, value in _flatten_summary("", row):
            figure = read_number(value)
            if figure is not None:
                curves.setdefault(key, {})[float(number) if step is None else step] = figure
    return curves


def _flatten_summary(prefix: str, values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return values by name, nested ones as ``val/loss``; not wandb's own, nor pictures."""
    flat = []
    for name, value in values.items():
        if name.startswith(_OWN_KEYS):
            continue
        if isinstance(value, dict):
            if "_type" not in value:
                flat += _flatten_summary(f"{prefix}{name}/", value)
        else:
            flat.append((f"{prefix}{name}", value))
    return flat


def _read_config(file: Path) -> dict[str, Any]:
    """Return the settings of ``config.yaml``: ``{"lr": {"value": 0.1}}``."""
    import yaml

    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    config = {}
    for name, value in content.items() if isinstance(content, dict) else ():
        is_own = name in ("_wandb", "wandb_version")
        if not is_own:
            config[name] = value.get("value") if isinstance(value, dict) else value
    return config


def _read_json_file(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _read_rows(file: Path) -> list[dict[str, Any]]:
    rows = []
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    for line in text.split("\n"):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(row, dict):
            rows.append(row)
    return rows
