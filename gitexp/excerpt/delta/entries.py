"""Write the entries of one definition: what is shown of its draft."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gitexp.excerpt.delta import thresholds
from gitexp.excerpt.delta.edits import (
    Place,
    Rewrite,
    are_rows_of_numbers,
    is_row_of_numbers,
    list_rows,
    make_edit,
    read_settings,
)
from gitexp.excerpt.delta.reading_delta import Context, Edit, Fold, PlainLine, Setting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.delta.drafts import Draft
    from gitexp.excerpt.delta.pairing import UnitSide
    from gitexp.excerpt.delta.reading_delta import Entry, Row


class EntryWriter:
    """Writes the entries of one definition, one after the other."""

    def __init__(self, draft: Draft, context: int | None) -> None:
        self._draft = draft
        self._width = context
        self._entries: list[Entry] = []
        self._passed: list[Place] = []
        self._after = 0
        self._numbers: list[Rewrite] = []

    def pass_by(self, place: Place) -> None:
        """Pass by an unchanged statement: it may be the context of what follows."""
        self._end_numbers()
        if self._after:
            self._after -= 1
            self._entries.append(Context(tuple(_take_first(place))))
        else:
            self._passed.append(place)

    def write(self, rewrite: Rewrite) -> None:
        """Write what changed in a statement."""
        if is_own_header(rewrite, self._draft):
            self._draft.head_lines += rewrite.plain_lines
            return
        place = rewrite.new or rewrite.old
        if (rewrite.old is None) != (rewrite.new is None) and place and is_row_of_numbers(place):
            self._numbers.append(rewrite)
            return
        self._end_numbers()
        settings = read_settings(rewrite)
        if settings:
            self._write_settings(settings)
            return
        edit = make_edit(rewrite)
        if are_rows_of_numbers(edit.rows):
            self._entries.append(Fold("literals", rewrite.size, edit.lines))
            self._passed = []
            return
        self._write_context(rewrite)
        self._entries.append(edit)
        if self._width is not None:
            self._after = self._width

    def finish(self) -> list[Entry]:
        """Return the entries, equal ones once."""
        self._end_numbers()
        return _join_contexts(_join_equal(self._entries))

    def _write_settings(self, settings: Iterable[Setting]) -> None:
        self._entries += settings
        self._passed = []

    def _write_context(self, rewrite: Rewrite) -> None:
        """Write the statements above: as many as asked for, else the one above what came or went."""
        passed, self._passed = self._passed, []
        if self._width is not None:
            wanted = passed[-self._width :] if self._width else []
        elif rewrite.old is None or rewrite.new is None:
            wanted = passed[-1:]
        else:
            wanted = []
        newest = self._draft.pair.newest
        for place in wanted:
            is_told = newest.has_told_head and place.number == newest.places[0].number
            if not is_told and newest.unit.kind not in ("imports", "assignment"):
                self._entries.append(Context(tuple(_take_first(place))))

    def _end_numbers(self) -> None:
        """Fold the rows of numbers so far; a few are shown."""
        rewrites, self._numbers = self._numbers, []
        if len(rewrites) < thresholds.LITERAL_ROWS:
            self._entries += [make_edit(rewrite) for rewrite in rewrites]
            return
        lines: list[PlainLine] = []
        for rewrite in rewrites:
            lines += rewrite.plain_lines
        self._entries.append(Fold("literals", len(rewrites), tuple(lines)))


def is_header(place: Place | None, side: UnitSide | None) -> bool:
    """Return True for the statement that opens a definition, where its name tells it."""
    if place is None or side is None or not side.has_told_head:
        return False
    return place.number == side.header.number


def is_own_header(rewrite: Rewrite, draft: Draft) -> bool:
    """Return True for the header of a new definition, which stands in the head of the change."""
    return rewrite.old is None and draft.pair.old is None and is_header(rewrite.new, draft.pair.new)


def _take_first(place: Place) -> list[Row]:
    """Return the first line of a statement as context."""
    return list_rows(place, " ")[:1]


def measure_entry(entry: Entry) -> int:
    """Return how many lines of an entry a person would call changed: a replaced line counts once."""
    if isinstance(entry, Fold):
        return entry.size
    if isinstance(entry, Setting):
        return entry.times
    if isinstance(entry, Context):
        return 0
    tags = Counter(row.tag for row in entry.rows)
    return entry.times * (tags["~"] + max(tags["-"], tags["+"]))


def _join_equal(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries with equal settings and edits once, where the first stands."""
    joined: list[Entry] = []
    places: dict[tuple[str, ...] | tuple[Row, ...], int] = {}
    for entry in entries:
        key: tuple[str, ...] | tuple[Row, ...] = ()
        if isinstance(entry, Setting):
            key = (entry.name, entry.old, entry.new)
        elif isinstance(entry, Edit):
            key = entry.rows
        if key and key in places:
            first = joined[places[key]]
            if not isinstance(first, Context) and not isinstance(entry, Context):
                lines = (*first.lines, *entry.lines)
                joined[places[key]] = _repeat(first, lines)
            continue
        if key:
            places[key] = len(joined)
        joined.append(entry)
    return joined


def _repeat(entry: Setting | Edit | Fold, lines: tuple[PlainLine, ...]) -> Entry:
    """Return an entry that stands once more, with the lines of all."""
    if isinstance(entry, Fold):
        return entry._replace(lines=lines)
    return entry._replace(times=entry.times + 1, lines=lines)


def _join_contexts(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries without context that nothing follows any more, and neighbours as one."""
    joined: list[Entry] = []
    for entry in entries:
        if isinstance(entry, Context) and joined and isinstance(joined[-1], Context):
            joined[-1] = Context((*joined[-1].rows, *entry.rows))
        else:
            joined.append(entry)
    return joined
