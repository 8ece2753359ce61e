"""Likely secrets do not go into snapshots: a snapshot is pushed, the working tree is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.secrets import find_secrets, is_secret_file, mask_secrets
from gitexp.store.compare_trees import list_file_differences

if TYPE_CHECKING:
    from gitexp.store.database import Database

_BINARY_PROBE = 8000  # bytes in which git, too, looks for a zero


class CleanTree(NamedTuple):
    """A tree without likely secrets. ``left_out``, ``masked``: the paths that it has not whole."""

    tree: str
    left_out: tuple[str, ...]
    masked: tuple[str, ...]


def hide_secrets_of_tree(database: Database, base: str | None, tree: str) -> CleanTree:
    """Return a tree without the likely secrets that are new in it against a commit ``base``.

    A file that is made for secrets is left out, in another one stars stand in their place. What the
    commit has already is no secret of the working tree.
    """
    base_tree = database.read_tree_id(base) if base else None
    files: dict[str, str | None] = {}
    left_out: list[str] = []
    masked: list[str] = []
    for path, blob, is_present in list_file_differences(database.read_tree, base_tree, tree, ""):
        if not is_present:
            continue
        old_blob = database.find_entry(base_tree, path) if base_tree else None
        if is_secret_file(path) and old_blob is None:
            files[path] = None
            left_out.append(path)
            continue
        new_data = database.read_blob(blob)
        old_data = database.read_blob(old_blob) if old_blob else b""
        hidden = _hide_new_secrets(new_data, old_data)
        if hidden != new_data:
            files[path] = database.write_blob(hidden)
            masked.append(path)
    clean_tree = database.write_tree(tree, files) if files else tree
    return CleanTree(clean_tree, tuple(left_out), tuple(masked))


def _hide_new_secrets(data: bytes, old_data: bytes) -> bytes:
    """Return the bytes of a file with stars for likely secrets that its old version has not."""
    if b"\0" in data[:_BINARY_PROBE]:
        return data
    text = data.decode("latin-1")  # each byte a letter: the way back loses nothing
    secrets = find_secrets(text)
    if not secrets:
        return data
    old_text = old_data.decode("latin-1")
    new_secrets = [secret for secret in secrets if text[secret.start : secret.end] not in old_text]
    return mask_secrets(text, new_secrets).encode("latin-1")
