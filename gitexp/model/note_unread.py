"""What looks like an id or a metric in a note and was not read as one, so that it can be said."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.fences import FenceReader
from gitexp.model.late_pattern import LatePattern
from gitexp.model.metric_syntax import (
    drop_emphasis,
    make_widths_plain,
    read_leading_metrics,
    read_metrics,
    read_value,
)
from gitexp.model.note_syntax import HeadReader, find_end_of_dress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.model.metric import Metric
    from gitexp.model.note_syntax import NoteBlock, Vocabulary

_LONGEST_LINE = 2000  # letters: a longer line is data, no note
_LONGEST_SHOWN = 60
_ASSIGNMENT = LatePattern(r"(?<![\w./@-])(?P<name>[A-Za-z][A-Za-z0-9_./@-]*)=[-+~]?\.?[0-9]")
_DATED_LINE = r"\s*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s"  # of a log, which names no trial


class UnreadLine(NamedTuple):
    """A line of which something was not read; ``line`` counts from 1."""

    line: int
    text: str


def find_unread(
    blocks: Sequence[NoteBlock], vocabulary: Vocabulary, *, has_subject: bool
) -> list[UnreadLine]:
    """Return the lines of a text in blocks of which something was not read.

    ``has_subject``: the text before the first head is about one experiment, whose metrics it may
    begin with.
    """
    lines: list[str] = []
    for block in blocks:
        lines += block.text.splitlines()
    reader = HeadReader(lines, vocabulary)
    fences = FenceReader()
    unread: list[UnreadLine] = []
    start = 0
    for number, block in enumerate(blocks):
        metrics = block.reading.metrics if block.reading else ()
        if block.reading is None and has_subject and number == 0:
            metrics = read_metrics(block.text, vocabulary.names)
        names = {_fold_name(metric.name) for metric in metrics}
        stop = start + len(block.text.splitlines())
        for index in range(start, stop):
            line = lines[index]
            if fences.covers(line) or len(line) > _LONGEST_LINE or line.lstrip().startswith("|"):
                continue
            is_head = block.reading is not None and index == start
            if not _has_digit(line):
                continue
            looks_unread = not is_head and reader.may_be_head(index)
            if looks_unread or _has_unread_metric(line, metrics, names, vocabulary, is_head):
                unread.append(UnreadLine(index + 1, _shorten(line)))
        start = stop
    return unread


def _has_unread_metric(
    line: str,
    metrics: Sequence[Metric],
    names: set[str],
    vocabulary: Vocabulary,
    is_head: bool,
) -> bool:
    plain = drop_emphasis(make_widths_plain(line))
    if any(_fold_name(name) not in names for name in _list_assigned(plain)):
        return True
    if not is_head and re.match(_DATED_LINE, plain):
        return False
    recorded = {metric.value for metric in metrics}
    for match in _compile_common(tuple(vocabulary.names)).finditer(plain):
        value = read_value(plain, match.start("value"))
        is_named = any(name.endswith(_fold_name(match["name"])) for name in names)
        if not is_named or (value is not None and value.text not in recorded):
            return True
    if is_head:
        return False
    start = find_end_of_dress(plain)
    reading = read_leading_metrics(plain, vocabulary.names, start, any_name=False)
    pairs = {(metric.name, metric.value) for metric in metrics}
    return any((metric.name, metric.value) not in pairs for metric in reading.metrics)


def _list_assigned(line: str) -> Iterator[str]:
    if "=" not in line:
        return
    for match in _ASSIGNMENT.finditer(line):
        yield match["name"]


@lru_cache(maxsize=8)
def _compile_common(names: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    if not words:
        return re.compile(r"(?!)(?P<name>)(?P<value>)")
    return re.compile(
        rf"(?<![A-Za-z0-9_/.@-])(?P<name>(?:[a-z]{{2,10}}[_/])?(?:{words}))"
        r"(?![A-Za-z0-9_@(/-])\s*[=:はが]?\s*(?P<value>[-+~]?\.?[0-9])",
        re.IGNORECASE,
    )


def _fold_name(name: str) -> str:
    """Return the last word of a name: ``val_acc`` is read where ``acc`` is seen."""
    return re.split(r"[_\s/]", name.lower())[-1]


def _has_digit(line: str) -> bool:
    return any(char.isdigit() for char in line)


def _shorten(line: str) -> str:
    text = " ".join(line.split())
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
