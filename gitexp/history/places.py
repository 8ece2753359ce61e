"""Where the rules of a filter are in one version, and the excerpt that follows from it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from gitexp.errors import NotFoundError
from gitexp.excerpt.block import Block, Text, definition_block, range_block
from gitexp.excerpt.cut import Found, Missing, Span, build
from gitexp.excerpt.cut import resolve as resolve_in
from gitexp.excerpt.symbols import find, named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gitexp.excerpt.cut import Excerpt, Lined
    from gitexp.model.filter import Rule

NOT_HERE = "not here in this version"


class Place(NamedTuple):
    """A block of the file ``path`` as the blob ``blob`` (raw id) holds it."""

    path: str
    blob: bytes
    block: Block


def resolve(rule: Rule, text: Text) -> Block:
    """The block that a rule names in a version of its own path; a reach rule names its root.

    Raises NotFoundError or AmbiguousError, with what is near, when it names nothing or several things there, and UsageError
    when a range of lines goes beyond the end.
    """
    if rule.kind == "file":
        return Block("file", 0, len(text.lines), text.lines)
    if rule.kind in ("symbol", "reach"):
        found = named(text.definitions, rule.name) if text.source.kind == "text" else find(text.source, rule.name)
        if found is not None:
            return definition_block(text, found)
    span = resolve_in(text.source, rule._replace(kind="symbol") if rule.kind == "reach" else rule)[0]
    if rule.kind == "cell" and not rule.start:
        ident = next((cell.id for cell in text.source.cells if cell.code and (cell.start, cell.stop) == (span.start, span.stop)), None)
        return Block("range" if ident is None else "cell", span.start, span.stop, text.lines[span.start : span.stop], ident or "")
    return range_block(text, span.start, span.stop)


def as_typed(rule: Rule, text: Text, block: Block) -> Block:
    """The block of a rule at its anchor: of a range exactly the lines that were typed, though it is followed as a definition."""
    if not rule.start:
        return block
    span = resolve_in(text.source, rule)[0]
    return Block("range", span.start, span.stop, text.lines[span.start : span.stop])


def missing_path(rule: Rule, commit: str) -> NotFoundError:
    """The error for a rule whose file is not in its version."""
    return NotFoundError(
        f"rule '{rule}': there is no '{rule.path}' in {commit[:12]}", f"list its files with: git ls-tree -r --name-only {commit[:12]}"
    )


def build_excerpt(
    rules: Sequence[Rule],
    places: Sequence[Place | None],
    text_of: Callable[[Place], Lined],
    gaps: Mapping[Rule, str] = MappingProxyType({}),
) -> Excerpt:
    """Build the excerpt of one version: what its places choose.

    ``gaps`` says of rules without a place why they may be there all the same.
    """
    results: list[Found | Missing] = []
    texts: dict[str, Lined] = {}
    for rule, place in zip(rules, places, strict=True):
        if place is not None:
            texts[place.path] = text_of(place)
            results.append(Found(rule, {place.path: (Span(place.block.start, place.block.stop),)}))
        elif rule in gaps:
            results.append(Missing(rule, gaps[rule], unread=True))
        elif not rule.hide:
            results.append(Missing(rule, NOT_HERE))
    return build(texts, results)


def readable(text: Text | None) -> TypeGuard[Text]:
    """Whether a version can be read as code at all: not binary, not a broken notebook, not missing."""
    return text is not None and text.usable
