"""Comments, strings and preprocessor lines of many languages blanked, so that brackets and words can be counted."""

from __future__ import annotations

import re

SCRIPT = ("js", "jsx", "mjs", "cjs", "ts", "tsx", "vue")
_SHELL = ("sh", "bash", "zsh")
_GROOVY = ("groovy", "gradle", "dart")
INDENTED = (
    "py", "pyw", "pyi", "pyx", "jl", "rb", "lua", "ex", "exs", "nim", "m", "f90", "f95", "vb", "coffee", "gd", "hs", "ml", "sql", "tex",
)  # fmt: skip
OPEN_ENDED = ("go", "kt", "kts", "swift", "scala", "r", *SCRIPT, *_SHELL, *_GROOVY)
_LONG_QUOTES = (*SCRIPT, "php", "r", *_SHELL, *_GROOVY, "pl", "pm", "css")
_HASH_COMMENTS = ("r", *_SHELL, "pl", "pm", "php", "tcl", "tf", "cfg", "conf")

_SLASHED = r"//[^\n]*|/\*.*?(?:\*/|\Z)"
_STRING = r'"""(?:\\.|.)*?"""|"(?:\\.|[^"\\\n])*"'
_CHARACTER = r"'(?:\\[^\n']{1,10}|\\'|[^'\\\n])'"
_QUOTED = r"'(?:\\.|[^'\\\n])*'"
_TEMPLATE = r"`(?:\\.|[^`\\])*`"
_REGEX = r"(?<=[=(,:!&|?;])[ \t]*/(?![*/\s])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/"
_DIRECTIVE = r"(?m:^[ \t]*\#(?!!?\[)(?:\\\n|[^\n])*)"
# The next bracket or semicolon, past brackets around nothing that matters.
MARK = re.compile(r"(?:[^(){};]++|\([^(){};]*+\))*+([(){};])")
_PYTHON = r"""[rRbBuUfF]{0,2}(?:\"{3}.*?(?:\"{3}|\Z)|'{3}.*?(?:'{3}|\Z))|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\#[^\n]*"""


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
    if extension in OPEN_ENDED:
        parts.append(_TEMPLATE)
    if extension in SCRIPT:
        parts.append(_REGEX)
    if extension in ("c", "h", "cc", "cpp", "cxx", "hpp", "hh", "hxx", "cu", "cuh", "cs", "mm", "inl"):
        parts.append(_DIRECTIVE)
    return re.sub("|".join(parts), _blank, text, flags=re.DOTALL)


def mask_indented(text: str) -> str:
    """The same for languages whose blocks are told by indentation: strings as in Python, comments from ``#`` on."""
    return re.sub(_PYTHON, _blank, text, flags=re.DOTALL)
