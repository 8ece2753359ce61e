"""Kept excerpts: of each experiment and filter the latest counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.event.facts import PinFact

if TYPE_CHECKING:
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
    names = record.index.read_names()
    latest: dict[tuple[str, str, bool], Pin] = {}
    for event in record.index.read_events_of_kind("pin"):
        fact = event.fact
        if not isinstance(fact, PinFact):
            continue
        for name in event.experiments:
            ident = names.get(name, name)
            is_edited = bool(fact.edited)
            filter_name = fact.filter or ""
            pin = Pin(
                ident, event.at, fact.commit, filter_name, fact.rules or (), fact.files, is_edited
            )
            latest.pop((ident, filter_name, is_edited), None)
            latest[ident, filter_name, is_edited] = pin
    pins: dict[str, list[Pin]] = {}
    for pin in latest.values():
        pins.setdefault(pin.experiment, []).append(pin)
    return pins
