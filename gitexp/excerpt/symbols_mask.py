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
# In a shell: comments (elsewhere a hash is part of a word), what is escaped, here-documents, strings over several lines.
_SHELL_TEXT = (
    r"(?<![^\s;&|(])\#[^\n]*|\\."
    r"|<<-?\s*(?P<quote>['\"]?)(?P<end>\w+)(?P=quote)[^\n]*\n(?:.*?\n)?[ \t]*(?P=end)(?=\n|\Z)"
    r"|'[^']*'|\"(?:\\.|[^\"\\])*\""
)
# Past brackets around nothing that matters. The end is found too, so that no place is looked at twice.
_MARK = re.compile(r"(?:[^(){};]++|\([^(){};]*+\))*+([(){};]|\Z)")
_PYTHON = r"""[rRbBuUfF]{0,2}(?:\"{3}.*?(?:\"{3}|\Z)|'{3}.*?(?:'{3}|\Z))|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\#[^\n]*"""


def _blank(match: re.Match[str]) -> str:
    """Spaces for the text that matched; line ends stay."""
    text = match.group()
    return " " * len(text) if "\n" not in text else "\n".join(" " * len(part) for part in text.split("\n"))


def _blank_but_names(match: re.Match[str]) -> str:
    """The same, but a name between backticks is left as one that needs none: tests of Kotlin have sentences there."""
    text = match.group()
    return " " + re.sub(r"\W", "_", text[1:-1]) + " " if text.startswith("`") else _blank(match)


def mask(text: str, extension: str) -> str:
    """The text with comments, strings and preprocessor lines blanked, of the same length."""
    if extension in SHELL:
        return re.sub(_SHELL_TEXT, _blank, text, flags=re.DOTALL)
    hashed = extension in _HASH_COMMENTS
    parts = [r"\#[^\n]*" if hashed else _SLASHED, *filter(None, [_STRINGS_OF.get(extension)]), _STRING]
    if extension == "php":
        parts.append(_SLASHED)
    parts.append(_QUOTED if extension in _LONG_QUOTES else _CHARACTER)
    if extension in OPEN_ENDED:
        parts.append(_QUOTED_NAME if extension in _QUOTED_NAMES else _RAW if extension == "go" else _TEMPLATE)
    if extension in SCRIPT:
        parts.append(_REGEX)
    if extension == "cs" or extension in C_FAMILY:
        parts.append(_DIRECTIVE)
    return re.sub("|".join(parts), _blank_but_names if extension in _QUOTED_NAMES else _blank, text, flags=re.DOTALL)


def marks(text: str) -> Iterator[tuple[str, int]]:
    """The brackets and semicolons of a masked text that matter, with their offsets."""
    for match in _MARK.finditer(text):
        if match.group(1):
            yield match.group(1), match.start(1)


def mask_indented(text: str) -> str:
    """The same for languages whose blocks are told by indentation: strings as in Python, comments from ``#`` on."""
    return re.sub(_PYTHON, _blank, text, flags=re.DOTALL)
