"""Find the ids that config ``gitexp.idPattern`` finds in code."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, cast

from gitexp.errors import RepositoryError, StorageError, UsageError
from gitexp.model.ids import check_experiment_id
from gitexp.record.local_files import read_id_place, write_id_place

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gitexp.record.record import Record

_LISTED_IDS = 5
"""Ids that an error names at most."""


def find_committed_ids(record: Record, commit: str) -> list[str]:
    """Return the ids in the code files that a commit adds or changes."""
    pattern = _read_pattern(record)
    if pattern is None:
        return []
    from gitexp.excerpt.idpattern import find_ids_in_files, may_hold_id

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


def find_id_in_code(
    record: Record,
    names: Mapping[str, str],
    *,
    continues: bool = False,
    overlay: Mapping[str, bytes] | None = None,
) -> str:
    """Return the id in the code of the working tree that is not among ``names`` yet.

    What ran with other contents than those on the disk (``overlay``: files by path) is looked at
    first, then the file in which it was found last. Return "" without a pattern, and where
    it finds nothing. Where all ids are recorded already, return that of the active experiment, or
    the only one, if the trial ``continues`` one. Raises UsageError where there are several, or none
    that is new.
    """
    pattern = _read_pattern(record)
    if pattern is None or record.repository.worktree is None:
        return ""
    from gitexp.excerpt.idpattern import find_ids_in_files

    for ident in find_ids_in_files(pattern, (overlay or {}).items()):
        if ident not in names:
            return check_experiment_id(ident)
    paths_by_id = _find_code_ids(record, pattern, names)
    new_idents = [ident for ident in paths_by_id if ident not in names]
    if len(new_idents) > 1:
        raise _make_choice_error("new ids", new_idents)
    if new_idents:
        ident = new_idents[0]
        _remember_place(record, paths_by_id[ident])
        return check_experiment_id(ident)
    if not paths_by_id:
        return ""
    idents = list(paths_by_id)
    if not continues:
        raise UsageError(
            f"the id in the code, '{idents[0]}', is recorded already",
            "change it there, name the trial: git exp new ID; or go on: git exp new --continue",
        )
    active = [ident for ident in idents if names[ident] == record.active]
    if len(active or idents) > 1:
        raise _make_choice_error("ids of recorded trials", idents)
    return (active or idents)[0]


def _find_code_ids(
    record: Record, pattern: re.Pattern[str], names: Mapping[str, str]
) -> dict[str, str]:
    """Return the path of the file that holds each id, in the order in which files were looked at.

    Where the file that named the last trial names a new one, no other is read.
    """
    from gitexp.excerpt.idpattern import find_ids_in_files

    worktree = cast("Path", record.repository.worktree)
    last_path = read_id_place(record.repository)
    last_file = worktree / last_path
    if last_path and last_file.is_file():
        for ident in find_ids_in_files(pattern, [(last_path, last_file.read_bytes())]):
            if ident not in names:
                return {ident: last_path}
    paths_by_id: dict[str, str] = {}
    for path, data in read_code_files(record, worktree):
        for ident in find_ids_in_files(pattern, [(path, data)]):
            paths_by_id.setdefault(ident, path)
    return paths_by_id


def _remember_place(record: Record, path: str) -> None:
    if path == read_id_place(record.repository):
        return
    with suppress(StorageError):  # it only saves the reading of the other files
        write_id_place(record.repository, path)


def _make_choice_error(what: str, idents: Sequence[str]) -> UsageError:
    listed = ", ".join(idents[:_LISTED_IDS])
    return UsageError(
        f"the code holds several {what}: {listed}", f"say which: git exp new {idents[0]}"
    )


def _read_pattern(record: Record) -> re.Pattern[str] | None:
    text = record.repository.settings.get("gitexp.idpattern")
    if not text:
        return None
    from gitexp.excerpt.idpattern import compile_pattern  # most records have no pattern

    return compile_pattern(text)


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
