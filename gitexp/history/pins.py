"""The code of experiments, cut and kept like a gist."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import ContentError, GitExpError
from gitexp.excerpt.pinned import PinOrigin, decode_file_excerpt, encode_file_excerpt
from gitexp.record.read.pins import read_all_pins
from gitexp.record.write.pins import CutCode, save_pins

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gitexp.excerpt.cut import FileExcerpt
    from gitexp.follow.follower import Follower
    from gitexp.model.branch_layout import AttachmentPath
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
    progress: Callable[[int, int], None] | None = None,
    *,
    automatic: bool = False,
) -> PinnedExperiments:
    """Keep the code of some experiments as the filter cuts it.

    What is kept already is not cut again. ``progress`` is called with (experiments done, all).
    ``automatic``: nobody asked for it, so that undo passes it over.
    """
    pins = list(read_all_pins(record))
    before = {(pin.experiment, pin.commit, pin.filter, pin.rules) for pin in pins if not pin.edited}
    new = [
        summary
        for summary in summaries
        if (summary.id, summary.version, code_filter.name, code_filter.words) not in before
    ]
    if not new:
        return PinnedExperiments((), ())
    follower.prepare((summary.version for summary in new), code_filter)
    cutter = _Cutter(record, follower, code_filter, pins)
    kept: list[str] = []
    without_code: list[str] = []
    for start in range(0, len(new), _AT_ONCE):
        cuts = []
        for number, summary in enumerate(new[start : start + _AT_ONCE], start):
            if progress is not None:
                progress(number, len(new))
            cut = cutter.cut(summary)
            if cut is None:
                without_code.append(summary.id)
            else:
                cuts.append(cut)
        kept += save_pins(record, code_filter, cuts, automatic=automatic)
    return PinnedExperiments(tuple(kept), tuple(without_code))


class PinnedExperiments(NamedTuple):
    """The ids of the experiments that were kept anew, and of those without code to cut here."""

    kept: tuple[str, ...]
    without_code: tuple[str, ...]


class _Cutter:
    """Cuts code to be kept. Kept lines that are stored already have their bytes of then."""

    def __init__(
        self, record: Record, follower: Follower, code_filter: CodeFilter, pins: Sequence[Pin]
    ) -> None:
        self._record = record
        self._follower = follower
        self._code_filter = code_filter
        self._stored = _read_stored(record, pins)

    def cut(self, summary: Summary) -> CutCode | None:
        """Return what the filter leaves of an experiment; None where it cannot be had whole."""
        if not summary.version:
            return None
        try:
            excerpt = self._follower.cut_excerpt(self._code_filter, summary.version)
        except GitExpError:
            return None
        if not excerpt.text or excerpt.unread:
            return None
        files = {file.path: self._encode(file, summary) for file in excerpt.files if file.spans}
        return CutCode(summary.id, summary.version, files)

    def _encode(self, file: FileExcerpt, summary: Summary) -> bytes:
        key = encode_file_excerpt(file)
        if key not in self._stored:
            origin = self._find_origin(summary)
            self._stored[key] = encode_file_excerpt(file, origin)
        return self._stored[key]

    def _find_origin(self, summary: Summary) -> PinOrigin:
        experiment = self._record.read_experiment(summary.id)
        snapshots = {snapshot.commit for snapshot in experiment.snapshots}
        kind = "snapshot" if summary.version in snapshots else "commit"
        name, words = self._code_filter.name, self._code_filter.words
        return PinOrigin(summary.id, kind, summary.version, name, words)


def _read_stored(record: Record, pins: Sequence[Pin]) -> dict[bytes, bytes]:
    """Return the bytes of each file that was kept, by the bytes without where it came from."""
    paths: dict[AttachmentPath, None] = {}
    for pin in pins:
        if not pin.edited:
            paths.update(dict.fromkeys(pin.files))
    stored = {}
    for path in paths:
        data = record.branch.read(path)
        try:
            file = decode_file_excerpt(data or b"")
        except ContentError:
            continue
        stored[encode_file_excerpt(file)] = data or b""
    return stored
