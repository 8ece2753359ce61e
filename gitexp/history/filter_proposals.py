"""The first filter costs nothing: which code to look at, found from what was tried."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import GitExpError
from gitexp.excerpt.roots import Root, rank_roots
from gitexp.excerpt.source import read_source
from gitexp.model.filter import CodeFilter, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.source import Source
    from gitexp.follow.follower import Follower
    from gitexp.record.record import Record

_MOST_VERSIONS = 30
_MOST_FILES = 3
_CODE = (".ipynb", ".py")
_TOO_LARGE = 8_000_000
"""Bytes. A notebook of that size is mostly outputs, and takes a second to read."""

_FILE_CHANGED = 4.0
"""Points of a root for its file, times the share of the steps that changed the file."""


class FilterProposal(NamedTuple):
    """A filter that nobody had to write, why it is proposed, and how much of the files it keeps."""

    filter: CodeFilter
    reasons: tuple[str, ...]
    kept_count: int
    line_count: int


def propose_filters(
    record: Record, follower: Follower, paths: Sequence[str] = (), count: int = 3
) -> list[FilterProposal]:
    """Return filters of one reach rule each, best first; none where there is no Python code.

    The code of the experiments is read, and where there are fewer than two the commits before HEAD.
    ``paths``: only files of these names.
    """
    versions = _list_versions(record, follower)
    if not versions:
        return []
    follower.prepare(versions)
    changed = _count_changed_files(record, versions)
    ranked = []
    for path in list(paths) or _choose_files(record, versions[-1], changed):
        sources = _read_versions(follower, versions, path)
        share = changed[path] / max(1, len(versions) - 1)
        for root in rank_roots(sources) if sources else ():
            ranked.append((root.score + _FILE_CHANGED * share, path, root))
    ranked.sort(key=lambda row: -row[0])
    proposals = []
    for _, path, root in ranked:
        proposal = _try_root(follower, versions[-1], path, root)
        if proposal is not None:
            proposals.append(proposal)
        if len(proposals) == count:
            break
    return proposals


def _list_versions(record: Record, follower: Follower) -> list[str]:
    """Return the commits whose code is looked at, oldest first."""
    tied = [summary.version for summary in record.read_summaries() if summary.version]
    recorded = list(dict.fromkeys(tied))[-_MOST_VERSIONS:]
    follower.prepare(recorded)
    recorded = [version for version in recorded if follower.holds(version)]
    if len(recorded) > 1:
        return recorded
    if record.repository.find_commit("HEAD") is None:
        return recorded
    log = record.repository.run_git("rev-list", f"--max-count={_MOST_VERSIONS}", "HEAD")
    commits = log.decode().split()
    return [*reversed(commits), *recorded]


def _count_changed_files(record: Record, versions: Sequence[str]) -> Counter[str]:
    """Return how often each file with code changed from one version to the next."""
    changed = Counter[str]()
    for older, newer in pairwise(versions):
        names = record.repository.run_git(
            "diff-tree", "-r", "--name-only", "--no-renames", "-z", older, newer
        )
        paths = names.decode("utf-8", "backslashreplace").split("\0")
        changed.update(path for path in paths if path.endswith(_CODE))
    return changed


def _choose_files(record: Record, version: str, changed: Counter[str]) -> list[str]:
    """Return the files that changed most often and are still there; else notebooks, then scripts."""
    listing = record.repository.run_git("ls-tree", "-r", "-z", "--name-only", version)
    paths = listing.decode("utf-8", "backslashreplace").split("\0")
    code_paths = [path for path in paths if path.endswith(_CODE)]
    code_paths.sort(
        key=lambda path: (_is_aside(path), -changed[path], not path.endswith(".ipynb"), path)
    )
    return code_paths[:_MOST_FILES]


def _is_aside(path: str) -> bool:
    """Return True for code that is not what people try: tests, set-up, documentation."""
    folders = path.lower().split("/")
    name = folders.pop()
    is_test = name.startswith("test_") or name in ("conftest.py", "setup.py", "__init__.py")
    return is_test or any(folder in ("tests", "test", "docs", "examples") for folder in folders)


def _read_versions(follower: Follower, versions: Sequence[str], path: str) -> list[Source]:
    """Return the different texts of a file, in order; what cannot be read is left out."""
    blobs: dict[str, None] = {}
    for version in versions:
        number = follower.index.find_number(version)
        blob = follower.index.find_blob(path, number) if number is not None else None
        if blob is not None:
            blobs[blob.hex()] = None
    sources = []
    for name in blobs:
        data = follower.objects.read(name)
        if data is None or len(data) > _TOO_LARGE:
            continue
        try:
            sources.append(read_source(path, data))
        except GitExpError:
            continue
    return sources


def _try_root(follower: Follower, version: str, path: str, root: Root) -> FilterProposal | None:
    """Cut the newest version from a root; None where that cannot be done."""
    code_filter = CodeFilter("", (Rule("reach", path, root.name),), version)
    try:
        excerpt = follower.cut_excerpt(code_filter, version)
    except GitExpError:
        return None
    kept_count = sum(len(file.kept_lines) for file in excerpt.files)
    if not kept_count:
        return None
    line_count = sum(len(file.lines) for file in excerpt.files)
    return FilterProposal(code_filter, root.reasons, kept_count, line_count)
