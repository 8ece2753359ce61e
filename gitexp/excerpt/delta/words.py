"""Mark the words that changed from one statement to another, row by row."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

from gitexp.excerpt.delta import thresholds
from gitexp.excerpt.delta.reading_delta import Row, Segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.delta.reading_delta import Mark, RowTag
    from gitexp.excerpt.delta.statements import Statement

_WORD_IN_STRING = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")


class Word(NamedTuple):
    """A word of a statement. ``gap`` is the white space before it in its line.

    ``kind`` is that of its token: name, number, string, long, sign.
    """

    key: str
    text: str
    gap: str
    begins_line: bool
    kind: str

    @property
    def is_literal(self) -> bool:
        """True for a number, a string or one of Python's named constants."""
        return self.kind in ("number", "string", "long") or self.key in ("True", "False", "None")


class WordChange(NamedTuple):
    """Words ``old_start`` to ``old_stop`` of the old statement and the words of the new one in
    their place; half-open. ``same``: they are equal.
    """

    same: bool
    old_start: int
    old_stop: int
    new_start: int
    new_stop: int


def split_words(
    statement: Statement, lines: Sequence[str], whole_strings: frozenset[str] | None = None
) -> list[Word]:
    """Return the words of a statement; a string is one word if it is in ``whole_strings``, or if
    that is None.
    """
    words: list[Word] = []
    line, column = -1, 0
    for token in statement.tokens:
        token_line = statement.start + token.line
        text = _read_token(lines, token_line, token.start, token.key, token.stop)
        is_string = token.kind in ("string", "long")
        begins_line = token_line != line
        gap = lines[token_line][: token.start] if begins_line else lines[line][column : token.start]
        if is_string and whole_strings is not None and token.key not in whole_strings:
            words += _split_string(text, gap, token.kind, begins_line=begins_line)
        else:
            words.append(Word(token.key, text, gap, begins_line, token.kind))
        newlines = text.count("\n")
        line = token_line + newlines
        column = token.stop if not newlines else len(text) - text.rfind("\n") - 1
    return words


def compare_words(old: Sequence[Word], new: Sequence[Word]) -> list[WordChange]:
    """Return which words changed, in order, the equal ones between them too."""
    if len(old) * len(new) > thresholds.WORD_PAIRS:
        return [WordChange(False, 0, len(old), 0, len(new))]
    # Many deltas have no pair of lines, and importing it takes a millisecond.
    from difflib import SequenceMatcher

    old_keys, new_keys = [word.key for word in old], [word.key for word in new]
    matcher = SequenceMatcher(None, old_keys, new_keys, autojunk=False)
    return [
        WordChange(tag == "equal", old_start, old_stop, new_start, new_stop)
        for tag, old_start, old_stop, new_start, new_stop in matcher.get_opcodes()
    ]


def mark_rows(
    old: Sequence[Word], new: Sequence[Word], changes: Iterable[WordChange]
) -> tuple[Row, ...]:
    """Return the rows of a changed statement: those with a change, and above them its first line."""
    writer = _RowWriter()
    for change in _join_scraps(changes, new):
        old_words = old[change.old_start : change.old_stop]
        new_words = new[change.new_start : change.new_stop]
        if change.same:
            writer.keep(old_words, new_words)
        else:
            writer.replace(old_words, new_words)
    rows = writer.finish()
    changed_rows = [row for row in rows if row.tag != " "]
    if changed_rows and rows[0].tag == " ":
        return (rows[0], *changed_rows)
    return tuple(changed_rows)


def _read_token(lines: Sequence[str], line: int, start: int, key: str, stop: int) -> str:
    """Return the text of a token as it stands in its file."""
    return key if "\n" in key else lines[line][start:stop]


def _split_string(text: str, gap: str, kind: str, *, begins_line: bool) -> list[Word]:
    """Return the words of a string, so that only those that changed are marked."""
    words: list[Word] = []
    for number, line in enumerate(text.split("\n")):
        is_first = True
        for match in _WORD_IN_STRING.finditer(line):
            piece = match.group()
            bare = piece.lstrip()
            blanks = piece[: len(piece) - len(bare)]
            is_opening = number == 0 and is_first
            before = gap + blanks if is_opening else blanks
            starts = is_first and (number > 0 or begins_line)
            words.append(Word(bare, bare, before, starts, kind))
            is_first = False
    return words


