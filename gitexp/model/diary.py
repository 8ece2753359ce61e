"""Reading a note as a person writes it: which experiments it speaks of, with which metrics and tags.

The text itself is never changed; what is understood here is recorded beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.model.ids import ID_PATTERN
from gitexp.model.metric import NUMBER, Metric

if TYPE_CHECKING:
    from collections.abc import Collection

METRIC_NAMES = ("acc", "accuracy", "val_acc", "loss", "val_loss", "f1", "bleu", "auc", "precision", "recall", "cer", "wer", "mae", "rmse")

_HEAD = re.compile(rf"\s*(?P<id>{ID_PATTERN})(?P<aside>\s*[(（][^)）]*[)）])?(?P<rest>\s*[:：]?.*)")
_TAG = re.compile(r"(?:^|(?<=[\s(（、。]))#([^\W\d]\w*(?:-\w+)*)")
_TOPIC = re.compile(r"\[\[([^\[\]\n]+)\]\]")
_ABOUT = re.compile(r"\s*(?:くらい|ぐらい|位|about|[?？])+", re.IGNORECASE)
_BEFORE = re.compile(r"(?:~|～|約|about|ca\.)\s*", re.IGNORECASE)
_PARTIAL = re.compile(r"\s*(?:[(（]\s*)?(?:途中|partial|stopped|so far|still running)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says of one experiment."""

    experiment: str
    metrics: tuple[Metric, ...]


def read_heads(text: str, known: Collection[str], names: Collection[str] = METRIC_NAMES) -> tuple[Reading, ...]:
    """The lines that open an experiment: ``ID acc 0.857``, ``ID: acc=0.73``, or a known id alone on its line.

    An unknown word opens one only when metrics follow it directly, so that prose is never taken for an id.
    """
    found = []
    for line in text.splitlines():
        match = _HEAD.match(line)
        if match is None:
            continue
        metrics = read_metrics(match["rest"], names)
        word = match["id"]
        if word.lower() in names:
            continue
        if word in known:
            if metrics or not match["rest"].strip() or match["rest"][0] in " \t　,，、:：":
                found.append(Reading(word, metrics))
        elif metrics and _looks_made(word):
            found.append(Reading(word, metrics))
    return tuple(found)


def read_metrics(text: str, names: Collection[str] = METRIC_NAMES) -> tuple[Metric, ...]:
    """The metrics at the beginning of ``text``, up to the first word that is none."""
    pattern = _metric_pattern(names)
    metrics: list[Metric] = []
    position = 0
    while match := pattern.match(text, position):
        position = match.end()
        about = bool(match["before"])
        if more := _ABOUT.match(text, position):
            about, position = True, more.end()
        partial = _PARTIAL.match(text, position)
        metrics.append(Metric(match["name"], match["value"].rstrip("."), about, partial is not None))
    return tuple(metrics)


def read_tags(text: str) -> tuple[str, ...]:
    """Every ``#tag`` in the text, once, in order. A Markdown heading (``# Title``) is none."""
    return tuple(dict.fromkeys(match[1] for match in _TAG.finditer(text)))


def read_topics(text: str) -> tuple[str, ...]:
    """Every ``[[topic]]`` in the text, once, in order."""
    return tuple(dict.fromkeys(name for match in _TOPIC.finditer(text) if (name := match[1].strip())))


def _looks_made(word: str) -> bool:
    """Whether a word that nobody recorded yet may open an experiment: slugs do, plain English words do not."""
    return any(char in "_-+@." or char.isdigit() for char in word)


def _metric_pattern(names: Collection[str]) -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.compile(
        rf"[\s　,，、:：]*(?P<name>{words})\s*[=:：]?\s*(?P<before>{_BEFORE.pattern})?(?P<value>{NUMBER})(?!\.?[0-9A-Za-z_])",
        re.IGNORECASE,
    )
