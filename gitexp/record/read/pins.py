"""Kept excerpts of the code of experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.event.facts import PinFact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.model.branch_layout import AttachmentPath
    from gitexp.record.record import Record


class Pin(NamedTuple):
    """The code of an experiment, kept on the branch. ``edited``: a person wrote it by hand."""

    experiment: str
    at: str
    commit: str
    filter: str
    rules: tuple[str, ...]
    files: tuple[AttachmentPath, ...]
    edited: bool


def read_pins(record: Record) -> dict[str, list[Pin]]:
    """Return the pins in force by experiment: of each filter the latest, cut and edited apart."""
    latest: dict[tuple[str, str, bool], Pin] = {}
    for pin in read_all_pins(record):
        key = (pin.experiment, pin.filter, pin.edited)
        latest.pop(key, None)
        latest[key] = pin
    pins: dict[str, list[Pin]] = {}
    for pin in latest.values():
        pins.setdefault(pin.experiment, []).append(pin)
    return pins


def read_all_pins(record: Record) -> Iterator[Pin]:
    """Yield the pins that were not undone, those that a later one replaced too, in order of effect."""
    names = record.index.read_names()
    for event in record.index.read_events_of_kind("pin"):
        fact = event.fact
        if not isinstance(fact, PinFact):
            continue
        for name in event.experiments:
            ident = names.get(name, name)
            is_edited = bool(fact.edited)
            filter_name = fact.filter or ""
            yield Pin(
                ident, event.at, fact.commit, filter_name, fact.rules or (), fact.files, is_edited
            )
