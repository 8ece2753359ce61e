"""Definitions in text that is not (valid) Python: by braces or by indentation, without a grammar.

Comments and strings are blanked first; then every ``{`` is looked at with the text since the last statement's end before it,
its head. A head that reads like a class or a function names the block that follows.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from gitexp.excerpt.definition import Definition, lead_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.definition import DefinitionKind

    # Name, kind, offset of the first annotation, offset of the header.
    _Found = tuple[str, DefinitionKind, int, int]

_SCRIPT = ("js", "jsx", "mjs", "cjs", "ts", "tsx", "vue")
_SHELL = ("sh", "bash", "zsh")
_GROOVY = ("groovy", "gradle", "dart")
_INDENTED = (
    "py", "pyw", "pyi", "pyx", "jl", "rb", "lua", "ex", "exs", "nim", "m", "f90", "f95", "vb", "coffee", "gd", "hs", "ml", "sql", "tex",
)  # fmt: skip
_OPEN_ENDED = ("go", "kt", "kts", "swift", "scala", "r", *_SCRIPT, *_SHELL, *_GROOVY)
_LONG_QUOTES = (*_SCRIPT, "php", "r", *_SHELL, *_GROOVY, "pl", "pm", "css")
_HASH_COMMENTS = ("r", *_SHELL, "pl", "pm", "php", "tcl", "tf", "cfg", "conf")

_SLASHED = r"//[^\n]*|/\*.*?(?:\*/|\Z)"
_STRING = r'"""(?:\\.|.)*?"""|"(?:\\.|[^"\\\n])*"'
_CHARACTER = r"'(?:\\[^\n']{1,10}|\\'|[^'\\\n])'"
_QUOTED = r"'(?:\\.|[^'\\\n])*'"
_TEMPLATE = r"`(?:\\.|[^`\\])*`"
_REGEX = r"(?<=[=(,:!&|?;])[ \t]*/(?![*/\s])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/"
_DIRECTIVE = r"(?m:^[ \t]*\#(?!!?\[)(?:\\\n|[^\n])*)"
_PYTHON = r"""[rRbBuUfF]{0,2}(?:\"{3}.*?(?:\"{3}|\Z)|'{3}.*?(?:'{3}|\Z))|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\#[^\n]*"""

_BRACKET = re.compile(r"\([^(){};]*\)|[{}();]")
_SPACE = re.compile(r"\s*")
_ANNOTATION = re.compile(r"(?:@(?!interface\b)[\w.]+|#!?\[[^\]]*\]|\[\[[^\]]*\]\])")
_LABEL = re.compile(r"(?:(?:public|private|protected|signals|slots|(?:public|private|protected)[ \t]+slots)[ \t]*:(?!:)|[,;:])")
_STATEMENT = re.compile(
    r"\s*(?:if|else|for|foreach|while|switch|catch|do|try|synchronized|return|throw|new|case|default|finally|using|lock|unsafe"
    r"|select|loop|match|when|elif|elsif|goto|await|yield|assert|with|repeat|until|defer|delete|typeof|guard|extern\s*$)\b"
)
_CLASS = re.compile(
    r"(?:^|[\s)>])(?P<word>class|@?interface|enum(?:\s+class)?|record|struct|union|trait|namespace|module|object|protocol|extension|mod)"
    r"\s+(?:[A-Z_]+\s+(?=[A-Za-z]))?(?P<name>[A-Za-z_$][\w$:.]*)"
)
_IMPL = re.compile(r"(?:^|\s)impl\b(?:\s*<[^{]*?>)?\s+(?:[^{]*?\bfor\s+)?(?P<name>[A-Za-z_]\w*)")
_GO_TYPE = re.compile(r"(?:^|\s)type\s+(?P<name>\w+)(?:\[[^\]]*\])?\s+(?:struct|interface)\b")
_WORDED = re.compile(
    r"(?:^|[\s(,=])(?:function\s*\*?|func|fn|fun|sub|proc|method|def)\s+(?:<[^>]*>\s*)?(?:\(\s*(?:\w+\s+)?\*?(?P<receiver>\w+)[^)]*\)\s*)?"
    r"(?P<name>[\w$.]+[!?]?)"
)
_ASSIGNED = re.compile(
    r"(?P<name>[\w$.]+)\s*(?::[^=]*)?(?:=|<-|<<-|:)\s*(?:async\s*)?(?:function\b|\\\(|(?:\(.*\)|[\w$]+)(?:\s*:[^=]*)?\s*=>)[^{]*$",
    re.DOTALL,
)
# Each pattern with words of which it holds one: most heads hold none, and looking for a word is ten times as fast.
_CLASSES = (
    (_GO_TYPE, ("type",)),
    (_IMPL, ("impl",)),
    (_CLASS, ("class", "interface", "enum", "record", "struct", "union", "trait", "namespace", "object", "protocol", "extension", "mod")),
)
_WORDS = ("func", "fn", "fun", "sub", "proc", "method", "def")
_ARROWS = ("=>", "function", "\\(")
_CALLED = re.compile(r"(?P<name>operator\s*(?:\(\)|\[\]|[^\s\w(]+|\w+)|[~$#]?[A-Za-z_$][\w$]*(?:(?:::|\.)~?[\w$]+)*)\s*(?:<[^()]*>\s*)?\(")
_ARROW_TAIL = re.compile(r"(?:->|=>)\s*$")
_LINE_HEADER = re.compile(
    r"(?P<indent>[ \t]*)(?:(?:export|pub|local|async|public|private|static|@inline|@everywhere|cdef|cpdef)\s+)*"
    r"(?P<word>def|class|function|module|baremodule|(?:mutable\s+)?struct|macro|sub|subroutine|defp?|defmodule|func|proc|abstract\s+type)\s+"
    r"(?P<name>(?:self\.)?[\w.:]+[!?]?)"
)
_SHORT_FORM = re.compile(r"(?P<indent>)(?P<name>[A-Za-z_]\w*!?)\([^()]*\)(?:\s*where\s[^=]*)?\s*=(?!=)")
_CLOSING = re.compile(r"\s*(?:end\b|endfunction\b|endclass\b|\}|\)|\])")


def text_definitions(path: str, lines: Sequence[str]) -> Iterator[Definition]:
    """Definitions of a file that is not Python, by the extension of ``path``."""
    extension = path.rpartition(".")[2].lower()
    if extension in _INDENTED:
        yield from indented_definitions(lines, 0, len(lines))
    else:
        yield from _braced(lines, extension)


def indented_definitions(lines: Sequence[str], start: int, stop: int) -> Iterator[Definition]:
    """Definitions by indentation: a header, all deeper lines below it, and a closing ``end`` as far in as the header."""
    masked = re.sub(_PYTHON, _blank, "\n".join(lines[start:stop]), flags=re.DOTALL).split("\n")
    open_blocks: list[tuple[int, str]] = []
    for offset, line in enumerate(masked):
        match = _LINE_HEADER.match(line) or _SHORT_FORM.match(line)
        if match is None:
            continue
        indent = len(match["indent"].expandtabs(8))
        while open_blocks and open_blocks[-1][0] >= indent:
            open_blocks.pop()
        name = ".".join([*(outer for _, outer in open_blocks), match["name"]])
        open_blocks.append((indent, match["name"]))
        header = start + offset
        first = header
        while first > start and lines[first - 1].lstrip().startswith("@"):
            first -= 1
        last = start + _indented_stop(masked, offset, indent)
        word = match.groupdict().get("word", "")
        kind: DefinitionKind = "class" if word and ("class" in word or "struct" in word or "module" in word) else "function"
        yield Definition(name, kind, lead_of(lines, first, start), first, header, last, "".join(lines[header].split()))


def stop_of(path: str, lines: Sequence[str], header: int, size: int) -> int | None:
    """Line after the definition whose header is line ``header``, without reading the rest of the file; ``size``: about how many it has.

    None when it doesn't end, or opens nothing.
    """
    extension = path.rpartition(".")[2].lower()
    reach = 2 * size + 40
    while True:
        part = lines[header : header + reach]
        if extension in _INDENTED:
            masked = re.sub(_PYTHON, _blank, "\n".join(part), flags=re.DOTALL).split("\n")
            length = len(part[0][: len(part[0]) - len(part[0].lstrip())].expandtabs(8))
            stop: int | None = _indented_stop(masked, 0, length)
        else:
            stop = _closing_line(mask("\n".join(part), extension))
        if stop is not None and (stop < len(part) or header + reach >= len(lines)):
            return header + stop
        if header + reach >= len(lines):
            return None
        reach *= 4


def _closing_line(text: str) -> int | None:
    """Number of lines until the first block that opens is closed, or until a semicolon ends the statement before."""
    depth = 0
    for match in _BRACKET.finditer(text):
        mark = match.group()
        if mark in "({":
            depth += 1
        elif mark in ")}":
            depth -= 1
        if depth < 0:
            return None
        if depth == 0 and mark in ";}":
            return text.count("\n", 0, match.start()) + 1
    return None


def _indented_stop(masked: Sequence[str], header: int, indent: int) -> int:
    """Line after the block that the line ``header`` opens."""
    depth = 0
    last = header + 1
    for number in range(header, len(masked)):
        line = masked[number]
        if number > header and depth <= 0 and line.strip():
            inside = len(line[: len(line) - len(line.lstrip())].expandtabs(8)) > indent
            if not inside:
                return number + 1 if _CLOSING.match(line) and len(line) - len(line.lstrip()) == indent else last
        depth += sum(line.count(mark) for mark in "([{") - sum(line.count(mark) for mark in ")]}")
        if line.strip() or depth > 0:
            last = number + 1
    return last


def _blank(match: re.Match[str]) -> str:
    """Spaces for the text that matched; line ends stay."""
    text = match.group()
    return " " * len(text) if "\n" not in text else "\n".join(" " * len(part) for part in text.split("\n"))


def mask(text: str, extension: str) -> str:
    """The text with comments, strings and preprocessor lines blanked, of the same length."""
    hashed = extension in _HASH_COMMENTS
    parts = [r"\#[^\n]*" if hashed else _SLASHED, _STRING]
    if extension == "php":
        parts.append(_SLASHED)
    parts.append(_QUOTED if extension in _LONG_QUOTES else _CHARACTER)
    if extension in _OPEN_ENDED:
        parts.append(_TEMPLATE)
    if extension in _SCRIPT:
        parts.append(_REGEX)
    if extension in ("c", "h", "cc", "cpp", "cxx", "hpp", "hh", "hxx", "cu", "cuh", "cs", "mm", "inl"):
        parts.append(_DIRECTIVE)
    return re.sub("|".join(parts), _blank, text, flags=re.DOTALL)


class _Level:
    """An open bracket: what closes it, where the current head inside starts, and the definition that it opened, if any."""

    __slots__ = ("closing", "head", "own")

    def __init__(self, closing: str, head: int, own: _Found | None = None) -> None:
        self.closing = closing
        self.head = head
        self.own = own


def _braced(lines: Sequence[str], extension: str) -> Iterator[Definition]:
    """Definitions by braces."""
    text = mask("\n".join(lines), extension)
    place = _Places(lines, text)
    levels = [_Level("", 0)]
    for match in _BRACKET.finditer(text):
        mark, at = match.group(), match.start()
        level = levels[-1]
        if len(mark) > 1:
            continue  # brackets around nothing that matters here
        if mark == "(":
            levels.append(_Level(")", at + 1))
        elif mark == "{":
            levels.append(_Level("}", at + 1, _classify(text, level.head, at, extension)))
        elif mark == ";":
            bodiless = _bodiless(text, level.head, at) if level.own and level.own[1] == "class" else None
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
        self._ends = [found.start() for found in re.finditer("\n", text)]

    def definition(self, levels: Sequence[_Level], own: _Found, end: int) -> Definition:
        """The definition that the closing bracket or semicolon at offset ``end`` completes."""
        name, kind, start, header = own
        dotted = ".".join([*(level.own[0] for level in levels if level.own), name])
        first = bisect_left(self._ends, start)
        opening = self._text.find("{", header, end)
        signature = "".join(self._text[header : opening if opening >= 0 else end].split())
        head, last = bisect_left(self._ends, header), bisect_left(self._ends, end) + 1
        return Definition(dotted, kind, lead_of(self._lines, first), first, head, last, signature)


def _classify(text: str, start: int, at: int, extension: str) -> _Found | None:
    """Name, kind, offset of the first annotation and of the header of the block that opens at ``at``; None if it defines nothing."""
    if extension in _OPEN_ENDED:
        start = _logical_start(text, start, at)
    start, header = _skip_annotations(text, start, at)
    head = text[header:at]
    if not head.strip() or _STATEMENT.match(head):
        return None
    named = _name_of(head)
    return (*named, start, header) if named else None


def _skip_annotations(text: str, start: int, at: int) -> tuple[int, int]:
    """Offsets of the first annotation and of the header, after labels, commas and white space."""
    start = _spaced(text, start, at)
    while (label := _LABEL.match(text, start, at)) is not None:
        start = _spaced(text, label.end(), at)
    header = start
    while (annotation := _ANNOTATION.match(text, header, at)) is not None:
        header = annotation.end()
        if text.startswith("(", header):
            header = _after_bracket(text, header, at)
        elif text.startswith("(", spaced := _spaced(text, header, at)):
            header = _after_bracket(text, spaced, at)
        header = _spaced(text, header, at)
    return start, header


def _spaced(text: str, start: int, stop: int) -> int:
    """Offset after white space."""
    found = _SPACE.match(text, start, stop)
    return found.end() if found else start


def _after_bracket(text: str, at: int, limit: int) -> int:
    depth = 0
    for offset in range(at, limit):
        depth += (text[offset] == "(") - (text[offset] == ")")
        if depth == 0:
            return offset + 1
    return limit


def _logical_start(text: str, start: int, at: int) -> int:
    """Where the statement that ends at ``at`` begins, in a language that needs no semicolons."""
    pieces = text[start:at].split("\n")
    depth = 0
    offset = at
    for number in range(len(pieces) - 1, -1, -1):
        piece = pieces[number]
        depth += piece.count(")") + piece.count("]") - piece.count("(") - piece.count("[")
        offset -= len(piece) + (number < len(pieces) - 1)
        above = pieces[number - 1].strip() if number else ""
        goes_on = depth > 0 or not piece.strip() or piece.lstrip().startswith((")", ".", ":", "where", "extends", "implements", "=>", "->"))
        if not goes_on and not above.endswith((",", "(", "=", "<-", "&&", "||", "+", ":")) and not above.startswith("@"):
            return offset
    return start


def _name_of(head: str) -> tuple[str, DefinitionKind] | None:
    bracket = head.find("(")
    for pattern, words in _CLASSES:
        found = pattern.search(head) if any(word in head for word in words) else None
        if found and (bracket < 0 or found.start() < bracket):
            plain = "word" not in found.groupdict() or found["word"] not in ("struct", "union", "enum")
            if plain or bracket < 0 or "=" in head[:bracket]:
                return found["name"].replace("::", "."), "class"
    worded = _WORDED.search(head) if any(word in head for word in _WORDS) else None
    if worded:
        receiver = worded["receiver"]
        return (f"{receiver}.{worded['name']}" if receiver else worded["name"]), "function"
    assigned = _ASSIGNED.search(head) if any(word in head for word in _ARROWS) else None
    if assigned:
        return assigned["name"], "function"
    return _called(head)


def _called(head: str) -> tuple[str, DefinitionKind] | None:
    """A C-like function: a name before the first bracket, with nothing before it that makes it a call or a value."""
    found = _CALLED.search(head)
    if found is None or _ARROW_TAIL.search(head):
        return None
    before = head[: found.start()]
    if "=" in before or before.rstrip().endswith((".", "->")) or re.search(r"\b(?:new|return|throw|else)\b", before):
        return None
    if _STATEMENT.match(found["name"] + " ") or found["name"] in ("function", "func", "fn", "fun"):
        return None
    return found["name"].replace("::", ".").replace(" ", ""), "function"


def _bodiless(text: str, start: int, at: int) -> _Found | None:
    """A method without a body, as in an interface."""
    start, header = _skip_annotations(text, start, at)
    head = text[header:at]
    if not head.rstrip() or "=" in head or "(" not in head or _STATEMENT.match(head):
        return None
    found = _CALLED.search(head)
    if found is None or not head[: found.start()].strip():
        return None
    before = head[: found.start()].split("<")[0].replace("...", "").split()  # empty where type parameters come first: <T> void add(T item);
    if before and "." in before[-1]:
        return None
    return found["name"].replace("::", "."), "function", start, header
