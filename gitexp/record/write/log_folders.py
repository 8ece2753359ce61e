"""Find the log folder that the code names, by config ``gitexp.logdirPattern``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.excerpt.idpattern import LOG_FOLDER_SETTING, compile_pattern, find_ids_in_files
from gitexp.record.write.code_ids import read_code_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.record.record import Record

SETTING = LOG_FOLDER_SETTING.removeprefix("config ")


def find_log_folder(
    record: Record, code: Sequence[tuple[str, bytes]] | None = None, folder: Path | None = None
) -> Path | None:
    """Return the log folder that the code of this moment names.

    ``code`` are files, as path and bytes, in place of those of the working tree; a relative folder
    in them begins at ``folder`` too, else at the top of the working tree or at the folder of its
    code file. Of several that exist it is the one that changed last. Return None without a pattern,
    and where no folder that the code names exists. Raises UsageError for a pattern that is none.
    """
    text = record.repository.settings.get(SETTING.lower())
    worktree = record.repository.worktree
    top = worktree or folder
    if not text or top is None:
        return None
    pattern = compile_pattern(text, LOG_FOLDER_SETTING)
    if code is None:
        code = read_code_files(record, worktree) if worktree else ()
    folders: set[Path] = set()
    for path, data in code:
        for name in find_ids_in_files(pattern, [(path, data)]):
            candidates = (top / name, (top / path).parent / name, (folder or top) / name)
            folders.update(folder for folder in candidates if folder.is_dir())
    return max(folders, key=_read_newest_change, default=None)


def _read_newest_change(folder: Path) -> float:
    """Return when a file at or below a folder changed last, in seconds since 1970."""
    newest = folder.stat().st_mtime
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                newest = max(newest, Path(parent, name).stat().st_mtime)
            except OSError:
                continue  # removed just now
    return newest
