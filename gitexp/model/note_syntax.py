"""Reading a note as a person writes it: which experiments it speaks of, with which metrics and tags.

The text itself is never changed; what is understood here is recorded beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from gitexp.model.ids import ID_PATTERN
from gitexp.model.metric import NUMBER, Metric

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

METRIC_NAMES = (
    "acc",
    "accuracy",
    "val_acc",
    "loss",
    "val_loss",
    "f1",
    "bleu",
    "auc",
    "precision",
    "recall",
    "cer",
    "wer",
    "mae",
    "rmse",
)

_HEAD = re.compile(
    rf" {{0,3}}　?(?:[-*・]\s+)?(?P<id>{ID_PATTERN})(?P<aside>\s*[(（][^)）]*[)）])?(?P<rest>\s*[:：]?.*)"
)
_TAG = re.compile(r"(?:^|(?<=[\s(（、。「]))(?<!\]\()#([^\W\d]\w*(?:-\w+)*)")
_TOPIC = re.compile(r"\[\[([^\[\]\n]+)\]\]")
_ABOUT = re.compile(r"\s*(?:くらい|ぐらい|位|about|[?？])+", re.IGNORECASE)
_BEFORE = re.compile(r"(?:~|～|約|about|ca\.)\s*", re.IGNORECASE)
_PARTIAL = re.compile(
    r"\s*(?:[(（]\s*)?(?:途中|partial|stopped|so far|still running)", re.IGNORECASE
)
_NOTHING = re.compile(r"(?:n\s*/\s*a|none|nan|なし|不明|[-–—?？])(?!\w)", re.IGNORECASE)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_TABLE = re.compile(r"\s*\|.*\|\s*$")
_HEADING = re.compile(r"#{1,6}(?:\s|$)")
_IMAGE = re.compile(
    r"!\[[^\[\]\n]*\]\(<?((?:[^()>\n]|\([^()\n]*\))+?)>?(?:\s\"[^\"\n]{0,200}\")?\)"
)
_PATH = re.compile(r"\s*(['\"]?)(\S.*?\.(?:png|jpe?g|gif|webp))\1\s*", re.IGNORECASE)
# Letters that a Japanese input method types instead of plain ones, one for one.
_PLAIN = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"　": " ", "−": "-"}
)
# What names a part of a trial or a kind of metric, not a trial.
_PART = re.compile(r"(?:top|epoch|step|iter|fold|seed|batch)[-_]?\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NoteHead:
    """What a text says of one experiment."""

    experiment: str
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class NoteBlock:
    """A stretch of text, to the letter, and what its first line opens; None for text before the first such line."""

    text: str
    reading: NoteHead | None


def read_blocks(
    text: str, known: Collection[str], names: Collection[str] = METRIC_NAMES
) -> tuple[NoteBlock, ...]:
    """The text in blocks: a line that opens an experiment begins one, and so does a Markdown heading (which opens none).

    Opening lines are ``ID acc 0.857``, ``ID: acc=0.73``, ``ID acc N/A``, a known ``ID: words``, or an id alone that is known or made
    like those known; one in a sentence is a mention. An unknown word opens one only when a metric follows directly, so that prose is
    never taken for an id; nor is code or a table.
    The blocks' texts joined are the text.
    """
    stems = cache(lambda: _stems(known))  # rarely asked for, and there may be ten thousand ids
    blocks: list[tuple[list[str], NoteHead | None]] = [([], None)]
    fence = ""
    for line in text.splitlines(keepends=True):
        mark = _FENCE.match(line)
        if fence:
            fence = (
                ""
                if mark and mark[1].startswith(fence) and not line[mark.end() :].strip()
                else fence
            )
        elif mark:
            fence = mark[1]
        elif _HEADING.match(line):
            blocks.append(([], None))
        elif not _TABLE.match(line) and (
            reading := _read_head(line.rstrip("\n"), known, stems, names)
        ):
            blocks.append(([], reading))
        blocks[-1][0].append(line)
    return tuple(NoteBlock("".join(lines), reading) for lines, reading in blocks if lines)


def read_heads(
    text: str, known: Collection[str], names: Collection[str] = METRIC_NAMES
) -> tuple[NoteHead, ...]:
    """What the lines of a text open, in order."""
    return tuple(block.reading for block in read_blocks(text, known, names) if block.reading)


def _read_head(
    line: str, known: Collection[str], stems: Callable[[], set[str]], names: Collection[str]
) -> NoteHead | None:
    match = _HEAD.match(line)
    if match is None or match["id"].lower() in names:
        return None
    word, rest = match["id"], match["rest"].translate(_PLAIN)
    metrics, measured = _measured(rest, names)
    if word in known:
        opens = measured or not rest.strip(" :") or rest[0] == ":"
    elif measured:
        opens = _looks_made(word)
    else:
        opens = (
            not rest.strip(" :")
            and not match["aside"]
            and _looks_made(word)
            and _stem(word) in stems()
        )
    return NoteHead(word, metrics) if opens else None


def read_metrics(text: str, names: Collection[str] = METRIC_NAMES) -> tuple[Metric, ...]:
    """The metrics at the beginning of ``text``, up to the first word that is none."""
    return _measured(text.translate(_PLAIN), names)[0]


def _measured(text: str, names: Collection[str]) -> tuple[tuple[Metric, ...], bool]:
    """The metrics at the beginning of a text, and whether any was named at all: ``acc N/A`` names one that has no value."""
    name, number = _metric_patterns(tuple(names))
    metrics: list[Metric] = []
    position, named = 0, False
    while match := name.match(text, position):
        value = number.match(text, match.end())
        if value is None:
            nothing = _NOTHING.match(text, match.end())
            named = named or nothing is not None
            position = nothing.end() if nothing else len(text)
            continue
        named, position = True, value.end()
        about = bool(value["before"])
        if more := _ABOUT.match(text, position):
            about, position = True, more.end()
        partial = _PARTIAL.match(text, position)
        metrics.append(
            Metric(
                match["name"],
                value["value"].rstrip(".") + value["percent"].strip(),
                about,
                partial is not None,
            )
        )
    return tuple(metrics), named


def read_tags(text: str) -> tuple[str, ...]:
    """Every ``#tag`` in the text, once, in order. A Markdown heading (``# Title``) is none, nor is anything in code."""
    return tuple(dict.fromkeys(match[1] for match in _TAG.finditer(_prose(text))))


