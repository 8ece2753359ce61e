"""Code as HTML: Pygments' tokens as spans with classes, a line at a time."""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING

from gitexp.excerpt.languages.lookup import is_notebook

if TYPE_CHECKING:
    from pygments.lexer import Lexer

# Class of the tokens below a type; what is not here stays plain: few colours, few nodes.
_CLASSES = (
    ("Token.Comment", "tc"),
    ("Token.Literal.String", "ts"),
    ("Token.Literal.Number", "tn"),
    ("Token.Keyword", "tk"),
    ("Token.Name.Function", "tf"),
    ("Token.Name.Class", "tf"),
    ("Token.Name.Decorator", "tf"),
)


@lru_cache(maxsize=64)
def _lexer(path: str) -> Lexer:
    from pygments.lexers import get_lexer_for_filename
    from pygments.lexers.special import TextLexer
    from pygments.util import ClassNotFound

    try:
        return get_lexer_for_filename(
            "a.py" if is_notebook(path) else path, stripnl=False, ensurenl=False
        )
    except ClassNotFound:
        return TextLexer(stripnl=False, ensurenl=False)


@cache
def _class_of(kind: object) -> str:
    """The class of a type of tokens; there are some eighty."""
    name = str(kind)
    return next((css for start, css in _CLASSES if name.startswith(start)), "")


@lru_cache(maxsize=1024)
def highlight(path: str, text: str) -> tuple[str, ...]:
    """HTML of each line of ``text``, which is of a file called ``path``. A token that spans lines is closed on each."""
    lines: list[list[str]] = [[]]
    for kind, value in _lexer(path).get_tokens(text):
        mark = _class_of(kind)
        for number, piece in enumerate(value.split("\n")):
            if number:
                lines.append([])
            if piece:
                lines[-1].append(
                    f'<span class="{mark}">{escape(piece)}</span>' if mark else escape(piece)
                )
    wanted = text.count("\n") + 1
    return tuple("".join(line) for line in lines[:wanted]) + ("",) * (wanted - len(lines))