def _join_scraps(changes: Iterable[WordChange], new: Sequence[Word]) -> list[WordChange]:
    """Join two changes with only a sign between them: in pieces they are harder to read."""
    joined: list[WordChange] = []
    for change in changes:
        is_bridge = (
            len(joined) > 1
            and not change.same
            and joined[-1].same
            and _is_scrap(new[joined[-1].new_start : joined[-1].new_stop])
        )
        if is_bridge:
            joined.pop()
            first = joined.pop()
            joined.append(
                WordChange(
                    False, first.old_start, change.old_stop, first.new_start, change.new_stop
                )
            )
        else:
            joined.append(change)
    return joined


def _is_scrap(words: Sequence[Word]) -> bool:
    is_short = len(words) <= thresholds.SCRAP_WORDS
    return is_short and all(word.kind == "sign" and not word.begins_line for word in words)


class _MarkedWord(NamedTuple):
    """A word with its mark. A word that is the same may have had another gap before: ``old``."""

    mark: Mark
    word: Word
    old: Word


class _RowWriter:
    """Writes words into rows; a row ends where a line ends in one of the versions."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._words: list[_MarkedWord] = []

    def keep(self, old: Sequence[Word], new: Sequence[Word]) -> None:
        """Write words that are the same in both versions."""
        for old_word, new_word in zip(old, new, strict=True):
            self._add(_MarkedWord("same", new_word, old_word))

    def write(self, mark: Mark, words: Sequence[Word], *, joins: bool = False) -> None:
        """Write words with a mark; with ``joins`` the first stays in the row."""
        for number, word in enumerate(words):
            self._add(_MarkedWord(mark, word, word), joins=joins and number == 0)

    def _add(self, marked: _MarkedWord, *, joins: bool = False) -> None:
        if marked.word.begins_line and self._words and not joins:
            self._end_row()
        self._words.append(marked)

    def replace(self, old: Sequence[Word], new: Sequence[Word]) -> None:
        """Write old words, and the new words in their place: in the same row if they are short."""
        is_short = not any(word.begins_line for word in (*old[1:], *new[1:]))
        self.write("cut", old)
        self.write("add", new, joins=bool(old) and is_short and old[0].begins_line)

    def finish(self) -> list[Row]:
        """Return the rows."""
        self._end_row()
        return self._rows

    def _end_row(self) -> None:
        marked_words, self._words = self._words, []
        if not marked_words:
            return
        words = [(marked.mark, marked.word) for marked in marked_words]
        marks = {marked.mark for marked in marked_words}
        if marks == {"same"}:
            self._rows.append(_make_row(" ", words))
        elif len(marks) == 1:
            self._rows.append(_make_row("-" if marks == {"cut"} else "+", words))
        elif _is_readable(words):
            self._rows.append(_make_row("~", words))
        else:
            # Each version in a row of its own, with the white space that it has.
            old_words = [(each.mark, each.old) for each in marked_words if each.mark != "add"]
            new_words = [(mark, word) for mark, word in words if mark != "cut"]
            if old_words:
                self._rows.append(_make_row("-", old_words))
            if new_words:
                self._rows.append(_make_row("+", new_words))


def _is_readable(words: Sequence[tuple[Mark, Word]]) -> bool:
    """Return True if old and new words can be read in one row."""
    runs = [mark for mark, _ in groupby(words, key=lambda pair: pair[0])]
    change_runs = len(runs) - runs.count("same")
    changed_size = sum(len(word.text) for mark, word in words if mark != "same")
    same_size = sum(len(word.text) for mark, word in words if mark == "same")
    if same_size < thresholds.SAME_SHARE * changed_size:
        return False
    return change_runs <= thresholds.CHANGES_IN_A_ROW


def _make_row(tag: RowTag, words: Sequence[tuple[Mark, Word]]) -> Row:
    """Return the row of some words. White space between two words is marked if both are."""
    segments: list[Segment] = []
    before: Mark | Literal[""] = ""
    for mark, word in words:
        gap = word.gap
        if before == "cut" and mark == "add":
            gap = ""
        gap_mark: Mark = mark if mark == before else "same"
        _append(segments, gap_mark, gap)
        _append(segments, mark, word.text)
        before = mark
    return Row(tag, tuple(segments))


def _append(segments: list[Segment], mark: Mark, text: str) -> None:
    if not text:
        return
    if segments and segments[-1].mark == mark:
        segments[-1] = Segment(mark, segments[-1].text + text)
    else:
        segments.append(Segment(mark, text))
