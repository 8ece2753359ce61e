"""Free text as HTML: Markdown that cannot do harm, whoever wrote it."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_TAGS = frozenset(
    """
    p br em strong code pre blockquote ul ol li a hr h1 h2 h3 h4 h5 h6 del
    table thead tbody tr th td
    """.split()  # noqa: SIM905 - words, not strings
)

# What may be an id, a #tag or a [[topic]] in plain text; ids of other letters are looked up whole.
_NAMES = re.compile(
    r"\[\[([^\[\]\n]+)\]\]|(?<![\w/&])#([^\W\d]\w*(?:-\w+)*)"
    r"|([A-Za-z0-9_](?:[A-Za-z0-9_+@-]|\.(?=[A-Za-z0-9_+@-]))*|[^\W\d_]\w*)"
)


@cache
def _make_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    return parser.enable("table").disable("image")


def markdown(
    text: str, known: Collection[str] = (), to: Callable[[str, str], str] | None = None
) -> str:
    """Return the HTML of a text.

    A line break stays one. Pictures and raw HTML do not pass. Links lead to http, https, mailto or
    a place of the record. Where ``to`` returns places by kind and name, ids among ``known``,
    ``#tags`` and ``[[topics]]`` are links.
    """
    places: dict[str, str] = {}
    if to is not None:
        for words, kind, name in _find_names(text, known):
            places[words] = to(kind, name)
    return _render(text, tuple(places.items()))


def _find_names(text: str, known: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Yield what a text names: the words as they stand there, the kind, and the name.

    The kind is "topic" or "experiment".
    """
    for match in _NAMES.finditer(text):
        topic, tag, word = match.groups()
        if topic or tag:
            yield match[0], "topic", (topic or tag).strip()
        elif word in known:
            yield word, "experiment", word


@lru_cache(maxsize=4096)
def _render(text: str, places: tuple[tuple[str, str], ...]) -> str:
    """Return the HTML of a text; ``places``: words that become links, with their addresses."""
    import nh3

    parser = _make_parser()
    env: dict[str, Any] = {}
    tokens = parser.parse(text, env)
    if places:
        addresses = dict(places)
        for token in tokens:
            if token.type == "inline" and token.children:
                token.children = list(_link_tokens(token.children, addresses))
    return nh3.clean(
        parser.renderer.render(tokens, parser.options, env),
        tags=set(_TAGS),
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


def _link_tokens(tokens: list[Token], addresses: Mapping[str, str]) -> Iterator[Token]:
    """Yield inline tokens with links where plain text names something.

    Text inside a link or code stays as it is.
    """
    link_depth = 0
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            link_depth += token.nesting
        if token.type == "text" and not link_depth:
            yield from _link_text(token.content, addresses)
        else:
            yield token


def _link_text(text: str, addresses: Mapping[str, str]) -> Iterator[Token]:
    """Yield a text as tokens, with links for the words that have an address."""
    from markdown_it.token import Token

    done = 0
    for match in _NAMES.finditer(text):
        if match[0] not in addresses:
            continue
        if match.start() > done:
            yield Token("text", "", 0, content=text[done : match.start()])
        yield Token("link_open", "a", 1, attrs={"href": addresses[match[0]]})
        yield Token("text", "", 0, content=match[1] or match[0])
        yield Token("link_close", "a", -1)
        done = match.end()
    if done < len(text):
        yield Token("text", "", 0, content=text[done:])
