"""What the stores of all trackers have in common: numbers by step, settings, pictures."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.capture.log_lines import is_metric_name
from gitexp.capture.numbers import format_number
from gitexp.capture.picture import read_picture
from gitexp.errors import ContentError, GitExpError, UsageError
from gitexp.model.ids import check_new_id
from gitexp.model.import_rows import Complaint
from gitexp.model.metric import Metric
from gitexp.model.series import build_series

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from gitexp.model.import_rows import TrackedRun
    from gitexp.model.picture import Picture
    from gitexp.model.series import Series

    Points = dict[float, float]

_MOST_METRICS = 40
"""Numbers of one run that are taken as metrics; those whose names say so come first."""

_MOST_PICTURES = 6
_MOST_LINES = 100
_LONGEST_VALUE = 200  # letters of a setting
_WORDS_FOR_NUMBERS = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}


class TrackedRuns(NamedTuple):
    """The runs of a store, and what could not be read."""

    runs: list[TrackedRun]
    complaints: list[Complaint]

    @contextmanager
    def pass_over_broken(self, file: Path | str, prefix: str = "") -> Iterator[None]:
        """Have a run that cannot be read be a complaint. The runs behind it are read."""
        try:
            yield
        except (GitExpError, OSError, ValueError, OverflowError) as error:
            self.complaints.append(Complaint(str(file), 0, f"{prefix}{error}"))

    def require_any(self, path: Path, tracker: str, hint: str) -> None:
        """Raise ContentError where nothing was found at a path, not even a broken run."""
        if not self.runs and not self.complaints:
            raise ContentError(f"'{path}' holds no {tracker}", hint)


def read_number(value: Any) -> float | None:
    """Return a number of a store, which may be the text ``NaN``; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = _WORDS_FOR_NUMBERS.get(value)
    return float(value) if isinstance(value, int | float | str) else None


def make_metrics(
    curves: Mapping[str, Mapping[float, float]], *, partial: bool = False
) -> tuple[Metric, ...]:
    """Return the last value of each curve. ``partial``: the run did not end well."""
    metrics: dict[str, Metric] = {}
    for tag in sorted(curves, key=lambda tag: not is_metric_name(tag)):
        points = curves[tag]
        name = re.sub(r"[\s=,:]+", "_", tag.strip())
        if points and name.isprintable() and re.match(r"[^\W\d]", name):
            last = points[max(points)]
            metrics.setdefault(name, Metric(name, format_number(last), partial=partial))
    return tuple(metrics.values())[:_MOST_METRICS]


def make_series(curves: Mapping[str, Mapping[float, float]]) -> tuple[Series, ...]:
    """Return the curves that have more than one point."""
    return tuple(build_series(tag, points) for tag, points in curves.items() if len(points) > 1)


def format_settings(settings: Mapping[str, Any]) -> list[str]:
    """Return a line ``lr: 0.1`` for each setting; of nested ones ``opt.name: adam``."""
    lines = []
    for name, value in _flatten("", settings):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        lines.append(f"{name}: {text[:_LONGEST_VALUE]}")
    if len(lines) > _MOST_LINES:
        more = len(lines) - _MOST_LINES
        lines = [*lines[:_MOST_LINES], f"and {more} more settings"]
    return lines


def list_settings(settings: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return settings as name and value; those of a dictionary inside as ``opt.name``."""
    rows = []
    for name, value in _flatten("", settings):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if name and "=" not in name:
            rows.append((name, text))
    return tuple(rows)


def _flatten(prefix: str, settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in settings.items():
        if isinstance(value, dict) and value:
            yield from _flatten(f"{prefix}{name}.", value)
        else:
            yield f"{prefix}{name}", value


def make_name(text: str, fallback: str) -> str:
    """Return the name of a run as an id: what an id cannot hold becomes ``_``.

    Raises UsageError where neither text can be one.
    """
    joined = re.sub(r"[^\w.+@-]+", "_", text.strip()).strip("_.-")
    if re.fullmatch(r"\d+(?:e\d+)?", joined):
        joined = f"run_{joined}"
    try:
        return check_new_id(joined)
    except UsageError:
        return check_new_id(fallback)


def make_tags(words: Iterable[str]) -> tuple[str, ...]:
    """Return words as tags: what a tag cannot hold becomes ``-``."""
    tags = [re.sub(r"[\s#,/]+", "-", word.strip()).strip("-") for word in words]
    return tuple(dict.fromkeys(filter(None, tags)))


def read_pictures(
    files: Iterable[Path], complaints: list[Complaint], *, most: int = _MOST_PICTURES
) -> tuple[Picture, ...]:
    """Return the last pictures among some files; a line is added for each that cannot be read."""
    pictures = []
    for file in list(files)[-most:]:
        try:
            pictures.append(read_picture(file))
        except GitExpError as error:
            complaints.append(Complaint(str(file), 0, error.message))
    return tuple(pictures)


@contextmanager
def open_database(path: Path, tracker: str) -> Iterator[sqlite3.Connection]:
    """Open the SQLite file of a tracker for reading. Raises ContentError where it is none."""
    try:
        address = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.row_factory = sqlite3.Row
            yield database
    except sqlite3.Error as error:
        raise ContentError(
            f"'{path}' cannot be read as a database of {tracker}: {error}",
            f"give the file that {tracker} wrote",
        ) from None


def list_columns(database: sqlite3.Connection, table: str) -> set[str]:
    """Return the names of the columns of a table; none where there is no such table."""
    return {row["name"] for row in database.execute(f"PRAGMA table_info({table})")}
