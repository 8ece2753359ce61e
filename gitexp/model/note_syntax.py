"""The syntax of a note: the lines that open an experiment, and the text that belongs to each.

A note is never changed. What is understood of it is recorded beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from gitexp.model.fences import FenceReader
from gitexp.model.ids import ID_PATTERN
from gitexp.model.metric_syntax import METRIC_NAMES, make_widths_plain, read_leading_metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from gitexp.model.metric import Metric

_HEAD = re.compile(
    r" {0,3}　?(?:[-*・]\s+)?"
    rf"(?P<id>{ID_PATTERN})(?P<aside>\s*[(（][^)）]*[)）])?(?P<rest>\s*[:：]?.*)"
)
_TABLE_ROW = re.compile(r"\s*\|.*\|\s*$")
_HEADING = re.compile(r"#{1,6}(?:\s|$)")
# Words that name a part of a trial or a kind of metric, not a trial.
_PART_OF_TRIAL = re.compile(r"(?:top|epoch|step|iter|fold|seed|batch)[-_]?\d+", re.IGNORECASE)
_JOINTS = "_-+@."
_FAMILY_SIZE = 2  # one known id may be like the new word by chance


@dataclass(frozen=True, slots=True)
class NoteHead:
    """What a line says of the experiment that it opens."""

    experiment: str
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class NoteBlock:
    """A stretch of text, to the letter.

    ``reading``: what its first line opens, None for nothing.
    """

    text: str
    reading: NoteHead | None


def read_blocks(
    text: str, known: Collection[str], names: Collection[str] = METRIC_NAMES
) -> tuple[NoteBlock, ...]:
    """Return a text in blocks. The texts of the blocks joined are the text.

    A line that opens an experiment begins a block, and so does a Markdown heading, which opens
    none. Opening lines are ``ID acc 0.857``, ``ID: acc=0.73``, ``ID acc N/A``, a known ``ID:
    words``, or an id alone that is known or made like those known. An id in a sentence is a
    mention. An unknown word opens an experiment only when a metric follows directly, so that prose
    is never taken for an id. Nor is code or a table.
    """
    reader = _HeadReader(known, names)
    fences = FenceReader()
    blocks: list[tuple[list[str], NoteHead | None]] = [([], None)]
    for line in text.splitlines(keepends=True):
        if fences.covers(line):
            pass
        elif _HEADING.match(line):
            blocks.append(([], None))
        elif head := reader.read_head(line.rstrip("\n")):
            blocks.append(([], head))
        blocks[-1][0].append(line)
    return tuple(NoteBlock("".join(lines), head) for lines, head in blocks if lines)


class _HeadReader:
    """Reads the lines that open an experiment, with the ids and the metrics that are known."""

    def __init__(self, known: Collection[str], names: Collection[str]) -> None:
        self._known = known
        self._names = names
        # Rarely asked for, and there may be ten thousand ids.
        self._list_families: Callable[[], set[str]] = cache(lambda: _list_families(known))

    def read_head(self, line: str) -> NoteHead | None:
        """Return what a line opens; None for a line that opens nothing."""
        match = _HEAD.match(line)
        if match is None or _TABLE_ROW.match(line) or match["id"].lower() in self._names:
            return None
        word = match["id"]
        rest = make_widths_plain(match["rest"])
        reading = read_leading_metrics(rest, self._names)
        stands_alone = not rest.strip(" :")
        if word in self._known:
            opens = reading.is_named or stands_alone or rest.startswith(":")
        elif reading.is_named:
            opens = _looks_like_id(word)
        else:
            opens = stands_alone and not match["aside"] and self._is_like_known(word)
        return NoteHead(word, reading.metrics) if opens else None

    def _is_like_known(self, word: str) -> bool:
        return _looks_like_id(word) and _find_family(word) in self._list_families()


def _looks_like_id(word: str) -> bool:
    """Return True for a word that may open an experiment though nobody recorded it yet.

    Slugs may. Plain words, dates, numbers and ``top-5`` may not.
    """
    has_letter = any(char.isalpha() for char in word)
    has_joint = any(char in _JOINTS or char.isdigit() for char in word)
    return has_letter and has_joint and not _PART_OF_TRIAL.fullmatch(word)


def _find_family(word: str) -> str:
    """Return what ids of one family share: the letters before the first digit and the joints.

    Example: ``gru_7-b`` and ``gru_12-c`` are both of ``gru -_``.
    """
    letters = re.match(r"[^\W\d_]+", word)
    joints = "".join(sorted({char for char in word if char in _JOINTS}))
    return f"{letters[0].lower()} {joints}" if letters else ""


def _list_families(known: Collection[str]) -> set[str]:
    """Return the families with at least _FAMILY_SIZE known ids."""
    families = Counter(_find_family(word) for word in known if _looks_like_id(word))
    return {family for family, size in families.items() if family and size >= _FAMILY_SIZE}
