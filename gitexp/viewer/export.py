"""The static export: the journal, line-up, lineage and topics as files that work from ``file://``, without a server or the network.

The same record gives the same bytes. A browser reads no other file of a ``file://`` page but scripts, styles and pictures, so what
line-up and lineage show of an experiment lies in a script of its own (``data/``), loaded when it is asked for.
"""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.errors import StorageError, UsageError
from gitexp.follow.follower import Follower
from gitexp.history.deltas import ExperimentDelta, compute_delta_against
from gitexp.history.topic_page import build_topic_page
from gitexp.model.layout import IMAGES, read_attachment_path
from gitexp.record.read.filters import find_filter, read_filters
from gitexp.record.read.journal import read_journal
from gitexp.record.read.topics import find_members, read_topics
from gitexp.render.html import page, passages_html, told
from gitexp.store.folder import OwnFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gitexp.model.experiment import Entry, Experiment
    from gitexp.record.record import Record

# Entries of the first page; all lie on the pages of their months.
NEWEST = 200
MARK = "gitexp-export"
"""A file that says that a folder is an export and may be written anew."""

_PAGE = re.compile(
    r"(?:index|topics|lineup|lineage|experiment|[0-9]{4}-[0-9]{2}|topic-[0-9a-f]{16})\.html"
    r"|data/[0-9a-f]{16}\.js"
)


class Exported(NamedTuple):
    """How many experiments were written, and the ids of those whose code is not in this clone."""

    experiments: int
    absent: tuple[str, ...]


def export(
    record: Record,
    folder: Path,
    *,
    filter_name: str = "",
    topic: str = "",
    since: float = float("-inf"),
    progress: Callable[[int, int], None] | None = None,
) -> Exported:
    """Write the record below ``folder``. Of a topic or a time alone where these are given.

    Raises UsageError when the folder holds something else, StorageError when it cannot be written.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise UsageError(f"'{folder}' is not empty and no export", "give a new folder")
    made = _Export(record, filter_name, topic, since)
    written: set[str] = set()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = OwnFolder(folder, is_export_name)
        for name, data in made.files(progress):
            target.write(name, data)
            written.add(name)
        target.remove_others(written)
    except OSError as error:
        raise StorageError(
            f"'{error.filename or folder}' was not written: {error.strerror}", "give another folder"
        ) from None
    return Exported(len(made.experiments), tuple(made.absent))


def is_export_name(name: str) -> bool:
    """Return True for a path that an export gives to a file: only such files are written or removed."""
    if name in (MARK, "style.css", "export.js", "data/index.js"):
        return True
    if name.startswith(f"{IMAGES}/"):
        with suppress(ValueError):
            return bool(read_attachment_path(name, IMAGES))
        return False
    return _PAGE.fullmatch(name) is not None


def address(kind: str, name: str) -> str:
    """Where a thing lies in an export, as seen from its top."""
    if kind == "picture":
        return name
    return f"{kind}.html#{_file(name)}" if kind != "topic" else f"topic-{_file(name)}.html"


def _file(name: str) -> str:
    """A file's name for an id or a topic: letters that every file system takes."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


