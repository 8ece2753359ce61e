"""Metrics: named numbers of an experiment, possibly unsure or partial."""

from __future__ import annotations

import re
from typing import NamedTuple

from gitexp.errors import UsageError

NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?%?"
_ASSIGNMENT = re.compile(
    rf"(?P<name>[^\W\d][\w./-]*)\s*=\s*(?P<value>{NUMBER}|nan|[+-]?inf)", re.IGNORECASE
)
_WITHIN = re.compile(rf"(?<![\w./-]){_ASSIGNMENT.pattern}(?![A-Za-z0-9_]|\.\d)", re.IGNORECASE)


class Metric(NamedTuple):
    """A number as it was typed. ``about``: the person was unsure of it. ``partial``: the run was stopped or goes on.

    ``was``: the values that corrections replaced, oldest first.
    """

    name: str
    value: str
    about: bool = False
    partial: bool = False
    was: tuple[str, ...] = ()

    @property
    def number(self) -> float:
        """The value to sort by; a per cent sign divides by 100."""
        text = self.value.removesuffix("%")
        return float(text) / (100 if text != self.value else 1)

    @property
    def sure(self) -> bool:
        """Whether the value can be compared: a number, not guessed, of a run that ended."""
        return not self.about and not self.partial and self.number == self.number

    def __str__(self) -> str:
        return f"{'~' if self.about else ''}{self.value}{'…' if self.partial else ''}{'*' if self.was else ''}"


def parse_metric(text: str, *, about: bool = False, partial: bool = False) -> Metric:
    """Read ``acc=0.857``. Raises UsageError for anything else."""
    match = _ASSIGNMENT.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"'{text}' is not a metric", "write name=number: acc=0.857")
    return Metric(match["name"], match["value"], about, partial)


def find_assignments(text: str) -> list[Metric]:
    """Every ``name=number`` that a text holds, in order."""
    return [Metric(match["name"], match["value"]) for match in _WITHIN.finditer(text)]


_LESS = ("loss", "err", "cer", "wer", "mae", "mse", "perplexity", "ppl")


def is_lower_better(name: str) -> bool:
    """Whether a metric is the better the smaller it is, as far as its name tells."""
    return any(word in name.lower() for word in _LESS)
