"""The syntax of a note: the lines that open an experiment, and the text that belongs to each.

A note is never changed. What is understood of it is recorded beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.fences import FenceReader
from gitexp.model.late_pattern import LatePattern
from gitexp.model.metric_names import METRIC_NAMES, PREFIXES
from gitexp.model.metric_syntax import (
    MetricReading,
    drop_emphasis,
    make_widths_plain,
    read_leading_metrics,
    read_signed_metrics,
    read_value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from gitexp.model.metric import Metric

_LONGEST_DESCRIPTION = 2_000  # letters of a line that are looked through for results
_LONGEST_ID = 200  # letters: no id is longer, and a text of one line may have a million

# What Markdown, org and lists of things to do put before an id.
_DRESS = LatePattern(
    r"""[ ]{0,3}\u3000?
    (?:>[ ]?)*
    (?:(?:\#{1,6}|\*{1,8}|[-+・•]|[0-9]{1,3}[.)])[ \t\u3000]+)?
    (?:\[[ xX✓]\][ ]+)?
    (?:(?:TODO|DONE|WAIT|WAITING|NEXT|FAILED|RUNNING|CANCELLED|CANCELED)[ ]+)?
    """,
    re.VERBOSE,
)
# The first letters of such a dress: most lines begin with another one.
_BEGIN_OF_DRESS = frozenset(" \u3000>#*-+・•[0123456789TDWNFRC")
_ID_CHARACTER = r"(?:[\w+@-]|\.(?=[\w+@-]))"
_HEAD = LatePattern(
    rf"""(?P<mark>\*{{1,3}}|__(?=[^\W_])|`|\[\[|「|")?
    (?P<id>\w{_ID_CHARACTER}{{0,{_LONGEST_ID - 1}}})(?!{_ID_CHARACTER})
    (?P<colon>[:：])?(?:\*{{1,3}}|`|\]\]|」|")?
    (?P<aside>\s*[(（][^)）]{{0,300}}[)）])?
    (?P<rest>\s*[:：]?.*)""",
    re.VERBOSE,
)
_ASCII_ID = LatePattern(r"[A-Za-z0-9](?:[A-Za-z0-9_+@-]|\.(?=[A-Za-z0-9_+@-]))*")
_HIRAGANA = LatePattern(r"[ぁ-ゖ]")
_PARTICLE = LatePattern(r"\s*(?:では|だと|って|なら|は|が|も|で|の|を|に|と)?\s*")
# What stands between an id and the words about it: ``gru_7: wider``, ``gru_7 => wider``.
_BEGIN_OF_WORDS = r"\s*(?::|->|=>|→|⇒)\s*(?=\S)"
_ARROW = r"(?:->|=>|→|⇒)\s*"
# "gru_7から幅を変えた": another trial that comes from this one, or is compared with it.
_ABOUT_ANOTHER = r"\s*(?:から|より|と?比|を?(?:元|基|もと|ベース)|(?:based|vs)\b)"
_DATE_BEFORE = r"\s*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?[\s:,-]+"
_TABLE_ROW = LatePattern(r"\s*\|.*\|\s*$")
_HEADING = LatePattern(r"#{1,6}(?:\s|$)")
_END_OF_LINE = LatePattern(r"[\s.。,、;:!)\]）*`|]*$")
# Words that name a part of a trial or a kind of metric, not a trial.
_PART_OF_TRIAL = LatePattern(
    r"(?:top|epochs?|steps?|iter|iteration|fold|seed|batch|round|run|day|week|layer|version|v|ver"
    r"|dropout|lr|bs|wd)"
    r"[-_.]?[0-9.]+",
    re.IGNORECASE,
)
_JOINTS = "_-+@."
_BEGIN_OF_VALUE = tuple("0123456789.~+-約")
_FAMILY_SIZE = 2  # one known id may be like the new word by chance
_PLAIN_WORD = LatePattern(r"[A-Za-z][A-Za-z]+")
# Plain words that stand before a result and are no name of a trial.
_NO_NAMES = frozenset(
    """
    result results summary metrics metric score scores overall current currently previous previously
    before after baseline now today yesterday note notes todo done total average conclusion update
    then the this that and with got get has have had was were are but for from about still only also
    new old same first second third next here there both each all maybe around expected target goal
    record paper epoch step fold seed
    """.split()  # noqa: SIM905 - words, not strings
)


class NoteHead(NamedTuple):
    """What a line, with the metrics on the lines below it, says of the experiment that it opens."""

    experiment: str
    metrics: tuple[Metric, ...]


class NoteBlock(NamedTuple):
    """A stretch of text, to the letter.

    ``reading``: what its first line opens, None for nothing. ``line``: the number of its first line
    in the whole text, from 0.
    """

    text: str
    reading: NoteHead | None
    line: int = 0


class Vocabulary(NamedTuple):
    """What a record knows, by which a note is read.

    ``ids``: those in use. ``names``: words that name a metric. ``find_usual_metric`` returns the
    metric that a number alone behind an id means, "" where the record has none or several.
    """

    ids: Collection[str] = ()
    names: Collection[str] = METRIC_NAMES
    find_usual_metric: Callable[[], str] = str


def read_blocks(
    text: str,
    known: Collection[str],
    names: Collection[str] = METRIC_NAMES,
    find_usual_metric: Callable[[], str] = str,
) -> tuple[NoteBlock, ...]:
    """Return a text in blocks. The texts of the blocks joined are the text.

    A line that opens an experiment begins a block, and so does a Markdown heading that opens none.
    docs/diary.md lists the lines that open one. An id in a sentence is a mention. An unknown word
    opens an experiment only when a metric follows directly, so that prose is never taken for an id.
    Nor is code or a table.
    """
    lines = text.splitlines(keepends=True)
    reader = HeadReader(lines, Vocabulary(known, names, find_usual_metric))
    fences = FenceReader()
    blocks: list[tuple[int, NoteHead | None]] = [(0, None)]
    for number, line in enumerate(lines):
        if fences.covers(line):
            continue
        head = reader.read_head(number)
        if head or _is_heading(line):
            blocks.append((number, head))
    stops = [number for number, _ in blocks[1:]] + [len(lines)]
    return tuple(
        NoteBlock("".join(lines[start:stop]), head, start)
        for (start, head), stop in zip(blocks, stops, strict=True)
        if start < stop
    )


class _HeadLine(NamedTuple):
    """The parts of a line that may open an experiment.

    ``rest`` is of plain widths, without the aside and without a particle. ``is_touched``: the rest
    follows without a space or a sign, as in Japanese. ``has_particle``: a particle stood before it.
    """

    word: str
    aside: str
    rest: str
    is_touched: bool
    has_particle: bool


class HeadReader:
    """Reads the lines of a text that open an experiment."""

    def __init__(self, lines: Sequence[str], vocabulary: Vocabulary) -> None:
        self._lines = lines
        self._known = vocabulary.ids
        self._names = vocabulary.names
        self._find_usual_metric = vocabulary.find_usual_metric
        # Rarely asked for, and there may be ten thousand ids.
        self._list_families: Callable[[], set[str]] = cache(lambda: _list_families(self._known))

    def read_head(self, number: int) -> NoteHead | None:
        """Return what a line opens, by its number from 0; None for a line that opens nothing."""
        line = self._lines[number].rstrip("\n")
        is_table_row = "|" in line and _TABLE_ROW.match(line) is not None
        head = None if is_table_row else self._split_head(line)
        if head is None:
            return None
        reading = self._read_metrics_of(head)
        if reading.metrics:
            opens = self._opens_with(head, reading, number)
            below = self._read_metrics_below(number, only_whole_lines=True)
        elif usual := self._read_usual_metric(head):
            return NoteHead(head.word, (usual,))
        elif results := self._read_described_result(head):
            return NoteHead(head.word, results)
        else:
            stands_alone = not head.rest.strip(" :") and not head.is_touched
            below = self._read_metrics_below(number) if stands_alone else ()
            opens = self._opens_without_metrics(head, stands_alone, bool(below))
        if not opens:
            return None
        metrics: dict[str, Metric] = {}
        for metric in (*reading.metrics, *below):
            metrics.setdefault(metric.name, metric)
        return NoteHead(head.word, tuple(metrics.values()))

    def may_be_head(self, number: int) -> bool:
        """Return True for a line that looks as if it should open an experiment by a result.

        What stands behind a date counts too: ``2024-01-08 gru_7 acc 0.5``.
        """
        line = self._lines[number].rstrip("\n")
        date = re.match(_DATE_BEFORE, line)
        head = self._split_head(line[date.end() :] if date else line)
        if head is None or not (head.word in self._known or looks_like_id(head.word)):
            return False
        rest = head.rest.lstrip(" :=|,-→>")
        result = _starts_with_name(tuple(self._names))
        # "gru_7で試したら acc 0.62": a sentence about a trial that has its result further on.
        is_about_trial = head.is_touched and _is_strong(head.word)
        has_metric = result.search(rest) if is_about_trial else result.match(rest)
        if _is_strong(head.word) and self._speaks_of_result(rest):
            return True
        return has_metric is not None or re.match(r"[~約]?[0-9]*[.,][0-9]", rest) is not None

    def _speaks_of_result(self, rest: str) -> bool:
        """Return True for ``reached 0.5 acc``, ``acc before 0.6, now 0.7``, ``acc: see below``."""
        names = tuple(self._names)
        if _has_name_behind(names).search(rest):
            return True
        name = _begins_with_name(names).match(rest)
        return name is not None and (name["sign"] or re.search(r"[0-9]\.[0-9]", rest)) is not None

    def _split_head(self, line: str) -> _HeadLine | None:
        start = find_end_of_dress(line)
        match = _HEAD.match(line, start)
        if match is None:
            return None
        word = match["id"]
        if match["mark"] == "__":
            word = word.removesuffix("__")
        rest = drop_emphasis(make_widths_plain((match["colon"] or "") + match["rest"]))
        aside = make_widths_plain((match["aside"] or "").strip())
        id_in_text = self._find_id_at_start(word)
        touching = word[len(id_in_text) :]
        if id_in_text not in self._known and self._is_metric_line(line[start:]):
            return None
        rest = f"{touching}{' ' if aside else ''}{rest}"
        particle = _PARTICLE.match(rest)
        if touching and particle:
            rest = rest[particle.end() :]
        elif particle and not rest.startswith(":"):
            rest = f" {rest[particle.end() :]}" if rest.strip() else rest
        has_particle = particle is not None and bool(particle[0].strip())
        return _HeadLine(id_in_text, aside, rest, bool(touching), has_particle)

    def _find_id_at_start(self, word: str) -> str:
        """Return the id that a word is or begins with.

        Japanese is written without spaces: of ``tcn_10は`` the id is ``tcn_10``.
        """
        if word in self._known or word.isascii():
            return word
        for stop in range(len(word) - 1, 0, -1):
            if word[:stop] in self._known and _ends_word(word, stop):
                return word[:stop]
        ascii_id = _ASCII_ID.match(word)
        if ascii_id and looks_like_id(ascii_id[0]) and _ends_word(word, ascii_id.end()):
            return ascii_id[0]
        return word

    def _is_metric_line(self, line: str) -> bool:
        plain = drop_emphasis(make_widths_plain(line))
        return bool(read_leading_metrics(plain, self._names, any_name=False).metrics)

    def _read_metrics_of(self, head: _HeadLine) -> MetricReading:
        """Read the metrics behind an id, else those in the brackets behind it."""
        reading = read_leading_metrics(head.rest, self._names)
        if not reading.metrics and head.aside:
            return read_leading_metrics(head.aside[1:-1], self._names)
        if not reading.metrics or reading.is_common:
            return reading
        # "gru_7: lr=0.1 & wider -> acc: 0.8"
        described = self._read_described_result(head)
        by_name = {metric.name: metric for metric in (*reading.metrics, *described)}
        return reading._replace(metrics=tuple(by_name.values()), is_common=bool(described))

    def _opens_with(self, head: _HeadLine, reading: MetricReading, number: int) -> bool:
        if head.word in self._known:
            return True
        if looks_like_id(head.word):
            # ``learning-rate decay: 0.5`` and ``user_id: len=39`` are prose, ``tcn_1 seconds=5`` is not.
            has_result = any(not metric.value.isdigit() for metric in reading.metrics)
            is_trial = _has_digit(head.word) or (_is_strong(head.word) and has_result)
            return reading.is_common or is_trial
        return reading.is_common and self._is_paragraph_of_result(head, reading, number)

    def _opens_without_metrics(
        self, head: _HeadLine, stands_alone: bool, has_metrics_below: bool
    ) -> bool:
        if head.word in self._known:
            return stands_alone or (head.rest.startswith(":") and not head.is_touched)
        if head.aside or not looks_like_id(head.word):
            return False
        if re.match(_BEGIN_OF_WORDS, head.rest) and not head.is_touched:
            return self._is_like_known(head.word)
        return stands_alone and (has_metrics_below or self._is_like_known(head.word))

    def _is_paragraph_of_result(self, head: _HeadLine, reading: MetricReading, number: int) -> bool:
        """Return True for a plain word with its result, alone between blank lines."""
        is_name = _PLAIN_WORD.fullmatch(head.word) is not None
        is_other_word = head.word.lower() in _NO_NAMES or head.word.lower() in PREFIXES
        is_whole = _END_OF_LINE.match(head.rest, reading.stop) is not None
        if not is_name or is_other_word or not is_whole:
            return False
        return self._is_blank(number - 1) and self._is_blank(number + 1)

    def _is_blank(self, number: int) -> bool:
        """Return True for a blank line, a heading, and the ends of the text."""
        if not 0 <= number < len(self._lines):
            return True
        line = self._lines[number]
        return not line.strip() or _is_heading(line)

    def _read_usual_metric(self, head: _HeadLine) -> Metric | None:
        """Return the metric of ``ID 0.811`` where the record has one usual metric."""
        rest = head.rest.lstrip(" :=")
        if head.is_touched or not rest.startswith(_BEGIN_OF_VALUE):
            return None
        if head.word not in self._known and not self._is_like_known(head.word):
            return None
        value = read_value(rest, 0)
        is_figure = value is not None and ("." in value.text or value.text.endswith("%"))
        if value is None or not is_figure or not _END_OF_LINE.match(rest, value.stop):
            return None
        usual_metric = self._find_usual_metric()
        return value.make_metric(usual_metric) if usual_metric else None

    def _read_described_result(self, head: _HeadLine) -> tuple[Metric, ...]:
        """Return the metrics of ``ID: what was tried -> CV: 0.77``.

        They stand behind an arrow, or have a common name and a sign. A number alone behind the
        arrow is the usual metric of the record.
        """
        is_trial = head.word in self._known or _has_digit(head.word)
        begin = re.match(_BEGIN_OF_WORDS, head.rest)
        is_about_trial = head.is_touched or head.has_particle
        if not is_trial or not looks_like_id(head.word) or not (begin or is_about_trial):
            return ()
        if is_about_trial and re.match(_ABOUT_ANOTHER, head.rest):
            return ()
        text = head.rest[:_LONGEST_DESCRIPTION]
        metrics = {metric.name: metric for metric in read_signed_metrics(text, self._names)}
        for arrow in re.compile(_ARROW).finditer(text, 1):
            reading = read_leading_metrics(text, self._names, arrow.end(), any_name=False)
            metrics |= {metric.name: metric for metric in reading.metrics}
        if not metrics and (usual := self._read_usual_metric_at_arrow(head)):
            return (usual,)
        return tuple(metrics.values())

    def _read_usual_metric_at_arrow(self, head: _HeadLine) -> Metric | None:
        """Return the metric of ``ID: what was tried -> 0.7605``, as of ``ID 0.7605``."""
        if head.word not in self._known and not self._is_like_known(head.word):
            return None
        text = head.rest[:_LONGEST_DESCRIPTION]
        for arrow in reversed(list(re.finditer(_ARROW, text))):
            value = read_value(text, arrow.end())
            if value is not None and re.fullmatch(r"[0-9]*\.[0-9]+%?", value.text):
                usual_metric = self._find_usual_metric()
                return value.make_metric(usual_metric) if usual_metric else None
        return None

    def _read_metrics_below(
        self, number: int, *, only_whole_lines: bool = False
    ) -> tuple[Metric, ...]:
        """Return the metrics on the lines right below a line.

        The first of these lines may go on with words, unless ``only_whole_lines``.
        """
        metrics: dict[str, Metric] = {}
        for line in self._lines[number + 1 :]:
            undressed = line[find_end_of_dress(line) :].rstrip("\n")
            plain = drop_emphasis(make_widths_plain(undressed))
            reading = read_leading_metrics(plain, self._names, any_name=False)
            is_whole = _END_OF_LINE.match(plain, reading.stop) is not None
            if not reading.metrics or (not is_whole and (metrics or only_whole_lines)):
                break
            for metric in reading.metrics:
                metrics.setdefault(metric.name, metric)
            if not is_whole:
                break
        return tuple(metrics.values())

    def _is_like_known(self, word: str) -> bool:
        return looks_like_id(word) and _find_family(word) in self._list_families()


@cache
def _starts_with_name(names: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, names), key=len, reverse=True)) or "(?!)"
    sign = r"(?:[=:≈]|[<>]=?|[≤≥≦≧])?"
    return re.compile(rf"(?:{words})(?![A-Za-z])\s*{sign}\s*[-+~]?[0-9.]", re.IGNORECASE)


@cache
def _begins_with_name(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of the name of a metric, of a part of the data, or of a fold."""
    every_name = sorted(map(re.escape, (*names, *PREFIXES)), key=len, reverse=True)
    words = "|".join(every_name)
    return re.compile(
        rf"(?:{words}|fold[ _-]?[0-9]+)(?![A-Za-z_])[ ↑↓]*(?P<sign>[=:](?=\s*\S))?", re.IGNORECASE
    )