class _Export:
    """One export under way."""

    def __init__(self, record: Record, filter_name: str, topic: str, since: float) -> None:
        self._record = record
        self._choice = (
            find_filter(record, filter_name) if filter_name or read_filters(record) else None
        )
        chosen = find_members(record, topic)[0] if topic else None
        self.entries = [
            entry
            for entry in read_journal(record, since)
            if chosen is None or chosen & set(entry.experiments)
        ]
        about = {name for entry in self.entries for name in entry.experiments}
        every = record.read_experiments()
        self.experiments = [
            one for one in every if one.id in about or (chosen is None and _moment(one) >= since)
        ]
        if chosen is not None:
            self.experiments = [
                one
                for one in every
                if one.id in chosen and (one.id in about or _moment(one) >= since)
            ]
        self._known = {one.id: one for one in every}
        self._shown = {one.id for one in self.experiments}
        self.absent: dict[str, None] = {}
        self._topics = [topic] if topic else sorted(read_topics(record))

    def files(self, progress: Callable[[int, int], None] | None) -> Iterator[tuple[str, bytes]]:
        """Every file's name and bytes."""
        yield MARK, b"written by git exp export\n"
        static = files("gitexp.viewer") / "static"
        yield "style.css", (static / "style.css").read_bytes()
        yield "export.js", (static / "export.js").read_bytes()
        yield from self._data(progress)
        yield from self._journal()
        for kind in ("lineup", "lineage", "experiment"):
            yield f"{kind}.html", self._page("export_screen.html", kind, kind=kind)
        for name in self._topics:
            found = build_topic_page(self._record, name)
            body = page("topic.html", page=found, to=address)
            yield address("topic", name), self._page("export_reading.html", name, body=body)
        listed = [(name, address("topic", name)) for name in self._topics]
        yield "topics.html", self._page("export_topics.html", "topics", listed=listed)

    def _page(self, template: str, title: str, **values: Any) -> bytes:
        return page(template, title=title, to=address, **values).encode()

    def _journal(self) -> Iterator[tuple[str, bytes]]:
        """The newest days on the first page, newest first; every month on a page of its own."""
        posts = [
            (day, list(found))
            for day, found in groupby(self.entries, key=lambda entry: entry.at[:10])
        ]
        months = sorted({day[:7] for day, _ in posts})
        newest: list[tuple[str, list[Entry]]] = []
        for day, found in reversed(posts):
            if newest and sum(len(entries) for _, entries in newest) + len(found) > NEWEST:
                break
            newest.insert(0, (day, found))
        yield (
            "index.html",
            self._page(
                "export_journal.html",
                "journal",
                days=self._days(newest)[::-1],
                months=months,
                month="",
            ),
        )
        for month in months:
            own = [(day, found) for day, found in posts if day[:7] == month]
            yield (
                f"{month}.html",
                self._page(
                    "export_journal.html", month, days=self._days(own), months=months, month=month
                ),
            )

    def _days(
        self, posts: list[tuple[str, list[Entry]]]
    ) -> list[tuple[str, list[tuple[Experiment | None, list[tuple[Entry, str]]]]]]:
        """For each day its entries, those about one experiment together under it."""
        days = []
        for day, entries in posts:
            groups = groupby(entries, key=lambda entry: entry.experiments)
            cards = [
                (
                    self._known.get(names[0]) if len(names) == 1 else None,
                    told(list(found), names[0] if names else ""),
                )
                for names, found in groups
            ]
            days.append((day, cards))
        return days

    def _data(self, progress: Callable[[int, int], None] | None) -> Iterator[tuple[str, bytes]]:
        """A script for each experiment, the list of all, and their pictures."""
        children: dict[str, list[str]] = {}
        for one in self.experiments:
            children.setdefault(one.parent, []).append(one.id)
        index = []
        pictures: set[str] = set()
        with Follower(self._record.repository) as follower:
            if self._choice is not None:
                follower.prepare((one.version for one in self._known.values()), self._choice)
            for number, one in enumerate(self.experiments):
                if progress is not None:
                    progress(number, len(self.experiments))
                change = self._change(follower, one)
                if one.id in change.absent:
                    self.absent[one.id] = None
                begins = (
                    one.parent not in self._shown or change.whole
                )  # a line starts with its code whole
                excerpt = (
                    page("excerpt.html", excerpt=change.excerpt)
                    if begins and change.excerpt
                    else ""
                )
                delta = page("delta.html", delta=change.delta) if change.delta else ""
                entries = told(one.entries, one.id)
                shown = page(
                    "export_experiment.html",
                    one=one,
                    title=change.title,
                    delta=delta,
                    entries=entries,
                    to=address,
                )
                values = {
                    "id": one.id,
                    "whole": shown,
                    "delta": delta,
                    "passages": passages_html(change.delta) if change.delta else [],
                    "reason": escape(change.reason),  # the script takes it for HTML
                    "excerpt": excerpt,
                    "entries": page("export_entries.html", entries=entries),
                    "pictures": page("export_pictures.html", one=one, to=address),
                    "metrics": {metric.name: str(metric) for metric in one.metrics},
                }
                yield f"data/{_file(one.id)}.js", f"gitexp({_script(values)})\n".encode()
                index.append(
                    [
                        one.id,
                        _file(one.id),
                        _file(one.parent) if one.parent in self._shown else "",
                        one.at[:10],
                    ]
                )
                for image in one.images:
                    if image.path not in pictures and (
                        data := self._record.branch.read(image.path)
                    ):
                        pictures.add(image.path)
                        yield image.path, data
        yield "data/index.js", f"gitexpIndex({_script(index)})\n".encode()

    def _change(self, follower: Follower, one: Experiment) -> ExperimentDelta:
        if self._choice is None:
            return ExperimentDelta(reason="no filter is saved yet")
        return compute_delta_against(follower, self._choice, one, self._known.get(one.parent))


def _script(value: Any) -> str:
    """A value as JSON that no script element can be ended by."""
    return (
        json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        .replace("</", "<\\/")
        .replace("<!--", "<\\!--")
    )


def _moment(one: Experiment) -> float:
    from datetime import datetime

    return datetime.fromisoformat(one.at).timestamp()
