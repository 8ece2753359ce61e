"""The entries of one definition: which removed line became which added line, and how it is told."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.delta import thresholds
from gitexp.excerpt.delta.reading_delta import Edit, PlainLine, Row, Segment, Setting
from gitexp.excerpt.delta.units import read_target
from gitexp.excerpt.delta.words import compare_words, mark_rows, split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.delta.fates import FileSide
    from gitexp.excerpt.delta.reading_delta import Mark, RowTag
    from gitexp.excerpt.delta.statements import Statement
    from gitexp.excerpt.delta.words import Word, WordChange

_MARKS: dict[RowTag, Mark] = {"-": "cut", "+": "add", " ": "same", "~": "same"}
_HAS_WORD = re.compile(r"\w")
_WORD_KINDS = ("name", "number", "string", "long")
_SIGNS_OF_NUMBERS = ("-", "+", ",", "[", "]", "(", ")", "{", "}", ".")


class Place(NamedTuple):
    """A statement: its file pair, its side and its number there."""

    file: int
    side: FileSide
    number: int

    @property
    def statement(self) -> Statement:
        """The statement."""
        return self.side.statements[self.number]

    @property
    def is_real(self) -> bool:
        """True if it is in no other place of the other version."""
        return self.side.is_real(self.number)

    @property
    def plain_lines(self) -> tuple[PlainLine, ...]:
        """Its lines that the plain diff holds for changed."""
        return tuple(
            PlainLine(self.file, line) for line in self.side.list_changed_lines(self.number)
        )


class Rewrite(NamedTuple):
    """A statement that changed (``old`` and ``new``), went (no ``new``) or came (no ``old``)."""

    old: Place | None
    new: Place | None

    @property
    def both(self) -> tuple[Place, Place] | None:
        """Both sides of a statement that changed, None of one that came or went."""
        if self.old is None or self.new is None:
            return None
        return self.old, self.new

    @property
    def plain_lines(self) -> tuple[PlainLine, ...]:
        """The changed lines of both sides."""
        old_lines = self.old.plain_lines if self.old else ()
        new_lines = self.new.plain_lines if self.new else ()
        return (*old_lines, *new_lines)

    @property
    def size(self) -> int:
        """The number of lines that a person would call changed: a replaced line counts once."""
        lines = self.plain_lines
        removed = sum(plain.line.tag == "-" for plain in lines)
        return max(1, removed, len(lines) - removed)


class Replacement(NamedTuple):
    """Words that gave way to other words."""

    old: str
    new: str


def pair_rewrites(
    old: Sequence[Place], new: Sequence[Place], *, is_assignment: bool
) -> list[Rewrite]:
    """Return the statements of a gap as rewrites, in order: near ones are one that changed.

    The first and only statements of an assignment are always one that changed.
    """
    if is_assignment and len(old) == len(new) == 1:
        return [Rewrite(old[0], new[0])]
    matches = _match_near(old, new)
    rewrites: list[Rewrite] = []
    old_start = new_start = 0
    for old_index, new_index in [*matches, (len(old), len(new))]:
        rewrites += [Rewrite(place, None) for place in old[old_start:old_index]]
        rewrites += [Rewrite(None, place) for place in new[new_start:new_index]]
        if old_index < len(old):
            rewrites.append(Rewrite(old[old_index], new[new_index]))
        old_start, new_start = old_index + 1, new_index + 1
    return rewrites


def _match_near(old: Sequence[Place], new: Sequence[Place]) -> list[tuple[int, int]]:
    """Return the pairs of near statements, in order on both sides, with the most in common."""
    if not old or not new or len(old) * len(new) > thresholds.STATEMENT_PAIRS:
        return []
    old_words = [_count_words(place.statement) for place in old]
    new_words = [_count_words(place.statement) for place in new]
    # best[i][j]: the most that the statements from i and j on have in common.
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    scores: dict[tuple[int, int], float] = {}
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            score = _measure_nearness(old[i], new[j], old_words[i], new_words[j])
            scores[i, j] = score
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + score)
    pairs = []
    i = j = 0
    while i < len(old) and j < len(new):
        if scores[i, j] and best[i][j] == best[i + 1][j + 1] + scores[i, j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _count_words(statement: Statement) -> Counter[str]:
    words = Counter(token.key for token in statement.tokens if token.kind in _WORD_KINDS)
    return words or Counter(token.key for token in statement.tokens)


def _measure_nearness(
    old: Place, new: Place, old_words: Counter[str], new_words: Counter[str]
) -> float:
    """Return the share of common words of two statements, 0 where they are no pair."""
    if _are_different_constants(old.statement, new.statement):
        return 0.0
    shared = (old_words & new_words).total()
    score = 2 * shared / (old_words.total() + new_words.total())
    return score if score >= thresholds.LINE_PAIR else 0.0


def _are_different_constants(old: Statement, new: Statement) -> bool:
    """Return True for ``A = 1`` and ``B = 1``: a constant never stands opposite another one."""
    if not is_constant(old) and not is_constant(new):
        return False
    return read_target(old) != read_target(new)


def is_constant(statement: Statement) -> bool:
    """Return True for an assignment of literals."""
    if not read_target(statement):
        return False
    keys = [token.key for token in statement.tokens]
    if "=" not in keys:
        return False
    value = statement.tokens[keys.index("=") + 1 :]
    return all(
        token.kind != "name" or token.key in ("True", "False", "None", "list", "dict")
        for token in value
    )


def _compare_whole(
    old_place: Place, new_place: Place
) -> tuple[list[Word], list[Word], list[WordChange]]:
    """Return the words of both sides of a pair, strings whole, and which of them changed."""
    old = split_words(old_place.statement, old_place.side.lines)
    new = split_words(new_place.statement, new_place.side.lines)
    return old, new, compare_words(old, new)


def list_replacements(rewrite: Rewrite) -> list[Replacement] | None:
    """Return all that changed in a pair as replaced words; None if something else changed too."""
    if rewrite.both is None:
        return None
    old, new, changes = _compare_whole(*rewrite.both)
    replacements = []
    for change in changes:
        if change.same:
            continue
        old_words = old[change.old_start : change.old_stop]
        new_words = new[change.new_start : change.new_stop]
        if not _can_be_replaced(old_words) or not _can_be_replaced(new_words):
            return None
        replacements.append(Replacement(_join(old_words), _join(new_words)))
    return replacements or None


def _can_be_replaced(words: Sequence[Word]) -> bool:
    """Return True for a few words in one line."""
    if any(word.begins_line for word in words[1:]) or len(_join(words)) > thresholds.SETTING_WIDTH:
        return False
    return any(word.kind in _WORD_KINDS for word in words)


def _is_value(words: Sequence[Word]) -> bool:
    """Return True for a name, or a literal with or without its sign."""
    if len(words) == 2 and words[0].key in ("-", "+"):
        words = words[1:]
    return len(words) == 1 and words[0].kind in _WORD_KINDS


def _join(words: Sequence[Word]) -> str:
    return "".join(word.text for word in words)


def read_settings(rewrite: Rewrite) -> list[Setting] | None:
    """Return a pair as settings; None if it is more than values that changed.

    A value belongs to the name before it: ``kernel_size=5``, ``'lr': 0.1``, ``FILTERS = 50``.
    The lines stand with the first setting.
    """
    if rewrite.both is None:
        return None
    whole = _read_whole_assignment(*rewrite.both)
    if whole is not None:
        return [whole._replace(lines=rewrite.plain_lines)]
    old, new, changes = _compare_whole(*rewrite.both)
    settings = []
    for change in changes:
        if change.same:
            continue
        old_words = old[change.old_start : change.old_stop]
        new_words = new[change.new_start : change.new_stop]
        are_values = _is_literal(old_words) and _is_literal(new_words)
        name = _find_name(new, change.new_start) if are_values else ""
        if not name:
            return None
        settings.append(Setting(name, _join(old_words), _join(new_words), ()))
    if not settings:
        return None
    settings[0] = settings[0]._replace(lines=rewrite.plain_lines)
    return settings


def _read_whole_assignment(old: Place, new: Place) -> Setting | None:
    """Return ``encoder encoder_CNN -> encoder_TCN`` for a short assignment at the margin."""
    target = read_target(old.statement)
    if not target or target != read_target(new.statement) or new.statement.level:
        return None
    values = []
    for place in (old, new):
        words = split_words(place.statement, place.side.lines)
        keys = [word.key for word in words]
        if "=" not in keys or any(word.begins_line for word in words[1:]):
            return None
        value = words[keys.index("=") + 1 :]
        text = "".join(word.gap + word.text for word in value).strip()
        if len(text) > thresholds.SETTING_WIDTH:
            return None
        values.append(text)
    return Setting(target, values[0], values[1], ())


def _is_literal(words: Sequence[Word]) -> bool:
    return _is_value(words) and words[-1].is_literal and "\n" not in words[-1].text


def _find_name(words: Sequence[Word], index: int) -> str:
    """Return the name that a value at ``index`` belongs to, with that of the call; "" for none."""
    if index < 2:
        return ""
    sign, before = words[index - 1], words[index - 2]
    after = words[index + 1].key if index + 1 < len(words) else ""
    if words[index].key in ("-", "+") and index + 2 < len(words):
        after = words[index + 2].key
    if after not in ("", ",", ")", "]", "}", ":"):
        return ""
    if sign.key == ":" and before.kind == "string":
        return before.key.strip("'\"")
    if sign.key != "=" or before.kind != "name":
        return ""
    callee = _find_callee(words, index - 2)
    if not callee:
        return before.key
    if words[0].key in ("def", "async"):
        return before.key
    return f"{callee}.{before.key}"


def _find_callee(words: Sequence[Word], index: int) -> str:
    """Return the last name of what is called around a word, "" outside of calls."""
    depth = 0
    for place in reversed(range(index)):
        key = words[place].key
        if key in (")", "]", "}"):
            depth += 1
        elif key in ("(", "[", "{"):
            if depth == 0:
                caller = words[place - 1] if place else None
                is_call = key == "(" and caller is not None and caller.kind == "name"
                return caller.key.rpartition(".")[2] if is_call and caller else ""
            depth -= 1
    return ""


def make_edit(rewrite: Rewrite) -> Edit:
    """Return a rewrite as shown rows."""
    if rewrite.both is not None:
        return Edit(_mark_pair(*rewrite.both), rewrite.plain_lines)
    rows: list[Row] = []
    if rewrite.old is not None:
        rows += list_rows(rewrite.old, "-")
    if rewrite.new is not None:
        rows += list_rows(rewrite.new, "+")
    return Edit(tuple(rows), rewrite.plain_lines)


def _mark_pair(old: Place, new: Place) -> tuple[Row, ...]:
    """Return the rows of a statement that changed. A string that both have is one word."""
    common = {token.key for token in old.statement.tokens}
    common &= {token.key for token in new.statement.tokens}
    whole = frozenset(common)
    old_words = split_words(old.statement, old.side.lines, whole)
    new_words = split_words(new.statement, new.side.lines, whole)
    rows = mark_rows(old_words, new_words, compare_words(old_words, new_words))
    if any(row.tag != " " and not _HAS_WORD.search(row.text) for row in rows):
        # Rows of signs alone: the statement was broken anew too, and reads better line by line.
        return (*_list_changed_rows(old, "-"), *_list_changed_rows(new, "+"))
    return rows


def _list_changed_rows(place: Place, tag: RowTag) -> list[Row]:
    """Return the lines of a statement that the plain diff holds for changed, as rows."""
    side = place.side
    mark = _MARKS[tag]
    return [
        Row(tag, (Segment(mark, line.text),))
        for line in side.list_changed_lines(place.number)
        if side.layout.kinds[(line.old_number or line.new_number) - 1] == "code"
    ]


def list_rows(place: Place, tag: RowTag) -> list[Row]:
    """Return the kept lines of a statement as rows, without comments and blank lines."""
    side, statement = place.side, place.statement
    mark = _MARKS[tag]
    rows = []
    for number in range(statement.start, statement.stop):
        if side.layout.kinds[number] == "code" and number in side.kept_lines:
            rows.append(Row(tag, (Segment(mark, side.lines[number]),)))
    return rows


def is_row_of_numbers(place: Place) -> bool:
    """Return True for a statement of numbers alone."""
    tokens = place.statement.tokens
    has_number = any(token.kind == "number" for token in tokens)
    return has_number and all(
        token.kind == "number" or token.key in _SIGNS_OF_NUMBERS for token in tokens
    )


def are_rows_of_numbers(rows: Sequence[Row]) -> bool:
    """Return True if the changed rows of an edit are many and hold numbers alone."""
    changed = [row for row in rows if row.tag != " "]
    if len(changed) < thresholds.LITERAL_ROWS:
        return False
    return all(_has_numbers_alone(row) for row in changed)


def _has_numbers_alone(row: Row) -> bool:
    return bool(row.text.strip()) and not set(row.text) - set("0123456789.,-+eE[](){}_ \t")
