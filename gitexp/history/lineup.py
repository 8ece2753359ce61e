"""Several experiments as columns, the same thing in the same row."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.delta.line_up_rows import gather_told, line_up_deltas
from gitexp.history.change import compute_change, explain_absence, find_remedy
from gitexp.history.experiment_view import ExperimentView
from gitexp.history.table import compute_table
from gitexp.model.telling import find_first_sentence
from gitexp.record.read.curves import read_curves
from gitexp.record.read.progress import prefers_lower
from gitexp.record.read.settings import read_setting_views

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitexp.excerpt.delta.line_up_rows import DefinitionRow
    from gitexp.follow.follower import Follower
    from gitexp.model.experiment import Entry, Experiment, Image
    from gitexp.model.filter import CodeFilter
    from gitexp.model.metric import Metric
    from gitexp.model.series import Series
    from gitexp.record.record import Record

MOST_COLUMNS = 12
"""Experiments that can be compared at once: more columns cannot be read."""


class MetricRow(NamedTuple):
    """One metric of each column; None for a column without it.

    ``best``: index of the column with the best sure value; None where fewer than two columns have
    one.
    """

    name: str
    cells: tuple[Metric | None, ...]
    best: int | None

    @property
    def is_alike(self) -> bool:
        """True where all columns, two at least, show the same value."""
        return len(self.cells) > 1 and len({str(cell) for cell in self.cells}) == 1


NEWEST = "newest"
"""Names the row of the newest picture of each column, whatever its file is called."""


class PictureRow(NamedTuple):
    """A picture of each column, None for a column without it.

    ``name`` is that of the files, or NEWEST.
    """

    name: str
    cells: tuple[Image | None, ...]


class SettingRow(NamedTuple):
    """A setting that differs between the columns, with its values as a short text.

    A cell is "" where the code has no such setting, and None where there is no code to read.
    """

    name: str
    title: str
    cells: tuple[str | None, ...]

    def is_repeated(self, index: int) -> bool:
        """Return True where a column has the values of the column on its left."""
        return index > 0 and bool(self.cells[index]) and self.cells[index] == self.cells[index - 1]


class Curve(NamedTuple):
    """The series of one experiment; ``number`` is that of its column, from 1."""

    number: int
    label: str
    series: Series


class Lineup(NamedTuple):
    """2 to 12 experiments side by side, each with its change against the first or its parent.

    ``pictures``: the row that says most first; the others are looked at one after the other.
    ``curves``: by tag, the series of the columns that have any; none where nobody asked for them.
    ``settings``: those that differ, pinned ones first, then those that differ most. ``words``: of
    each column the last entry that stands and says something, None where there is none.
    """

    columns: tuple[ExperimentView, ...]
    against_parents: bool
    metrics: tuple[MetricRow, ...]
    words: tuple[Entry | None, ...]
    pictures: tuple[PictureRow, ...]
    curves: dict[str, tuple[Curve, ...]]
    settings: tuple[SettingRow, ...]
    code: tuple[DefinitionRow, ...]

    @property
    def base(self) -> str:
        """What the columns are compared with, in words."""
        if self.against_parents:
            return "each against its parent"
        return f"against {self.columns[0].id}"

    @property
    def remedy(self) -> str:
        """What would bring code that is not in this clone; "" where all is here."""
        return find_remedy(view.change for view in self.columns)

    @property
    def absence(self) -> str:
        """The line that says whose code is not in this clone; "" where all is here."""
        return explain_absence([view.change for view in self.columns])


class LineupRequest(NamedTuple):
    """Which experiments are lined up, in order, and what is asked of them.

    ``against_parents`` None: each against its parent where the columns are a line of descent, else
    against the first.
    """

    experiments: tuple[Experiment, ...]
    code_filter: CodeFilter | None
    against_parents: bool | None = None
    with_curves: bool = False

    def choose_parents(self) -> bool:
        """Return True where each column is compared with its parent, False for the first."""
        if self.against_parents is None:
            return is_line_of_descent(self.experiments)
        return self.against_parents


def is_line_of_descent(experiments: Sequence[Experiment]) -> bool:
    """Return True where each experiment is the parent of the next, or each the child of the next."""
    pairs = list(itertools.pairwise(experiments))
    is_forward = all(right.parent == left.id for left, right in pairs)
    is_backward = all(left.parent == right.id for left, right in pairs)
    return bool(pairs) and (is_forward or is_backward)


def build_lineup(record: Record, follower: Follower, request: LineupRequest) -> Lineup:
    """Return the experiments of a request as columns."""
    experiments = request.experiments
    request = request._replace(against_parents=request.choose_parents())
    columns = _view_columns(record, follower, request)
    settings = _line_up_settings(record, follower, request)
    code = line_up_deltas([view.change.delta for view in columns])
    return Lineup(
        columns=columns,
        against_parents=bool(request.against_parents),
        metrics=_line_up_metrics(experiments, record.repository.settings),
        words=tuple(find_last_words(experiment) for experiment in experiments),
        pictures=_line_up_pictures(experiments),
        curves=_line_up_curves(record, experiments) if request.with_curves else {},
        settings=settings,
        code=gather_told(code, {row.name for row in settings}),
    )


def _view_columns(
    record: Record, follower: Follower, request: LineupRequest
) -> tuple[ExperimentView, ...]:
    """Return each experiment with its change against its origin."""
    experiments, code_filter = request.experiments, request.code_filter
    origins = _find_origins(record, request)
    if code_filter is not None:
        versions = [each.version for each in (*experiments, *origins) if each is not None]
        follower.prepare(versions, code_filter)
    columns = []
    for experiment, origin in zip(experiments, origins, strict=True):
        change = compute_change(follower, code_filter, experiment, origin).as_beginning()
        columns.append(ExperimentView(experiment, change))
    return tuple(columns)


def _find_origins(record: Record, request: LineupRequest) -> list[Experiment | None]:
    """Return what each experiment is compared with: its parent, or the first; None for nothing."""
    if not request.against_parents:
        first, *others = request.experiments
        return [None, *(first for _ in others)]
    return [
        record.index.read_experiment(experiment.parent) if experiment.parent else None
        for experiment in request.experiments
    ]


def _line_up_metrics(
    experiments: Sequence[Experiment], settings: Mapping[str, str]
) -> tuple[MetricRow, ...]:
    columns = [{metric.name: metric for metric in each.metrics} for each in experiments]
    names: dict[str, None] = {}
    for column in columns:
        names.update(dict.fromkeys(column))
    rows = []
    for name in names:
        cells = tuple(column.get(name) for column in columns)
        best = _find_best(cells, is_lower_better=prefers_lower(name, settings))
        rows.append(MetricRow(name, cells, best))
    return tuple(rows)


def _find_best(cells: Sequence[Metric | None], *, is_lower_better: bool) -> int | None:
    """Return the index of the best sure value, the first of equal ones.

    None where fewer than two columns have a sure value.
    """
    numbers = {
        index: metric.number
        for index, metric in enumerate(cells)
        if metric is not None and metric.sure
    }
    if len(numbers) < 2:
        return None
    choose_best = min if is_lower_better else max
    return choose_best(numbers, key=lambda index: numbers[index])


def find_last_words(experiment: Experiment) -> Entry | None:
    """Return the last entry that stands and says more than id and metrics, else the last one."""
    metric_names = [metric.name for metric in experiment.metrics]
    standing = [each for each in experiment.entries if not (each.retracted or each.corrected)]
    for entry in reversed(standing):
        if find_first_sentence(entry.text, experiment.names, metric_names):
            return entry
    return standing[-1] if standing else None


def _line_up_pictures(experiments: Sequence[Experiment]) -> tuple[PictureRow, ...]:
    """Return a row for each name that all columns share, one of the newest, then the other names.

    The newest come first. A row that shows the same pictures as one before it is left out.
    """
    columns = [{image.name: image for image in each.images} for each in experiments]
    names: dict[str, None] = {}
    for experiment in experiments:
        newest_first = reversed(experiment.images)
        names.update(dict.fromkeys(image.name for image in newest_first))
    shared = [name for name in names if all(name in column for column in columns)]
    rows = [_gather_pictures(name, columns) for name in shared]
    newest = tuple(each.images[-1] if each.images else None for each in experiments)
    if any(newest):
        rows.append(PictureRow(NEWEST, newest))
    rows += [_gather_pictures(name, columns) for name in names if name not in shared]
    return tuple(_drop_repeated(rows))


def _gather_pictures(name: str, columns: Sequence[dict[str, Image]]) -> PictureRow:
    return PictureRow(name, tuple(column.get(name) for column in columns))


def _drop_repeated(rows: Iterable[PictureRow]) -> list[PictureRow]:
    kept: dict[tuple[Image | None, ...], PictureRow] = {}
    for row in rows:
        kept.setdefault(row.cells, row)
    return list(kept.values())


def _line_up_settings(
    record: Record, follower: Follower, request: LineupRequest
) -> tuple[SettingRow, ...]:
    """Return the settings that differ between the columns, and those that are pinned."""
    if request.code_filter is None:
        return ()
    summaries = [experiment.summary for experiment in request.experiments]
    views = read_setting_views(record)
    table = compute_table(record, request.code_filter, summaries, views, follower)
    rows = []
    for column in table.columns:
        cells = [
            None if row.settings is None else row.format_setting(column.name) for row in table.rows
        ]
        rows.append(SettingRow(column.name, column.title, tuple(cells)))
    return tuple(rows)


def _line_up_curves(
    record: Record, experiments: Sequence[Experiment]
) -> dict[str, tuple[Curve, ...]]:
    """Return the series of all experiments by tag."""
    curves: dict[str, tuple[Curve, ...]] = {}
    for number, experiment in enumerate(experiments, 1):
        for series in read_curves(record, experiment):
            curve = Curve(number, experiment.id, series)
            curves[series.tag] = (*curves.get(series.tag, ()), curve)
    return curves
