"""Text becomes record: an entry a block, and beside it what was understood of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gitexp.model.event import clean_text
from gitexp.model.ids import check_new_id, find_twin
from gitexp.model.metric import NOT_MEASURED
from gitexp.model.metric_names import METRIC_NAMES
from gitexp.model.metric_syntax import read_metrics
from gitexp.model.note_marks import read_images, read_tags
from gitexp.model.note_syntax import NoteBlock, Vocabulary, read_blocks
from gitexp.model.note_unread import UnreadLine, find_unread
from gitexp.model.understood import Understood

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from gitexp.model.event import Event
    from gitexp.model.metric import Metric
    from gitexp.model.picture import Picture
    from gitexp.record.record import Record


class NoteWriter:
    """Entries on their way into the record: ``drafts`` and ``files`` to be appended at once, ``kept`` to be echoed."""

    def __init__(self, record: Record, pictures: Mapping[str, Picture] | None = None) -> None:
        self._record = record
        self._pictures = pictures or {}
        self._names = read_metric_names(record)
        self.known = dict(record.index.read_names())
        self._expected: set[str] = set()
        self._metrics_seen: Counter[str] = Counter()
        self.drafts: list[Event] = []
        self.files: dict[str, bytes] = {}
        self.kept: dict[str, Understood] = {}
        self.unread: list[UnreadLine] = []

    @property
    def created(self) -> list[str]:
        """Experiments that the text opened and nobody had recorded."""
        return [kept.experiment for kept in self.kept.values() if kept.created]

    def split_blocks(self, text: str) -> list[NoteBlock]:
        """The blocks of a text; blank lines before the first line that opens something go with it."""
        blocks = list(
            read_blocks(
                text, self.known.keys() | self._expected, self._names, self._find_usual_metric
            )
        )
        if len(blocks) > 1 and not blocks[0].text.strip():
            blocks[:2] = [NoteBlock(blocks[0].text + blocks[1].text, blocks[1].reading)]
        return blocks

    def find_unread(self, text: str, *, has_subject: bool) -> list[UnreadLine]:
        """Return the lines of a text that look like an id or a metric and are not read as one."""
        ids = self.known.keys() | self._expected
        blocks = read_blocks(text, ids, self._names, self._find_usual_metric)
        vocabulary = Vocabulary(ids, self._names, self._find_usual_metric)
        return find_unread(blocks, vocabulary, has_subject=has_subject)

    def _find_usual_metric(self) -> str:
        """Return the metric that nearly all experiments have, "" where there is none.

        No other metric has more than half as many values.
        """
        counts = Counter(self._metrics_seen)
        for summary in self._record.read_summaries():
            counts.update(metric.name for metric in summary.metrics if metric.is_finite)
        first, second = (*counts.most_common(2), ("", 0), ("", 0))[:2]
        return first[0] if first[1] >= 2 * second[1] else ""

    def expect_ids(self, text: str) -> None:
        """Know the ids that the lines of a text open, so that one alone on a line is understood before its metric comes."""
        for block in read_blocks(text, self._expected, self._names):
            if block.reading:
                self._expected.add(block.reading.experiment)
                self._metrics_seen.update(metric.name for metric in block.reading.metrics)

    def add_text(self, text: str, about: tuple[str, ...], at: datetime | None) -> None:
        """A text as a person typed it. What stands before the first line that opens an experiment is about ``about``."""
        self.unread += self.find_unread(text, has_subject=len(about) == 1)
        blocks = self.split_blocks(text)
        if not any(block.reading for block in blocks):
            self.add_entry(NoteBlock(text, None), about, at)
            return
        for number, block in enumerate(blocks):
            self.add_entry(block, about if number == 0 else (), at)

    def add_entry(
        self, block: NoteBlock, about: tuple[str, ...], at: datetime | None, **fields: str
    ) -> None:
        """One entry: about the experiment that it opens, else about ``about``; ``fields`` are kept with it."""
        body = clean_text(block.text)
        if not body.strip():
            return
        if block.reading:
            about = (self._opened(block.reading.experiment, at),)
            metrics = block.reading.metrics
        else:
            metrics = read_metrics(body, self._names) if len(about) == 1 else ()
        self.add_note_event(body, about, at, **fields)
        self._add_metrics_of_note(about, metrics, at)

    def add_text_about(self, text: str, about: tuple[str, ...], at: datetime | None) -> None:
        """A text about given experiments whatever its lines open; metrics in it are those of the ids that open its lines."""
        body = clean_text(text)
        self.unread += self.find_unread(body, has_subject=len(about) == 1)
        readings = [block.reading for block in self.split_blocks(body) if block.reading]
        opened = [(self._opened(reading.experiment, at), reading.metrics) for reading in readings]
        self.add_note_event(body, about, at)
        if not readings and len(about) == 1:
            opened = [(about[0], read_metrics(body, self._names))]
        for name, metrics in opened:
            self._add_metrics_of_note((name,), metrics, at)

    def _add_metrics_of_note(
        self, about: tuple[str, ...], metrics: Iterable[Metric], at: datetime | None
    ) -> None:
        """Add the metrics that a note names. ``acc N/A`` takes no value away that is there."""
        for metric in metrics:
            if metric.value != NOT_MEASURED or not self._has_metric(about[0], metric.name):
                self.add_metric(about[0], metric, at)

    def _has_metric(self, ident: str, name: str) -> bool:
        understood = self.kept.get(ident)
        if understood and any(metric.name == name for metric in understood.metrics):
            return True
        recorded = self._record.index.read_experiment(ident)
        return recorded is not None and any(metric.name == name for metric in recorded.metrics)

    def add_note_event(
        self, body: str, about: tuple[str, ...], at: datetime | None, **fields: str
    ) -> None:
        """An entry as it is, with its tags and its pictures."""
        self.drafts.append(self._record.draft_event("note", about, at=at, text=body, **fields))
        for name in about:
            self.kept.setdefault(name, Understood(name))
        if about and (tags := read_tags(body)):
            self.drafts.append(
                self._record.draft_event("tag", about, at=at, add=list(tags), remove=[])
            )
            for name in about:
                self.kept[name].tags.update(dict.fromkeys(tags))
        if len(about) == 1:
            self._attach(about[0], body, at)

    def add_metric(self, name: str, metric: Metric, at: datetime | None) -> None:
        """A metric of an experiment."""
        self.kept.setdefault(name, Understood(name)).metrics.append(metric)
        self.drafts.append(make_metric_event(self._record, name, metric, at))

    def open_experiment(self, name: str, at: datetime | None, parent: str = "") -> str:
        """The id in use of an experiment, begun here if nobody recorded it. Raises UsageError for what cannot be an id."""
        if name in self.known:
            return self.known[name]
        ident = check_new_id(name)
        twin = find_twin(ident, self.known)
        fields = {"parent": parent} if parent else {}
        self.drafts.append(self._record.draft_event("new", (ident,), at=at, **fields))
        self.known[ident] = ident
        self.kept[ident] = Understood(ident, created=True, twin=twin)
        return ident

    def _opened(self, name: str, at: datetime | None) -> str:
        ident = self.open_experiment(name, at)
        self.kept.setdefault(ident, Understood(ident))
        return ident

    def _attach(self, name: str, text: str, at: datetime | None) -> None:
        """The pictures that the text names, as far as they were found."""
        for path in read_images(text):
            if picture := self._pictures.get(path):
                self.drafts.append(make_picture_event(self._record, name, picture, at))
                self.files[picture.path] = picture.data
                self.kept[name].images += 1


def read_metric_names(record: Record) -> tuple[str, ...]:
    """Words that name a metric in free text: the common ones and those of config ``gitexp.metrics``."""
    own = record.repository.settings.get("gitexp.metrics", "")
    return (*METRIC_NAMES, *own.replace(",", " ").lower().split())


def make_metric_event(record: Record, name: str, metric: Metric, at: datetime | None) -> Event:
    """Return a metric as an event, under its name in use."""
    metric = record.metric_aliases.rename(metric)
    return record.draft_event(
        "metric",
        (name,),
        at=at,
        name=metric.name,
        value=metric.value,
        about=metric.about,
        partial=metric.partial,
    )


def make_picture_event(record: Record, name: str, picture: Picture, at: datetime | None) -> Event:
    """A picture as an event."""
    return record.draft_event(
        "image",
        (name,),
        at=at,
        path=picture.path,
        name=picture.name,
        width=picture.width,
        height=picture.height,
    )
