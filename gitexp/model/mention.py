"""Mentions: ids of experiments that stand in running text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# A run of what ids of ASCII letters are made of. Japanese may touch it: it is written without
# spaces.
_ASCII_RUN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_+@-]|\.(?=[A-Za-z0-9_+@-]))*")
_GOES_ON = re.compile(r"[0-9_]|[+@.-][A-Za-z0-9_]")

Span = tuple[int, int]
"""Where an id stands in a text: begin and end, half-open."""


class KnownIds:
    """Ids to be found in texts: whole words, the longest where several would do."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._known = frozenset(names)
        # The lengths of ids with other letters, by first letter: few pieces of a text are looked
        # up, however many ids there are.
        self._lengths = _list_lengths(self._known)
        first_letters = re.escape("".join(self._lengths))
        self._first_letter = re.compile(f"[{first_letters}]") if self._lengths else None

    def find_spans(self, text: str) -> Iterator[Span]:
        """Yield where the ids stand, in order, no id inside another."""
        spans = [*self._find_ascii_ids(text), *self._find_other_ids(text)]
        spans.sort(key=lambda span: (span[0], -span[1]))
        stop_before = 0
        for start, stop in spans:
            if start >= stop_before:
                yield start, stop
                stop_before = stop

    def find_ids(self, text: str) -> set[str]:
        """Return the ids that a text mentions."""
        only_ascii = self._first_letter is None or text.isascii()
        if only_ascii and self._known.isdisjoint(find_id_words(text)):
            return set()
        return {text[start:stop] for start, stop in self.find_spans(text)}

    def _find_ascii_ids(self, text: str) -> Iterator[Span]:
        for run in _ASCII_RUN.finditer(text):
            for word in _list_readings(run[0]):
                if word in self._known:
                    start = run.start() + run[0].index(word)
                    yield start, start + len(word)
                    break

    def _find_other_ids(self, text: str) -> Iterator[Span]:
        if self._first_letter is None or text.isascii():
            return
        for letter in self._first_letter.finditer(text):
            start = letter.start()
            for length in self._lengths[letter[0]]:
                stop = start + length
                if text[start:stop] in self._known and _is_whole_word(text, start, stop):
                    yield start, stop
                    break


def find_id_words(text: str) -> Iterator[str]:
    """Yield the words of a text that may be ids of ASCII letters."""
    for run in _ASCII_RUN.findall(text):
        yield from _list_readings(run)


def _list_lengths(names: Iterable[str]) -> dict[str, list[int]]:
    """Return the lengths of the ids that are not ASCII, by first letter, the longest first."""
    lengths: dict[str, set[int]] = {}
    for name in names:
        if not name.isascii():
            lengths.setdefault(name[0], set()).add(len(name))
    return {letter: sorted(sizes, reverse=True) for letter, sizes in lengths.items()}


def _list_readings(run: str) -> Iterator[str]:
    """Yield what a run may be, the longest first.

    An id can end in ``-`` or ``_``, but so does ``tcn_1->tcn_2`` and ``_tcn_1_``.
    """
    yield run
    if run[-1] in "+@-_" or run[0] == "_":
        yield run.rstrip("+@-")
        yield run.strip("+@-_")


def _is_whole_word(text: str, start: int, stop: int) -> bool:
    """Return True where no word goes on past these ends.

    Between Japanese letters that cannot be seen; a digit or ``-x`` says that the word goes on.
    """
    if _joins_ascii(text, start) or _joins_ascii(text, stop):
        return False
    return _GOES_ON.match(text, stop) is None


def _joins_ascii(text: str, place: int) -> bool:
    """Return True where a run of ASCII letters goes on from before ``place`` to after it."""
    is_inside = 0 < place < len(text)
    return is_inside and _ASCII_RUN.fullmatch(text, place - 1, place + 1) is not None
