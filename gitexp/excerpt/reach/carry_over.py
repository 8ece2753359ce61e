"""Carry a reach over to a version in which nothing changed that decides what a reach keeps.

Neighbouring versions differ in a few statements: a number was turned, or a function was edited that
the root does not need. Then the same statements are kept, in other lines.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.cut import Span, combine_spans
from gitexp.excerpt.parse.magics import replace_magic
from gitexp.excerpt.reach.branches import find_first_line
from gitexp.excerpt.reach.call_time import has_inner_function
from gitexp.excerpt.reach.statement import analyse_nodes
from gitexp.excerpt.reach.training import is_model_attribute
from gitexp.excerpt.scope.names import FunctionNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gitexp.excerpt.parse.units import Unit
    from gitexp.excerpt.reach.import_lines import ImportLine, ShortLines
    from gitexp.excerpt.scope.facts import Effects, Use
    from gitexp.excerpt.source import Source

    Spans = Mapping[str, tuple[Span, ...]]

_IN_PLACE = "inplace"
"""The one argument of which reach reads the value, not only the names in it."""

_HOLE = b"0"
"""Stands in a text for each value that decides nothing."""


class ReachedLines(NamedTuple):
    """The lines that a reach keeps of one version, and those that only guesses keep, by path.

    ``short_lines``: the kept lines of imports that read without some of their names.
    """

    spans: Spans
    guesses: Spans
    short_lines: ShortLines


class _Segment(NamedTuple):
    """Lines ``start`` to ``stop`` of a source: a statement at the margin, or what stands between.

    ``node`` is None for what stands between, and for what is not read as Python.
    """

    start: int
    stop: int
    lines: tuple[str, ...]
    node: ast.stmt | None = None


class _Move(NamedTuple):
    """Lines of the older version, and the line at which they begin in the newer one."""

    span: Span
    new_start: int


class _Outline(NamedTuple):
    """What a reach asks of a function that it does not keep: what calling and making it does.

    ``late_uses``: of each use inside the function the name, if the name itself is called, and the
    attribute, where it is one that only models have.
    """

    early_uses: tuple[Use, ...]
    late_uses: frozenset[tuple[str, bool, str]]
    effects: tuple[object, ...]


def carry_over(
    lines: ReachedLines, older: Mapping[str, Source | None], newer: Mapping[str, Source | None]
) -> ReachedLines | None:
    """Return what a reach keeps of a newer version, or None where it has to be searched anew.

    ``lines``: what it keeps of the older version. ``older`` and ``newer``: every file that it asks
    for in the older version, as it is in both, None where there is no such file.
    """
    spans: dict[str, tuple[Span, ...]] = {}
    guesses: dict[str, tuple[Span, ...]] = {}
    short_lines: dict[str, Mapping[int, ImportLine]] = {}
    for path, source in older.items():
        kept_spans = lines.spans.get(path, ())
        moves = _find_moves(source, newer[path], kept_spans)
        if moves is None:
            return None
        if path in lines.spans:
            spans[path] = _move_spans(kept_spans, moves)
        if path in lines.guesses:
            guesses[path] = _move_spans(lines.guesses[path], moves)
        if path in lines.short_lines:
            short_lines[path] = _move_lines(lines.short_lines[path], moves)
    # Excerpts show the files in the order in which the search came to them.
    return ReachedLines(
        {path: spans[path] for path in lines.spans},
        {path: guesses[path] for path in lines.guesses},
        short_lines,
    )


def _find_moves(
    older: Source | None, newer: Source | None, kept_spans: Sequence[Span]
) -> list[_Move] | None:
    """Return where the lines of a file went; none where they stayed, None where reach may differ."""
    if older is newer:
        return []
    if older is None or newer is None or len(older.units) != len(newer.units):
        return None
    kept_lines = {line for span in kept_spans for line in range(span.start, span.stop)}
    moves = []
    for older_unit, newer_unit in zip(older.units, newer.units, strict=True):
        unit_moves = _find_moves_of_unit(older, older_unit, newer, newer_unit, kept_lines)
        if unit_moves is None:
            return None
        moves.extend(unit_moves)
    if all(move.span.start == move.new_start for move in moves):
        return []
    covered_lines = {line for move in moves for line in range(move.span.start, move.span.stop)}
    return moves if kept_lines <= covered_lines else None


def _find_moves_of_unit(
    older: Source, older_unit: Unit, newer: Source, newer_unit: Unit, kept_lines: set[int]
) -> list[_Move] | None:
    if older_unit.language != newer_unit.language:
        return None
    older_lines = older.lines[older_unit.start : older_unit.stop]
    newer_lines = newer.lines[newer_unit.start : newer_unit.stop]
    if older_lines == newer_lines:
        return [_Move(Span(older_unit.start, older_unit.stop), newer_unit.start)]
    older_segments = _split_unit(older_unit, older_lines)
    newer_segments = _split_unit(newer_unit, newer_lines)
    if len(older_segments) != len(newer_segments):
        return None
    moves = []
    for older_segment, newer_segment in zip(older_segments, newer_segments, strict=True):
        span = Span(older_segment.start, older_segment.stop)
        is_kept = not kept_lines.isdisjoint(range(span.start, span.stop))
        if not _decide_alike(older_segment, newer_segment, is_kept=is_kept):
            return None
        moves.append(_Move(span, newer_segment.start))
    return moves


@lru_cache(maxsize=1024)
def _split_unit(unit: Unit, lines: tuple[str, ...]) -> list[_Segment]:
    """Return a unit as its statements at the margin and what stands before and after each.

    A unit with two statements in one line, or with magics, is one segment.
    """
    nodes = unit.tree.body if unit.tree is not None else []
    whole = [_Segment(unit.start, unit.stop, lines)]
    if any(replace_magic(line, _accept) != line for line in lines):
        return whole
    segments = []
    done = 0
    for node in nodes:
        start, stop = find_first_line(node) - 1, node.end_lineno or node.lineno
        if start < done:
            return whole
        segments.append(_Segment(unit.start + done, unit.start + start, lines[done:start]))
        segments.append(_Segment(unit.start + start, unit.start + stop, lines[start:stop], node))
        done = stop
    segments.append(_Segment(unit.start + done, unit.stop, lines[done:]))
    return segments


def _accept(_: str) -> bool:
    return True


def _decide_alike(older: _Segment, newer: _Segment, *, is_kept: bool) -> bool:
    """Return True if a reach that did or did not keep one segment does the same with the other."""
    if older.lines == newer.lines:
        return True
    if older.node is None or newer.node is None:
        return False
    if not is_kept and _are_like_functions(older, newer):
        return True
    return _blank(older.node, older.lines) == _blank(newer.node, newer.lines)


# Values that decide nothing


# Versions of a file share the trees of what is the same in them.
@lru_cache(maxsize=4096)
def _blank(node: ast.stmt, lines: tuple[str, ...]) -> list[bytes]:
    """Return the lines of a statement with a hole for each number, truth value and None.

    Reach looks at names and at strings that may be names, never at these.
    """
    first = find_first_line(node)
    blanked_lines = [line.encode() for line in lines]
    values = sorted(_walk_values(node), key=lambda value: (value.lineno, value.col_offset))
    for value in reversed(values):
        line = blanked_lines[value.lineno - first]
        blanked_lines[value.lineno - first] = (
            line[: value.col_offset] + _HOLE + line[value.end_col_offset :]
        )
    return blanked_lines


def _walk_values(statement: ast.stmt) -> Iterator[ast.Constant]:
    """Yield the values in a statement that decide nothing; a formatted string is left as it is."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Constant):
            if node.value is None or isinstance(node.value, int | float | complex):
                yield node
            continue
        is_read = isinstance(node, ast.keyword) and node.arg == _IN_PLACE
        if not is_read and not isinstance(node, ast.JoinedStr):
            pending.extend(ast.iter_child_nodes(node))


