"""The files with metrics, series or pictures that a run wrote, known by the time they changed."""

from __future__ import annotations

import fnmatch
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.model.metric import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SERIES_NAMES = ("*.csv", "*.tsv", "*.jsonl", "events.out.tfevents.*")
_RESULT_NAMES = ("results.json", "metrics.json", "result.json", "scores.json", "eval_results.json")
_FOLDERS_PASSED_OVER = frozenset(
    ("node_modules", "site-packages", "__pycache__", "venv", "env", "wandb", "mlruns")
)
_MOST_ENTRIES = 50_000
"""Entries of folders that are looked at: a folder of a million samples is not worth a second."""

_LARGEST_RESULT = 1_000_000  # bytes
_MOST_METRICS = 30


def list_written_files(top: Path, since: float) -> list[Path]:
    """Return the files below a folder that changed at or after a time (seconds since 1970).

    Hidden folders and those of packages are passed over.
    """
    written = []
    entries_left = _MOST_ENTRIES
    for folder, folders, names in os.walk(top):
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and name not in _FOLDERS_PASSED_OVER
        ]
        for name in names:
            entries_left -= 1
            path = Path(folder, name)
            if _read_change_time(path) >= since:
                written.append(path)
        if entries_left < 0:
            break
    return sorted(written)


def is_result(path: Path) -> bool:
    """Return True for a file that may hold series or metrics."""
    is_series = any(fnmatch.fnmatch(path.name, pattern) for pattern in _SERIES_NAMES)
    return is_series or path.name in _RESULT_NAMES


def choose_series_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files that may hold series; of TensorBoard the folders of its files, each once."""
    chosen: dict[Path, None] = {}
    for path in paths:
        if is_result(path) and path.name not in _RESULT_NAMES:
            chosen[path.parent if "tfevents" in path.name else path] = None
    return list(chosen)


def choose_by_pattern(top: Path, paths: Sequence[Path], patterns: Sequence[str]) -> list[Path]:
    """Return the files whose path below ``top``, or whose name, fits a pattern (``*.png``)."""
    chosen = []
    for path in paths:
        names = (path.relative_to(top).as_posix(), path.name)
        if any(fnmatch.fnmatch(name, pattern) for name in names for pattern in patterns):
            chosen.append(path)
    return chosen


def read_result_files(paths: Sequence[Path]) -> list[Metric]:
    """Return the numbers of the files of results, ``results.json`` and its like, under their keys.

    A file that is no JSON object has none.
    """
    metrics: dict[str, Metric] = {}
    for path in paths:
        if path.name not in _RESULT_NAMES:
            continue
        try:
            if path.stat().st_size > _LARGEST_RESULT:
                continue
            content = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(content, dict):
            metrics.update((metric.name, metric) for metric in _read_numbers("", content))
    return list(metrics.values())[:_MOST_METRICS]


def _read_numbers(prefix: str, content: dict[str, object]) -> Iterator[Metric]:
    for key, value in content.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and not prefix:
            yield from _read_numbers(f"{name}/", value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            if name.isprintable() and not name[:1].isdigit():
                yield Metric(name, str(value))


def _read_change_time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
