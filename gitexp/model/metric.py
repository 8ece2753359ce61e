"""Metrics: named values of an experiment, possibly unsure, partial, or no number at all."""

from __future__ import annotations

import math
from typing import NamedTuple

NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?%?"

NOT_MEASURED = "N/A"
DIVERGED = "diverged"
WORDS_FOR_VALUES = (NOT_MEASURED, DIVERGED)
"""Values that are no number and no form of ``float``."""

_BRACKETED = r"\([^\s()=:<>]*\)|\[[^\s\[\]=<>]*\]"
METRIC_NAME = rf"[^\W\d](?:[\w./@+%-]|{_BRACKETED}){{0,100}}"
"""A name that stands before a sign: ``val/loss``, ``recall@10``, ``metrics/mAP50(B)``."""

_LONGEST_SHOWN = 10
_SHOWN_DIGITS = 7
"""A program writes seventeen digits of a number, of which it measured seven at most."""


class Metric(NamedTuple):
    """A value as it was typed.

    ``about``: the person was unsure of it. ``partial``: the run was stopped or goes on. ``was``:
    the values that corrections replaced, oldest first. ``doubted``: a correction that names no
    value stands against the experiment.
    """

    name: str
    value: str
    about: bool = False
    partial: bool = False
    was: tuple[str, ...] = ()
    doubted: bool = False

    @property
    def number(self) -> float:
        """The value to sort by; a per cent sign divides by 100. Nan for a word."""
        if self.value in WORDS_FOR_VALUES:
            return math.nan
        figure = self.value.removesuffix("%")
        return float(figure) / 100 if figure != self.value else float(figure)

    @property
    def is_finite(self) -> bool:
        """True for a number. N/A, nan, infinities and ``diverged`` sort behind all numbers."""
        return math.isfinite(self.number)

    @property
    def sure(self) -> bool:
        """True for a value that can be compared: a number, not guessed, of a run that ended."""
        return not self.about and not self.partial and not self.doubted and self.is_finite

    @property
    def short(self) -> str:
        """The value as a table shows it, where ``0.7509999871253967`` is ``0.751``."""
        has_many_digits = len(self.value) > _LONGEST_SHOWN and "." in self.value
        if not has_many_digits or self.value.endswith("%") or not self.is_finite:
            return str(self)
        return str(self._replace(value=f"{self.number:.{_SHOWN_DIGITS}g}"))

    def __str__(self) -> str:
        unsure = "~" if self.about else ""
        partial = "…" if self.partial else ""
        corrected = "*" if self.was or self.doubted else ""
        return f"{unsure}{self.value}{partial}{corrected}"
