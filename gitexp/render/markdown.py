"""Free text as HTML: Markdown that cannot do harm, whoever wrote it."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_TAGS = {
    "p",
    "br",
    "em",
    "strong",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "a",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "del",
}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}


# What may be an id, a #tag or a [[topic]] in plain text; ids of other letters are looked up whole.
_NAMES = re.compile(
    r"\[\[([^\[\]\n]+)\]\]|(?<![\w/&])#([^\W\d]\w*(?:-\w+)*)"
    r"|([A-Za-z0-9_](?:[A-Za-z0-9_+@-]|\.(?=[A-Za-z0-9_+@-]))*|[^\W\d_]\w*)"
)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return (
        MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")
    )


def markdown(
    text: str, known: Collection[str] = (), to: Callable[[str, str], str] | None = None
) -> str:
    """HTML of a text. A line break stays one; pictures and raw HTML do not pass; links lead to http, https, mailto or a place here.

    Where ``to`` says where things are, ids among ``known``, ``#tags`` and ``[[topics]]`` are links.
    """
    if to is None:
        return _rendered(text, ())
    return _rendered(
        text,
        tuple(dict.fromkeys((word, to(kind, name)) for word, kind, name in _named(text, known))),
    )


def _named(text: str, known: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """What a text names: the words as they stand there, whether they are a topic or an experiment, and its name."""
    for match in _NAMES.finditer(text):
        topic, tag, word = match.groups()
        if topic or tag:
            yield match[0], "topic", (topic or tag).strip()
        elif word in known:
            yield word, "experiment", word


@lru_cache(maxsize=4096)
def _rendered(text: str, places: tuple[tuple[str, str], ...]) -> str:
    import nh3

    parser = _parser()
    env: dict[str, Any] = {}
    tokens = parser.parse(text, env)
    if places:
        for token in tokens:
            if token.type == "inline" and token.children:
                token.children = list(_linked(token.children, dict(places)))
    made = parser.renderer.render(tokens, parser.options, env)
    return nh3.clean(
        made,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


def _linked(children: list[Token], places: Mapping[str, str]) -> Iterator[Token]:
    """Inline tokens with links put in where plain text names something; text inside a link or code stays as it is."""
    from markdown_it.token import Token

    inside = 0
    for child in children:
        inside += child.nesting if child.type in ("link_open", "link_close") else 0
        if child.type != "text" or inside:
            yield child
            continue
        done = 0
        for match in _NAMES.finditer(child.content):
            if match[0] not in places:
                continue
            if match.start() > done:
                yield Token("text", "", 0, content=child.content[done : match.start()])
            yield Token("link_open", "a", 1, attrs={"href": places[match[0]]})
            yield Token("text", "", 0, content=match[1] or match[0])
            yield Token("link_close", "a", -1)
            done = match.end()
        if done < len(child.content):
            yield Token("text", "", 0, content=child.content[done:])
