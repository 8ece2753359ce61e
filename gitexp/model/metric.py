"""Metrics: named numbers of an experiment, possibly unsure or partial."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from gitexp.errors import UsageError

NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?%?"
_ASSIGNMENT = re.compile(
    rf"(?P<name>[^\W\d][\w./-]*)\s*=\s*(?P<value>{NUMBER}|nan|[+-]?inf)", re.IGNORECASE
)
_WITHIN = re.compile(rf"(?<![\w./-]){_ASSIGNMENT.pattern}(?![A-Za-z0-9_]|\.\d)", re.IGNORECASE)


class Metric(NamedTuple):
    """A number as it was typed.

    ``about``: the person was unsure of it. ``partial``: the run was stopped or goes on. ``was``:
    the values that corrections replaced, oldest first.
    """

    name: str
    value: str
    about: bool = False
    partial: bool = False
    was: tuple[str, ...] = ()

    @property
    def number(self) -> float:
        """The value to sort by; a per cent sign divides by 100."""
        figure = self.value.removesuffix("%")
        return float(figure) / 100 if figure != self.value else float(figure)

    @property
    def sure(self) -> bool:
        """True for a value that can be compared: a number, not guessed, of a run that ended."""
        return not self.about and not self.partial and not math.isnan(self.number)

    def __str__(self) -> str:
        unsure = "~" if self.about else ""
        partial = "…" if self.partial else ""
        corrected = "*" if self.was else ""
        return f"{unsure}{self.value}{partial}{corrected}"


def parse_metric(text: str, *, about: bool = False, partial: bool = False) -> Metric:
    """Read ``acc=0.857``. Raises UsageError for anything else."""
    match = _ASSIGNMENT.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"'{text}' is not a metric", "write name=number: acc=0.857")
    return Metric(match["name"], match["value"], about, partial)


def find_assignments(text: str) -> list[Metric]:
    """Return each ``name=number`` of a text, in order."""
    return [Metric(match["name"], match["value"]) for match in _WITHIN.finditer(text)]


_LOWER_IS_BETTER = ("loss", "err", "cer", "wer", "mae", "mse", "perplexity", "ppl")


def is_lower_better(name: str) -> bool:
    """Return True for a metric that is better when it is smaller, as far as its name tells."""
    return any(word in name.lower() for word in _LOWER_IS_BETTER)
