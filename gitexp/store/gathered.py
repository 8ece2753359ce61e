"""New objects, gathered in memory and stored as one pack before a ref is set to them.

``git gc --prune=now`` and ``git prune`` remove each loose object that no ref holds, however new it
is, and ``git repack -ad`` removes packs. None of them touches a pack that has a ``.keep`` file. So
the objects of a record are never loose, and their pack has that file until a ref holds them. A
repack that ran in between had listed the packs before, with this one as kept or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.store.lock import make_write_error
from gitexp.store.pack_format import encode_object, hash_object

if TYPE_CHECKING:
    from pathlib import Path

    from gitexp.store.own_packs import OwnPacks


_MOST_BYTES = 32 << 20
"""Gathered objects that are larger together are stored: the history of a record may be rewritten."""


class GatheredObjects:
    """Objects that were made and that no ref holds yet."""

    def __init__(self, packs: OwnPacks) -> None:
        self._packs = packs
        self._objects: dict[str, tuple[str, bytes]] = {}
        self._size = 0

    def add(self, kind: str, data: bytes) -> str:
        """Gather an object and return its id. Raises StorageError."""
        oid = hash_object(kind, data, self._packs.id_bytes)
        if oid not in self._objects and not self._packs.keeps(oid):
            self._objects[oid] = (kind, data)
            self._size += len(data)
            if self._size > _MOST_BYTES:
                self.store()
        return oid

    def holds(self, oid: str) -> bool:
        """Return True for an object that is gathered and not stored yet."""
        return oid in self._objects

    def find(self, oid: str, kind: str) -> bytes | None:
        """Return the bytes of a gathered object of one kind that is not stored yet, or None."""
        gathered_kind, data = self._objects.get(oid, ("", b""))
        return data if gathered_kind == kind else None

    def store(self) -> None:
        """Store what was gathered since the last call, on the disk when this returns.

        Raises StorageError; then nothing of it is left.
        """
        if not self._objects:
            return
        encoded = {oid: encode_object(*parts) for oid, parts in self._objects.items()}
        try:
            self._packs.add_objects(encoded)
        except OSError as error:
            raise make_write_error(self._packs.folder, error) from None
        self._objects.clear()
        self._size = 0

    def take_in(self, folder: Path) -> None:
        """Gather the objects of a folder that is laid out as git's own. Raises StorageError.

        Its packs are stored.
        """
        # Only a snapshot has such a folder.
        from gitexp.store.loose_objects import read_loose_objects

        try:
            for kind, data in read_loose_objects(folder):
                self.add(kind, data)
            for lookup in sorted(folder.glob("pack/pack-*.idx")):
                self._packs.move_in(lookup)
        except OSError as error:
            raise make_write_error(self._packs.folder, error) from None
