"""The grammar of metrics, the same for notes, verbs and tables.

A metric is a name and a value. Before a sign any name is one (``val_bpb=0.99``, ``recall@10: 0.3``);
without a sign it is one of METRIC_NAMES or of config ``gitexp.metrics`` (``acc 0.857``, ``val acc
0.8``, ``BLEU-4 23.1``). A value is a number, or a word for a run without one (``N/A``, ``nan``,
``inf``, ``diverged``).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import UsageError
from gitexp.model.late_pattern import LatePattern, find_next_letter
from gitexp.model.metric import DIVERGED, METRIC_NAME, NOT_MEASURED, Metric
from gitexp.model.metric_names import METRIC_NAMES, NEVER_BELOW_ZERO, PREFIXES, SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Collection

# Characters that a Japanese input method types instead of plain ones, one for one.
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_PLAIN = str.maketrans(_FULL_WIDTH | {"　": " ", "−": "-"})

_DOTS_OF_I = str.maketrans("ıİ", "ii")  # a pattern takes them for an ``i`` where case is ignored
_LONGEST_SEARCHED = 20_000  # letters: a long text has most names, and is searched for each of them

_END = r"(?=\s*(?:$|[,、。.;:!/|)\]）」]))"
_FIGURE = r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
# No number ends where a figure, a word, a time, a date, a fraction or a range goes on.
_END_OF_NUMBER = (
    r"(?![.,]?[0-9]|\.?(?!(?:dB|pts?)(?![A-Za-z]))[A-Za-z_]|[:/-][0-9]"
    r"|\s*[-–~〜](?!>)\s*[0-9]|\s+to\s+[0-9]|\s*(?:以下|以上|未満|を?超え|を(?:上|下)回)"
    r"|割|倍|回|件|個|枚|秒|時間|エポック)"
)
_UNSURE_BEFORE = r"(?:~|≈|≒|約|およそ|だいたい|about|around|roughly|approx(?:imately|\.)?|ca\.)\s*"
_NUMBER = LatePattern(
    rf"(?P<unsure>{_UNSURE_BEFORE})?(?P<figure>{_FIGURE}){_END_OF_NUMBER}"
    r"(?P<percent>\s*(?:%|percent\b|パーセント))?",
    re.IGNORECASE | re.MULTILINE,
)
_ARROW = LatePattern(r"\s*(?:->|=>|→|⇒|から)\s*")
# A value that was left behind: ``0.8から下がった``.
_LEAVING = LatePattern(r"\s*(?:から|より|だったの?が)")
# "1.2×10^-3", "1.2 x 10⁻³"
_TIMES_TEN = LatePattern(
    r"\s*[×x*·]\s*10(?:\s*(?:\^|\*\*)\s*\{?(?P<power>[+-]?[0-9]{1,3})\}?"
    r"|(?P<raised>[⁺⁻]?[⁰¹²³⁴-⁹]{1,3}))"
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_UNIT = r"\s?(?:dB|pts?|points?)(?![A-Za-z])"
_UNITS = ("dB", "pt", "point")
_LONGEST_UNIT = len(" points")
_SPREAD = LatePattern(rf"\s*(?:±|\+/-|\+-)\s*{_FIGURE}%?")
# Kanji have no case: without the flag their range is not compiled letter by letter (2 ms).
_UNSURE_AFTER = LatePattern(
    rf"\s*(?:くらい|ぐらい|程度|前後|(?:弱|強|台)(?!(?-i:[一-龯い])|く)|位(?!(?-i:[一-龯])|[A-Za-z])"
    rf"|about{_END}|or so|[?])+",
    re.IGNORECASE | re.MULTILINE,
)
_STOPPING = r"(?:止|中断|終|打|切|やめ|落)"
_PARTIAL = LatePattern(
    rf"""\s*(?:[,、]\s*)?(?:(?P<bracket>[(\[])\s*)?(?:まだ)?(?:
        途中(?!から|の|に|で(?!{_STOPPING}))
      | (?:学習|訓練|実行)中 | 中断 | 打ち切り | 未完 | 強制終了
      | (?:killed|aborted|timed\ out){_END}
      | stopped(?:\s+(?:early|at|after|by|manually|midway|there|here)\b|{_END})
      | (?:interrupted|unfinished|incomplete)\b
      | partial(?:\s+(?:run|training|result|epoch)s?\b|{_END})
      | so\ far{_END}
      | still\ (?:running|training)\b
    )""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_REST_OF_ASIDE = LatePattern(r"[^()\[\]\n]{0,80}[)\]]")
# The letters that each of the patterns above begins with, whatever their case. A look at the next
# letter of a text spares most notes all of these patterns. ſ counts as ``s``, ı and İ as ``i``.
_BEGIN_OF_NUMBER = frozenset("0123456789+-.~≈≒約おだaAcCrR")
_BEGIN_OF_ARROW = frozenset("-=→⇒か")
_BEGIN_OF_LEAVING = frozenset("かよだ")
_BEGIN_OF_SPREAD = frozenset("±+")
_BEGIN_OF_UNSURE_AFTER = frozenset("くぐ程位前弱強台aAoO?")
_BEGIN_OF_PARTIAL = frozenset(",、([ま途学訓実中打未強kKKsSſiIıİuUpPaAtT")
_BEGIN_OF_WORD = frozenset("nNな無不未測計失-–—?+iIıİ∞dDeE発oOfFcCtTpP")
_WORDS = {
    NOT_MEASURED: rf"n\s*/\s*a(?!\w)|none(?!\w)|なし|無し|不明|未測定|未計測|未評価|測定不能|[-–—?]{_END}"
    rf"|(?:oom|failed|crashed|tbd|pending|計測中|失敗){_END}",
    "nan": r"nan(?!\w)",
    "inf": r"\+?(?:inf(?:inity)?(?!\w)|∞)",
    "-inf": r"-(?:inf(?:inity)?(?!\w)|∞)",
    DIVERGED: r"diverged?(?!\w)|diverges(?!\w)|exploded(?!\w)|発散",
}

_SEPARATOR = LatePattern(r"[\s,、。;:/|&・]*(?:(?:->|=>|→|⇒|[-–—])\s+)?(?:and\s+)?")
# "CV: 0.756(10fold-mean), LB: 0.743": what is said of a value before the next metric.
_ASIDE = r"[ ]?\([^()\n]{1,80}\)[\s,、;/|]*"
_CJK = "ァ-ヶー一-龯々가-힯"
_BRACKETED = r"\([^\s()=:<>]*\)|\[[^\s\[\]=<>]*\]"
# Japanese has no spaces: a name does not go on from a particle, nor from kanji into another word.
_SIGN = r"\s*(?P<sign>[=:])(?!=)\s*"
_NAME_BEFORE_SIGN = LatePattern(
    rf"(?P<name>(?:[^\W\d_぀-ヿ{_CJK}]|_(?=\w))(?:[^\W぀-ヿ{_CJK}]|[./@+%-]|{_BRACKETED}){{0,100}}"
    rf"|[{_CJK}]{{1,100}}(?:[A-Za-z0-9_./@+-]|{_BRACKETED}){{0,100}}){_SIGN}"
)
# The same without the ranges of other scripts, which take 2 ms to compile.
_ASCII_NAME_BEFORE_SIGN = LatePattern(
    rf"(?P<name>(?:[A-Za-z]|_(?=\w))(?:[\w./@+%-]|{_BRACKETED}){{0,100}}){_SIGN}"
)
_BEFORE_NAME = " \t,、。;:>→⇒/|"
_SETTING_VALUE = LatePattern(r"[^\s,;、]+")
_ASSIGNMENT = LatePattern(rf"(?P<name>{METRIC_NAME})\s*[=:]\s*")
_WITHIN = LatePattern(rf"(?<![\w./@-])(?P<name>{METRIC_NAME})\s*=\s*")


class MetricReading(NamedTuple):
    """The metrics at the beginning of a text, and the place behind them.

    ``is_common``: one of them has a common name, so that the text is about a result.
    """

    metrics: tuple[Metric, ...]
    stop: int
    is_common: bool


class Value(NamedTuple):
    """A value in a text, and the place behind what qualifies it."""

    text: str
    is_unsure: bool
    is_partial: bool
    stop: int

    def make_metric(self, name: str) -> Metric:
        """Return the metric of this name with this value."""
        return Metric(name, self.text, self.is_unsure, self.is_partial)


def make_widths_plain(text: str) -> str:
    """Return the text with full-width characters as plain ones, each at its place."""
    return text if text.isascii() else text.translate(_PLAIN)


def has_sign(text: str) -> bool:
    """Return True for a text with a sign that can stand between a name and its value."""
    return "=" in text or ":" in text


def select_names(text: str, names: Collection[str]) -> list[str]:
    """Return those of ``names`` that may stand in a text.

    The patterns of these few are compiled in a third of the time. A name that is left out is in no
    line of the text, in whatever case, width or emphasis.
    """
    if len(text) > _LONGEST_SEARCHED:
        return list(names)
    folded = drop_emphasis(make_widths_plain(text)).translate(_DOTS_OF_I).casefold()
    return [name for name in names if all(word in folded for word in name.casefold().split("_"))]


def drop_emphasis(text: str) -> str:
    """Return a line of Markdown without the marks of bold text and code: ``**Acc:** `0.9```."""
    return text.replace("**", "").replace("`", "") if "*" in text or "`" in text else text


def read_metrics(text: str, names: Collection[str] = METRIC_NAMES) -> tuple[Metric, ...]:
    """Return the metrics at the beginning of ``text``, up to the first word that is none.

    Only common names count here: a text that begins with ``note: 3`` speaks of a note.
    """
    return read_leading_metrics(make_widths_plain(text), names, any_name=False).metrics


def read_leading_metrics(
    text: str, names: Collection[str], start: int = 0, *, any_name: bool = True
) -> MetricReading:
    """Read the metrics at a place of a text of plain widths.

    With ``any_name`` a sign makes each name that of a metric, as behind an id.
    """
    if not names and not has_sign(text):
        return MetricReading((), start, False)
    common = compile_common_names(tuple(names))
    metrics: dict[str, Metric] = {}
    position = start
    is_common = False
    while separator := _SEPARATOR.match(text, position):
        place = separator.end()
        has_aside = bool(metrics) and "(" in text
        aside = re.compile(_ASIDE).match(text, position) if has_aside else None
        if aside and common.match(text, aside.end()):
            place = aside.end()
        if name := common.match(text, place):
            value = read_value(text, name.end())
            is_glued = name.end() == name.end("name")
            is_part_of_name = is_glued and value and _is_part_of_name(name["name"], value.text)
            if value and not is_part_of_name and not _is_change(text, name, value):
                metric_name = re.sub(r"\s+", "_", name["name"])
                metrics[metric_name] = value.make_metric(metric_name)
                position = value.stop
                is_common = True
                continue
        sign = _match_sign(text, place) if any_name or metrics else None
        if sign is None:
            break
        if value := read_value(text, sign.end()):
            metrics[sign["name"]] = value.make_metric(sign["name"])
            position = value.stop
        elif sign["sign"] == "=" and (setting := _SETTING_VALUE.match(text, sign.end())):
            position = setting.end()  # ``optimizer=adam``: a setting, and no end of the metrics
        else:
            break
    return MetricReading(tuple(metrics.values()), position, is_common)


def read_signed_metrics(text: str, names: Collection[str]) -> list[Metric]:
    """Return each common metric with a sign in a line of plain widths: ``wider, val acc: 0.8``."""
    if not has_sign(text):
        return []
    metrics: list[Metric] = []
    for name in compile_common_names(tuple(names)).finditer(text):
        stands_apart = name.start() == 0 or text[name.start() - 1] in _BEFORE_NAME
        is_signed = stands_apart and has_sign(name["link"])
        value = read_value(text, name.end()) if is_signed else None
        if value is not None:
            metrics.append(value.make_metric(re.sub(r"\s+", "_", name["name"])))
    return metrics


def read_value(text: str, start: int) -> Value | None:
    """Read the value at a place of a text of plain widths; None where there is none.

    Of ``0.8 -> 0.9`` the last number is the value.
    """
    begin = text[start : start + 1]
    number = _NUMBER.match(text, start) if begin in _BEGIN_OF_NUMBER else None
    if number is None:
        word = _compile_words().match(text, start) if begin in _BEGIN_OF_WORD else None
        if word is None:
            return None
        return Value(tuple(_WORDS)[(word.lastindex or 1) - 1], False, False, word.end())
    while arrow := _match_after(_ARROW, _BEGIN_OF_ARROW, text, number.end()):
        next_number = _NUMBER.match(text, arrow.end())
        if next_number is None:
            break
        number = next_number
    if _match_after(_LEAVING, _BEGIN_OF_LEAVING, text, number.end()):
        return None
    stop = number.end()
    power = ""
    if "10" in text and (times_ten := _TIMES_TEN.match(text, stop)):
        power = "e" + (times_ten["power"] or times_ten["raised"].translate(_RAISED))
        stop = times_ten.end()
    # Most notes have no unit, and need no pattern of one.
    behind = text[stop : stop + _LONGEST_UNIT]
    has_unit = any(unit in behind for unit in _UNITS)
    if has_unit and (unit := re.compile(_UNIT).match(text, stop)):
        stop = unit.end()
    if spread := _match_after(_SPREAD, _BEGIN_OF_SPREAD, text, stop):
        stop = spread.end()
    unsure_after = _match_after(_UNSURE_AFTER, _BEGIN_OF_UNSURE_AFTER, text, stop)
    if unsure_after:
        stop = unsure_after.end()
    partial = _match_after(_PARTIAL, _BEGIN_OF_PARTIAL, text, stop)
    if partial:
        aside = _REST_OF_ASIDE.match(text, partial.end()) if partial["bracket"] else None
        stop = aside.end() if aside else partial.end()
    figure = number["figure"] + power + ("%" if number["percent"] else "")
    is_unsure = bool(number["unsure"]) or unsure_after is not None
    return Value(figure, is_unsure, partial is not None, stop)


def parse_metric(text: str, *, about: bool = False, partial: bool = False) -> Metric:
    """Read ``acc=0.857``, ``recall@10: 30%``, ``acc=N/A``. Raises UsageError for anything else."""
    typed = unicodedata.normalize("NFC", text.strip())
    plain = make_widths_plain(typed)
    name = _ASSIGNMENT.match(plain)
    value = read_value(plain, name.end()) if name else None
    if name is None or value is None or plain[value.stop :].strip(" .,)"):
        raise UsageError(
            f"'{text}' is not a metric",
            "write name=number: acc=0.857; or name=N/A, nan, inf, diverged",
        )
    metric = value.make_metric(name["name"])
    return metric._replace(about=about or metric.about, partial=partial or metric.partial)


def parse_value(text: str) -> str:
    """Return the value that is a whole text, "" for a text that is none."""
    plain = make_widths_plain(text.strip())
    value = read_value(plain, 0)
    is_whole = value is not None and value.stop == len(plain)
    return value.text if value is not None and is_whole and not value.is_unsure else ""


def find_assignments(text: str) -> list[Metric]:
    """Return each ``name=number`` of a text, in order."""
    plain = make_widths_plain(text)
    metrics: list[Metric] = []
    for name in _WITHIN.finditer(plain):
        if value := read_value(plain, name.end()):
            metrics.append(value.make_metric(name["name"]))
    return metrics


def _match_after(
    pattern: LatePattern, begin: Collection[str], text: str, place: int
) -> re.Match[str] | None:
    """Match a pattern behind white space; ``begin`` are the letters that it can begin with."""
    return pattern.match(text, place) if find_next_letter(text, place) in begin else None


def _match_sign(text: str, place: int) -> re.Match[str] | None:
    """Match a name with the sign behind it. Most notes have no sign, and need no pattern of it."""
    if not has_sign(text):
        return None
    name = _ASCII_NAME_BEFORE_SIGN if text.isascii() else _NAME_BEFORE_SIGN
    return name.match(text, place)


@cache
def _compile_words() -> re.Pattern[str]:
    groups = [f"(?P<w{number}>{pattern})" for number, pattern in enumerate(_WORDS.values())]
    return re.compile("|".join(groups), re.IGNORECASE | re.MULTILINE)


def _is_part_of_name(name: str, value: str) -> bool:
    """Return True for ``acc1`` and ``BLEU-4``: what touches a name and is no decimal number."""
    return name[-1].isascii() and ("." not in value or value[0] in "+-")


def _is_change(text: str, name: re.Match[str], value: Value) -> bool:
    """Return True for ``LB +0.03`` and ``acc -0.02``, which say by how much a number changed."""
    is_bare = text[name.end() : value.stop] == value.text
    last_word = re.split(r"[_\s/.-]", name["name"].lower())[-1]
    can_be_below_zero = last_word not in NEVER_BELOW_ZERO
    is_change = value.text[0] == "+" or (value.text[0] == "-" and not can_be_below_zero)
    return is_change and value.text[1:2].isdigit() and is_bare and not name["link"].strip()


@lru_cache(maxsize=8)
def compile_common_names(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of a common name and what ties it to its value.

    A common name has prefixes and suffixes: ``best val acc``, ``mAP50(B)``, ``recall@10``.
    """
    longest_first = sorted(names, key=len, reverse=True)
    words = "|".join(re.escape(name).replace("_", r"[\s_-]") for name in longest_first)
    if not words:
        return re.compile(r"(?!)(?P<name>)(?P<link>)")
    prefixes = "|".join(sorted(map(re.escape, PREFIXES), key=len, reverse=True))
    suffixes = "|".join(SUFFIXES)
    at = r"@\[?[0-9.]+(?::[0-9.]+)*\]?"
    return re.compile(
        rf"(?P<name>(?:(?:{prefixes})(?:[_/.\s-]+|(?=[^\W\d_a-z]))){{0,3}}(?:{words})"
        rf"(?:{at}|[_-]?[0-9]+(?![0-9.]|\s*%)(?:[_-][0-9]+(?![0-9.]))*|[_-](?:{suffixes})(?![a-z])"
        rf"|{_BRACKETED})*)"
        r"(?![A-Za-z_@])(?P<link>\s*(?:[=:](?!=)|(?:is|was|of|at)\b|[はが])?\s*)",
        re.IGNORECASE,
    )