@cache
def _has_name_behind(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of a number with the name of its metric behind it: ``reached 0.5 acc``."""
    words = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.compile(rf"(?<![\w.])[0-9]*\.[0-9]+%?\s+(?:{words})(?![A-Za-z_])", re.IGNORECASE)


def find_end_of_dress(line: str) -> int:
    """Return the place of the first letter behind what Markdown puts before an id."""
    if line[:1] not in _BEGIN_OF_DRESS:
        return 0
    dress = _DRESS.match(line)
    return dress.end() if dress else 0


def _is_heading(line: str) -> bool:
    return line.startswith("#") and _HEADING.match(line) is not None


def looks_like_id(word: str) -> bool:
    """Return True for a word that may open an experiment though nobody recorded it yet.

    Slugs may. Plain words, dates, numbers and ``top-5`` may not. Letters of other scripts only in a
    word that is joined by ``_``: Japanese has no spaces, and a sentence may have digits in it.
    """
    if not word.isascii() and ("_" not in word or _HIRAGANA.search(word)):
        return False
    has_letter = any(char.isalpha() for char in word)
    has_joint = any(char in _JOINTS or char.isdigit() for char in word)
    return has_letter and has_joint and not _PART_OF_TRIAL.fullmatch(word)


def _is_strong(word: str) -> bool:
    """Return True for an id that no word of a language looks like: with a digit or ``_``."""
    return any(char == "_" or char.isdigit() for char in word)


def _has_digit(word: str) -> bool:
    return any(char.isdigit() for char in word)


def _ends_word(text: str, stop: int) -> bool:
    """Return True where an id can end inside a run of letters: before another script."""
    last, following = text[stop - 1], text[stop]
    if last.isascii():
        return not following.isascii()
    return _HIRAGANA.match(following) is not None


def _find_family(word: str) -> str:
    """Return what ids of one family share: the letters before the first digit and the joints.

    Example: ``gru_7-b`` and ``gru_12-c`` are both of ``gru -_``.
    """
    letters = re.match(r"[^\W\d_]+", word)
    joints = "".join(sorted({char for char in word if char in _JOINTS}))
    return f"{letters[0].lower()} {joints}" if letters else ""


def _list_families(known: Collection[str]) -> set[str]:
    """Return the families with at least _FAMILY_SIZE known ids."""
    families = Counter(_find_family(word) for word in known if looks_like_id(word))
    return {family for family, size in families.items() if family and size >= _FAMILY_SIZE}
