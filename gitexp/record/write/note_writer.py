"""Text becomes record: an entry for each block, and beside it what was understood of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from gitexp.model.event import check_length, clean_text
from gitexp.model.ids import check_new_id, find_twin
from gitexp.model.metric import NOT_MEASURED
from gitexp.model.metric_names import METRIC_NAMES
from gitexp.model.metric_syntax import read_metrics, select_names
from gitexp.model.note_marks import read_images, read_tags
from gitexp.model.note_syntax import NoteBlock, Vocabulary, read_blocks
from gitexp.model.note_unread import UnreadLine, find_unread
from gitexp.model.understood import Understood
from gitexp.record.write.values import draft_metric, draft_picture

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from gitexp.model.event import Event
    from gitexp.model.metric import Metric
    from gitexp.model.picture import Picture
    from gitexp.record.record import Record


class NoteWriter:
    """Entries on their way into the record.

    ``drafts`` and ``files`` are to be appended at once. ``understood``: what was understood of each
    experiment, by id. ``idents``: every id and alias with the id in use, also of what is begun here.
    ``unread``: lines that look like an id or a metric and were not read. ``choose_parent`` returns
    the parent of the first experiment that a text opens; each further one changes the one before.
    Without it what a text opens has no parent.
    """

    def __init__(self, record: Record, pictures: Mapping[str, Picture] | None = None) -> None:
        """Draft nothing yet. ``pictures`` are those that the texts name, by path."""
        self._record = record
        self._pictures = pictures or {}
        self._metric_names = _read_metric_names(record)
        self._present_names: tuple[str, ...] = ()
        self._expected_ids: set[str] = set()
        self._expected_metrics: Counter[str] = Counter()
        self.idents = dict(record.index.read_names())
        self.drafts: list[Event] = []
        self.files: dict[str, bytes] = {}
        self.understood: dict[str, Understood] = {}
        self.unread: list[UnreadLine] = []
        self.choose_parent: Callable[[], str] | None = None
        self._newest = ""

    @property
    def created(self) -> list[str]:
        """The experiments that a text opened and nobody had recorded."""
        return [each.experiment for each in self.understood.values() if each.created]

    def expect_ids(self, text: str) -> None:
        """Learn the ids that the lines of a text open.

        So an id that stands alone on a line is understood before its metric comes.
        """
        for block in read_blocks(text, self._expected_ids, self._find_names(text)):
            if block.reading:
                self._expected_ids.add(block.reading.experiment)
                self._expected_metrics.update(metric.name for metric in block.reading.metrics)

    def split_blocks(self, text: str) -> list[NoteBlock]:
        """Return the blocks of a text; blank lines before the first opening line go with it."""
        ids = self.idents.keys() | self._expected_ids
        names = self._find_names(text)
        blocks = list(read_blocks(text, ids, names, self._find_usual_metric))
        if len(blocks) > 1 and not blocks[0].text.strip():
            blank, first = blocks[:2]
            blocks[:2] = [NoteBlock(blank.text + first.text, first.reading)]
        return blocks

    def find_unread(self, text: str, *, has_subject: bool) -> list[UnreadLine]:
        """Return the lines of a text that look like an id or a metric and are not read as one."""
        ids = self.idents.keys() | self._expected_ids
        vocabulary = Vocabulary(ids, self._find_names(text), self._find_usual_metric)
        blocks = read_blocks(text, *vocabulary)
        return find_unread(blocks, vocabulary, has_subject=has_subject)

    def _find_names(self, text: str) -> tuple[str, ...]:
        """Return the names of metrics that may stand in a text, or stood in one before it.

        They only become more, so that a long diary has its patterns compiled a few times at most.
        """
        new_names = set(select_names(text, self._metric_names)).difference(self._present_names)
        if new_names:
            names = new_names.union(self._present_names)
            in_order = [name for name in self._metric_names if name in names]
            self._present_names = tuple(in_order)
        return self._present_names

    def _find_usual_metric(self) -> str:
        """Return the metric that nearly all experiments have, "" where there is none.

        No other metric has more than half as many values.
        """
        counts = Counter(self._expected_metrics)
        for summary in self._record.read_summaries():
            counts.update(metric.name for metric in summary.metrics if metric.is_finite)
        first, second = (*counts.most_common(2), ("", 0), ("", 0))[:2]
        return first[0] if first[1] >= 2 * second[1] else ""

    def add_text(self, text: str, about: tuple[str, ...], at: datetime | None) -> None:
        """Add a text as a person typed it.

        What stands before the first line that opens an experiment is about ``about``.
        """
        check_length(text)  # before it is searched
        self.unread += self.find_unread(text, has_subject=len(about) == 1)
        blocks = self.split_blocks(text)
        if not any(block.reading for block in blocks):
            self.add_entry(NoteBlock(text, None), about, at)
            return
        for number, block in enumerate(blocks):
            self.add_entry(block, about if number == 0 else (), at)

    def add_text_about(self, text: str, about: tuple[str, ...], at: datetime | None) -> None:
        """Add a text as one entry about given experiments, whatever its lines open.

        The metrics in it are those of the experiments that its lines open.
        """
        check_length(text)
        body = clean_text(text)
        self.unread += self.find_unread(body, has_subject=len(about) == 1)
        metrics_of: list[tuple[str, tuple[Metric, ...]]] = []
        for block in self.split_blocks(body):
            if block.reading:
                ident = self._open(block.reading.experiment, at)
                metrics_of.append((ident, block.reading.metrics))
        self.add_note_event(body, about, at)
        if not metrics_of and len(about) == 1:
            metrics_of.append((about[0], read_metrics(body, self._find_names(body))))
        for ident, metrics in metrics_of:
            self._add_metrics(ident, metrics, at)

    def add_entry(
        self, block: NoteBlock, about: tuple[str, ...], at: datetime | None, **fields: str
    ) -> None:
        """Add one entry, about the experiment that it opens, otherwise about ``about``.

        ``fields`` are recorded with it.
        """
        body = clean_text(block.text)
        if not body.strip():
            return
        metrics: tuple[Metric, ...] = ()
        if block.reading:
            about = (self._open(block.reading.experiment, at),)
            metrics = block.reading.metrics
        elif len(about) == 1:
            metrics = read_metrics(body, self._find_names(body))
        self.add_note_event(body, about, at, **fields)
        if metrics:
            self._add_metrics(about[0], metrics, at)

    def add_note_event(
        self, body: str, about: tuple[str, ...], at: datetime | None, **fields: str
    ) -> None:
        """Add an entry as it is, with its tags and its pictures."""
        self.drafts.append(self._record.draft_event("note", about, at=at, text=body, **fields))
        for name in about:
            self.understood.setdefault(name, Understood(name))
        tags = read_tags(body)
        if about and tags:
            draft = self._record.draft_event("tag", about, at=at, add=list(tags), remove=[])
            self.drafts.append(draft)
            for name in about:
                self.understood[name].tags.update(dict.fromkeys(tags))
        if len(about) == 1:
            self._attach_pictures(about[0], body, at)

    def add_metric(self, name: str, metric: Metric, at: datetime | None) -> None:
        """Add a metric of an experiment."""
        self.understood.setdefault(name, Understood(name)).metrics.append(metric)
        self.drafts.append(draft_metric(self._record, name, metric, at))

    def open_experiment(
        self, name: str, at: datetime | None, parent: str = "", *, is_presumed: bool = False
    ) -> str:
        """Return the id in use of an experiment, which begins here if nobody recorded it.

        ``is_presumed``: nobody said that ``parent`` is its parent.

        Raises UsageError for what cannot be an id.
        """
        if name in self.idents:
            return self.idents[name]
        ident = check_new_id(name)
        twin = find_twin(ident, self.idents)
        fields: dict[str, Any] = {"parent": parent} if parent else {}
        if parent and is_presumed:
            fields["presumed"] = True
        self.drafts.append(self._record.draft_event("new", (ident,), at=at, **fields))
        self.idents[ident] = ident
        self.understood[ident] = Understood(ident, created=True, twin=twin)
        return ident

    def _open(self, name: str, at: datetime | None) -> str:
        is_new = name not in self.idents
        parent = self._find_parent() if is_new else ""
        ident = self.open_experiment(name, at, parent)
        understood = self.understood.setdefault(ident, Understood(ident))
        if is_new:
            understood.parent = parent
            self._newest = ident
        return ident

    def _find_parent(self) -> str:
        if self.choose_parent is None:
            return ""
        return self._newest or self.choose_parent()

    def _add_metrics(self, name: str, metrics: tuple[Metric, ...], at: datetime | None) -> None:
        """Add the metrics that a note names. ``acc N/A`` takes no value away that is there."""
        for metric in metrics:
            if metric.value != NOT_MEASURED or not self._has_metric(name, metric.name):
                self.add_metric(name, metric, at)

    def _has_metric(self, ident: str, name: str) -> bool:
        understood = self.understood.get(ident)
        if understood and any(metric.name == name for metric in understood.metrics):
            return True
        recorded = self._record.index.read_experiment(ident)
        return recorded is not None and any(metric.name == name for metric in recorded.metrics)

    def _attach_pictures(self, name: str, text: str, at: datetime | None) -> None:
        """Attach the pictures that a text names, as far as they were found."""
        for path in read_images(text):
            picture = self._pictures.get(path)
            if picture is None:
                continue
            self.drafts.append(draft_picture(self._record, name, picture, at))
            self.files[picture.path] = picture.data
            self.understood[name].images += 1


def _read_metric_names(record: Record) -> tuple[str, ...]:
    """Return the words that name a metric: the common ones and those of config ``gitexp.metrics``."""
    configured = record.repository.settings.get("gitexp.metrics", "")
    return (*METRIC_NAMES, *configured.replace(",", " ").lower().split())
