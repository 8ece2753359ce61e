"""The code of experiments, kept like a gist: cut and kept, and read where the code itself is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import ContentError, GitExpError
from gitexp.excerpt.cut import Excerpt
from gitexp.excerpt.pinned import decode_file_excerpt, encode_file_excerpt
from gitexp.record.read.pins import read_pins
from gitexp.record.write.pins import CutCode, save_pins

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gitexp.follow.follower import Follower
    from gitexp.model.experiment import Summary
    from gitexp.model.filter import CodeFilter
    from gitexp.record.read.pins import Pin
    from gitexp.record.record import Record

_AT_ONCE = 200
"""Experiments that are kept by one commit of the record."""


def pin_experiments(
    record: Record,
    follower: Follower,
    code_filter: CodeFilter,
    summaries: Sequence[Summary],
    progress: Callable[[int], None] | None = None,
) -> tuple[list[str], list[str]]:
    """Keep the code of some experiments as the filter cuts it.

    Return the ids of those that are kept anew, and of those without code that can be cut here.
    ``progress`` is called with the number of experiments that are done.
    """
    follower.prepare((summary.version for summary in summaries), code_filter)
    kept: list[str] = []
    without_code: list[str] = []
    for start in range(0, len(summaries), _AT_ONCE):
        cuts = []
        for number, summary in enumerate(summaries[start : start + _AT_ONCE], start + 1):
            cut = _cut(follower, code_filter, summary)
            if cut is None:
                without_code.append(summary.id)
            else:
                cuts.append(cut)
            if progress is not None:
                progress(number)
        kept += save_pins(record, code_filter, cuts)
    return kept, without_code


def _cut(follower: Follower, code_filter: CodeFilter, summary: Summary) -> CutCode | None:
    """Return what the filter leaves of an experiment; None where nothing of it can be had whole."""
    if not summary.version:
        return None
    try:
        excerpt = follower.cut_excerpt(code_filter, summary.version)
    except GitExpError:
        return None
    if not excerpt.text or excerpt.unread:
        return None
    files = {file.path: encode_file_excerpt(file) for file in excerpt.files if file.spans}
    return CutCode(summary.id, summary.version, files)


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
