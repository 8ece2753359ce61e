"""The static export: journal, line-up, lineage and topics as files that work without a server.

The same record gives the same bytes. From a ``file://`` page a browser reads scripts, styles and
pictures alone. So what line-up and lineage show of an experiment lies in a script of its own
(``data/``), loaded when it is asked for.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from contextlib import suppress
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.errors import StorageError, UsageError
from gitexp.history.change import compute_change
from gitexp.history.code_choice import choose_filter_if_any
from gitexp.history.experiment_view import ExperimentView
from gitexp.history.lineup import find_last_words
from gitexp.history.stand_in import open_follower
from gitexp.history.table import compute_table
from gitexp.history.topic_page import build_topic_page
from gitexp.model.branch_layout import IMAGES, read_attachment_path
from gitexp.model.experiment import read_timestamp
from gitexp.record.read.journal import read_journal
from gitexp.record.read.progress import prefers_lower
from gitexp.record.read.settings import read_setting_views
from gitexp.record.read.topics import find_members, read_topics
from gitexp.render.html import list_card_entries, list_short_threads, render_template
from gitexp.render.html_views import render_passages, render_topic
from gitexp.render.lineup_counts import MOST_SETTINGS, describe_size
from gitexp.store.folder import OwnFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from gitexp.follow.follower import Follower
    from gitexp.model.experiment import Entry, Experiment
    from gitexp.record.record import Record
    from gitexp.render.html import CardEntry

    Progress = Callable[[int, int], None]
    NamedFile = tuple[str, bytes]

# Entries of the first page; all lie on the pages of their months.
NEWEST = 200
MARK = "gitexp-export"
"""A file that says that a folder is an export and may be written anew."""

_PAGE = re.compile(
    r"(?:index|topics|lineup|lineage|experiment|[0-9]{4}-[0-9]{2}|topic-[0-9a-f]{16})\.html"
    r"|data/[0-9a-f]{16}\.js"
)


class Exported(NamedTuple):
    """The ids of the experiments that were written, and of those whose code is not in this clone."""

    idents: tuple[str, ...]
    absent: tuple[str, ...]


class ExportRequest(NamedTuple):
    """What is exported; of a topic or a time alone where these are given.

    ``since`` is in seconds since 1970. ``filter_name`` "" means the default filter.
    """

    filter_name: str = ""
    topic: str = ""
    since: float = float("-inf")


def export(
    record: Record, folder: Path, request: ExportRequest, progress: Progress | None = None
) -> Exported:
    """Write the record below ``folder``; ``progress`` is called with (experiments done, all).

    Raises UsageError when the folder holds something else, StorageError when it cannot be written.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise UsageError(f"'{folder}' is not empty and no export", "give a new folder")
    builder = _Builder(record, request)
    written: set[str] = set()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = OwnFolder(folder, is_export_name)
        for name, data in builder.build(progress):
            target.write(name, data)
            written.add(name)
        target.remove_others(written)
    except OSError as error:
        raise StorageError(
            f"'{error.filename or folder}' was not written: {error.strerror}", "give another folder"
        ) from None
    idents = tuple(experiment.id for experiment in builder.experiments)
    return Exported(idents, builder.absent)


def is_export_name(name: str) -> bool:
    """Return True for a path that an export gives to a file.

    Only such files are written or removed.
    """
    if name in (MARK, "style.css", "export.js", "data/index.js"):
        return True
    if name.startswith(f"{IMAGES}/"):
        with suppress(ValueError):
            return bool(read_attachment_path(name, IMAGES))
        return False
    return _PAGE.fullmatch(name) is not None


def find_address(kind: str, name: str) -> str:
    """Return where a thing lies in an export, as seen from its top."""
    if kind == "picture":
        return name
    if kind == "topic":
        return f"topic-{_name_file(name)}.html"
    return f"{kind}.html#{_name_file(name)}"


