"""Which code is looked at: a saved filter, else the one that is proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import GitExpError
from gitexp.model.filter import PROPOSED, CodeFilter, parse_rule
from gitexp.record.read.filters import find_filter, read_filters

if TYPE_CHECKING:
    from pathlib import Path

    from gitexp.record.record import Record

_FILE = "proposed-filter.json"
_GROWTH = 1.5
"""A proposal is made anew when there are this many times as many experiments as when it was made."""


def choose_filter(record: Record, name: str = "") -> CodeFilter:
    """Return a saved filter as ``find_filter`` does, or the proposed one where none is saved.

    Raises NotFoundError for a name that is not there, and where nothing can be proposed.
    """
    if not name and not read_filters(record):
        proposed = _propose(record)
        if proposed is not None:
            return proposed
    return find_filter(record, name)


def choose_filter_if_any(record: Record, name: str = "") -> CodeFilter | None:
    """Return what ``choose_filter`` returns; None where no filter is saved and none proposed."""
    if not name and not read_filters(record):
        return _propose(record)
    return find_filter(record, name)


def describe_proposal(code_filter: CodeFilter) -> str:
    """Say that a filter is proposed, and how to keep it."""
    rule = code_filter.name.removesuffix(PROPOSED)
    return f"no filter is saved: shown is what {rule} needs (git exp filter suggest --keep 1)"


def _propose(record: Record) -> CodeFilter | None:
    """Return the first proposal. It is remembered in this clone: making it takes a second."""
    file = record.repository.state_dir / _FILE
    count = len(record.read_summaries())
    remembered = _read_remembered(file, count)
    if remembered is not None:
        return remembered
    from gitexp.follow.follower import Follower
    from gitexp.history.filter_proposals import propose_filters

    try:
        with Follower(record.repository) as follower:
            proposals = propose_filters(record, follower, count=1)
    except GitExpError:
        return None  # what could not be proposed is asked for: git exp filter add
    if not proposals:
        return None
    proposed = proposals[0].filter
    rule = str(proposed.rules[0])
    _remember(file, {"rule": rule, "anchor": proposed.anchor, "experiments": count})
    return proposed._replace(name=rule + PROPOSED)


def _read_remembered(file: Path, count: int) -> CodeFilter | None:
    import json

    try:
        values = json.loads(file.read_bytes())
        rule, anchor, made_with = values["rule"], values["anchor"], values["experiments"]
        if count > max(made_with, 1) * _GROWTH:
            return None
        return CodeFilter(rule + PROPOSED, (parse_rule(rule),), anchor)
    except (OSError, ValueError, KeyError, TypeError, GitExpError):
        return None


def _remember(file: Path, values: dict[str, str | int]) -> None:
    import json

    from gitexp.store.atomic import write_atomically

    try:
        write_atomically(file, json.dumps(values).encode())
    except OSError:
        return  # a folder that is read-only: it is made anew the next time
