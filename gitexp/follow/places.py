"""Places: code in one version of a file, and the excerpt that the places of a filter make."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from gitexp.errors import NotFoundError
from gitexp.excerpt.cut import MissingRule, RuleSpans, Span, build_excerpt
from gitexp.excerpt.locate.block import CodeBlock, make_definition_block, make_range_block
from gitexp.excerpt.resolve import resolve_rule
from gitexp.excerpt.symbols.find import find_definition, pick_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gitexp.excerpt.cut import Excerpt, HasLines
    from gitexp.excerpt.definition import Definition
    from gitexp.excerpt.locate.version import FileVersion
    from gitexp.model.filter import Rule

NOT_HERE = "not here in this version"


class CodePlace(NamedTuple):
    """A block of the file ``path`` as the blob ``blob`` (raw id) holds it."""

    path: str
    blob: bytes
    block: CodeBlock


def resolve_block(rule: Rule, version: FileVersion) -> CodeBlock:
    """Return the block that a rule names in a version of its own path.

    A reach rule names its root. Raises NotFoundError or AmbiguousError, with what is near, when the
    rule names nothing or several things, and UsageError when its range goes beyond the end.
    """
    if rule.kind == "file":
        return CodeBlock("file", 0, len(version.lines), version.lines)
    if rule.kind in ("symbol", "reach"):
        definition = _find_named(version, rule.name)
        if definition is not None:
            return make_definition_block(version, definition)
        rule = rule._replace(kind="symbol")
    span = resolve_rule(version.source, rule)[0]
    if rule.kind == "cell" and not rule.start:
        return _make_cell_block(version, span)
    return make_range_block(version, span.start, span.stop)


def restore_typed_range(rule: Rule, version: FileVersion, block: CodeBlock) -> CodeBlock:
    """Return the block of a rule at its anchor, a range as exactly the lines that were typed.

    Such a range may be followed as the definition that it means.
    """
    if not rule.start:
        return block
    span = resolve_rule(version.source, rule)[0]
    return CodeBlock("range", span.start, span.stop, version.lines[span.start : span.stop])


def make_missing_path_error(rule: Rule, commit: str) -> NotFoundError:
    """Return the error for a rule whose file is not in its version."""
    hint = f"list its files with: git ls-tree -r --name-only {commit[:12]}"
    if rule.hide or "." not in rule.path.rpartition("/")[2]:
        hint += """; a path with # @ : ! in it stands in quotes: '"try #3.ipynb"::net'"""
    return NotFoundError(f"rule '{rule}': there is no '{rule.path}' in {commit[:12]}", hint)


def build_excerpt_at(
    rules: Sequence[Rule],
    places: Sequence[CodePlace | None],
    read_lines: Callable[[CodePlace], HasLines],
    gaps: Mapping[Rule, str] = MappingProxyType({}),
) -> Excerpt:
    """Build the excerpt of one version from the places of its rules.

    ``read_lines`` gives the file of a place. ``gaps`` says why a rule without a place may be there
    all the same.
    """
    choices: list[RuleSpans | MissingRule] = []
    files: dict[str, HasLines] = {}
    for rule, place in zip(rules, places, strict=True):
        if place is not None:
            files[place.path] = read_lines(place)
            span = Span(place.block.start, place.block.stop)
            choices.append(RuleSpans(rule, {place.path: (span,)}))
        elif rule in gaps:
            choices.append(MissingRule(rule, gaps[rule], unread=True))
        elif not rule.hide:
            choices.append(MissingRule(rule, NOT_HERE))
    return build_excerpt(files, choices)


def is_readable(version: FileVersion | None) -> TypeGuard[FileVersion]:
    """Return True if a version can be read as code.

    It is not missing, not binary, and no broken notebook.
    """
    return version is not None and version.usable


def _find_named(version: FileVersion, name: str) -> Definition | None:
    """Return the definition of a name, if the version has one.

    A notebook is asked cell by cell.
    """
    if version.source.kind == "text":
        return pick_named(version.definitions, name)
    return find_definition(version.source, name)


def _make_cell_block(version: FileVersion, span: Span) -> CodeBlock:
    """Return the block of a cell; a range where its lines are no whole cell."""
    lines = version.lines[span.start : span.stop]
    for cell in version.source.cells:
        if cell.code and (cell.start, cell.stop) == span:
            return CodeBlock("cell", span.start, span.stop, lines, cell.id)
    return CodeBlock("range", span.start, span.stop, lines)
