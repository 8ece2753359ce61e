"""What the text before a brace or a semicolon says: a type or a function of some name, or nothing of the kind.

Such a text, a head, begins where the statement before it ended. Brackets and type arguments are blanked first: what is left
of ``std::vector<int> Shape::corners(int count) const`` is ``std::vector      Shape::corners(         ) const``.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.symbols.expressions import blank_brackets

if TYPE_CHECKING:
    from gitexp.excerpt.definition import DefinitionKind
    from gitexp.excerpt.languages import Language

_LONGEST = 4000
"""Characters before a brace that are read: what is longer is data."""

_ANGLES = re.compile(r"(?<!operator)<(?:[^<>;]|(?<=[-=])>)*+(?<![-=])>")
_LABEL = re.compile(
    r"(?:(?:public|private|protected|signals|slots)(?:[ \t]+slots)?[ \t]*:(?!:)|[,;:])\s*"
)
# Words that begin a statement in every language. Java has methods whose header begins with two of them.
_STATEMENTS = (
    r"if|else|for|foreach|while|switch|catch|do|try|synchronized(?=\s*\()"
    r"|return|throw|new|case|default(?=\s*(?:[:{]|->|$))|finally|elif|elsif|goto|await|yield"
    r"|assert|typeof"
)
_NO_DECLARATION = re.compile(r"\b(?:friend|typedef|using|delegate|static_assert)\b")
_OPERATOR_NAME = r"operator\s*+(?:\(\s*\)|\[\s*\]|\"\"\s*\w+|[^\s\w(]+|[\w:*&\s]+?)"
_WORD = r"[A-Za-z_$][\w$]*+"
_NAME = rf"(?:{_WORD}\s*+(?:::|\.)\s*+)*+(?:{_OPERATOR_NAME}|[~!]?{_WORD})"
_CALLED = re.compile(rf"(?<![\w$~@])(?P<name>{_NAME})\s*+\(")
# Macros and words with arguments that may stand before a declaration, and what follows where they do.
_ATTRIBUTE_WORD = re.compile(r"[A-Z][A-Z0-9_]{2,}|__\w+|alignas|explicit|decltype|noexcept")
_DECLARATION = re.compile(
    r"\s*+(?!(?:const|noexcept|override|final|throws?|requires|where|try|volatile|mutable|async)\b)[A-Za-z_~:]"
)
# Macros on lines of their own, set off by a blank one: what they stand for ends there.
_MACROS_ABOVE = re.compile(r"\s*+(?:[A-Z][A-Z0-9_]++(?:\(\s*\))?\s*?\n\s*?\n\s*)+(?=\S)")
# After an argument list: it was a call in a list of values, a pattern to which something is bound, or one call of a chain.
_VALUE = re.compile(r"\s*(?:,|\.|\(|\[|=(?!=|>|\s*(?:0|default|delete)\s*$))")
_ARROW_TAIL = re.compile(r"(?:->|=>)\s*$")
# The constructor of a record in Java needs no argument list.
_LONE_NAME = re.compile(r"(?:(?:public|private|protected)\s+)?(?P<name>\w+)\s*")
_EXPRESSION_WORD = re.compile(r"\b(?:return|throw|else|in|when|delegate)\b|[-=]>|[?:&|+]\s*new\b|,")
_UNNAMED_TYPE = re.compile(r"\btypedef\s+(?:const\s+)?(?:struct|union|enum)\b[^(=]*$")
_PLAIN_TYPES = ("struct", "union", "enum")
_BASES = re.compile(r"\s*(?:final\b\s*)?(?::(?!:).*)?$", re.DOTALL)
# Where a line's end ends a statement: how a line begins that is not the first one, and how one ends that is not the last one.
_GOES_ON_BEFORE = (")", ".", ":", "where", "extends", "implements", "=>", "->", "|", "&", "?")
_GOES_ON_AFTER = (",", "(", "=", "<", "&&", "||", "|", "&", "+", ":", " ?")


class Header(NamedTuple):
    """What a head says. ``at``: the offset of the header in it, after labels and annotations.

    ``word``: the word that makes it what it is. ``bare``: nothing stands before the name. The name is empty where it follows
    the block: ``typedef struct { } Name;``.
    """

    name: str
    kind: DefinitionKind
    at: int
    word: str = ""
    bare: bool = False


# The versions of a file have most of their heads in common.
@lru_cache(maxsize=8192)
def read_head(head: str, language: Language) -> Header | None:
    """Return what the block defines that follows a head; None for nothing."""
    flat = _flatten(head)
    at = _find_header(flat, language)
    own = flat[at:]
    if not own.strip() or _compile_statement(language).match(own):
        return None
    return (
        _read_type(own, at, language)
        or _read_worded(own, at, language)
        or _read_function(own, at, language)
    )


@lru_cache(maxsize=8192)
def read_declaration(head: str, language: Language) -> Header | None:
    """Return the function or type without a block that a semicolon after a head ends."""
    is_type = language.bodiless and _compile_bodiless(language).match(head) is not None
    if "(" not in head and not is_type:
        return None
    flat = _flatten(head)
    at = _find_header(flat, language)
    own = flat[at:]
    if language.expression_after == "=>":
        own = own.partition("=>")[0]
    if (
        not own.strip()
        or _NO_DECLARATION.search(own.partition("(")[0])
        or _compile_statement(language).match(own)
    ):
        return None
    if is_type and (header := _read_type(own, at, language)) is not None:
        return header
    return _read_worded(own, at, language) or _read_function(own, at, language)


@cache
def _compile_bodiless(language: Language) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:\[[^\[\]]*\]\s*)*(?:[a-z]+\s+)*(?:{language.bodiless})\s+\w")


def _flatten(head: str) -> str:
    """Return a head with blanks inside its brackets and for its type arguments, of the same length."""
    if len(head) > _LONGEST:
        head = " " * (len(head) - _LONGEST) + head[-_LONGEST:]
    flat = blank_brackets(head)
    while "<" in flat:
        shorter = _ANGLES.sub(lambda match: " " * len(match.group()), flat)
        if shorter == flat:
            break
        flat = shorter
    return flat


def _find_header(flat: str, language: Language) -> int:
    """Return the offset of the header in a head, after what is left of other statements, labels and annotations."""
    start = _find_last_statement(flat) if language.line_ends else 0
    if language.macros and (above := _MACROS_ABOVE.match(flat)) is not None:
        start = max(start, above.end())
    start = _skip_blanks(flat, start)
    while (label := _LABEL.match(flat, start)) is not None:
        start = label.end()
    annotations = _compile_annotations(language).match(flat, start)
    return annotations.end() if annotations else start


def _skip_blanks(flat: str, start: int) -> int:
    return len(flat) - len(flat[start:].lstrip())


def _find_last_statement(flat: str) -> int:
    """Return where the last statement of a head begins, in a language that needs no semicolons."""
    lines = flat.split("\n")
    offset = len(flat)
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number].strip()
        above = lines[number - 1].strip() if number else ""
        offset -= len(lines[number]) + (number < len(lines) - 1)
        goes_on = not line or line.startswith(_GOES_ON_BEFORE)
        if not goes_on and not above.endswith(_GOES_ON_AFTER) and not above.startswith("@"):
            return offset
    return 0


@cache
def _compile_annotations(language: Language) -> re.Pattern[str]:
    return re.compile(rf"(?:{language.annotation or '(?!)'})\s*")


@cache
def _compile_statement(language: Language) -> re.Pattern[str]:
    """Return a pattern for what begins a statement rather than a definition."""
    words = "|".join(filter(None, (_STATEMENTS, language.statements)))
    return re.compile(rf"\s*(?:(?:{words})\b|extern\b[\s\"]*$)")


@cache
def _compile_type(language: Language) -> re.Pattern[str]:
    macro = (
        r"(?:[A-Z_][A-Z0-9_]*(?:\(\s*\))?\s+(?!final\b)(?=[A-Za-z_]))?" if language.macros else ""
    )
    attributes = (
        r"(?:\[\s*\]\s*|(?:alignas|__attribute__)\s*\(\s*\)\s*)*" if language.macros else ""
    )
    return re.compile(
        rf"(?:^|(?<=[\s)>]))(?P<word>{language.types})\s+{attributes}{macro}(?P<name>[A-Za-z_$][\w$]*+(?:\s*+(?:::|\.)\s*+[\w$]++)*+)(?P<rest>[^=]*)$"
    )


def _read_type(own: str, at: int, language: Language) -> Header | None:
    if not language.types:
        return None
    match = _compile_type(language).search(own)
    if match is None:
        unnamed = language.macros and _UNNAMED_TYPE.search(own)
        return Header("", "class", at) if unnamed else None
    is_plain = match["word"] in _PLAIN_TYPES and language.macros
    if "=" in own[: match.start()] or (is_plain and not _BASES.match(match["rest"])):
        return None
    return Header(_clean(match["name"]), "class", at, match["word"])


@cache
def _compile_worded(language: Language) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s(,=])(?:{language.functions})\s+(?:&\s*)?(?P<name>[\w$.]+[!?]?)")


def _read_worded(own: str, at: int, language: Language) -> Header | None:
    """Return the function that a word makes one."""
    match = _compile_worded(language).search(own) if language.functions else None
    return Header(match["name"], "function", at) if match else None


def _read_function(own: str, at: int, language: Language) -> Header | None:
    """Return the function whose name stands before the first argument list that belongs to no attribute."""
    if _ARROW_TAIL.search(own):
        return None
    if (lone := _LONE_NAME.fullmatch(own)) is not None:
        return Header(lone["name"], "function", at, "lone", bare=True)
    for match in _CALLED.finditer(own):
        name = _clean(match["name"])
        after = own[own.find(")", match.end()) + 1 :]
        if name in language.not_functions:
            continue
        is_attribute = name.startswith("__") or (
            _ATTRIBUTE_WORD.fullmatch(name) and _DECLARATION.match(after)
        )
        if is_attribute and _CALLED.search(after):
            continue
        break
    else:
        return None
    before = own[: match.start()]
    if "=" in before or before.rstrip().endswith((".", "->")) or _EXPRESSION_WORD.search(before):
        return None
    if _compile_statement(language).match(name) or _VALUE.match(after):
        return None
    return Header(name, "function", at, bare=not before.strip())


def _clean(name: str) -> str:
    return "".join(name.split()).replace("::", ".")
