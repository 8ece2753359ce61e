"""The parents of trials that a diary opens: the trial before each, as long as nobody says more."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.event.facts import NewFact
from gitexp.model.experiment import read_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitexp.model.event import Event
    from gitexp.model.experiment import Summary

_RECORDED = -1


class _Beginning(NamedTuple):
    """When an experiment began; ``draft`` is the place of its draft, -1 where it is recorded."""

    moment: float
    draft: int
    ident: str


def presume_parents(summaries: Iterable[Summary], drafts: Sequence[Event]) -> list[Event]:
    """Return drafts in which each new experiment without a parent has the one before it in time.

    ``summaries``: the experiments that are recorded. No experiment becomes its own ancestor.
    """
    presumed = list(drafts)
    beginnings = []
    parents: dict[str, str] = {}
    with_children: set[str] = set()
    for summary in summaries:
        parents[summary.id] = summary.parent
        with_children.add(summary.parent)
        beginnings.append(_Beginning(read_timestamp(summary.at), _RECORDED, summary.id))
    for place, draft in enumerate(drafts):
        if isinstance(draft.fact, NewFact):
            beginnings.append(_Beginning(read_timestamp(draft.at), place, draft.experiments[0]))
    before = ""
    for beginning in sorted(beginnings, key=lambda each: (each.moment, each.draft)):
        ident = beginning.ident
        if beginning.draft != _RECORDED:
            draft = drafts[beginning.draft]
            has_parent = isinstance(draft.fact, NewFact) and draft.fact.parent
            closes_circle = ident in with_children and descends_from(before, ident, parents)
            if before and not has_parent and not closes_circle:
                fact = NewFact(parent=before, presumed=True)
                presumed[beginning.draft] = draft._replace(fact=fact)
                parents[ident] = before
                with_children.add(before)
        before = ident
    return presumed


def descends_from(ident: str, ancestor: str, parents: Mapping[str, str]) -> bool:
    """Return True where ``ancestor`` stands among the ancestors of an experiment, or is it."""
    seen: set[str] = set()
    while ident and ident not in seen:
        if ident == ancestor:
            return True
        seen.add(ident)
        ident = parents.get(ident, "")
    return False
