"""Read what the text before a brace or a semicolon says: a type or a function, or none.

Such a text, a head, begins where the statement before it ended. Brackets and type arguments are
blanked first. What is left of ``std::vector<int> Shape::corners(int count) const`` is
``std::vector      Shape::corners(         ) const``.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.symbols import thresholds
from gitexp.excerpt.symbols.expressions import blank_brackets

if TYPE_CHECKING:
    from gitexp.excerpt.definition import DefinitionKind
    from gitexp.excerpt.languages.language import Language

_ANGLES = re.compile(r"(?<!operator)<(?:[^<>;]|(?<=[-=])>)*(?<![-=])>")

_LABEL = re.compile(
    r"(?:(?:public|private|protected|signals|slots)(?:[ \t]+slots)?[ \t]*:(?!:)|[,;:])\s*"
)

# Words that begin a statement in every language. Java has methods whose header begins with two of
# them: ``default`` and ``synchronized``.
_STATEMENTS = (
    r"if|else|for|foreach|while|switch|catch|do|try|synchronized(?=\s*\()"
    r"|return|throw|new|case|default(?=\s*(?:[:{]|->|$))|finally|elif|elsif|goto|await|yield"
    r"|assert|typeof"
)
_NO_DECLARATION = re.compile(r"\b(?:friend|typedef|using|delegate|static_assert)\b")

_WORD = r"[A-Za-z_$][\w$]*+"
_OPERATOR_NAME = r"operator\s*+(?:\(\s*\)|\[\s*\]|\"\"\s*\w+|[^\s\w(]+|[\w:*&\s]+?)"
_NAME = rf"(?:{_WORD}\s*+(?:::|\.)\s*+)*(?:{_OPERATOR_NAME}|[~!]?{_WORD})"
_CALLED = re.compile(rf"(?<![\w$~@])(?P<name>{_NAME})\s*+\(")

# Macros and words with arguments that may stand before a declaration, and what follows where they
# do.
_ATTRIBUTE_WORD = re.compile(r"[A-Z][A-Z0-9_]{2,}|__\w+|alignas|explicit|decltype|noexcept")
_TAIL_WORDS = "const|noexcept|override|final|throws?|requires|where|try|volatile|mutable|async"
_DECLARATION = re.compile(rf"\s*+(?!(?:{_TAIL_WORDS})\b)[A-Za-z_~:]")

# Macros on lines of their own, set off by a blank one: what they stand for ends there.
_MACROS_ABOVE = re.compile(r"\s*+(?:[A-Z][A-Z0-9_]++(?:\(\s*\))?\s*?\n\s*?\n\s*)+(?=\S)")

# After an argument list: it was a call in a list of values, a pattern to which something is bound,
# or one call of a chain.
_VALUE = re.compile(r"\s*(?:,|\.|\(|\[|=(?!=|>|\s*(?:0|default|delete)\s*$))")
_ARROW_TAIL = re.compile(r"(?:->|=>)\s*$")

# The constructor of a record in Java needs no argument list.
_LONE_NAME = re.compile(r"(?:(?:public|private|protected)\s+)?(?P<name>\w+)\s*")
_EXPRESSION_WORD = re.compile(r"\b(?:return|throw|else|in|when|delegate)\b|[-=]>|[?:&|+]\s*new\b|,")

_UNNAMED_TYPE = re.compile(r"\btypedef\s+(?:const\s+)?(?:struct|union|enum)\b[^(=]*$")
_PLAIN_TYPES = ("struct", "union", "enum")
_BASES = re.compile(r"\s*(?:final\b\s*)?(?::(?!:).*)?$", re.DOTALL)

# Where the end of a line ends a statement: how a line begins that goes on with the one above, and
# how one ends that goes on below.
_GOES_ON_BEFORE = (")", ".", ":", "where", "extends", "implements", "=>", "->", "|", "&", "?")
_GOES_ON_AFTER = (",", "(", "=", "<", "&&", "||", "|", "&", "+", ":", " ?")


class Header(NamedTuple):
    """What a head says.

    ``at`` is the offset of the header in the head, after labels and annotations. ``word`` is the
    word that makes it what it is, ``bare`` says that nothing stands before the name. The name is
    empty where it follows the block: ``typedef struct { } Name;``.
    """

    name: str
    kind: DefinitionKind
    at: int
    word: str = ""
    bare: bool = False


@lru_cache(maxsize=thresholds.REMEMBERED_HEADS)
def read_head(head: str, language: Language) -> Header | None:
    """Return what the block defines that follows a head, or None for nothing."""
    flat = _flatten(head)
    at = _find_header(flat, language)
    header = flat[at:]
    if not header.strip() or _compile_statement(language).match(header):
        return None
    return (
        _read_type(header, at, language)
        or _read_worded(header, at, language)
        or _read_function(header, at, language)
    )


@lru_cache(maxsize=thresholds.REMEMBERED_HEADS)
def read_declaration(head: str, language: Language) -> Header | None:
    """Return the function or type without a block that a semicolon after a head ends, or None."""
    is_type = bool(language.bodiless) and _compile_bodiless(language).match(head) is not None
    if "(" not in head and not is_type:
        return None
    flat = _flatten(head)
    at = _find_header(flat, language)
    header = flat[at:]
    if language.expression_after == "=>":
        header = header.partition("=>")[0]
    if not header.strip() or _NO_DECLARATION.search(header.partition("(")[0]):
        return None
    if _compile_statement(language).match(header):
        return None
    if is_type and (type_header := _read_type(header, at, language)) is not None:
        return type_header
    return _read_worded(header, at, language) or _read_function(header, at, language)


@cache
def _compile_bodiless(language: Language) -> re.Pattern[str]:
    """Return a pattern for the beginning of a type that may have no body."""
    return re.compile(rf"\s*(?:\[[^\[\]]*\]\s*)*(?:[a-z]+\s+)*(?:{language.bodiless})\s+\w")


def _flatten(head: str) -> str:
    """Return a head with blanks inside its brackets and for its type arguments.

    The length stays.
    """
    cut = len(head) - thresholds.LONGEST_HEAD
    if cut > 0:
        head = " " * cut + head[cut:]
    flat = blank_brackets(head)
    while "<" in flat:
        shorter = _ANGLES.sub(lambda match: " " * len(match.group()), flat)
        if shorter == flat:
            break
        flat = shorter
    return flat


def _find_header(flat: str, language: Language) -> int:
    """Return the offset of the header in a head.

    It stands after what is left of other statements, labels and annotations.
    """
    start = _find_last_statement(flat) if language.line_ends else 0
    if language.macros and (above := _MACROS_ABOVE.match(flat)) is not None:
        start = max(start, above.end())
    start = len(flat) - len(flat[start:].lstrip())
    while (label := _LABEL.match(flat, start)) is not None:
        start = label.end()
    annotations = _compile_annotations(language).match(flat, start)
    return annotations.end() if annotations else start


def _find_last_statement(flat: str) -> int:
    """Return where the last statement of a head begins, where no semicolons are needed."""
    lines = flat.split("\n")
    offset = len(flat)
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number].strip()
        above = lines[number - 1].strip() if number else ""
        is_last = number == len(lines) - 1
        offset -= len(lines[number]) + (0 if is_last else 1)
        if not line or line.startswith(_GOES_ON_BEFORE):
            continue
        if not above.endswith(_GOES_ON_AFTER) and not above.startswith("@"):
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
    """Return a pattern for a header of a type, with the groups ``word``, ``name`` and ``rest``."""
    macro = attributes = ""
    if language.macros:
        macro = r"(?:[A-Z_][A-Z0-9_]*(?:\(\s*\))?\s+(?!final\b)(?=[A-Za-z_]))?"
        attributes = r"(?:\[\s*\]\s*|(?:alignas|__attribute__)\s*\(\s*\)\s*)*"
    word = rf"(?:^|(?<=[\s)>]))(?P<word>{language.types})\s+"
    name = rf"(?P<name>{_WORD}(?:\s*+(?:::|\.)\s*+[\w$]++)*)"
    return re.compile(rf"{word}{attributes}{macro}{name}(?P<rest>[^=]*)$")


def _read_type(header: str, at: int, language: Language) -> Header | None:
    if not language.types:
        return None
    match = _compile_type(language).search(header)
    if match is None:
        is_unnamed = language.macros and _UNNAMED_TYPE.search(header) is not None
        return Header("", "class", at) if is_unnamed else None
    if "=" in header[: match.start()]:
        return None
    # ``struct point p`` declares a value or begins a function: only bases may follow the name.
    is_plain = language.macros and match["word"] in _PLAIN_TYPES
    if is_plain and not _BASES.match(match["rest"]):
        return None
    return Header(_join_name(match["name"]), "class", at, match["word"])


@cache
def _compile_worded(language: Language) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s(,=])(?:{language.functions})\s+(?:&\s*)?(?P<name>[\w$.]+[!?]?)")


def _read_worded(header: str, at: int, language: Language) -> Header | None:
    """Return the function that a word makes one."""
    match = _compile_worded(language).search(header) if language.functions else None
    return Header(match["name"], "function", at) if match else None


def _read_function(header: str, at: int, language: Language) -> Header | None:
    """Return the function whose name stands before an argument list."""
    if _ARROW_TAIL.search(header):
        return None
    if (lone := _LONE_NAME.fullmatch(header)) is not None:
        return Header(lone["name"], "function", at, "lone", bare=True)
    match = _find_called(header, language)
    if match is None:
        return None
    before = header[: match.start()]
    if "=" in before or before.rstrip().endswith((".", "->")) or _EXPRESSION_WORD.search(before):
        return None
    name = _join_name(match["name"])
    if _compile_statement(language).match(name) or _VALUE.match(
        _get_after_arguments(header, match)
    ):
        return None
    return Header(name, "function", at, bare=not before.strip())


def _find_called(header: str, language: Language) -> re.Match[str] | None:
    """Return the first name before an argument list that belongs to no attribute, or None."""
    for match in _CALLED.finditer(header):
        name = _join_name(match["name"])
        if name in language.not_functions:
            continue
        after = _get_after_arguments(header, match)
        is_macro = _ATTRIBUTE_WORD.fullmatch(name) and _DECLARATION.match(after)
        is_attribute = name.startswith("__") or is_macro
        if not (is_attribute and _CALLED.search(after)):
            return match
    return None


def _get_after_arguments(header: str, match: re.Match[str]) -> str:
    return header[header.find(")", match.end()) + 1 :]


def _join_name(name: str) -> str:
    """Return a name without white space, its scopes set off by dots."""
    return "".join(name.split()).replace("::", ".")
