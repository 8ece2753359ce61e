"""Resolve a rule of a filter: the lines that it chooses in the version it is anchored at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import NotFoundError, UsageError
from gitexp.excerpt.cut import Span, combine_spans
from gitexp.excerpt.symbols.find import find_definition, find_definitions

if TYPE_CHECKING:
    from gitexp.excerpt.source import Source
    from gitexp.model.filter import Rule


def resolve_rule(source: Source, rule: Rule) -> tuple[Span, ...]:
    """Return the lines that ``rule`` (file, lines, symbol or cell) chooses in ``source``.

    Raises NotFoundError for a symbol or cell that is not there, AmbiguousError for a heading that
    fits several times, UsageError for a range beyond the end, ValueError for a reach rule: reach
    needs more than one file.
    """
    whole = Span(0, len(source.lines))
    if rule.kind == "file":
        return combine_spans([whole])
    if rule.kind == "lines":
        return (_narrow_span(whole, rule),)
    if rule.kind == "symbol":
        return (_find_symbol(source, rule),)
    if rule.kind == "cell":
        from gitexp.excerpt.cells import find_cells

        return combine_spans([_narrow_span(find_cells(source, rule), rule)])
    raise ValueError(f"{rule}: reach is not resolved in one source")


def _narrow_span(whole: Span, rule: Rule) -> Span:
    """Return the lines ``rule.start`` to ``rule.stop`` of ``whole``, all where the rule gives none.

    Raises UsageError when the range ends beyond ``whole``.
    """
    if not rule.start:
        return whole
    size = whole.stop - whole.start
    if rule.stop > size:
        raise _make_range_error(rule, size)
    return Span(whole.start + rule.start - 1, whole.start + rule.stop)


def _make_range_error(rule: Rule, size: int) -> UsageError:
    """Return the error about a range that ends beyond the ``size`` lines that are there."""
    if rule.kind == "cell":
        subject = f"cell '{rule.name}' of '{rule.path}'"
    else:
        subject = f"'{rule.path}'"
    lines = f"{size} line" if size == 1 else f"{size} lines"
    if rule.start <= size:
        hint = f"write {rule.start}-{size}"
    else:
        hint = "check the path and the version"
    return UsageError(f"rule '{rule}' ends beyond the end: {subject} has {lines}", hint)


def _find_symbol(source: Source, rule: Rule) -> Span:
    """Return the lines of a definition with the comment above.

    Raises NotFoundError, and AmbiguousError where a notebook of marimo has several cells of the
    name.
    """
    definition = find_definition(source, rule.name)
    if definition is None and source.is_marimo:
        from gitexp.excerpt.cells import find_named_cell

        cell = find_named_cell(source, rule)
        if cell is not None:
            return cell
    if definition is None:
        raise _make_symbol_error(source, rule)
    return Span(definition.lead, definition.stop)


def _make_symbol_error(source: Source, rule: Rule) -> NotFoundError:
    """Return the error about a symbol that is not there, with up to three names that are near."""
    from difflib import get_close_matches

    names = list(dict.fromkeys(definition.name for definition in find_definitions(source)))
    near = get_close_matches(rule.name, names, n=3, cutoff=0.5)
    if not near:
        near = [name for name in names if rule.name.lower() in name.lower()][:3]
    if near:
        hint = f"near: {', '.join(near)}"
    else:
        hint = "see what it defines, or write path:10-40"
    problem = f"rule '{rule}': '{source.path}' does not define '{rule.name}'"
    return NotFoundError(problem, hint)
