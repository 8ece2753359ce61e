"""Several experiments as columns, the same thing in the same row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.delta.line_up_rows import line_up_deltas, list_definition_lines
from gitexp.excerpt.delta.patch import make_patch
from gitexp.history.change import compute_change, explain_absence, find_remedy
from gitexp.history.experiment_view import ExperimentView
from gitexp.model.metric_names import is_lower_better
from gitexp.record.read.curves import read_curves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.delta.delta import Delta, DeltaLine
    from gitexp.excerpt.delta.line_up_rows import DefinitionRow
    from gitexp.follow.follower import Follower
    from gitexp.history.change import CodeChange
    from gitexp.model.experiment import Experiment, Image
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


class PictureRow(NamedTuple):
    """The pictures of one name; None for a column without it."""

    name: str
    cells: tuple[Image | None, ...]


class Curve(NamedTuple):
    """The series of one experiment; ``number`` is that of its column, from 1."""

    number: int
    label: str
    series: Series


class CodeRow(NamedTuple):
    """One top-level definition, and what each column changed in it.

    ``name`` is "" for code outside of any definition. A cell has no lines where its column leaves
    the definition alone. ``first_lines``: what the first column's own code says, where the others
    are compared with it. ``is_alike``: all columns with a delta, two at least, change the same.
    """

    path: str
    name: str
    cells: tuple[tuple[DeltaLine, ...], ...]
    first_lines: tuple[str, ...]
    is_alike: bool


class Lineup(NamedTuple):
    """2 to 12 experiments side by side, each with its change against the first or its parent.

    ``curves``: by tag, the series of the columns that have any; none where nobody asked for them.
    """

    columns: tuple[ExperimentView, ...]
    against_parents: bool
    metrics: tuple[MetricRow, ...]
    pictures: tuple[PictureRow, ...]
    code: tuple[CodeRow, ...]
    curves: dict[str, tuple[Curve, ...]]

    @property
    def remedy(self) -> str:
        """What would bring code that is not in this clone; "" where all is here."""
        return find_remedy(view.change for view in self.columns)

    @property
    def absence(self) -> str:
        """The line that says whose code is not in this clone; "" where all is here."""
        return explain_absence([view.change for view in self.columns])


class LineupRequest(NamedTuple):
    """Which experiments are lined up, in order, and what is asked of them."""

    experiments: tuple[Experiment, ...]
    code_filter: CodeFilter | None
    against_parents: bool = False
    with_curves: bool = False


def build_lineup(record: Record, follower: Follower, request: LineupRequest) -> Lineup:
    """Return the experiments of a request as columns."""
    experiments = request.experiments
    columns = _view_columns(record, follower, request)
    return Lineup(
        columns,
        request.against_parents,
        _line_up_metrics(experiments),
        _line_up_pictures(experiments),
        _line_up_code(columns, against_parents=request.against_parents),
        _line_up_curves(record, experiments) if request.with_curves else {},
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
        change = compute_change(follower, code_filter, experiment, origin)
        if not request.against_parents:
            change = change.as_beginning()
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


def _line_up_metrics(experiments: Sequence[Experiment]) -> tuple[MetricRow, ...]:
    columns = [{metric.name: metric for metric in each.metrics} for each in experiments]
    names: dict[str, None] = {}
    for column in columns:
        names.update(dict.fromkeys(column))
    rows = []
    for name in names:
        cells = tuple(column.get(name) for column in columns)
        rows.append(MetricRow(name, cells, _find_best(name, cells)))
    return tuple(rows)


def _find_best(name: str, cells: Sequence[Metric | None]) -> int | None:
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
    choose_best = min if is_lower_better(name) else max
    return choose_best(numbers, key=lambda index: numbers[index])


def _line_up_pictures(experiments: Sequence[Experiment]) -> tuple[PictureRow, ...]:
    columns = [{image.name: image for image in each.images} for each in experiments]
    names: dict[str, None] = {}
    for column in columns:
        names.update(dict.fromkeys(column))
    return tuple(PictureRow(name, tuple(column.get(name) for column in columns)) for name in names)


def _line_up_code(
    columns: Sequence[ExperimentView], *, against_parents: bool
) -> tuple[CodeRow, ...]:
    changes = [view.change for view in columns]
    first_excerpt = None if against_parents else changes[0].excerpt
    has_delta = [change.delta is not None for change in changes]
    rows = []
    for row in line_up_deltas([_make_patch(change) for change in changes]):
        lines: tuple[str, ...] = ()
        if first_excerpt is not None:
            lines = list_definition_lines(first_excerpt, row.path, row.name)
        is_alike = _is_alike(row, has_delta)
        rows.append(CodeRow(row.path, row.name, row.cells, lines, is_alike))
    return tuple(rows)


def _make_patch(change: CodeChange) -> Delta | None:
    return make_patch(change.delta) if change.delta is not None else None


def _is_alike(row: DefinitionRow, has_delta: Sequence[bool]) -> bool:
    """Return True where all columns that have a delta, two at least, make the same change."""
    compared = [change for change, has in zip(row.changes, has_delta, strict=True) if has]
    return len(compared) > 1 and len(set(compared)) == 1


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
