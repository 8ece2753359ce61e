"""Roots: the definitions of a file from which its code would be cut first."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gitexp.excerpt.source import Source

# What counts for and against a root. The weights were chosen by hand before the first use. Names
# were taken off the builders after a look at fifteen public repositories; on these the first
# proposal is now the model or its training in ten.
_CALLED = 3.0
_CALLED_LAST = 2.0  # times the share of the file that stands above the call
_TRAINED = 3.0
_CHANGED = 4.0  # times the share of the versions that changed it
_BUILDS = 2.0
_RUNS = 1.0
_SHOWS_OR_LOADS = -5.0

_BUILDER = re.compile(
    r"(?i:create|build|make|define)_?\w*(?i:model|net|network|classifier|encoder|agent)\w*"
    r"|(?i:create_model|build_\w+)|\w*(?:Net|Model|Network|Classifier|Transformer|Module|GPT)"
)
_RUNNER = re.compile(r"(?i)main|run|train\w*|fit\w*|experiment\w*")
_SHOW_OR_LOAD = re.compile(
    r"(?i)(?:plot|show|draw|display|print|visuali[sz]e|load|read|download|save|log|test)(?:_\w*)?"
)
_TRAINING_METHODS = frozenset(("fit", "fit_generator", "compile", "train", "learn", "train_model"))


class Root(NamedTuple):
    """A definition that a reach rule could begin at.

    ``score``: the higher the better, of use against other roots alone. ``reasons``: in a few words
    each, for a person.
    """

    name: str
    score: float
    reasons: tuple[str, ...]


class _Definition(NamedTuple):
    """The text of a function or class at the margin, and every name that is read in it."""

    lines: tuple[str, ...]
    names: frozenset[str]


class _Calls(NamedTuple):
    """What the code outside definitions calls.

    ``places``: by name the share of the file (0 to 1) that stands above the last call.
    ``trained``: the names whose result is trained there. ``variables``: what has a training method.
    """

    places: Mapping[str, float]
    trained: frozenset[str]
    variables: tuple[str, ...]


def rank_roots(versions: Sequence[Source]) -> list[Root]:
    """Return the roots of a file, best first, from its versions (oldest first, at least one).

    A root is called in the newest version outside definitions, late in the file; its result is
    trained; it, or what it calls, was changed between versions; its name says that it builds.
    """
    newest = versions[-1]
    definitions = _read_definitions(newest)
    calls = _read_calls(newest)
    if not definitions:
        return [Root(name, _TRAINED, ("it is trained",)) for name in calls.variables[-1:]]
    changes = _list_changed_definitions(versions)
    roots = [_judge(name, definitions, calls, changes) for name in definitions]
    roots = [root for root in roots if root.score > 0]
    roots.sort(key=lambda root: -root.score)
    return roots


def _judge(
    name: str,
    definitions: Mapping[str, _Definition],
    calls: _Calls,
    changes: Sequence[frozenset[str]],
) -> Root:
    """Return a definition as a root, with what speaks for it."""
    score = 0.0
    reasons = []
    if name in calls.places:
        score += _CALLED + _CALLED_LAST * calls.places[name]
        reasons.append("called outside functions")
    if name in calls.trained:
        score += _TRAINED
        reasons.append("its result is trained")
    needed = _list_needed(name, definitions)
    changed_count = sum(1 for changed in changes if changed & needed)
    if changed_count:
        score += _CHANGED * changed_count / len(changes)
        reasons.append(f"changed in {changed_count} of {len(changes)} steps")
    if _SHOW_OR_LOAD.fullmatch(name):
        score += _SHOWS_OR_LOADS
    elif _BUILDER.fullmatch(name):
        score += _BUILDS
    elif _RUNNER.fullmatch(name):
        score += _RUNS
    return Root(name, score, tuple(reasons))


def _list_needed(name: str, definitions: Mapping[str, _Definition]) -> frozenset[str]:
    """Return the definitions that one needs, itself among them, as far as their names tell."""
    needed = {name}
    agenda = [name]
    while agenda:
        for used in definitions[agenda.pop()].names:
            if used in definitions and used not in needed:
                needed.add(used)
                agenda.append(used)
    return frozenset(needed)


def _list_changed_definitions(versions: Sequence[Source]) -> list[frozenset[str]]:
    """Return, for each step between two versions, the names of the definitions that differ."""
    texts = []
    for version in versions:
        nodes = _find_definitions(version)
        texts.append({name: lines for name, (lines, _) in nodes.items()})
    steps = []
    for older, newer in pairwise(texts):
        names = {*older, *newer}
        changed = frozenset(name for name in names if older.get(name) != newer.get(name))
        if changed:
            steps.append(changed)
    return steps


def _read_definitions(source: Source) -> dict[str, _Definition]:
    """Return the functions and classes at the margin of a source."""
    definitions = {}
    for name, (lines, node) in _find_definitions(source).items():
        definitions[name] = _Definition(lines, frozenset(_list_names(node)))
    return definitions


def _find_definitions(source: Source) -> dict[str, tuple[tuple[str, ...], ast.stmt]]:
    """Return the lines and the tree of each definition at the margin; of two of a name the last."""
    found: dict[str, tuple[tuple[str, ...], ast.stmt]] = {}
    for unit in source.units:
        for node in unit.tree.body if unit.tree else ():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                start, stop = unit.start + node.lineno - 1, unit.start + (node.end_lineno or 0)
                found[node.name] = (source.lines[start:stop], node)
    return found


def _read_calls(source: Source) -> _Calls:
    """Return what is called and trained outside definitions."""
    places: dict[str, float] = {}
    makers: dict[str, str] = {}  # by variable the name of the call that made it
    bound: set[str] = set()
    trained: set[str] = set()
    variables: dict[str, None] = {}
    for line, node in _walk_outside_definitions(source):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            function = node.value.func
            for target in node.targets:
                if isinstance(target, ast.Name) and isinstance(function, ast.Name):
                    makers[target.id] = function.id
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            places[node.func.id] = line / max(1, len(source.lines))
            if _RUNNER.fullmatch(node.func.id):
                passed = [each.id for each in node.args if isinstance(each, ast.Name)]
                trained.update(makers[name] for name in passed if name in makers)
        elif isinstance(node.func, ast.Attribute) and node.func.attr in _TRAINING_METHODS:
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id in bound:
                variables[owner.id] = None
                trained.add(makers.get(owner.id, ""))
    return _Calls(places, frozenset(trained), tuple(variables))


def _walk_outside_definitions(source: Source) -> Iterator[tuple[int, ast.AST]]:
    """Yield each node of code that runs by itself, in order, with its line (from 0)."""
    for unit in source.units:
        for statement in unit.tree.body if unit.tree else ():
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            for node in ast.walk(statement):
                yield unit.start + statement.lineno - 1, node


def _list_names(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
