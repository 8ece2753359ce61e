"""Kept excerpts stand in for code that is not in this clone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.follow.follower import Follower

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gitexp.excerpt.cut import Excerpt
    from gitexp.model.filter import CodeFilter
    from gitexp.record.read.pins import Pin
    from gitexp.record.record import Record

    _PinKey = tuple[str, tuple[str, ...]]
    """A commit, and the words of the filter."""


def open_follower(
    record: Record,
    *,
    whitespace: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Follower:
    """Return a Follower that takes what is pinned for code that is not in this clone.

    It is a plain one where nothing is recorded.
    """
    stand_in = PinnedCode(record) if record.is_begun else None
    return Follower(record.repository, whitespace=whitespace, progress=progress, stand_in=stand_in)


class PinnedCode:
    """The kept excerpts of a record, by the version and the filter that they were cut by.

    They are read when the first version is asked for that is not in this clone. What reads them is
    imported then: most clones lack nothing.
    """

    def __init__(self, record: Record) -> None:
        self._record = record
        self._tip: str | None = None
        self._pins: Mapping[_PinKey, Pin] = {}

    def holds(self, code_filter: CodeFilter, version: str) -> bool:
        """Return True if an excerpt of a version is kept under rules that are the same."""
        return self._find_pin(code_filter, version) is not None

    def read_excerpt(self, code_filter: CodeFilter, version: str) -> Excerpt | None:
        """Return what is kept of a version, None for nothing.

        Raises ContentError when the kept file is missing or was changed by hand.
        """
        from gitexp.history.pinned import read_pinned_excerpt

        pin = self._find_pin(code_filter, version)
        return read_pinned_excerpt(self._record, pin) if pin is not None else None

    def _find_pin(self, code_filter: CodeFilter, version: str) -> Pin | None:
        tip = self._record.index.tip
        if tip != self._tip:
            self._tip = tip
            self._pins = _read_cut_pins(self._record)
        return self._pins.get((version, code_filter.words))


def _read_cut_pins(record: Record) -> dict[_PinKey, Pin]:
    from gitexp.record.read.pins import read_all_pins

    pins = (pin for pin in read_all_pins(record) if not pin.edited)
    return {(pin.commit, pin.rules): pin for pin in pins}
