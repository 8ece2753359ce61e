"""Notes for plain git: ``git log --notes=gitexp`` shows short lines beside the commits of
experiments.

They are written in folders of two letters. libgit2 never makes such folders (measured for 10,000
notes: 280 s against 18 s), and its ``create_note`` loses concurrent writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import StorageError
from gitexp.store.commit_bytes import Signature, read_clock
from gitexp.store.refs import NOTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitexp.store.database import Database

_ATTEMPTS = 100
_FEW = 20
"""So many notes are compared with those that are there; more are written at once."""


class DraftedNotes(NamedTuple):
    """A commit of the notes that the ref is to be moved to, from ``tip``; the same where none changes."""

    tip: str | None
    commit: str | None


def write_notes(
    database: Database, lines: Mapping[str, Iterable[str]], *, anew: bool = False
) -> str:
    """Set the note of each commit to its lines, sorted and unique, and return the ref's commit.

    A commit without lines loses its note. ``anew``: there are no notes but these, whatever the ref
    holds now. Raises StorageError when it cannot be written, RepositoryError when the notes before
    cannot be read.
    """
    with database.gather():
        for _ in range(_ATTEMPTS):
            drafted = draft_notes(database, lines, anew=anew)
            if move_notes(database, drafted):
                return drafted.commit or ""
    raise StorageError(
        f"others changed '{NOTES}' {_ATTEMPTS} times while it was written",
        "the record itself is safe; run any 'git exp' command again",
    )


def draft_notes(
    database: Database, lines: Mapping[str, Iterable[str]], *, anew: bool = False
) -> DraftedNotes:
    """Store the commit that ``write_notes`` moves the ref to. Raises as that does."""
    tip = database.read_ref(NOTES)
    old_tree = database.read_tree_id(tip) if tip and not anew else None
    texts = {}
    for commit, lines_of_commit in lines.items():
        text = "".join(f"{line}\n" for line in sorted(set(lines_of_commit)))
        texts[commit] = text.encode()
    if old_tree is not None and len(texts) <= _FEW:
        texts = {
            commit: text
            for commit, text in texts.items()
            if not _is_note(database, old_tree, commit, text)
        }
        if not texts:
            return DraftedNotes(tip, tip)
    blobs: dict[str, str | None] = {}
    for commit, note in texts.items():
        blobs.update(dict.fromkeys(_list_foreign_paths(commit)))
        blobs[_get_path(commit)] = database.write_blob(note) if note else None
    tree = database.write_tree(old_tree, blobs)
    if tree == old_tree:
        return DraftedNotes(tip, tip)
    signature = Signature("gitexp", "gitexp@invalid", *read_clock())
    parents = (tip,) if tip and not anew else ()
    commit = database.write_commit(tree, parents, "gitexp: notes\n", signature)
    return DraftedNotes(tip, commit)


def move_notes(database: Database, drafted: DraftedNotes) -> bool:
    """Move the ref to drafted notes, and return False where others changed it meanwhile."""
    if drafted.commit is None or drafted.commit == drafted.tip:
        return True
    return database.move_ref(NOTES, drafted.tip, drafted.commit, "gitexp: notes", is_derived=True)


def _is_note(database: Database, tree: str, commit: str, text: bytes) -> bool:
    """Return True if a tree has this note of a commit, and no other; b"" for none."""
    if any(database.find_entry(tree, path) for path in _list_foreign_paths(commit)):
        return False
    blob = database.find_entry(tree, _get_path(commit))
    return text == (database.read_blob(blob) if blob else b"")


def _get_path(commit: str) -> str:
    return f"{commit[:2]}/{commit[2:]}"


def _list_foreign_paths(commit: str) -> list[str]:
    """Return where plain git may have put the note of a commit: it shows all notes that it finds.

    ``git notes`` writes a few notes without folders, and very many in folders of folders.
    """
    return [commit, f"{commit[:2]}/{commit[2:4]}/{commit[4:]}"]
