"""Rules as they are typed: paths with signs in them, and paths of links."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gitexp.model.filter import list_readings, parse_rule
from gitexp.store.version_files import CommitFiles, WorkingTreeFiles, follow_links

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.model.filter import Rule
    from gitexp.store.repository import Repository


def read_typed_rules(
    repository: Repository, texts: Iterable[str], commit: str = ""
) -> tuple[Rule, ...]:
    """Return the rules that texts mean in a version; without a commit, as the files are now.

    Of ``try #3.ipynb`` that is the file of this name, where there is one. A link is the file that
    it leads to. Raises UsageError for a text that is no rule, and for a folder.
    """
    return tuple(_read_rule(repository, text, commit) for text in texts)


def find_path(repository: Repository, path: str, commit: str = "") -> str | None:
    """Return the path of the file that a path leads to, through links; None for nothing.

    Without a commit, the files are looked at as they are now. Raises UsageError for a folder, and
    for a link that leads out of the repository.
    """
    if commit or repository.top is None:
        return follow_links(CommitFiles(repository, commit or "HEAD"), path)
    return follow_links(WorkingTreeFiles(repository.top), path)


def _read_rule(repository: Repository, text: str, commit: str) -> Rule:
    rule = parse_rule(text)
    if _is_plain_file(repository, rule.path):
        return rule
    for reading in list_readings(text):
        path = find_path(repository, reading.path, commit)
        if path is not None:
            return reading._replace(path=path)
    return rule


def _is_plain_file(repository: Repository, path: str) -> bool:
    """Return True for a file of the working tree that is reached over no link.

    It costs no process: most rules name such a file, in older versions too.
    """
    if repository.top is None:
        return False
    full_path = os.path.join(os.path.realpath(repository.top), path)
    return os.path.isfile(full_path) and os.path.realpath(full_path) == full_path
