"""Which code is looked at: a saved filter, else the one that is proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


def choose_proposal_name(code_filter: CodeFilter) -> str:
    """Return the name under which a proposed filter is saved if nobody gives another."""
    return code_filter.rules[0].name.rpartition(".")[2]


def _propose(record: Record) -> CodeFilter | None:
    """Return the first proposal, None where there is none.

    Both are remembered in this clone: making it takes a second. That there is none is asked again
    when a commit or an experiment has come.
    """
    file = record.repository.state_dir / _FILE
    count = len(record.read_summaries())
    values = _read_remembered(file)
    remembered = _read_proposal(values, count)
    if remembered is not None:
        return remembered
    nothing = {"rule": "", "experiments": count, "head": record.repository.find_commit("HEAD")}
    if values == nothing:
        return None
    from gitexp.follow.follower import Follower
    from gitexp.history.filter_proposals import propose_filters

    try:
        with Follower(record.repository) as follower:
            proposals = propose_filters(record, follower, count=1)
    except GitExpError:
        return None  # what could not be proposed is asked for: git exp filter add
    if not proposals:
        _remember(file, nothing)
        return None
    proposed = proposals[0].filter
    rule = str(proposed.rules[0])
    _remember(file, {"rule": rule, "anchor": proposed.anchor, "experiments": count})
    return proposed._replace(name=rule + PROPOSED)


def _read_remembered(file: Path) -> Any:
    """Return what was written into the file, None where it cannot be read."""
    import json

    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None


def _read_proposal(values: Any, count: int) -> CodeFilter | None:
    """Return the proposal that was remembered, None where there is none or many trials have come."""
    try:
        rule, anchor, made_with = values["rule"], values["anchor"], values["experiments"]
        if count > max(made_with, 1) * _GROWTH:
            return None
        return CodeFilter(rule + PROPOSED, (parse_rule(rule),), anchor)
    except (ValueError, KeyError, TypeError, GitExpError):
        return None


def _remember(file: Path, values: dict[str, Any]) -> None:
    import json

    from gitexp.store.atomic import write_atomically

    try:
        write_atomically(file, json.dumps(values).encode())
    except OSError:
        return  # a folder that is read-only: it is made anew the next time
