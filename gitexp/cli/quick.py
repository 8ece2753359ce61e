"""``git exp log`` as it is mostly typed, without click: importing that takes longer than most histories.

What is not understood here (help, slips) is left to click, which reads the same options and says what is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gitexp.cli.history import Asked

# Option -> field of Asked. A test holds them against those of gitexp/cli/log_.py.
FIELDS = {
    "-f": "filter_name",
    "-n": "number",
    "--filter": "filter_name",
    "--rule": "rules",
    "--at": "anchor",
    "--stop": "stop",
    "--with": "also",
    "--depth": "depth",
    "--all-versions": "all_versions",
    "--experiments": "experiments",
    "--since": "since",
    "--until": "until",
    "--as-of": "as_of",
    "--stat": "stat",
    "--commits": "commits",
    "--reverse": "reverse",
    "--whitespace": "whitespace",
    "--json": "as_json",
}
_LEAST = {"number": 1, "depth": 0}


def answered(args: list[str]) -> bool:
    """Run ``git exp log``; False, and nothing done, where ``args`` are of another verb or not understood."""
    if not args or args[0] != "log":
        return False
    from gitexp.cli.history import print_history

    asked = parse(args[1:])
    if asked is None:
        return False
    print_history(asked)
    return True


def parse(words: list[str]) -> Asked | None:
    """What the words after ``git exp log`` ask for; None where they are not understood."""
    from gitexp.cli.history import Asked

    found: dict[str, Any] = {}
    rest = iter(words)
    for word in map(counted, rest):
        name, joined, text = (
            word.partition("=") if word.startswith("--") else (word[:2], word[2:], word[2:])
        )
        field = FIELDS.get(name, "version")
        default = getattr(Asked, field)
        if field == "version":
            if word.startswith("-") or field in found:
                return None
            found[field] = word
        elif default is False:
            if joined:
                return None
            found[field] = True
        else:
            given = text if joined else next(rest, None)
            value = _number(given, _LEAST[field]) if field in _LEAST else given
            if value is None:
                return None
            found[field] = (*found.get(field, ()), value) if default == () else value
    return Asked(**found)


def counted(word: str) -> str:
    """``-3`` as the option that it is short for."""
    return f"-n{word[1:]}" if word[:1] == "-" and word[1:].isdecimal() else word


def _number(text: str | None, least: int) -> int | None:
    """The number that is written; None for anything else, and for one that is too small."""
    return (
        int(text) if text and text.isdecimal() and len(text) < 10 and int(text) >= least else None
    )