def read_topics(text: str) -> tuple[str, ...]:
    """Every ``[[topic]]`` in the text, once, in order; nothing in code."""
    return tuple(
        dict.fromkeys(name for match in _TOPIC.finditer(_prose(text)) if (name := match[1].strip()))
    )


def read_images(text: str) -> tuple[str, ...]:
    """Paths of pictures: ``![](loss.png)``, or a path alone on its line. Addresses on the net are none."""
    found: dict[str, None] = {}
    for line in _prose(text).splitlines():
        paths = [match[1].strip() for match in _IMAGE.finditer(line)]
        if not paths and (alone := _PATH.fullmatch(line)):
            paths = [alone[2]]
        found.update(dict.fromkeys(path for path in paths if "://" not in path))
    return tuple(found)


def _prose(text: str) -> str:
    """The text without its fenced code and code spans."""
    if "`" not in text and "~~~" not in text:
        return text
    lines: list[str] = []
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if fence:
            fence = (
                ""
                if mark and mark[1].startswith(fence) and not line[mark.end() :].strip()
                else fence
            )
        elif mark:
            fence = mark[1]
        else:
            lines.append(re.sub(r"`[^`]*`", "", line))
    return "\n".join(lines)


def _looks_made(word: str) -> bool:
    """Whether a word that nobody recorded yet may open an experiment: slugs do; plain words, dates, numbers, ``top-5`` do not."""
    joined = any(char in "_-+@." or char.isdigit() for char in word)
    return joined and any(char.isalpha() for char in word) and not _PART.fullmatch(word)


def _stem(word: str) -> str:
    """What ids of one family share: the letters before the first digit, and how its parts are joined."""
    letters = re.match(r"[^\W\d_]+", word)
    joints = "".join(sorted({char for char in word if char in "_-+@."}))
    return f"{letters[0].lower()} {joints}" if letters else ""


def _stems(known: Collection[str]) -> set[str]:
    """Families with at least two known ids."""
    counts = Counter(_stem(word) for word in known if _looks_made(word))
    return {stem for stem, count in counts.items() if stem and count > 1}


@lru_cache(maxsize=8)
def _metric_patterns(names: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What names a metric, and the number behind it."""
    words = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    name = re.compile(rf"[\s,、:;/]*(?P<name>{words})(?![A-Za-z_])\s*[=:]?\s*", re.IGNORECASE)
    number = re.compile(
        rf"(?P<before>{_BEFORE.pattern})?(?P<value>{NUMBER})(?![.,]?[0-9]|\.?[A-Za-z_])(?P<percent>(?:\s*%)?)",
        re.IGNORECASE,
    )
    return name, number
