"""A setting: a name in the code, and the values that it has in one version."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SHOWN_RUNS = 6
"""Runs of equal values that are written out: more do not fit a column of a table."""


class NamedValue(NamedTuple):
    """One value at one place in the code, as it is written: ``encoder.Conv1D.kernel_size``, ``5``.

    ``name`` is dotted: functions and classes around it, then what is called, then the parameter.
    """

    name: str
    value: str


class Setting(NamedTuple):
    """A name and all its values in one version, in the order in which they stand in the code.

    Five calls of ``Conv1D`` in one function are one setting with five values.
    """

    name: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return format_values(self.values)


def gather_settings(named_values: Iterable[NamedValue]) -> dict[str, Setting]:
    """Return the settings by name, in the order in which their names first appear."""
    values: dict[str, list[str]] = {}
    for name, value in named_values:
        values.setdefault(name, []).append(value)
    return {name: Setting(name, tuple(values[name])) for name in values}


def format_values(values: tuple[str, ...]) -> str:
    """Return the values as a short text; equal neighbours are counted.

    >>> format_values(("5", "5", "5", "3"))
    '5 x3, 3'
    """
    runs: list[tuple[str, int]] = []
    for value in values:
        if runs and runs[-1][0] == value:
            runs[-1] = (value, runs[-1][1] + 1)
        else:
            runs.append((value, 1))
    texts = [value if count == 1 else f"{value} x{count}" for value, count in runs]
    if len(texts) > _SHOWN_RUNS:
        texts = [*texts[:_SHOWN_RUNS], "…"]
    return ", ".join(texts)


def list_changed_names(
    older: Mapping[str, Setting], newer: Mapping[str, Setting]
) -> tuple[str, ...]:
    """Return the names that have other values in the newer version, or are in one version alone."""
    names = dict.fromkeys((*older, *newer))
    return tuple(name for name in names if older.get(name) != newer.get(name))