def _name_file(name: str) -> str:
    """Return a file's name for an id or a topic: letters that every file system takes."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


class DayCard(NamedTuple):
    """Entries of a day in a row that are about the same; the experiment, where that is one."""

    experiment: Experiment | None
    entries: list[CardEntry]


class _Day(NamedTuple):
    day: str
    entries: list[Entry]


class _Builder:
    """Makes the files of one export.

    ``experiments``: those that are exported. ``absent``: ids of those of them whose code is not in
    this clone, complete when all files are built.
    """

    def __init__(self, record: Record, request: ExportRequest) -> None:
        self._record = record
        self._code_filter = choose_filter_if_any(record, request.filter_name)
        members = find_members(record, request.topic)[0] if request.topic else None
        self._entries = [
            entry
            for entry in read_journal(record, request.since)
            if members is None or members & set(entry.experiments)
        ]
        experiments = record.read_experiments()
        self.experiments = self._choose_experiments(experiments, request.since, members)
        self.absent: tuple[str, ...] = ()
        self._by_id = {experiment.id: experiment for experiment in experiments}
        self._chosen_ids = {experiment.id for experiment in self.experiments}
        self._topics = [request.topic] if request.topic else sorted(read_topics(record))

    def _choose_experiments(
        self, experiments: Sequence[Experiment], since: float, members: Collection[str] | None
    ) -> list[Experiment]:
        """Return those that a chosen entry is about or that began in time; of ``members`` alone."""
        about: set[str] = set()
        for entry in self._entries:
            about.update(entry.experiments)
        return [
            experiment
            for experiment in experiments
            if (members is None or experiment.id in members)
            and (experiment.id in about or read_timestamp(experiment.at) >= since)
        ]

    def build(self, progress: Progress | None) -> Iterator[NamedFile]:
        """Yield every file's name and bytes."""
        yield MARK, b"written by git exp export\n"
        static = files("gitexp.viewer") / "static"
        yield "style.css", (static / "style.css").read_bytes()
        yield "export.js", (static / "export.js").read_bytes()
        with open_follower(self._record) as follower:
            yield from self._build_data(follower, progress)
            yield from self._build_topics(follower)
        yield from self._build_journal()
        for kind in ("lineup", "lineage", "experiment"):
            page = _render_page("export_screen.html", kind, kind=kind, most_settings=MOST_SETTINGS)
            yield f"{kind}.html", page

    def _build_topics(self, follower: Follower) -> Iterator[NamedFile]:
        """Yield a page for each topic, and the list of them."""
        addresses = []
        for name in self._topics:
            page = build_topic_page(self._record, name, self._code_filter, follower)
            body = render_topic(page, to=find_address)
            address = find_address("topic", name)
            addresses.append((name, address))
            yield address, _render_page("export_reading.html", name, body=body)
        yield "topics.html", _render_page("export_topics.html", "topics", listed=addresses)

    def _build_journal(self) -> Iterator[NamedFile]:
        """Yield the newest days on the first page, newest first, and a page for every month."""
        by_day = groupby(self._entries, key=lambda entry: entry.at[:10])
        days = [_Day(day, list(entries)) for day, entries in by_day]
        months = sorted({day[:7] for day, _ in days})
        newest = self._list_cards(_choose_newest(days))[::-1]
        yield (
            "index.html",
            _render_page("export_journal.html", "journal", days=newest, months=months, month=""),
        )
        for month in months:
            cards = self._list_cards([day for day in days if day.day[:7] == month])
            yield (
                f"{month}.html",
                _render_page("export_journal.html", month, days=cards, months=months, month=month),
            )

    def _list_cards(self, days: Sequence[_Day]) -> list[tuple[str, list[DayCard]]]:
        """Return the cards of each day; entries about the same stand together on one."""
        cards_by_day = []
        for day, day_entries in days:
            cards = []
            for idents, entries in groupby(day_entries, key=lambda entry: entry.experiments):
                experiment = self._by_id.get(idents[0]) if len(idents) == 1 else None
                names = experiment.names if experiment else idents[:1]
                cards.append(DayCard(experiment, list_card_entries(list(entries), names)))
            cards_by_day.append((day, cards))
        return cards_by_day

    def _build_data(self, follower: Follower, progress: Progress | None) -> Iterator[NamedFile]:
        """Yield a script for each experiment, the list of all, and their pictures."""
        index = []
        absent = []
        written_pictures: set[str] = set()
        if self._code_filter is not None:
            versions = [experiment.version for experiment in self._by_id.values()]
            follower.prepare(versions, self._code_filter)
        settings = self._list_settings(follower)
        for number, experiment in enumerate(self.experiments):
            if progress is not None:
                progress(number, len(self.experiments))
            view = self._view_experiment(follower, experiment)
            if experiment.id in view.change.absent:
                absent.append(experiment.id)
            values = self._render_values(view) | {"settings": settings[experiment.id]}
            script = f"gitexp({_write_script(values)})\n"
            yield f"data/{_name_file(experiment.id)}.js", script.encode()
            index.append(self._describe(experiment))
            for image in experiment.images:
                data = self._record.branch.read(image.path)
                if data and image.path not in written_pictures:
                    written_pictures.add(image.path)
                    yield image.path, data
        self.absent = tuple(absent)
        yield "data/index.js", f"gitexpIndex({_write_script(index)})\n".encode()

    def _list_settings(self, follower: Follower) -> dict[str, list[tuple[str, str]]]:
        """Return the settings of each experiment, title and values, in the order of the table.

        A setting of some experiments is "" in the others; one without code has none.
        """
        summaries = [experiment.summary for experiment in self.experiments]
        views = read_setting_views(self._record)
        table = compute_table(self._record, self._code_filter, summaries, views, follower)
        settings: dict[str, list[tuple[str, str]]] = {}
        for row in table.rows:
            columns = table.columns if row.settings is not None else ()
            settings[row.summary.id] = [
                (column.title, row.format_setting(column.name)) for column in columns
            ]
        return settings

    def _view_experiment(self, follower: Follower, experiment: Experiment) -> ExperimentView:
        parent = self._by_id.get(experiment.parent)
        change = compute_change(follower, self._code_filter, experiment, parent)
        return ExperimentView(experiment, change)

    def _describe(self, experiment: Experiment) -> list[str]:
        """Return the row of an experiment in the list of all: id, file, parent's file, day."""
        parent = ""
        if experiment.parent in self._chosen_ids:
            parent = _name_file(experiment.parent)
        return [experiment.id, _name_file(experiment.id), parent, experiment.at[:10]]

    def _render_values(self, view: ExperimentView) -> dict[str, Any]:
        """Return what the scripts show of an experiment."""
        experiment, change = view
        remarks = filter(None, [change.reason, change.pinned_note])
        excerpt = change.excerpt
        begins_line = experiment.parent not in self._chosen_ids or change.first_excerpt
        delta = render_template("delta.html", delta=change.delta) if change.delta else ""
        entries = list_card_entries(experiment.entries, experiment.names)
        words = find_last_words(experiment)
        whole = render_template(
            "export_experiment.html",
            one=experiment,
            change=change,
            delta=delta,
            entries=entries,
            to=find_address,
        )
        return {
            "id": experiment.id,
            "whole": whole,
            "delta": delta,
            "passages": render_passages(change.delta) if change.delta else [],
            "reason": escape("; ".join(remarks)),  # the script takes it for HTML
            "excerpt": (
                render_template("excerpt.html", excerpt=excerpt) if begins_line and excerpt else ""
            ),
            "entries": render_template(
                "export_entries.html",
                entries=list_short_threads(experiment),
                to=find_address,
                telling=words,
            ),
            "parent": experiment.parent_label,
            "size": describe_size(change.as_beginning()),
            "pictures": [
                (image.name, image.path, image.width, image.height)
                for image in reversed(experiment.images)
            ],
            "metrics": {metric.name: str(metric) for metric in experiment.metrics},
            "ranks": self._rank_metrics(experiment),
        }

    def _rank_metrics(self, experiment: Experiment) -> dict[str, float]:
        """Return each sure and finite value with the sign by which the higher one is better."""
        settings = self._record.repository.settings
        ranks = {}
        for metric in experiment.metrics:
            sign = -1 if prefers_lower(metric.name, settings) else 1
            if metric.sure and math.isfinite(metric.number):
                ranks[metric.name] = sign * metric.number
        return ranks


def _choose_newest(days: Sequence[_Day]) -> list[_Day]:
    """Return the newest days, oldest first: at least one, and no more than fit the first page."""
    newest: list[_Day] = []
    count = 0
    for day in reversed(days):
        count += len(day.entries)
        if newest and count > NEWEST:
            break
        newest.insert(0, day)
    return newest


def _render_page(template: str, title: str, **values: Any) -> bytes:
    return render_template(template, title=title, to=find_address, **values).encode()


def _write_script(value: Any) -> str:
    """Return a value as JSON that no script element can be ended by."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.replace("</", "<\\/").replace("<!--", "<\\!--")
