"""Mentions: ids of experiments that stand in running text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# A run of what ids of ASCII letters are made of; Japanese may touch it, since it is written without spaces.
_RUN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_+@-]|\.(?=[A-Za-z0-9_+@-]))*")
_GOES_ON = re.compile(r"[0-9_]|[+@.-][A-Za-z0-9_]")


class KnownIds:
    """Ids to be found in texts: whole words, the longest where several would do."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._known = frozenset(names)
        # Of ids with other letters the lengths by first letter: a text is asked for few pieces, however many ids there are.
        self._lengths: dict[str, list[int]] = {}
        for name in self._known:
            if not name.isascii() and len(name) not in self._lengths.setdefault(name[0], []):
                self._lengths[name[0]].append(len(name))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)
        self._first = (
            re.compile(f"[{re.escape(''.join(self._lengths))}]") if self._lengths else None
        )

    def find_spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the ids stand: begin and end, in order, none inside another."""
        done = 0
        for start, stop in sorted(
            (*self._plain(text), *self._other(text)), key=lambda span: (span[0], -span[1])
        ):
            if start >= done:
                yield start, stop
                done = stop

    def find_ids(self, text: str) -> set[str]:
        """The ids that a text mentions."""
        if (self._first is None or text.isascii()) and self._known.isdisjoint(find_id_words(text)):
            return set()
        return {text[start:stop] for start, stop in self.find_spans(text)}

    def _plain(self, text: str) -> Iterator[tuple[int, int]]:
        for match in _RUN.finditer(text):
            word = next((word for word in _readings(match[0]) if word in self._known), None)
            if word is not None:
                start = match.start() + match[0].index(word)
                yield start, start + len(word)

    def _other(self, text: str) -> Iterator[tuple[int, int]]:
        if self._first is None or text.isascii():
            return
        for match in self._first.finditer(text):
            start = match.start()
            for length in self._lengths[match[0]]:
                stop = start + length
                if text[start:stop] in self._known and _whole(text, start, stop):
                    yield start, stop
                    break


def find_id_words(text: str) -> Iterator[str]:
    """Every word of a text that may be an id of ASCII letters."""
    for run in _RUN.findall(text):
        yield from _readings(run)


def _readings(run: str) -> Iterator[str]:
    """What a run may be, the longest first: an id can end in ``-`` or ``_``, but so does ``tcn_1->tcn_2`` and ``_tcn_1_``."""
    yield run
    if run[-1] in "+@-_" or run[0] == "_":
        yield run.rstrip("+@-")
        yield run.strip("+@-_")


def _whole(text: str, start: int, stop: int) -> bool:
    """Whether no word goes on past these ends. Between Japanese letters that cannot be seen; a digit or ``-x`` says it does."""
    return not (_joined(text, start) or _joined(text, stop) or _GOES_ON.match(text, stop))


def _joined(text: str, place: int) -> bool:
    """Whether a run of ASCII letters goes on from before ``place`` to after it."""
    return 0 < place < len(text) and _RUN.fullmatch(text, place - 1, place + 1) is not None
