"""The code of experiments that was kept, read where the code itself is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import ContentError
from gitexp.excerpt.cut import Excerpt
from gitexp.excerpt.pinned import decode_file_excerpt
from gitexp.record.read.pins import read_pins

if TYPE_CHECKING:
    from gitexp.record.read.pins import Pin
    from gitexp.record.record import Record


def find_pin(record: Record, ident: str, filter_name: str = "") -> Pin | None:
    """Return what is kept of an experiment: under the filter, else the latest; cut, not edited."""
    cut_pins = [pin for pin in read_pins(record).get(ident, ()) if not pin.edited]
    named = [pin for pin in cut_pins if pin.filter == filter_name]
    if filter_name:
        return named[-1] if named else None
    return cut_pins[-1] if cut_pins else None


def find_edited_pin(record: Record, ident: str) -> Pin | None:
    """Return the newest text that a person made of the code of an experiment, or None."""
    edited = [pin for pin in read_pins(record).get(ident, ()) if pin.edited]
    return edited[-1] if edited else None


def read_pinned_excerpt(record: Record, pin: Pin) -> Excerpt:
    """Return a kept excerpt. Its hidden lines are empty: they were not kept.

    Raises ContentError when a file of it is missing or was changed by hand.
    """
    files = []
    for path in pin.files:
        data = record.branch.read(path)
        if data is None:
            raise ContentError(
                f"'{path}' is missing on the record branch", "fetch the record again"
            )
        files.append(decode_file_excerpt(data))
    return Excerpt(tuple(files))


def read_edited_text(record: Record, pin: Pin) -> str:
    """Return the text that a person made of the code."""
    data = record.branch.read(pin.files[0]) if pin.files else None
    return (data or b"").decode("utf-8", "replace")
