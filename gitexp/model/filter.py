"""Filters: saved, named choices of code, made of rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from gitexp.errors import UsageError
from gitexp.model.characters import has_controls

if TYPE_CHECKING:
    from collections.abc import Collection

PROPOSED = " (proposed)"
"""The end of the name of a filter that is proposed. A saved name has no blank."""

RuleKind = Literal["file", "lines", "symbol", "cell", "reach"]

_CHOICE = r"""
    (?: ::(?P<symbol>[^\s:#@](?:[^:#@]*[^\s:#@])?)
      | @(?P<root>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
      | \#(?P<cell>{cell})(?: :(?P<cell_start>\d+)(?:-(?P<cell_stop>\d+))? )?
      | :(?P<start>\d+)(?:-(?P<stop>\d+))?
    )?"""
_RULE = re.compile(r"(?P<hide>!)?(?P<path>.+?)" + _CHOICE.format(cell="[^#]*?"), re.VERBOSE)
_QUOTED_RULE = r'(?P<hide>!)?"(?P<path>(?:[^"\\]|\\.)+)"' + _CHOICE.format(cell=".*?")
_SIGNS = '#@!:"\\'
"""Characters of a path that may be taken for signs of a rule."""

_JOINTS = {"file": "", "lines": "", "symbol": "::", "cell": "#", "reach": "@"}
_GIT_FOLDERS = (".git", "git~1")


class Rule(NamedTuple):
    """One choice of lines in one file.

    ``name`` is the dotted symbol (kinds ``symbol`` and ``reach``) or the cell reference (kind
    ``cell``: a heading, a cell id, or the ordinal of a code cell, from 1). ``start`` and ``stop``
    are 1-based and inclusive; 0 means "not given". For kind ``lines`` they count the lines of the
    file (of a notebook: of its code cells, put together in order). For kind ``cell`` they count
    inside the cell or section.
    """

    kind: RuleKind
    path: str
    name: str = ""
    start: int = 0
    stop: int = 0
    hide: bool = False

    @property
    def by_name(self) -> bool:
        """True for a rule that means the same in every version, whichever it was written for."""
        if self.kind == "cell":
            return not self.name.isdigit() and not self.start
        return self.kind != "lines"

    def __str__(self) -> str:
        span = f":{self.start}" if self.start else ""
        if self.stop != self.start:
            span += f"-{self.stop}"
        sign = "!" if self.hide else ""
        choice = f"{_JOINTS[self.kind]}{self.name}{span}"
        plain = f"{sign}{self.path}{choice}"
        is_plain = not has_signs(self.path) and "#" not in self.name
        if is_plain:
            return plain
        return plain if _is_read_as(plain, self) else f"{sign}{_quote_path(self.path)}{choice}"


class CodeFilter(NamedTuple):
    """A choice of code.

    Line numbers in its rules are those of version ``anchor`` (a full commit id). ``stop``, ``also``
    and ``depth`` bound the reach rules: names at which reach ends, names that it takes in as well,
    and how many steps it goes (None: all).
    """

    name: str
    rules: tuple[Rule, ...]
    anchor: str = ""
    stop: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    depth: int | None = None

    @property
    def is_proposed(self) -> bool:
        """True for a filter that nobody saved: its name is its rule, and says so."""
        return self.name.endswith(PROPOSED)

    @property
    def title(self) -> str:
        """What to call the filter: its name, or its rules where it has none."""
        if self.name:
            return f"filter '{self.name}'"
        return " ".join(f"'{rule}'" for rule in self.rules)

    @property
    def words(self) -> tuple[str, ...]:
        """The rules and their bounds as words of a command line.

        Filters with equal words keep the same code of a version.
        """
        words = [str(rule) for rule in self.rules]
        words += [f"--stop {name}" for name in self.stop]
        words += [f"--with {name}" for name in self.also]
        if self.depth is not None:
            words.append(f"--depth {self.depth}")
        if not all(rule.by_name for rule in self.rules):
            words.append(f"--at {self.anchor}")
        return tuple(words)

    def without(self, left_out: Collection[Rule]) -> CodeFilter:
        """Return the filter without some rules.

        Where no rule is left that chooses code of a file, the rules that hide some of it go too:
        alone they would choose the rest of the file.
        """
        kept = [rule for rule in self.rules if rule not in left_out]
        before = {rule.path for rule in self.rules if not rule.hide}
        after = {rule.path for rule in kept if not rule.hide}
        lost = before - after
        return self._replace(rules=tuple(rule for rule in kept if rule.path not in lost))


def parse_rule(text: str) -> Rule:
    """Read one rule.

    Rules are ``path``, ``path:10-40``, ``path::symbol``, ``path#cell``, ``path#cell:2-5`` and
    ``path@symbol``, with ``!`` in front to hide. A path that holds such signs stands in quotes:
    ``"try #3.ipynb"::net``. Raises UsageError when the text is no rule, leads outside the
    repository, or has a range that runs backwards.
    """
    typed = text.strip()
    quoted = re.fullmatch(_QUOTED_RULE, typed, re.VERBOSE) if '"' in typed[:2] else None
    match = quoted or _RULE.fullmatch(typed)
    if match is None or has_controls(text):
        raise UsageError(
            f"'{text}' is not a rule",
            "write path, path:10-40, path::symbol, path#cell or path@symbol",
        )
    if quoted:
        path = re.sub(r"\\(.)", r"\1", match["path"])
    else:
        path = match["path"].replace("\\", "/")
    return _make_rule(text, path.removeprefix("./"), match)


def list_readings(text: str) -> list[Rule]:
    """Return each rule that a text may mean, ``parse_rule``'s first, then those of longer paths.

    ``try #3.ipynb::net`` is the cell "3.ipynb::net" of "try ", or "net" of "try #3.ipynb". Raises
    UsageError as ``parse_rule`` does.
    """
    readings = {parse_rule(text): None}
    typed = text.strip()
    if typed.removeprefix("!").startswith('"'):
        return list(readings)
    for start in (1, 0) if typed[:1] == "!" else (0,):
        for stop in range(start + 1, len(typed) + 1):
            if stop < len(typed) and typed[stop] not in "#@:":
                continue
            rule_text = f"{'!' * start}{_quote_path(typed[start:stop])}{typed[stop:]}"
            if re.fullmatch(_QUOTED_RULE, rule_text, re.VERBOSE) is None:
                continue
            try:
                readings[parse_rule(rule_text)] = None
            except UsageError:
                continue
    return list(readings)


def has_signs(path: str) -> bool:
    """Return True for a path that a rule cannot always name without quotes."""
    return path != path.strip() or any(sign in path for sign in _SIGNS)


def _is_read_as(text: str, rule: Rule) -> bool:
    try:
        return parse_rule(text) == rule
    except UsageError:
        return False


def _quote_path(path: str) -> str:
    escaped = re.sub(r'(["\\])', r"\\\1", path)
    return f'"{escaped}"'


def _make_rule(text: str, path: str, match: re.Match[str]) -> Rule:
    """Return the rule that a match of its pattern says, checked."""
    _check_path(text, path)
    hide = match["hide"] is not None
    if match["symbol"]:  # a key of settings may have blanks and dashes
        return Rule("symbol", path, match["symbol"], hide=hide)
    if match["root"]:
        return Rule("reach", path, match["root"], hide=hide)
    if match["cell"] is not None:
        name = match["cell"].strip()
        if not name:
            hint = "write path#heading, path#cell-id or path#3"
            raise UsageError(f"rule '{text}' names no cell", hint)
        start, stop = _read_span(text, match["cell_start"], match["cell_stop"])
        return Rule("cell", path, name, start, stop, hide)
    if match["start"]:
        start, stop = _read_span(text, match["start"], match["stop"])
        return Rule("lines", path, "", start, stop, hide)
    return Rule("file", path, hide=hide)


def _check_path(rule: str, path: str) -> None:
    """Raise UsageError for a path that leads outside the repository or into git's folder."""
    names = path.split("/")
    if path.startswith("/") or ".." in names:
        raise UsageError(
            f"rule '{rule}' points outside the repository",
            "give the path from the repository's top folder",
        )
    if any(name.lower().rstrip(". ") in _GIT_FOLDERS for name in names):
        raise UsageError(
            f"rule '{rule}' points into git's own folder",
            "choose code: a script, a notebook, a settings file",
        )


def _read_span(rule: str, start: str | None, stop: str | None) -> tuple[int, int]:
    """Return the line numbers of a rule, checked; (0, 0) when none are given."""
    if start is None:
        return 0, 0
    first = int(start)
    last = int(stop) if stop is not None else first
    if first < 1:
        raise UsageError(f"rule '{rule}': lines count from 1", "write path:1-20")
    if last < first:
        raise UsageError(f"rule '{rule}' ends before it starts", f"did you mean {last}-{first}?")
    return first, last
