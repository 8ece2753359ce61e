"""Functions with an expression for a body, without braces or a semicolon: ``fun size() = all.count()``, ``f <- function(x) x + 1``."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from gitexp.excerpt.symbols.masking import SCRIPT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ARGUMENTS = r"\((?:[^()]|\((?:[^()]|\([^()]*+\))*+\))*+\)"
_KOTLIN = (
    r"(?m:^(?P<indent>[ \t]*+))(?:[\w@.]++(?:\([^()\n]*+\))?[ \t]++)*?fun[ \t]++(?:<[^\n(]*?>\s*+)?"
    rf"(?:[\w.]++<[^\n(]*?>\??\.|[\w.]++\?\.)?(?P<name>[\w.]++)\s*+{_ARGUMENTS}(?:\s*+:[^={{}}\n]*+)?(?:\s*+=(?!=)\s*+(?P<body>[^\s{{])|(?=\n|\Z)(?!\s*+[={{:]))"
)
_SCALA = (
    r"(?m:^(?P<indent>[ \t]*+))(?:[\w@]++(?:\[\w*+\])?[ \t]++)*?def\s++(?P<name>\w++)(?:\[[^\n\]]*+\])?"
    rf"(?:\s*+{_ARGUMENTS})*+(?:\s*+:[^={{}}\n]*+)?\s*+=(?![=>])\s*+(?P<body>[^\s{{])"
)
_ARROW = (
    r"(?m:^(?P<indent>[ \t]*+))(?:export[ \t]++)?(?:default[ \t]++)?(?:const|let|var)[ \t]++(?P<name>[\w$]++)(?:\s*+:[^=\n]*+)?\s*+=\s*+"
    rf"(?:async\s++)?(?:{_ARGUMENTS}(?:\s*+:[^={{}}\n]*+)?|[\w$]++)\s*+=>\s*+(?P<body>[^\s{{])"
)
_R = rf"(?m:^(?P<indent>[ \t]*+))(?P<name>[\w.]++)\s*+(?:<<?-|=)\s*+(?:function|\\)\s*+{_ARGUMENTS}\s*+(?P<body>[^\s{{])"
_PATTERNS = {
    "kt": _KOTLIN,
    "kts": _KOTLIN,
    "scala": _SCALA,
    "r": _R,
    **dict.fromkeys(SCRIPT, _ARROW),
}


def expressions(masked: str, extension: str) -> Iterator[tuple[str, int, int, str]]:
    """Name, first line, line after the last and signature of each function whose body is an expression, in a masked text."""
    lines = masked.split("\n")
    header = counted = 0
    for found in _pattern(extension).finditer(masked):
        header += masked.count("\n", counted, found.start("indent"))
        counted = found.start("indent")
        # As it would be with braces: without the first letter of the body, and what leads up to it.
        signature = "".join(found.group().removesuffix(found["body"] or "").split()).removesuffix(
            "="
        )
        yield (
            found["name"],
            header,
            _stop(lines, header, header + found.group().count("\n"), len(found["indent"])),
            signature,
        )


def expression_stop(masked: str, extension: str) -> int | None:
    """Line after the function that begins in the first line of a masked text, where its body is an expression; None where it is not."""
    found = _pattern(extension).match(masked)
    return (
        _stop(masked.split("\n"), 0, found.group().count("\n"), len(found["indent"]))
        if found
        else None
    )


@cache
def _pattern(extension: str) -> re.Pattern[str]:
    return re.compile(_PATTERNS[extension])


def _stop(lines: Sequence[str], header: int, body: int, indent: int) -> int:
    """Where an expression ends: before the first line that stands no deeper than its function, once all brackets are closed."""
    depth = 0
    last = body
    for number in range(header, len(lines)):
        line = lines[number]
        if (
            number > body
            and depth <= 0
            and line.strip()
            and len(line) - len(line.lstrip()) <= indent
        ):
            break
        depth += sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))
        if line.strip() and number > body:
            last = number
    return last + 1
