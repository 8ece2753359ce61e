"""How people want to see settings: the latest event of a name is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.event.facts import SettingFact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitexp.record.record import Record


class SettingViews(NamedTuple):
    """The names of the settings that are always shown, and the labels that stand for names."""

    pinned: frozenset[str]
    labels: Mapping[str, str]


def read_setting_views(record: Record) -> SettingViews:
    """Return which settings are pinned, and what they are called."""
    pinned: dict[str, bool] = {}
    labels: dict[str, str] = {}
    for event in record.index.read_events_of_kind("setting"):
        fact = event.fact
        if not isinstance(fact, SettingFact):
            continue
        if fact.pinned is not None:
            pinned[fact.name] = fact.pinned
        if fact.label is not None:
            labels[fact.name] = fact.label
    named = {name: label for name, label in labels.items() if label}
    return SettingViews(frozenset(name for name, is_pinned in pinned.items() if is_pinned), named)
