"""Where the rules of a filter are in one version, and the excerpt that follows from it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from gitexp.errors import NotFoundError
from gitexp.excerpt.cut import MissingRule, RuleSpans, Span, build_excerpt
from gitexp.excerpt.locate.block import CodeBlock, make_definition_block, make_range_block
from gitexp.excerpt.resolve import resolve_rule as resolve_in
from gitexp.excerpt.symbols.find import find_definition, pick_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gitexp.excerpt.cut import Excerpt, HasLines
    from gitexp.excerpt.locate.version import FileVersion
    from gitexp.model.filter import Rule

NOT_HERE = "not here in this version"


class CodePlace(NamedTuple):
    """A block of the file ``path`` as the blob ``blob`` (raw id) holds it."""

    path: str
    blob: bytes
    block: CodeBlock


def resolve_block(rule: Rule, text: FileVersion) -> CodeBlock:
    """The block that a rule names in a version of its own path; a reach rule names its root.

    Raises NotFoundError or AmbiguousError, with what is near, when it names nothing or several
    things there, and UsageError when a range of lines goes beyond the end.
    """
    if rule.kind == "file":
        return CodeBlock("file", 0, len(text.lines), text.lines)
    if rule.kind in ("symbol", "reach"):
        found = (
            pick_named(text.definitions, rule.name)
            if text.source.kind == "text"
            else find_definition(text.source, rule.name)
        )
        if found is not None:
            return make_definition_block(text, found)
    span = resolve_in(text.source, rule._replace(kind="symbol") if rule.kind == "reach" else rule)[
        0
    ]
    if rule.kind == "cell" and not rule.start:
        ident = next(
            (
                cell.id
                for cell in text.source.cells
                if cell.code and (cell.start, cell.stop) == (span.start, span.stop)
            ),
            None,
        )
        return CodeBlock(
            "range" if ident is None else "cell",
            span.start,
            span.stop,
            text.lines[span.start : span.stop],
            ident or "",
        )
    return make_range_block(text, span.start, span.stop)


def restore_typed_range(rule: Rule, text: FileVersion, block: CodeBlock) -> CodeBlock:
    """The block of a rule at its anchor: of a range exactly the lines that were typed, though it is
    followed as a definition.
    """
    if not rule.start:
        return block
    span = resolve_in(text.source, rule)[0]
    return CodeBlock("range", span.start, span.stop, text.lines[span.start : span.stop])


def make_missing_path_error(rule: Rule, commit: str) -> NotFoundError:
    """The error for a rule whose file is not in its version."""
    return NotFoundError(
        f"rule '{rule}': there is no '{rule.path}' in {commit[:12]}",
        f"list its files with: git ls-tree -r --name-only {commit[:12]}",
    )


def build_excerpt_at(
    rules: Sequence[Rule],
    places: Sequence[CodePlace | None],
    text_of: Callable[[CodePlace], HasLines],
    gaps: Mapping[Rule, str] = MappingProxyType({}),
) -> Excerpt:
    """Build the excerpt of one version: what its places choose.

    ``gaps`` says of rules without a place why they may be there all the same.
    """
    results: list[RuleSpans | MissingRule] = []
    texts: dict[str, HasLines] = {}
    for rule, place in zip(rules, places, strict=True):
        if place is not None:
            texts[place.path] = text_of(place)
            results.append(
                RuleSpans(rule, {place.path: (Span(place.block.start, place.block.stop),)})
            )
        elif rule in gaps:
            results.append(MissingRule(rule, gaps[rule], unread=True))
        elif not rule.hide:
            results.append(MissingRule(rule, NOT_HERE))
    return build_excerpt(texts, results)


def is_readable(text: FileVersion | None) -> TypeGuard[FileVersion]:
    """Whether a version can be read as code at all: not binary, not a broken notebook, not
    missing.
    """
    return text is not None and text.usable
