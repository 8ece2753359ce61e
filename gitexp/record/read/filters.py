"""Read the saved filters: the latest event of a name is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import NotFoundError
from gitexp.model.event.facts import FilterFact
from gitexp.model.filter import CodeFilter, parse_rule

if TYPE_CHECKING:
    from gitexp.record.record import Record


def read_filters(record: Record) -> dict[str, CodeFilter]:
    """Return each saved filter by its name, in the order in which they were first saved."""
    saved: dict[str, CodeFilter] = {}
    for event in record.index.read_events_of_kind("filter"):
        fact = event.fact
        if not isinstance(fact, FilterFact):
            continue
        if fact.removed or not fact.rules:
            saved.pop(fact.name, None)
        else:
            saved[fact.name] = _make_filter(fact)
    return saved


def find_filter(record: Record, name: str = "") -> CodeFilter:
    """Return a saved filter by its name.

    Without a name, return the one of config ``gitexp.filter``, otherwise the first one saved.
    Raises NotFoundError when there is none.
    """
    saved = read_filters(record)
    configured = record.repository.settings.get("gitexp.filter", "")
    wanted = name or configured or next(iter(saved), "")
    if not wanted:
        raise NotFoundError(
            "no filter is saved yet", "git exp filter add model 'train.ipynb::create_model'"
        )
    if wanted not in saved:
        names = ", ".join(saved) or "none yet"
        raise NotFoundError(f"there is no filter '{wanted}'", f"saved are: {names}")
    return saved[wanted]


def _make_filter(fact: FilterFact) -> CodeFilter:
    rules = tuple(parse_rule(text) for text in fact.rules or ())
    stop, also = fact.stop or (), fact.also or ()
    return CodeFilter(fact.name, rules, fact.anchor or "", stop, also, fact.depth)
