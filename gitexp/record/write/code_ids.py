"""Find the ids that config ``gitexp.idPattern`` finds in code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import RepositoryError, UsageError
from gitexp.excerpt.idpattern import compile_pattern, find_ids_in_files, may_hold_id
from gitexp.model.ids import check_experiment_id

if TYPE_CHECKING:
    import re
    from collections.abc import Collection
    from pathlib import Path

    from gitexp.record.record import Record

_LISTED_IDS = 5
"""Ids that an error names at most."""


def find_committed_ids(record: Record, commit: str) -> list[str]:
    """Return the ids in the code files that a commit adds or changes."""
    pattern = _read_pattern(record)
    if pattern is None:
        return []
    parents_of_parents = f"{commit}^^@"
    record.promised.fetch_history([commit], [parents_of_parents], blobs=False)
    try:
        committed = list(record.database.list_committed_files(commit))
    except RepositoryError:
        return []  # a partial clone lacks the commit before, and there is no connection
    files = [(path, blob) for path, blob in committed if may_hold_id(path)]
    record.promised.fetch_objects([blob for _, blob in files])
    contents = ((path, record.database.read_blob(blob)) for path, blob in files)
    return find_ids_in_files(pattern, contents)


def find_id_in_code(record: Record, names: Collection[str]) -> str:
    """Return the id in the code of the working tree that is not among ``names`` yet.

    Return "" without a pattern, and where it finds nothing. Raises UsageError where it finds
    several new ids, or none that is new.
    """
    pattern = _read_pattern(record)
    worktree = record.repository.worktree
    if pattern is None or worktree is None:
        return ""
    idents = find_ids_in_files(pattern, read_code_files(record, worktree))
    new_idents = [ident for ident in idents if ident not in names]
    if len(new_idents) > 1:
        raise UsageError(
            f"the code holds several new ids: {', '.join(new_idents[:_LISTED_IDS])}",
            f"say which: git exp new {new_idents[0]}",
        )
    if idents and not new_idents:
        raise UsageError(
            f"the id in the code, '{idents[0]}', is recorded already",
            "change it there, or name the trial: git exp new ID",
        )
    return check_experiment_id(new_idents[0]) if new_idents else ""


def _read_pattern(record: Record) -> re.Pattern[str] | None:
    text = record.repository.settings.get("gitexp.idpattern")
    return compile_pattern(text) if text else None


def read_code_files(record: Record, worktree: Path) -> list[tuple[str, bytes]]:
    """Return the Python files and notebooks of the working tree, as path and bytes."""
    listed = record.repository.run_git(
        "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.py", "*.ipynb"
    )
    names = listed.decode("utf-8", "surrogateescape").split("\0")
    files = []
    for name in dict.fromkeys(filter(None, names)):
        path = worktree / name
        if path.is_file():
            files.append((name, path.read_bytes()))
    return files
