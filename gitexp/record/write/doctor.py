"""Check a record and what this clone keeps beside it, and mend what can be mended.

What is derived (index, notes) is compared with what the branch says. Nothing of the record is changed
or deleted here: a finding that only a person can mend says how.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import ContentError, GitExpError, RepositoryError
from gitexp.model.event.facts import CorrectionFact, RetractFact, SnapshotFact
from gitexp.model.ids import make_event_id
from gitexp.record.commit_notes import format_note_lines
from gitexp.record.index.event_file import read_event
from gitexp.record.index.file import discard_index
from gitexp.record.index.fill import Index
from gitexp.record.local_files import read_clone_id
from gitexp.record.read.push_state import read_push_state
from gitexp.record.write.purge import list_attachments
from gitexp.store.absent import describe_remedy
from gitexp.store.git_version import REMEDY, read_git_version
from gitexp.store.hooks import NAMES, get_script, read_hook_status
from gitexp.store.lock import STALE_SECONDS, find_lock_file
from gitexp.store.promised import list_present_commits
from gitexp.store.purged import find_purged_in_history
from gitexp.store.refs import KEEP, LOG, NOTES, SPOOL_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitexp.model.event import Event
    from gitexp.record.record import Record

    Check = Callable[["Examined"], Iterator["Finding"]]

_MANY_LOOSE_OBJECTS = 6000  # git gc --auto begins at 6,700
SETTINGS = (
    "allowSecrets", "appendTo", "better", "branch", "dateOrder", "filter", "idPattern",
    "logdirPattern", "maxImage", "metricAlias", "metrics", "pin", "pullSnapshots",
    "pushSnapshots", "remote", "runImages", "settingColumns", "tbMetrics",
)  # fmt: skip
"""The settings under ``gitexp.`` that some verb reads."""


class Finding(NamedTuple):
    """Something that is not as it should be.

    ``remedy``: what a person does about it. ``mend``: mends it; None where only a person can.
    """

    text: str
    remedy: str
    mend: Callable[[], object] | None = None


class Examined(NamedTuple):
    """A record that is examined: its tip, its events, and all paths on the branch."""

    record: Record
    tip: str
    events: tuple[Event, ...]
    paths: frozenset[str]


def examine(record: Record) -> list[Finding]:
    """Return all that is not as it should be in a record and its clone, the worst first.

    Raises RepositoryError where there is no record at all.
    """
    tip = record.branch.tip
    if tip is None:
        record.refresh()  # says what to do
    try:
        record.branch.check_format(tip or "")
        record.branch.check_trees(None, tip or "")
        events = tuple(record.index.read_all_events())
    except GitExpError as error:
        return [Finding(error.message, error.hint)]
    listed = record.repository.run_git("ls-tree", "-r", "-z", "--name-only", tip or "")
    paths = frozenset(os.fsdecode(listed).split("\0")) - {""}
    examined = Examined(record, tip or "", events, paths)
    findings: list[Finding] = []
    for check in CHECKS:
        findings += check(examined)
    return findings


def _check_event_files(examined: Examined) -> Iterator[Finding]:
    """Find events that cannot be read, and those whose file is not what was recorded."""
    record = examined.record
    for path, blob, _ in record.branch.list_files_since(None, examined.tip, LOG):
        data = record.database.read_blob(blob)
        show = f"git show {record.branch_name}:{path}"
        try:
            event = read_event(data, path)
        except ContentError as error:
            yield Finding(f"an event cannot be read: {path}: {error.message}", show)
            continue
        if make_event_id(data) != event.id:
            yield Finding(f"an event was changed by hand after it was recorded: {path}", show)


def _check_attachments(examined: Examined) -> Iterator[Finding]:
    """Find files that events name and that are missing, or are not what their name says."""
    record = examined.record
    bring = "git exp pull, from a clone that has it"
    for event in examined.events:
        for path in list_attachments(event):
            if path not in examined.paths:
                names = " ".join(event.experiments)
                yield Finding(f"{event.kind} {event.id} of {names} names {path}: missing", bring)
    for path in sorted(examined.paths):
        folder, _, name = path.rpartition("/")
        digest = name.partition(".")[0]
        if folder.partition("/")[0] in ("images", "series", "excerpts"):
            data = record.branch.read(path)
            if data is not None and sha256(data).hexdigest() != digest:
                yield Finding(f"{path} is not what was recorded: its name is its SHA-256", bring)


def _check_targets(examined: Examined) -> Iterator[Finding]:
    """Find corrections of events that are not in the record."""
    known = {event.id for event in examined.events}
    for event in examined.events:
        if isinstance(event.fact, CorrectionFact | RetractFact):
            missing = [target for target in event.fact.targets or () if target not in known]
            if missing:
                text = f"{event.kind} {event.id} is about {missing[0]}, which is not in the record"
                yield Finding(text, "git exp pull, or it was purged: then all is well")


def _check_purged(examined: Examined) -> Iterator[Finding]:
    record = examined.record
    if find_purged_in_history(record.repository, record.database, examined.tip):
        yield Finding(
            "the history of the record has a file that was purged",
            f"git exp purge the path again: 'git show {record.branch_name}:purged' lists them",
        )


def _check_snapshots(examined: Examined) -> Iterator[Finding]:
    """Find snapshots that are not in this clone, and those taken here that nothing keeps alive.

    Those of another clone are kept there: a clone by path has their objects too, and no ref of them.
    """
    record = examined.record
    replica = read_clone_id(record.repository)
    commits, own_commits = set(), set()
    for event in examined.events:
        if isinstance(event.fact, SnapshotFact):
            commits.add(event.fact.commit)
            if event.replica == replica:
                own_commits.add(event.fact.commit)
    present = set(list_present_commits(record.repository, commits))
    if commits - present:
        count = len(commits - present)
        yield Finding(
            f"{count} of {len(commits)} snapshots are not in this clone",
            describe_remedy(record.repository),
        )
    for commit in _find_unkept(record, present & own_commits):
        yield Finding(
            f"nothing keeps snapshot {commit[:12]} alive: git gc may remove it",
            "git exp doctor --fix keeps it",
            lambda commit=commit: record.keep_commit(commit),  # type: ignore[misc]
        )


def _find_unkept(record: Record, commits: set[str]) -> list[str]:
    """Return those of some commits that no ref reaches."""
    if not commits:
        return []
    names = "".join(f"{commit}\n" for commit in commits).encode()
    listed = record.repository.run_git("rev-list", "--stdin", "--not", "--all", data=names)
    return [commit for commit in listed.decode().split() if commit in commits]


def _check_index(examined: Examined) -> Iterator[Finding]:
    """Find an index that does not say what the branch says."""
    record = examined.record
    fresh = Index(None)
    try:
        fresh.fill_up_to(record.branch, examined.tip, record.database.read_blob)
        is_same = fresh.read_row_texts() == record.index.read_row_texts()
        is_complete = len(examined.events) == sum(1 for _ in fresh.read_all_events())
    finally:
        fresh.close()
    if not is_same or not is_complete:
        yield Finding(
            "the index does not say what the branch says",
            "git exp doctor --fix makes it anew",
            lambda: _discard_index(record),
        )


def _discard_index(record: Record) -> None:
    record.close()
    discard_index(record.repository.state_dir)


def _check_notes(examined: Examined) -> Iterator[Finding]:
    """Find notes on commits that do not say what the record says."""
    record, index = examined.record, examined.record.index
    stale = 0
    for commit in index.list_linked_commits():
        lines = sorted(set(format_note_lines(index, commit)))
        stale += _read_note(record, commit) != "".join(f"{line}\n" for line in lines)
    if stale:
        yield Finding(
            f"notes on commits do not say what the record says: {stale}",
            "git exp doctor --fix writes them anew",
            lambda: _renew_notes(record),
        )


def _read_note(record: Record, commit: str) -> str | None:
    """Return the note of a commit in our ref, "" without one.

    None where it is damaged, or where plain git wrote it.
    """
    database = record.database
    tip = database.read_ref(NOTES)
    if tip is None:
        return ""
    try:
        tree = database.read_tree_id(tip)
        if database.find_entry(tree, commit):
            return None
        blob = database.find_entry(tree, f"{commit[:2]}/{commit[2:]}")
        return database.read_blob(blob).decode("utf-8", "replace") if blob else ""
    except RepositoryError:
        return None


def _renew_notes(record: Record) -> None:
    from gitexp.record.commit_notes import write_stale_notes

    with record.hold():
        record.index.mark_all_notes_stale()
        write_stale_notes(record.index, record.database, record.promised)


def _check_locks(examined: Examined) -> Iterator[Finding]:
    """Find locks that a killed git left on our refs."""
    record = examined.record
    aside = record.repository.state_dir
    refs = (record.branch.ref, NOTES, KEEP + record.replica)
    for lock in dict.fromkeys(find_lock_file(record.repository, ref) for ref in refs):
        try:
            age = time.time() - lock.stat().st_mtime
        except OSError:
            continue
        if age > STALE_SECONDS:
            yield Finding(
                f"a killed git left a lock: {lock}",
                "git exp doctor --fix moves it aside",
                lambda lock=lock: lock.rename(aside / lock.name),  # type: ignore[misc]
            )


def _check_texts(examined: Examined) -> Iterator[Finding]:
    """Find texts that were typed in an editor and never recorded."""
    for page in sorted(examined.record.repository.state_dir.glob("note-*.md")):
        yield Finding(f"a text was typed and not recorded: {page}", f"git exp note -F '{page}'")


def _check_hooks(examined: Examined) -> Iterator[Finding]:
    """Find hooks that are not in place, or that do not run on this machine."""
    repository = examined.record.repository
    for hook in read_hook_status(repository).hooks:
        if not hook.installed:
            yield Finding(f"hook {hook.name}: {hook}", "git exp init")
        elif hook.name == NAMES[0] and not _runs_here(get_script(repository, hook.name)):
            yield Finding(
                f"hook {hook.name} is in place and does not run here",
                "is there a shell? commits are found in git's reflog until then",
            )


def _runs_here(script: Path) -> bool:
    """Return True if a hook's script notes a commit, tried in a folder that looks like git's."""
    shell = shutil.which("sh")
    if shell is None:
        return False
    with tempfile.TemporaryDirectory(prefix="gitexp-") as folder:
        git_dir = Path(folder)
        (git_dir / "gitexp").mkdir()
        (git_dir / "HEAD").write_text("0123456789" * 4 + "\n", encoding="ascii")
        env = {**os.environ, "GIT_DIR": folder}
        subprocess.run([shell, str(script)], env=env, cwd=folder, check=False)
        return (git_dir / "gitexp" / SPOOL_FILE).exists()


def _check_branch(examined: Examined) -> Iterator[Finding]:
    worktree = read_push_state(examined.record).worktree
    if worktree:
        yield Finding(
            f"the record branch is checked out in {worktree}: a commit there can take records out",
            "switch to another branch there",
        )


def _check_objects(examined: Examined) -> Iterator[Finding]:
    counted = examined.record.repository.run_git("count-objects")
    count = int(counted.split()[0])
    if count > _MANY_LOOSE_OBJECTS:
        yield Finding(f"there are {count} loose objects, each a file", "git exp gc packs ours")


def _check_settings(examined: Examined) -> Iterator[Finding]:
    """Find settings that no verb reads, and patterns that are none."""
    from difflib import get_close_matches

    settings = examined.record.repository.settings
    known = {name.lower(): name for name in SETTINGS}
    for key in sorted(settings):
        section, _, name = key.partition(".")
        if section == "gitexp" and name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"is it gitexp.{known[near[0]]}?" if near else f"git config --unset {key}"
            yield Finding(f"no verb reads the setting {key}", hint)
    for name in ("idPattern", "logdirPattern"):
        pattern = settings.get(f"gitexp.{name.lower()}", "")
        try:
            re.compile(pattern)
        except re.error as error:
            yield Finding(
                f"gitexp.{name} is no pattern: {error}", f"git config gitexp.{name} PATTERN"
            )


def _check_git(examined: Examined) -> Iterator[Finding]:
    version = read_git_version(examined.record.repository)
    if version.is_too_old:
        yield Finding(f"{version.text} does not list what a merge changed", REMEDY)


CHECKS: tuple[Check, ...] = (
    _check_event_files,
    _check_attachments,
    _check_targets,
    _check_purged,
    _check_snapshots,
    _check_index,
    _check_notes,
    _check_locks,
    _check_texts,
    _check_hooks,
    _check_branch,
    _check_objects,
    _check_settings,
    _check_git,
)
"""What is examined besides the format and the trees of the branch."""
