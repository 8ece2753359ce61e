"""Comments, strings and preprocessor lines of many languages blanked, so that brackets and words can be counted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = ("js", "jsx", "mjs", "cjs", "ts", "tsx", "vue")
C_FAMILY = ("c", "h", "cc", "cpp", "cxx", "hpp", "hh", "hxx", "cu", "cuh", "inl", "mm")
SHELL = ("sh", "bash", "zsh")
GROOVY = ("groovy", "gradle", "dart")
INDENTED = (
    "py", "pyw", "pyi", "pyx", "jl", "rb", "lua", "ex", "exs", "nim", "m", "f90", "f95", "vb", "coffee", "gd", "hs", "ml", "sql", "tex",
)  # fmt: skip
DATA = (
    "yml", "yaml", "toml", "json", "jsonl", "csv", "tsv", "ini", "properties", "xml", "svg", "md", "rst", "txt", "log", "out", "lock",
    "diff", "patch",
)  # fmt: skip
OPEN_ENDED = ("go", "kt", "kts", "swift", "scala", "r", *SCRIPT, *SHELL, *GROOVY)
# Languages of which it is known what their words are.
KNOWN = (*C_FAMILY, "java", "cs", "rs", "zig", "php", "pl", "pm", "tcl", "css", *OPEN_ENDED)
# Languages in which a function may have an expression for a body, with nothing to end it.
EXPRESSIVE = ("kt", "kts", "scala", "r", *SCRIPT)
_QUOTED_NAMES = ("kt", "kts", "scala", "swift")
_LONG_QUOTES = (*SCRIPT, "php", "r", *GROOVY, "pl", "pm", "css")
_HASH_COMMENTS = ("r", "pl", "pm", "php", "tcl", "tf", "cfg", "conf")

_SLASHED = r"//[^\n]*|/\*.*?(?:\*/|\Z)"
_STRING = r'"(?:\\.|[^"\\\n])*"'
# Strings of one language or some, before those of all.
_STRINGS_OF = {
    **dict.fromkeys(("java", "kt", "kts", "scala", "swift", *GROOVY), r'"""(?:\\.|[^\\])*?"""'),
    **dict.fromkeys(C_FAMILY, r'\bR"(?P<raw>[^()\\\s]{0,16})\(.*?\)(?P=raw)"'),
    "cs": r'"""(?:\\.|[^\\])*?"""|(?:@\$?|\$@)"(?:[^"]|"")*"',
    "rs": r'\br(?P<raw>\#+)".*?"(?P=raw)',
}
_CHARACTER = r"'(?:\\[^\n']{1,10}|\\'|[^'\\\n])'"
_QUOTED = r"'(?:\\.|[^'\\\n])*'"
_TEMPLATE = r"`(?:\\.|[^`\\])*`"
_RAW = r"`[^`]*`"
_QUOTED_NAME = r"`[^`\n]+`"
_REGEX = r"(?<=[=(,:!&|?;])[ \t]*/(?![*/\s])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/"
_DIRECTIVE = r"(?m:^[ \t]*\#(?!!?\[)(?:\\\n|[^\n])*)"
_BRANCHES = r"(?m:^[ \t]*\#[ \t]*(?P<word>if|el|endif)\w*)|[{}]"
# In a shell: comments (elsewhere a hash is part of a word), what is escaped, sums, here-documents, strings over several lines.
_SHELL_TEXT = (
    r"(?<![^\s;&|(])\#[^\n]*|\\.|\(\([^\n]*?\)\)|<<<"
    r"|<<-?\s*(?P<quote>['\"]?)(?P<end>\w+)(?P=quote)[^\n]*\n(?:[^\n]*\n){0,500}?[ \t]*(?P=end)(?=\n|\Z)"
    r"|\$'(?:\\.|[^'\\])*'|'[^']*'|\"(?:\\.|[^\"\\])*\""
)
# Past brackets around nothing that matters. The end is found too, so that no place is looked at twice.
_MARK = re.compile(r"(?:[^(){};]++|\([^(){};]*+\))*+([(){};]|\Z)")
_PYTHON = r"""[rRbBuUfF]{0,2}(?:\"{3}.*?(?:\"{3}|\Z)|'{3}.*?(?:'{3}|\Z))|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\#[^\n]*"""


def _blank(match: re.Match[str]) -> str:
    """Spaces for the text that matched; line ends stay, and the quotes of a string: what ends with one ends with a value."""
    text = match.group()
    if text[0] in "\"'" and text[-1] == text[0] and len(text) > 1 and "\n" not in text:
        return text[0] + " " * (len(text) - 2) + text[-1]
    return (
        " " * len(text)
        if "\n" not in text
        else "\n".join(" " * len(part) for part in text.split("\n"))
    )


def _blank_but_names(match: re.Match[str]) -> str:
    """The same, but a name between backticks is left as one that needs none: tests of Kotlin have sentences there."""
    text = match.group()
    return " " + re.sub(r"\W", "_", text[1:-1]) + " " if text.startswith("`") else _blank(match)


def mask(text: str, extension: str) -> str:
    """The text with comments, strings and preprocessor lines blanked, of the same length."""
    if extension in SHELL:
        return re.sub(_SHELL_TEXT, _blank, text, flags=re.DOTALL)
    hashed = extension in _HASH_COMMENTS
    parts = [
        r"\#[^\n]*" if hashed else _SLASHED,
        *filter(None, [_STRINGS_OF.get(extension)]),
        _STRING,
    ]
    if extension == "php":
        parts.append(_SLASHED)
    parts.append(_QUOTED if extension in _LONG_QUOTES else _CHARACTER)
    if extension in OPEN_ENDED:
        parts.append(
            _QUOTED_NAME if extension in _QUOTED_NAMES else _RAW if extension == "go" else _TEMPLATE
        )
    if extension in SCRIPT:
        parts.append(_REGEX)
    text = re.sub(
        "|".join(parts),
        _blank_but_names if extension in _QUOTED_NAMES else _blank,
        text,
        flags=re.DOTALL,
    )
    if extension == "cs" or extension in C_FAMILY:
        text = re.sub(
            _DIRECTIVE, _blank, _one_branch(text) if "#el" in text or "# el" in text else text
        )
    return text


def _one_branch(text: str) -> str:
    """The text without the braces of those branches of ``#if`` that open or close more than they should beside the first."""
    waiting = [_Branch(0)]
    dropped: list[tuple[int, int]] = []
    for found in re.finditer(_BRANCHES, text):
        here, mark = waiting[-1], found.group()
        if mark in "{}":
            here.depth += 1 if mark == "{" else -1
        elif found["word"] == "if":
            waiting.append(_Branch(found.end()))
        elif len(waiting) > 1:
            if here.first is None:
                here.first = here.depth
            elif here.depth:
                dropped.append((here.start, found.start()))
            here.start, here.depth = found.end(), 0
            if found["word"] == "endif":
                waiting.pop()
                waiting[-1].depth += here.first
    for start, stop in dropped:
        text = text[:start] + text[start:stop].replace("{", " ").replace("}", " ") + text[stop:]
    return text


class _Branch:
    """A branch of ``#if``: where it starts, how many more blocks it opens than closes, and how many the first one did."""

    __slots__ = ("depth", "first", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.depth = 0
        self.first: int | None = None


def marks(text: str) -> Iterator[tuple[str, int]]:
    """The brackets and semicolons of a masked text that matter, with their offsets."""
    for match in _MARK.finditer(text):
        if match.group(1):
            yield match.group(1), match.start(1)


def mask_indented(text: str) -> str:
    """The same for languages whose blocks are told by indentation: strings as in Python, comments from ``#`` on."""
    return re.sub(_PYTHON, _blank, text, flags=re.DOTALL)
