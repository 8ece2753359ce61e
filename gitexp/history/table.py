"""The table of trials: metrics, and the settings in the code that differ."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import NotFoundError
from gitexp.history.settings import read_settings
from gitexp.model.experiment import read_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitexp.excerpt.settings.setting import Setting
    from gitexp.follow.follower import Follower
    from gitexp.model.experiment import Summary
    from gitexp.model.filter import CodeFilter
    from gitexp.record.read.settings import SettingViews
    from gitexp.record.record import Record


class SettingColumn(NamedTuple):
    """A setting as a column of the table.

    ``title`` is the label that a person gave it, else as much of the end of its name as no other
    setting shares.
    """

    name: str
    title: str
    pinned: bool = False


class TableRow(NamedTuple):
    """An experiment with its settings by name; None where no code of it can be read."""

    summary: Summary
    settings: Mapping[str, Setting] | None

    def format_setting(self, name: str) -> str:
        """Return the values of a setting as a short text; "" where the code has no such setting."""
        if self.settings is None or name not in self.settings:
            return ""
        return str(self.settings[name])


class Table(NamedTuple):
    """Experiments with the settings that differ between them (``columns``, pinned ones first).

    ``constants`` have the same values in all rows whose code can be read. ``without_code`` and
    ``absent`` are ids of rows without settings: no code that the filter can cut, and code that is
    not in this clone. ``unread``: files of which some kept code could not be read as settings.
    """

    filter: str
    rows: tuple[TableRow, ...]
    columns: tuple[SettingColumn, ...]
    constants: tuple[SettingColumn, ...]
    without_code: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def find_column(self, title: str) -> SettingColumn:
        """Return the setting of a name or title. Raises NotFoundError for any other."""
        columns = (*self.columns, *self.constants)
        for column in columns:
            if title in (column.name, column.title):
                return column
        ending = f".{title}"
        fitting = [column for column in columns if column.name.endswith(ending)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            names = ", ".join(column.name for column in fitting[:4])
            raise NotFoundError(f"'{title}' is several settings", f"they are {names}")
        raise NotFoundError(
            f"there is no setting '{title}' in what the filter {self.filter} keeps",
            "git exp table --all shows every setting",
        )


def compute_table(
    record: Record,
    code_filter: CodeFilter | None,
    summaries: Sequence[Summary],
    views: SettingViews,
    follower: Follower | None = None,
) -> Table:
    """Return the table of some experiments, in their order. ``views``: what is pinned and labelled.

    Without a filter the settings are those that training scripts gave (gitexp.init) alone.
    ``follower``: one that lives longer, if there is any.
    """
    in_time_order = sorted(summaries, key=lambda summary: read_timestamp(summary.at))
    found = read_settings(record, code_filter, in_time_order, follower)
    names = _list_names(
        found.by_id[summary.id] for summary in summaries if summary.id in found.by_id
    )
    titles = _choose_titles(names, views)
    differing = _weigh_differences(names, list(found.by_id.values()))
    columns = [
        SettingColumn(name, titles[name], name in views.pinned)
        for name in names
        if name in differing or name in views.pinned
    ]
    # What was pinned comes first, then what was turned in most trials.
    columns.sort(key=lambda column: (not column.pinned, -differing.get(column.name, 0)))
    shown = {column.name for column in columns}
    constants = [SettingColumn(name, titles[name]) for name in names if name not in shown]
    rows = [TableRow(summary, found.by_id.get(summary.id)) for summary in summaries]
    return Table(
        code_filter.name if code_filter else "",
        tuple(rows),
        tuple(columns),
        tuple(constants),
        found.without_code,
        found.absent,
        found.unread,
    )


def _list_names(rows: Iterable[Mapping[str, Setting]]) -> list[str]:
    names: dict[str, None] = {}
    for settings in rows:
        names.update(dict.fromkeys(settings))
    return list(names)


def _weigh_differences(
    names: Iterable[str], rows: Sequence[Mapping[str, Setting]]
) -> dict[str, int]:
    """Return, of each setting that differs, the number of rows that do not have its usual value."""
    weights = {}
    for name in names:
        values = Counter(row[name].values if name in row else None for row in rows)
        if len(values) > 1:
            weights[name] = len(rows) - max(values.values())
    return weights


def _choose_titles(names: Sequence[str], views: SettingViews) -> dict[str, str]:
    """Return a title for each setting: its label, else the shortest end that is its own."""
    endings = Counter[str]()
    for name in names:
        endings.update(_list_endings(name))
    titles = {}
    for name in names:
        own_ending = next((end for end in _list_endings(name) if endings[end] == 1), name)
        titles[name] = views.labels.get(name, own_ending)
    return titles


def _list_endings(name: str) -> list[str]:
    """Return the ends of a dotted name, shortest first.

    A place in a call (``Conv1D.1``) says nothing alone, so what is called stands before it.
    """
    parts = name.split(".")
    endings = [".".join(parts[-count:]) for count in range(1, len(parts) + 1)]
    return [ending for ending in endings if not ending.isdigit()]
