"""Definitions in text whose blocks are told by braces, without a grammar.

Every ``{`` is looked at with the text since the last statement's end before it, its head. A head that reads like a class or a
function names the block that follows.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from gitexp.excerpt.definition import Definition, lead_of
from gitexp.excerpt.symbols_mask import MARK, OPEN_ENDED, SCRIPT, mask

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.definition import DefinitionKind

    # Name, kind, offset of the first annotation, offset of the header.
    _Found = tuple[str, DefinitionKind, int, int]

_SPACE = re.compile(r"\s*")
_ANNOTATION = re.compile(r"(?:@(?!interface\b)[\w.]+|#!?\[[^\]]*\]|\[\[[^\]]*\]\])")
# C# has plain square brackets for it: elsewhere these are lists and places in them.
_ATTRIBUTE = r"\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]"
_LABEL = re.compile(r"(?:(?:public|private|protected|signals|slots|(?:public|private|protected)[ \t]+slots)[ \t]*:(?!:)|[,;:])")
# Words that begin a statement, in every language and in those that have them: elsewhere they are good names for methods.
_WORDS_OF_ALL = (
    "if|else|for|foreach|while|switch|catch|do|try|synchronized|return|throw|new|case|default|finally|elif|elsif|goto|await|yield|assert"
    "|typeof"
)
_WORDS_OF = {
    "rs": "loop|match|unsafe", "go": "select|defer", "kt": "when", "kts": "when", "scala": "match", "swift": "guard|repeat|defer",
    "cs": "using|lock|unsafe|fixed", "php": "match", "pl": "until|unless", "pm": "until|unless", "sh": "until|select", "zig": "defer",
}  # fmt: skip
# The patterns from here on are rarely needed, and compiled when they are: that takes longer than reading many a file.
_CLASS = (
    r"(?:^|[\s)>])(?P<word>class|@?interface|enum(?:\s+class)?|record|struct|union|trait|namespace|module|object|protocol|extension|mod)"
    r"\s+(?!(?:func|var|let)\b)(?:[A-Z_]+\s+(?=[A-Za-z]))?(?P<name>[A-Za-z_$][\w$:.]*)"
)
_IMPL = r"(?:^|\s)impl\b(?:\s*<[^{]*?>)?\s+(?:[^{]*?\bfor\s+)?(?P<name>[A-Za-z_]\w*)"
_GO_TYPE = r"(?:^|\s)type\s+(?P<name>\w+)(?:\[[^\]]*\])?\s+(?:struct|interface)\b"
_WORDED = (
    r"(?:^|[\s(,=])(?:function\s*\*?|func|fn|fun|sub|proc|method|def)\s+(?:<[^>]*>\s*)?(?:\(\s*(?:\w+\s+)?\*?(?P<receiver>\w+)[^)]*\)\s*)?"
    r"(?P<name>[\w$.]+[!?]?)"
)
_ASSIGNED = (
    r"(?s:(?P<name>[\w$.]+)\s*(?::[^=]*)?(?:=|<-|<<-|:)\s*(?:async\s*)?"
    r"(?:(?:function\b|\\\()[^{]*|(?:\(.*\)|[\w$]+)(?:\s*:[^=]*)?\s*=>(?:\([^()]*\)|[^{(,])*)$)"
)
_MADE_CLASS = r"(?P<name>(?:[\w$]+\.)*[A-Z][\w$]*)\s*[=:]\s*(?:[\w$]+\.)*(?:extend|createClass|createReactClass)\s*\($"
# Words of which a head that any of these patterns fits holds one: most hold none, and looking for words is ten times as fast.
_CLASSES = (
    (_GO_TYPE, re.compile("type")),
    (_IMPL, re.compile("impl")),
    (_CLASS, re.compile("class|interface|enum|record|struct|union|trait|namespace|object|protocol|extension|mod")),
)
_WORDS = re.compile("func|fn|fun|sub|proc|method|def")
_ARROWS = re.compile(r"=>|function|\\\(")
_CALLED = re.compile(r"(?P<name>operator\s*(?:\(\)|\[\]|[^\s\w(]+|\w+)|[~$#]?[A-Za-z_$][\w$]*(?:(?:::|\.)~?[\w$]+)*)\s*(?:<[^()]*>\s*)?\(")
# Where no semicolon ends a statement: what a line begins or ends with that is not the first, or the last, of its statement.
_GOES_ON = (")", ".", ":", "where", "extends", "implements", "=>", "->", ">", "|", "&", "?")
_TO_BE_CONTINUED = (",", "(", "=", "<", "<-", "&&", "||", "|", "&", "+", ":", "?")
# After an argument list: that was a call in a list of values, or a pattern to which something is bound.
_VALUE = re.compile(r"\s*(?:,|=(?![=>]))")
_ARROW_TAIL = re.compile(r"(?:->|=>)\s*$")


@cache
def _statement(extension: str) -> re.Pattern[str]:
    """What begins a statement in a language, rather than a definition."""
    words = "|".join(filter(None, (_WORDS_OF_ALL, _WORDS_OF.get(extension))))
    return re.compile(rf"\s*(?:(?:{words})\b|extern\s*$)")


class _Level:
    """An open bracket: what closes it, where the current head inside starts, and the definition that it opened, if any."""

    __slots__ = ("closing", "head", "own")

    def __init__(self, closing: str, head: int, own: _Found | None = None) -> None:
        self.closing = closing
        self.head = head
        self.own = own


def braced_definitions(lines: Sequence[str], extension: str) -> Iterator[Definition]:
    """Definitions by braces."""
    text = mask("\n".join(lines), extension)
    place = _Places(lines, text)
    levels = [_Level("", 0)]
    for match in MARK.finditer(text):
        mark, at = match.group(1), match.start(1)
        level = levels[-1]
        if mark == "(":
            levels.append(_Level(")", at + 1))
        elif mark == "{":
            own = _moved(_opening(text[level.head : at], extension), level.head)
            if own is None and level.closing == ")" and extension in SCRIPT and not text[level.head : at].strip():
                own = _moved(_made_class(text[levels[-2].head : level.head]), levels[-2].head)
            levels.append(_Level("}", at + 1, own))
        elif mark == ";":
            in_class = level.own is not None and level.own[1] == "class"
            bodiless = _moved(_bodiless(text[level.head : at], extension), level.head) if in_class else None
            if bodiless:
                yield place.definition(levels, bodiless, at)
            level.head = at + 1
        else:
            while len(levels) > 1 and levels[-1].closing != mark and mark == "}":
                levels.pop()
            if len(levels) > 1 and levels[-1].closing == mark:
                own = levels.pop().own
                if own is not None:
                    yield place.definition(levels, own, at)
                if mark == "}" and levels[-1].closing != ")":
                    levels[-1].head = at + 1


class _Places:
    """Turns offsets in the masked text into lines and definitions."""

    def __init__(self, lines: Sequence[str], text: str) -> None:
        self._lines = lines
        self._text = text
        self._ends = list(accumulate((len(line) + 1 for line in lines), initial=-1))[1:]

    def definition(self, levels: Sequence[_Level], own: _Found, end: int) -> Definition:
        """The definition that the closing bracket or semicolon at offset ``end`` completes."""
        name, kind, start, header = own
        dotted = ".".join([*(level.own[0] for level in levels if level.own), name])
        first = bisect_left(self._ends, start)
        opening = self._text.find("{", header, end)
        signature = "".join(self._text[header : opening if opening >= 0 else end].split())
        head, last = bisect_left(self._ends, header), bisect_left(self._ends, end) + 1
        return Definition(dotted, kind, lead_of(self._lines, first), first, head, last, signature)


def _moved(found: _Found | None, by: int) -> _Found | None:
    return found and (found[0], found[1], found[2] + by, found[3] + by)


# The versions of a file have most of their heads in common.
@lru_cache(maxsize=8192)
def _opening(head: str, extension: str) -> _Found | None:
    """What the block after a head defines: name, kind, offset of the first annotation and of the header; None for nothing."""
    start = _logical_start(head) if extension in OPEN_ENDED else 0
    if _statement(extension).match(head, start):
        return None
    start, header = _skip_annotations(head, start, extension)
    own = head[header:]
    if not own.strip() or _statement(extension).match(own):
        return None
    named = _name_of(own, extension)
    return (*named, start, header) if named else None


def _made_class(head: str) -> _Found | None:
    """The class that a call makes of an object, as was done before there was a word for it: ``var Cart = React.createClass({``."""
    found = re.search(_MADE_CLASS, head)
    start = _logical_start(head)
    start = _spaced(head, start)
    return (found["name"], "class", start, start) if found else None


def _skip_annotations(head: str, start: int, extension: str) -> tuple[int, int]:
    """Offsets of the first annotation and of the header, after labels, commas and white space."""
    start = _spaced(head, start)
    while (label := _LABEL.match(head, start)) is not None:
        start = _spaced(head, label.end())
    header = start
    annotated = re.compile(_ATTRIBUTE) if extension == "cs" else _ANNOTATION
    while (annotation := annotated.match(head, header)) is not None:
        header = annotation.end()
        if head.startswith("(", spaced := _spaced(head, header)):
            header = _after_bracket(head, spaced)
        header = _spaced(head, header)
    return start, header


def _spaced(head: str, start: int) -> int:
    """Offset after white space."""
    found = _SPACE.match(head, start)
    return found.end() if found else start


def _after_bracket(head: str, at: int) -> int:
    depth = 0
    for offset in range(at, len(head)):
        depth += (head[offset] == "(") - (head[offset] == ")")
        if depth == 0:
            return offset + 1
    return len(head)


def _logical_start(head: str) -> int:
    """Where the last statement of a head begins, in a language that needs no semicolons."""
    pieces = head.split("\n")
    depth = 0
    offset = len(head)
    for number in range(len(pieces) - 1, -1, -1):
        piece = pieces[number]
        depth += piece.count(")") + piece.count("]") - piece.count("(") - piece.count("[")
        offset -= len(piece) + (number < len(pieces) - 1)
        above = pieces[number - 1].strip() if number else ""
        goes_on = depth > 0 or not piece.strip() or piece.lstrip().startswith(_GOES_ON)
        if not goes_on and not above.endswith(_TO_BE_CONTINUED) and not above.startswith("@"):
            return offset
    return 0


def _name_of(head: str, extension: str) -> tuple[str, DefinitionKind] | None:
    bracket = head.find("(")
    for pattern, words in _CLASSES:
        found = re.search(pattern, head) if words.search(head) else None
        if found and (bracket < 0 or found.start() < bracket):
            plain = "word" not in found.groupdict() or found["word"] not in ("struct", "union", "enum")
            if plain or bracket < 0 or "=" in head[:bracket]:
                return found["name"].replace("::", "."), "class"
    worded = re.search(_WORDED, head) if _WORDS.search(head) else None
    if worded:
        receiver = worded["receiver"]
        return (f"{receiver}.{worded['name']}" if receiver else worded["name"]), "function"
    assigned = re.search(_ASSIGNED, head) if _ARROWS.search(head) else None
    if assigned:
        return assigned["name"], "function"
    return _called(head, extension)


def _called(head: str, extension: str) -> tuple[str, DefinitionKind] | None:
    """A C-like function: a name before the first bracket, with nothing before it that makes it a call or a value."""
    found = _CALLED.search(head)
    if found is None or _ARROW_TAIL.search(head):
        return None
    before = head[: found.start()]
    if "=" in before or before.rstrip().endswith((".", "->")) or re.search(r"\b(?:new|return|throw|else)\b", before):
        return None
    if _statement(extension).match(found["name"]) or found["name"] in ("function", "func", "fn", "fun"):
        return None
    if _VALUE.match(head, _after_bracket(head, found.end() - 1)):
        return None
    return found["name"].replace("::", ".").replace(" ", ""), "function"


@lru_cache(maxsize=8192)
def _bodiless(head: str, extension: str) -> _Found | None:
    """A method without a body, as in an interface, or in C# with an expression for one."""
    if "(" not in head:
        return None
    start, header = _skip_annotations(head, 0, extension)
    own = head[header:].partition("=>")[0] if extension == "cs" else head[header:]
    if not own.rstrip() or "=" in own or "(" not in own or _statement(extension).match(own):
        return None
    found = _CALLED.search(own)
    if found is None or not own[: found.start()].strip():
        return None
    before = own[: found.start()].split("<")[0].replace("...", "").split()  # empty where type parameters come first: <T> void add(T item);
    if before and "." in before[-1]:
        return None
    return found["name"].replace("::", "."), "function", start, header
