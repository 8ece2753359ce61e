"""Free text as HTML: Markdown that cannot do harm, whoever wrote it."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_TAGS = {"p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "del"}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")


@lru_cache(maxsize=4096)
def markdown(text: str) -> str:
    """HTML of a text. A line break stays one; pictures and raw HTML do not pass; links lead to http, https, mailto or a place here."""
    import nh3

    made = _parser().render(text)
    return nh3.clean(made, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel="noopener noreferrer")
