"""What training changes: values that an optimizer, a trainer or a function was given to train.

All of it is a guess. Libraries agree on the verbs (``fit``, ``train``, ``step``); that a value is
trained, not read as data, is told by how the file uses the value elsewhere.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.reach.handed import find_handed_values, find_place, list_parameters
from gitexp.excerpt.reach.module import StatementChange
from gitexp.excerpt.reach.statement import analyse_nodes
from gitexp.excerpt.scope.doubt import Doubt
from gitexp.excerpt.scope.facts import Change, GivenValue
from gitexp.excerpt.scope.names import FunctionNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitexp.excerpt.reach.imports import Library
    from gitexp.excerpt.reach.module import Module
    from gitexp.excerpt.reach.statement import Statement
    from gitexp.excerpt.scope.facts import HandedValue, Path, Training

_MODEL_ATTRIBUTE = re.compile(
    r"(?:named_)?parameters|predict\w*|decision_function|score|transform|inverse_transform"
    r"|(?:partial_)?fit\w*|eval|train|state_dict|load_state_dict|compile|evaluate|generate|forward"
    r"|(?:trainable_)?(?:variables|weights)|[gs]et_weights|requires_grad_|zero_grad|act"
    r"|[a-z]\w*[a-z]_"
)
"""Attributes that only models have. Those that end in ``_`` scikit-learn sets when it fits."""

_LONGEST_CHAIN = 5
"""A scheduler is given an optimizer, that a network: longer chains are rare."""


class _Offer(NamedTuple):
    """A statement that hands a value to a function, and what the function trains if it trains.

    ``direct``: that is the value itself, not one that the value was given.
    """

    statement: Statement
    handed: HandedValue
    value: GivenValue
    direct: bool


def find_training_changes(library: Library, module: Module, name: str) -> Iterator[StatementChange]:
    """Yield the statements that may train what ``name`` holds."""
    for statement, value in _find_trained_values(library, module, name):
        if value.sure or name in _find_model_names(module):
            change = Change(value.path, doubt=Doubt.TRAINING, kind="method")
            yield StatementChange(statement, change)


def find_trained_names(module: Module) -> set[str]:
    """Return the names for which ``find_training_changes`` may find something."""
    return {*_find_training_statements(module), *_find_offers(module)}


def _find_trained_values(
    library: Library, module: Module, name: str
) -> Iterator[tuple[Statement, GivenValue]]:
    for statement, callee, value in _find_training_statements(module).get(name, ()):
        if not callee or _is_foreign_function(library, module, callee):
            yield statement, value
    for offer in _find_offers(module).get(name, ()):
        handed = offer.handed
        is_sure = find_place(library, module, handed.callee, handed.place, _find_trained_places)
        if is_sure is not None:
            sure = is_sure if offer.direct else offer.value.sure
            yield offer.statement, GivenValue(offer.value.path, sure)


def _is_foreign_function(library: Library, module: Module, callee: Path) -> bool:
    """Return True for a function that cannot be read: what ours does is known from its body."""
    bindings = module.bindings.get(callee[0])
    if not bindings:
        return bool(module.star_imports)
    source = bindings[-1].bound_names[callee[0]]
    return source is not None and library.is_foreign(source, module.path)


@lru_cache(maxsize=32)
def _find_training_statements(
    module: Module,
) -> dict[str, list[tuple[Statement, Path, GivenValue]]]:
    """Return the statements that train by themselves or by a function they call, by name.

    With each the function of which it hangs that it trains (() for a method), and what it trains.
    """
    found: dict[str, list[tuple[Statement, Path, GivenValue]]] = {}
    by_calling = _find_trainings_by_calling(module)
    for statement in module.statements:
        if statement.kind in {"import", "text"} or statement.is_callable:
            continue
        trainings = [training for training in statement.effects.trainings if not training.late]
        for use in statement.effects.uses:
            if use.called and not use.late and len(use.path) == 1:
                trainings += by_calling.get(use.path[0], ())
        for training in dict.fromkeys(trainings):
            for value in _list_values(module, statement, training):
                entry = (statement, training.callee, value)
                found.setdefault(value.path[0], []).append(entry)
    return found


def _list_values(module: Module, statement: Statement, training: Training) -> list[GivenValue]:
    """Return what a training call of a statement trains, by its receiver or its arguments."""
    values = list(_walk_given(module, statement, training.value.path[0]))
    # What a method does to its own object is told by `changes`, but not inside of functions.
    if training.late or not training.receiver:
        sure = training.value.sure or training.receiver
        values.append(GivenValue(training.value.path, sure))
    return values


@lru_cache(maxsize=32)
def _find_trainings_by_calling(module: Module) -> Mapping[str, set[Training]]:
    """Return the training calls that a call of each function makes, through others too."""
    trainings: dict[str, set[Training]] = {}
    callees: dict[str, set[str]] = {}
    for statement in module.statements:
        if statement.kind != "function" or statement.node is None:
            continue
        effects = analyse_nodes(statement.node)
        trainings[statement.label] = {training for training in effects.trainings if training.late}
        callees[statement.label] = {
            use.path[0] for use in effects.uses if use.called and len(use.path) == 1
        }
    growing = any(trainings.values())
    while growing:
        growing = False
        for label, called in callees.items():
            size = len(trainings[label])
            for function in called:
                trainings[label].update(trainings.get(function, ()))
            growing = growing or len(trainings[label]) > size
    return trainings


@lru_cache(maxsize=32)
def _find_offers(module: Module) -> dict[str, list[_Offer]]:
    """Return what statements hand to functions, and what that was given itself, by name."""
    found: dict[str, list[_Offer]] = {}
    for name, pairs in find_handed_values(module).items():
        for statement, handed in pairs:
            if statement.is_callable:
                continue
            itself = _Offer(statement, handed, GivenValue(handed.path), direct=True)
            found.setdefault(name, []).append(itself)
            for value in _walk_given(module, statement, name):
                offer = _Offer(statement, handed, value, direct=False)
                found.setdefault(value.path[0], []).append(offer)
    return found


def _walk_given(module: Module, statement: Statement, name: str) -> Iterator[GivenValue]:
    """Yield the values that the object behind ``name`` was given when it was made.

    ``opt = SGD(net.parameters())`` was given ``net``.
    """
    seen = {name}
    pending = [(name, 0)]
    while pending:
        name, depth = pending.pop()
        if name in statement.effects.given:
            bindings = [statement]
        else:
            at, branch = statement.moment, statement.branch
            bindings = module.find_bindings(name, at, branch).statements
        for binding in bindings:
            for value in binding.effects.given.get(name, ()):
                inner = value.path[0]
                if inner in seen:
                    continue
                seen.add(inner)
                yield value
                if depth < _LONGEST_CHAIN:
                    pending.append((inner, depth + 1))


@lru_cache(maxsize=32)
def _find_trained_places(module: Module) -> Mapping[str, dict[int | str, bool]]:
    """Return the arguments that each function may train, by position and by keyword.

    With each, True if it is certain that the argument is no data.
    """
    places: dict[str, dict[int | str, bool]] = {}
    functions = [
        (statement.label, analyse_nodes(statement.node), list_parameters(statement.node.args))
        for statement in module.statements
        if isinstance(statement.node, FunctionNode)
    ]
    growing = True
    while growing:
        growing = False
        for label, effects, parameters in functions:
            trained = dict(effects.trained)
            for handed in effects.handed:
                inner = places.get(handed.callee[0], {}).get(handed.place)
                if handed.parameter and len(handed.callee) == 1 and inner is not None:
                    name = handed.path[0]
                    trained[name] = trained.get(name, False) or inner
            by_place: dict[int | str, bool] = dict(trained.items())
            for position, parameter in enumerate(parameters):
                if parameter in trained:
                    by_place[position] = trained[parameter]
            # A notebook may define a function twice: what either of them trains is gathered.
            known = places.setdefault(label, {})
            for place, sure in by_place.items():
                if place not in known or (sure and not known[place]):
                    known[place] = sure
                    growing = True
    return places


def is_model_attribute(name: str) -> bool:
    """Return True for an attribute that only models have."""
    return _MODEL_ATTRIBUTE.fullmatch(name) is not None


@lru_cache(maxsize=32)
def _find_model_names(module: Module) -> frozenset[str]:
    """Return the names that a file uses as models: it calls them, or reads what only models have."""
    names: set[str] = set()
    for statement in module.statements:
        for use in statement.effects.uses:
            name = use.path[0]
            is_read = len(use.path) > 1 and is_model_attribute(use.path[1])
            is_called = use.called and len(use.path) == 1 and _is_assigned(module, name)
            if is_read or is_called:
                names.add(name)
    return frozenset(names)


def _is_assigned(module: Module, name: str) -> bool:
    """Return True if a name holds a value, not a function, class or module."""
    bindings = module.bindings.get(name, ())
    return any(binding.kind in {"assignment", "other"} for binding in bindings)