# Functions that are not kept


def _are_like_functions(older: _Segment, newer: _Segment) -> bool:
    """Return True for two functions that do the same to all that does not need them."""
    if not isinstance(older.node, FunctionNode) or not isinstance(newer.node, FunctionNode):
        return False
    if _cut_head(older.node, older.lines) != _cut_head(newer.node, newer.lines):
        return False
    if _read_outline(older.node) != _read_outline(newer.node):
        return False
    return _has_inner_function(older, older.node) == _has_inner_function(newer, newer.node)


def _has_inner_function(segment: _Segment, node: FunctionNode) -> bool:
    """Return True if a function or lambda stands inside of a function."""
    body = "\n".join(segment.lines)
    if "lambda" not in body and body.count("def") == 1:
        return False
    return has_inner_function(node)


def _cut_head(node: FunctionNode, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines of a function above its body; all where the body begins in the last of
    them.
    """
    first = find_first_line(node)
    body_start = find_first_line(node.body[0])
    return lines[: body_start - first] if body_start > node.lineno else lines


@lru_cache(maxsize=4096)
def _read_outline(node: FunctionNode) -> _Outline:
    effects = analyse_nodes(node)
    return _Outline(
        tuple(use for use in effects.uses if not use.late),
        frozenset(_reduce_use(use) for use in effects.uses if use.late),
        tuple(_list_outer_effects(effects)),
    )


def _reduce_use(use: Use) -> tuple[str, bool, str]:
    attribute = use.path[1] if len(use.path) > 1 else ""
    is_model = bool(attribute) and is_model_attribute(attribute)
    return use.path[0], use.called and not attribute, attribute if is_model else ""


def _list_outer_effects(effects: Effects) -> Iterator[object]:
    """Yield what a function does besides reading names, as far as others can tell."""
    yield effects.changes
    # What a function hands to a function of another module is asked of kept ones alone.
    yield [each for each in effects.handed if not each.late or len(each.callee) == 1]
    yield effects.filled
    yield effects.parts
    yield effects.contents
    yield effects.given
    yield effects.trainings
    yield effects.trained
    yield effects.rebinds


# Lines


def _move_spans(spans: tuple[Span, ...], moves: Sequence[_Move]) -> tuple[Span, ...]:
    """Return lines of the older version where they stand in the newer one."""
    if not moves:
        return spans
    moved_spans = []
    for span in spans:
        for move in moves:
            start = max(span.start, move.span.start)
            stop = min(span.stop, move.span.stop)
            if start < stop:
                shift = move.new_start - move.span.start
                moved_spans.append(Span(start + shift, stop + shift))
    return combine_spans(moved_spans)


def _move_lines(
    short_lines: Mapping[int, ImportLine], moves: Sequence[_Move]
) -> Mapping[int, ImportLine]:
    """Return lines of the older version by their numbers (from 0) in the newer one."""
    if not moves:
        return short_lines
    moved_lines = {}
    for number, line in short_lines.items():
        for move in moves:
            if move.span.start <= number < move.span.stop:
                moved_lines[number - move.span.start + move.new_start] = line
    return moved_lines
