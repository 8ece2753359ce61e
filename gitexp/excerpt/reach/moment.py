"""When and in which branch a statement of a module stands."""

from __future__ import annotations

from typing import NamedTuple


class Moment(NamedTuple):
    """A time in the run of a module: before the statement at ``position``, or ``inside`` it.

    Moments are compared in the order of the run: a moment inside a statement comes after the
    statement's beginning and before the next statement.
    """

    position: int
    inside: bool = False


START = Moment(-1)
"""Before all statements of a module."""

END = Moment(1 << 60)
"""After all statements of a module."""


class Fork(NamedTuple):
    """An ``if`` or ``try``, by its line. The arms of an ``if`` exclude each other."""

    line: int
    exclusive: bool


class ArmPlace(NamedTuple):
    """An arm of a fork, by its number from 0: of a ``try`` the arm 0 is what it tries."""

    fork: Fork
    number: int


Branch = tuple[ArmPlace, ...]
"""The arms that a statement stands in, the outermost first."""


def are_exclusive(branch: Branch, other_branch: Branch) -> bool:
    """Return True if only one of two branches can run: they stand in two arms of one ``if``."""
    arms = dict(other_branch)
    return any(
        place.fork.exclusive and arms.get(place.fork, place.number) != place.number
        for place in branch
    )
