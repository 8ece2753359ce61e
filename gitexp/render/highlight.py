"""Code as HTML: Pygments' tokens as spans with classes, a line at a time."""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING

from gitexp.excerpt.languages.lookup import is_notebook

if TYPE_CHECKING:
    from pygments.lexer import Lexer

# The CSS class of the tokens below a type. Other tokens stay plain: few colours, few nodes.
_CLASSES = {
    "Token.Comment": "tc",
    "Token.Literal.String": "ts",
    "Token.Literal.Number": "tn",
    "Token.Keyword": "tk",
    "Token.Name.Function": "tf",
    "Token.Name.Class": "tf",
    "Token.Name.Decorator": "tf",
}


@lru_cache(maxsize=64)
def find_lexer(path: str) -> Lexer:
    """Return the lexer for a file by its name; a notebook's cells are read as Python."""
    from pygments.lexers import get_lexer_for_filename
    from pygments.lexers.special import TextLexer
    from pygments.util import ClassNotFound

    name = "a.py" if is_notebook(path) else path
    try:
        return get_lexer_for_filename(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False, ensurenl=False)


@cache
def _find_class(token_type: object) -> str:
    """Return the CSS class of a token type, "" for plain text; there are some eighty types."""
    name = str(token_type)
    for beginning, css_class in _CLASSES.items():
        if name.startswith(beginning):
            return css_class
    return ""


@lru_cache(maxsize=1024)
def highlight(path: str, text: str) -> tuple[str, ...]:
    """Return the HTML of each line of a text, which is of a file called ``path``.

    A token that spans lines is closed on each.
    """
    lines: list[list[str]] = [[]]
    for token_type, token in find_lexer(path).get_tokens(text):
        css_class = _find_class(token_type)
        first, *others = token.split("\n")
        _append_token(lines[-1], first, css_class)
        for piece in others:
            lines.append([])
            _append_token(lines[-1], piece, css_class)
    count = text.count("\n") + 1
    html_lines = ["".join(line) for line in lines[:count]]
    html_lines += [""] * (count - len(html_lines))
    return tuple(html_lines)


def _append_token(line: list[str], text: str, css_class: str) -> None:
    if not text:
        return
    html = escape(text)
    line.append(f'<span class="{css_class}">{html}</span>' if css_class else html)
