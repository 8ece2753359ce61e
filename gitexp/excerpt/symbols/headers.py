"""What the text before a block says it is: a class or a function of some name, or nothing of the kind."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from gitexp.excerpt.symbols.masking import C_FAMILY, KNOWN, OPEN_ENDED, SCRIPT, SHELL

if TYPE_CHECKING:
    from gitexp.excerpt.definition import DefinitionKind

    # Name, kind, offset of the first annotation, offset of the header.
    Found = tuple[str, DefinitionKind, int, int]

_SPACE = re.compile(r"\s*")
_ANNOTATION = re.compile(r"(?:@(?!interface\b)[\w.]+|#!?\[[^\]]*\]|\[\[[^\]]*\]\])")
# C# has plain square brackets for it: elsewhere these are lists and places in them.
_ATTRIBUTE = r"\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]"
_LABEL = re.compile(
    r"(?:(?:public|private|protected|signals|slots|(?:public|private|protected)[ \t]+slots)[ \t]*:(?!:)|[,;:])"
)
# Words that begin a statement, in every language and in those that have them: elsewhere they are good names for methods. Java has
# methods that begin with two of them.
_STATEMENTS = (
    r"if|else|for|foreach|while|switch|catch|do|try|synchronized(?=\s*\()|return|throw|new|case|default(?=\s*(?:[:{]|->|$))|finally|elif"
    r"|elsif|goto|await|yield|assert|typeof"
)
_STATEMENTS_OF = {
    "rs": "loop|match|unsafe", "go": "select|defer", "kt": "when", "kts": "when", "scala": "match", "swift": "guard|repeat|defer",
    "cs": "using|lock|unsafe|fixed", "php": "match|elseif", "pl": "until|unless", "pm": "until|unless", "sh": "until|select",
    "zig": "defer",
}  # fmt: skip
# Words that make classes in some languages, and are good names in others.
_CLASS_WORDS = {
    "object": ("kt", "kts", "scala"), "protocol": ("swift",), "extension": ("swift", "dart"), "mod": ("rs",), "module": ("ts", "tsx"),
    "trait": ("rs", "scala", "php", "groovy"), "record": ("java", "cs"), "union": (*C_FAMILY, "rs", "zig"),
    "namespace": (*C_FAMILY, "cs", "php", "ts", "tsx"),
}  # fmt: skip
# Patterns that are plain text are rarely needed, and compiled when they are: that takes longer than reading many a file.
_IMPL = r"(?:^|\s)impl\b(?:\s*<[^{]*?>)?\s+(?:[^{]*?\bfor\s+)?(?P<name>[A-Za-z_]\w*)"
_GO_TYPE = r"(?:^|\s)type\s+(?P<name>\w+)(?:\[[^\]]*\])?\s+(?:struct|interface)\b"
# The words that make a function, where a language has one for it, or none; in other languages any of them.
_KEYWORDS = {
    **dict.fromkeys((*C_FAMILY, "java", "cs", "dart", "css", "r"), ""),
    **dict.fromkeys(SCRIPT, r"function\s*\*?"), **dict.fromkeys(SHELL, "function"), "groovy": "def", "gradle": "def",
    "go": "func", "rs": "fn", "zig": "fn", "kt": "fun", "kts": "fun", "swift": "func", "scala": "def", "php": "function|fn",
    "pl": "sub", "pm": "sub", "tcl": "proc",
}  # fmt: skip
_ANY_KEYWORD = r"function\s*\*?|func|fn|fun|sub|proc|method|def"
# Languages in which no function does without its word: what looks like one there is a call, or the arm of a match.
_ALWAYS_WORDED = ("go", "rs", "zig", "php", "r", "pl", "pm", "kt", "kts", "swift", "scala")
# Words that are the names of what they make.
_NAMING_WORDS = {**dict.fromkeys(("kt", "kts"), "constructor"), "swift": "init|deinit|subscript"}
# Languages that have no arrow, or another one, and no functions that are assigned.
_NEVER_ASSIGNED = (*C_FAMILY, "java", "go", "rs", "zig", "kt", "kts", "swift")
_RECEIVER = r"[\w.]+(?:<(?:[^<>]|<[^<>]*>)*+>)?\?\.|[\w.]+<(?:[^<>]|<[^<>]*>)*+>\."
_GO_RESULT = r"(?:^|\n)func\b[^\n]*\b(?:interface|struct)\s*$"
_GO_RECEIVER = r"(?:\(\s*(?:\w+\s+)?\*?(?P<receiver>\w+)[^)]*\)\s*)?"
_NAMED = rf"\s+(?:&\s*)?(?:<(?:[^<>]|<[^<>]*>)*+>\s*)?(?:{_RECEIVER})?(?P<name>[\w$.]+[!?]?)"
_ASSIGNED = (
    r"(?s:(?<![\w$.])(?P<name>[\w$.]++)\s*+(?::[^=]{0,200})?(?:=|<-|<<-|:)\s*(?:async\s*)?"
    r"(?:(?:function\b|\\\()[^{]*|(?:\(.*\)|[\w$]++)(?:\s*:[^=]{0,200})?\s*=>(?:\([^()]*\)|[^{(,])*+)$)"
)
_MADE_CLASS = r"(?P<name>(?:[\w$]+\.)*[A-Z][\w$]*)\s*[=:]\s*(?:[\w$]+\.)*(?:extend|createClass|createReactClass)\s*\($"
# Words of which a head that a pattern fits holds one: most hold none, and looking for words is ten times as fast.
_CLASSLIKE = re.compile(
    "type|impl|class|interface|enum|record|struct|union|trait|namespace|module|object|protocol|extension|mod"
)
_WORDS = re.compile("func|fn|fun|sub|proc|method|def")
_ARROWS = re.compile(r"=>|function|\\\(")
_TYPE_ARGUMENTS = r"<(?:[^()<>]|<(?:[^()<>]|<[^()<>]*+>)*+>)*+>"
_CALLED = re.compile(
    r"(?<![\w$])(?P<name>operator\s*(?:\(\)|\[\]|[^\s\w(]+|\w++)|[~$#]?[A-Za-z_$][\w$]*+(?:(?:::|\.)~?[\w$]++)*+)"
    rf"\s*+(?:{_TYPE_ARGUMENTS}\s*+)?\("
)
# Macros and other words with arguments that stand before a declaration, and what follows them when they do.
_BEFORE = r"[A-Z][A-Z0-9_]{2,}|__\w+|alignas|explicit"
_DECLARED = r"\s*+(?!(?:const|noexcept|override|final|throws?|requires|where|try|volatile|mutable|async)\b)[A-Za-z_~]"
_TEMPLATE_HEAD = r"\btemplate\s*<(?:[^<>]|<(?:[^<>]|<[^<>]*+>)*+>)*+>"
# Macros on lines of their own, set off by a blank one: what they stand for ends there.
_MACROS_ABOVE = r"\s*+(?:[A-Z][A-Z0-9_]++(?:\([^()]*+\))?\s*?\n\s*?\n\s*)+(?=\S)"
# What is before so many characters in a head is data; some patterns take the square of the time for twice the length.
_LONGEST = 4000
# Where no semicolon ends a statement: what a line begins or ends with that is not the first, or the last, of its statement.
_GOES_ON = (")", ".", ":", "where", "extends", "implements", "=>", "->", ">", "|", "&", "?")
_TO_BE_CONTINUED = (",", "(", "=", "<", "<-", "&&", "||", "|", "&", "+", ":", " ?")
# After an argument list: that was a call in a list of values, or a pattern to which something is bound.
_VALUE = r"\s*(?:,|=(?![=>]))"
_ARROW_TAIL = re.compile(r"(?:->|=>)\s*$")


@cache
def _statement(extension: str) -> re.Pattern[str]:
    """What begins a statement in a language, rather than a definition."""
    words = "|".join(filter(None, (_STATEMENTS, _STATEMENTS_OF.get(extension))))
    return re.compile(rf"\s*(?:(?:{words})\b|extern\b[\s\"]*$)")


# The versions of a file have most of their heads in common.
@lru_cache(maxsize=8192)
def opening(head: str, extension: str) -> Found | None:
    """What the block after a head defines: name, kind, offset of the first annotation and of the header; None for nothing."""
    start = max(_logical_start(head) if extension in OPEN_ENDED else 0, len(head) - _LONGEST)
    if _statement(extension).match(head, start):
        return None
    if extension in C_FAMILY and (above := re.match(_MACROS_ABOVE, head)) is not None:
        start = max(start, above.end())
    start, header = _skip_annotations(head, start, extension)
    own = head[header:]
    if not own.strip() or _statement(extension).match(own):
        return None
    named = _name_of(own, extension)
    return (*named, start, header) if named else None


def opens_go_type(head: str) -> bool:
    """Whether the brace after a head opens a type in the result of a function, not its body: ``func f() map[string]interface{} {``."""
    return re.search(_GO_RESULT, head) is not None


def made_class(head: str) -> Found | None:
    """The class that a call makes of an object, as was done before there was a word for it: ``var Cart = React.createClass({``."""
    found = re.search(_MADE_CLASS, head)
    if found is None:
        return None
    start = _spaced(head, _logical_start(head))
    return found["name"], "class", start, start


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
    if extension in C_FAMILY and "template" in head:
        head = re.sub(_TEMPLATE_HEAD, lambda found: " " * len(found.group()), head)
    bracket = head.find("(", head.find(")") if extension == "rs" and head.startswith("pub(") else 0)
    for pattern in _classes(extension) if _CLASSLIKE.search(head) else ():
        found = pattern.search(head)
        if found and (bracket < 0 or found.start() < bracket):
            plain = "word" not in found.groupdict() or found["word"] not in (
                "struct",
                "union",
                "enum",
            )
            if plain or bracket < 0 or "=" in head[:bracket]:
                return found["name"].replace("::", "."), "class"
    worded = _worded(extension).search(head) if _WORDS.search(head) else None
    if worded:
        receiver = worded["receiver"]
        return (f"{receiver}.{worded['name']}" if receiver else worded["name"]), "function"
    assigned = (
        re.search(_ASSIGNED, head)
        if extension not in _NEVER_ASSIGNED and _ARROWS.search(head)
        else None
    )
    if assigned:
        return assigned["name"], "function"
    naming = _naming(extension).search(head) if extension in _NAMING_WORDS else None
    if naming:
        return naming["name"], "function"
    return _called(head, extension) if extension not in _ALWAYS_WORDED else None


@cache
def _classes(extension: str) -> tuple[re.Pattern[str], ...]:
    """What makes a class in a language."""
    words = "|".join(
        word
        for word, languages in _CLASS_WORDS.items()
        if extension in languages or extension not in KNOWN
    )
    plain = (
        rf"(?:^|[\s)>])(?P<word>class|@?interface|enum(?:\s+class)?|struct{'|' if words else ''}{words})"
        r"\s+(?!(?:func|var|let)\b)(?:[A-Z_]+\s+(?=[A-Za-z]))?(?P<name>[A-Za-z_$][\w$]*+(?:(?:::|\.)[\w$]++)*+)"
    )
    patterns = [_GO_TYPE] * (extension == "go") + [_IMPL] * (extension == "rs") + [plain]
    return tuple(map(re.compile, patterns))


@cache
def _worded(extension: str) -> re.Pattern[str]:
    """A function that a word makes one; a pattern that fits nothing where a language has no such word."""
    keywords = _KEYWORDS.get(extension, _ANY_KEYWORD)
    if not keywords:
        return re.compile(r"(?!)(?P<receiver>)(?P<name>)")
    receiver = (
        r"\s+" + _GO_RECEIVER + r"(?P<name>\w+)"
        if extension == "go"
        else r"(?P<receiver>)" + _NAMED
    )
    return re.compile(rf"(?:^|[\s(,=])(?:{keywords}){receiver}")


@cache
def _naming(extension: str) -> re.Pattern[str]:
    """A function that has the word that makes it for a name: a constructor."""
    return re.compile(
        rf"^(?:(?:[\w@]+(?:\([^()]*\))?)\s+)*?(?P<name>{_NAMING_WORDS[extension]})\b[?!]?\s*(?:[(<]|$)"
    )


def _called(head: str, extension: str) -> tuple[str, DefinitionKind] | None:
    """A C-like function: a name before the first bracket, with nothing before it that makes it a call or a value."""
    if _ARROW_TAIL.search(head):
        return None
    at = 0
    while (found := _CALLED.search(head, at)) is not None:
        before, after = head[at : found.start()], _after_bracket(head, found.end() - 1)
        if before.count("<") > before.count(">") - before.count(
            "->"
        ):  # among the arguments of a type
            at = found.end()
        elif (
            re.fullmatch(_BEFORE, found["name"])
            and re.match(_DECLARED, head[after:])
            and _CALLED.search(head, after)
        ):
            at = after
        else:
            break
    if (
        found is None
        or "=" in before
        or before.rstrip().endswith((".", "->"))
        or re.search(r"\b(?:new|return|throw|else)\b", before)
    ):
        return None
    if _statement(extension).match(found["name"]) or found["name"] in (
        "function",
        "func",
        "fn",
        "fun",
    ):
        return None
    if re.match(_VALUE, head[after:]):
        return None
    return found["name"].replace("::", ".").replace(" ", ""), "function"


@lru_cache(maxsize=8192)
def bodiless(head: str, extension: str) -> Found | None:
    """A method without a body, as in an interface, or in C# with an expression for one."""
    if "(" not in head:
        return None
    start, header = _skip_annotations(head, 0, extension)
    own = head[header:].partition("=>")[0] if extension == "cs" else head[header:]
    if (
        not own.rstrip()
        or "(" not in own
        or "=" in own[: own.index("(")]
        or _statement(extension).match(own)
    ):
        return None
    if extension in _ALWAYS_WORDED:
        worded = _worded(extension).search(own)
        return (worded["name"], "function", start, header) if worded else None
    found = _CALLED.search(own)
    if found is None or not own[: found.start()].strip():
        return None
    before = (
        own[: found.start()].split("<")[0].replace("...", "").split()
    )  # empty where type parameters come first: <T> void add(T item);
    if before and "." in before[-1]:
        return None
    return found["name"].replace("::", "."), "function", start, header
