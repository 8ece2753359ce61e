"""The commits that rows of a table name: the code of a run, its time, and what it came from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from gitexp.model.import_rows import Complaint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gitexp.model.import_rows import Run
    from gitexp.record.record import Record

_MOST_STEPS = 2000
"""Commits that are looked at for the parent of a row."""


def tie_runs_to_commits(
    record: Record, runs: Sequence[Run], complain: Callable[[Complaint], None]
) -> list[Run]:
    """Return runs with full ids of their commits, the times of these, and parents along history.

    A commit that is not in this clone is said. Its run comes without code, at the time of the row
    before; that it changed the last row with code is presumed.
    """
    if not any(run.commit for run in runs):
        return list(runs)
    tied: list[Run] = []
    runs_by_commit: dict[str, str] = {}
    absent: list[Run] = []
    for run in runs:
        commit = record.repository.find_commit(run.commit) if run.commit else None
        if run.commit and commit is None:
            absent.append(run)
        tied.append(replace(run, commit=commit or ""))
        if commit:
            runs_by_commit.setdefault(commit, run.id)
    if absent:
        complain(_describe_absent(absent))
    with_code = [_complete(record, run, runs_by_commit) if run.commit else run for run in tied]
    return _place_runs_without_code(with_code)


def _describe_absent(absent: Sequence[Run]) -> Complaint:
    first = absent[0]
    others = len(absent) - 1
    more = f", nor are those of {others} more rows" if others else ""
    problem = f"commit '{first.commit}' is not in this clone{more}: they come without code"
    return Complaint(first.file, first.line, problem)


def _place_runs_without_code(runs: Sequence[Run]) -> list[Run]:
    """Return runs in which those without code stand in time and descent where their row does."""
    first_times = [run.at for run in runs if run.at is not None]
    at = first_times[0] if first_times else None
    last_with_code = ""
    placed = []
    for row in runs:
        run = row
        if run.commit:
            at, last_with_code = run.at, run.id
        else:
            is_presumed = not run.parent and bool(last_with_code)
            parent = run.parent or last_with_code
            run = replace(run, at=run.at or at, parent=parent, is_parent_presumed=is_presumed)
        placed.append(run)
    return placed


def _complete(record: Record, run: Run, runs_by_commit: Mapping[str, str]) -> Run:
    at, parent = run.at, run.parent
    if at is None:
        at = _read_commit_time(record, run.commit)
    if not parent:
        parent = find_nearest_run(record, run.commit, run.id, runs_by_commit)
    return replace(run, at=at, parent=parent)


def _read_commit_time(record: Record, commit: str) -> datetime:
    """Return when a commit was written."""
    text = record.repository.run_git("show", "-s", "--format=%aI", commit, "--").decode()
    return datetime.fromisoformat(text.strip())


def find_nearest_run(
    record: Record, commit: str, ident: str, runs_by_commit: Mapping[str, str]
) -> str:
    """Return the run other than ``ident`` whose commit is the nearest ancestor, "" for none."""
    for _ in range(_MOST_STEPS):
        details = record.database.read_commit(commit)
        if details is None or not details.parents:
            return ""
        commit = details.parents[0]
        if runs_by_commit.get(commit, ident) != ident:
            return runs_by_commit[commit]
    return ""
