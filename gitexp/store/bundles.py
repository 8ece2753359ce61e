"""Bundles in a folder: a record that travels without a server."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.errors import RepositoryError
from gitexp.store.lock import make_write_error
from gitexp.store.remote_places import BUNDLE_SUFFIX, CHAIN_NAME, Place, make_folder_place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.store.repository import Repository

_PREFIX = "gitexp-"


def list_bundles(folder: Path) -> list[Place]:
    """Return the whole bundles of a folder as places, in the order of their names.

    Those of chains are left out: see ``bundle_chain``.
    """
    files = sorted(folder.glob(f"{_PREFIX}*{BUNDLE_SUFFIX}"))
    return [
        make_folder_place(file, file.name)
        for file in files
        if file.is_file() and not CHAIN_NAME.fullmatch(file.name)
    ]


def get_bundle(folder: Path, replica: str) -> Place:
    """Return the bundle that the clone ``replica`` writes in a folder."""
    return make_folder_place(
        folder / f"{_PREFIX}{replica}{BUNDLE_SUFFIX}", f"{_PREFIX}{replica}{BUNDLE_SUFFIX}"
    )


def write_bundle(repository: Repository, place: Place, refs: Iterable[str]) -> None:
    """Write a bundle with some refs of this clone and all that they reach, whole or not at all.

    Raises StorageError when it cannot be written.
    """
    target = Path(place.address)
    fresh = target.with_name(f"{target.name}.{os.getpid()}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise make_write_error(target.parent, error) from None
    done = repository.try_git("bundle", "create", "--quiet", str(fresh), *refs)
    if done.returncode != 0:
        _remove(fresh)
        lines = os.fsdecode(done.stderr).strip().splitlines()
        raise RepositoryError(
            f"'{target}' was not written: {lines[-1] if lines else 'git says no reason'}",
            "is there room, and may you write there?",
        )
    try:
        fresh.replace(target)
    except OSError as error:
        _remove(fresh)
        raise make_write_error(target, error) from None


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
