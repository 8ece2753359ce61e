"""What an entry tells beside its head.

The head of a card, and the columns of a table, show the id and the metrics already. So the text
below them leaves these out, and a table shows the first sentence that says something.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.model.late_pattern import LatePattern, find_next_letter
from gitexp.model.metric_names import METRIC_NAMES

if TYPE_CHECKING:
    from collections.abc import Collection

    from gitexp.model.metric import Metric

_SEPARATORS = " \t　:：,，、.。;\n"
# An id goes on behind these, so the text opens with a longer id.
_ID_MARKS = "_+@-."

_METRIC = LatePattern(
    r"[\s,、]*(?P<name>[A-Za-z][\w/.]*)\s*[=:＝：]?\s*[~～約]?\s*"
    r"(?P<value>[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?%?)(?![\w.]*\d)(?![A-Za-z])"
    r"(?:\s*(?:くらい|ぐらい|位(?![一-龯A-Za-z])|[?？])+)?"
    r"(?:\s*[(（]\s*(?:途中|partial|stopped|so far|still running)[^()（）]*[)）])?"
)
_NO_VALUE = LatePattern(
    r"[\s,、]*(?P<name>[A-Za-z][\w/.]*)\s*[=:＝：]?\s*n\s*/\s*a\b", re.IGNORECASE
)
_ASIDE = LatePattern(r"\s*[(（][^()（）]*[)）]\s*")
_LINK = LatePattern(r"\s*(?:[-*]\s+)?<?https?://[^\s>]+>?\s*")
_MARK = r"(?:#[^\W\d][\w-]*|\[\[[^\[\]\n]+\]\]|!\[[^\[\]\n]*\]\([^()\n]*\))"
_MARKS = LatePattern(_MARK)
_LAST_MARK = LatePattern(rf"(?:^|\s){_MARK}$")
_LINE_MARK = LatePattern(r"^\s*(?:#{1,6}\s+|[-*+>・]\s+|\d+[.)]\s+)")
_STRUCTURE = LatePattern(r"\s*(?:```|~~~|\|.*\|\s*$|[-=*_]{3,}\s*$)")
# Bounded: one long word would be gone through from each of its letters. Abbreviations are short.
_SENTENCE_END = LatePattern(r"[。！？]+|(?P<word>[\w%)\]\"']{1,12})[.!?]+(?=\s)")
_ABBREVIATIONS = frozenset(("approx", "ca", "cf", "eg", "etc", "fig", "ie", "no", "resp", "vs"))

# The letters that each of these patterns begins with or needs: most sentences have none of them.
_BEGIN_OF_LINE_MARK = frozenset("#-*+>・")
_BEGIN_OF_STRUCTURE = frozenset("`~|-=*_")
_BEGIN_OF_ASIDE = frozenset("(（")
_ENDS_OF_SENTENCE = frozenset("。！？.!?")

_LEAST_SENTENCE = 10
"""Characters below which a sentence alone says nothing ("TCN。", "Why?"): the next one follows."""


def strip_head(text: str, names: Collection[str], shown: Collection[Metric] = ()) -> str:
    """Return the text of an entry without what its head shows.

    That is the id that opens the text, one of ``names``, the metrics of ``shown`` behind it, and
    lines that are a bare link. Where only a link is left, it stays.
    """
    told = _strip_metrics(strip_id(text, names), shown)
    if "://" not in told or "```" in told:
        return told
    lines = [line for line in told.split("\n") if not _LINK.fullmatch(line)]
    without_links = "\n".join(lines)
    return without_links.strip("\n") if without_links.strip() else told


def find_first_sentence(
    text: str, names: Collection[str], metric_names: Collection[str] = ()
) -> str:
    """Return the first sentence of an entry that says something, "" if there is none.

    The id (one of ``names``), metrics, bare links, tags, pictures and tables say nothing by
    themselves. A number behind another word than METRIC_NAMES and ``metric_names`` is no metric:
    ``kernel 5``.
    """
    known_metrics = {*METRIC_NAMES, *metric_names}
    for line in strip_head(text, names).splitlines():
        if _is_structure(line) or ("://" in line and _LINK.fullmatch(line)):
            continue
        told = _strip_named_metrics(_strip_line_mark(line), known_metrics)
        words = (_MARKS.sub("", told) if _has_mark(told) else told).strip(_SEPARATORS)
        is_aside = words[:1] in _BEGIN_OF_ASIDE and _ASIDE.fullmatch(words) is not None
        if words and not is_aside:
            return _cut_sentence(_strip_last_marks(told))
    return ""


def strip_id(text: str, names: Collection[str]) -> str:
    """Return the text without the id that opens it: the one in use or a former one."""
    for name in names:
        if not name or not text.startswith(name):
            continue
        rest = text[len(name) :]
        if not rest or not (rest[0].isalnum() or rest[0] in _ID_MARKS):
            return rest.lstrip(_SEPARATORS)
    return text


def _is_structure(line: str) -> bool:
    """Return True for the lines of Markdown that hold no sentence: tables, rules, fences."""
    begin = find_next_letter(line, 0)
    return begin in _BEGIN_OF_STRUCTURE and _STRUCTURE.match(line) is not None


def _strip_line_mark(line: str) -> str:
    """Return a line without the mark of a heading or of a list before it."""
    begin = find_next_letter(line, 0)
    has_mark = begin in _BEGIN_OF_LINE_MARK or begin.isdecimal()
    return _LINE_MARK.sub("", line, count=1) if has_mark else line


def _has_mark(line: str) -> bool:
    """Return True for a line that may hold a tag, a topic or a picture."""
    return "#" in line or "[" in line


def _has_digit(text: str) -> bool:
    return any(char.isdecimal() for char in text)


def _strip_metrics(text: str, shown: Collection[Metric]) -> str:
    """Return the text without those of the metrics at its beginning that are shown."""
    values = {(metric.name, metric.value) for metric in shown}
    if not values:
        return text
    position = 0
    while match := _METRIC.match(text, position):
        if (match["name"], match["value"]) not in values:
            break
        position = match.end()
    return text[position:].lstrip(_SEPARATORS) if position else text


def _strip_named_metrics(line: str, names: Collection[str]) -> str:
    """Return a line without the metrics at its beginning that have one of these names."""
    if not _has_digit(line) and "/" not in line:
        return line.lstrip(_SEPARATORS)
    position = 0
    while match := _METRIC.match(line, position) or _NO_VALUE.match(line, position):
        if match["name"] not in names and match["name"].lower() not in names:
            break
        position = match.end()
    return line[position:].lstrip(_SEPARATORS)


def _strip_last_marks(line: str) -> str:
    """Return a line without the tags at its end."""
    words = line.rstrip()
    if not _has_mark(words):
        return words
    while mark := _LAST_MARK.search(words):
        words = words[: mark.start()].rstrip()
    return words


def _cut_sentence(line: str) -> str:
    """Return the first sentence of a line, with the next ones where it is very short."""
    if _ENDS_OF_SENTENCE.isdisjoint(line):
        return line
    for end in _SENTENCE_END.finditer(line):
        word = (end["word"] or "").lower().replace(".", "")
        is_abbreviation = word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha())
        if end.end() >= _LEAST_SENTENCE and not is_abbreviation:
            return line[: end.end()]
    return line
