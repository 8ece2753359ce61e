"""The packs in which the objects of the record are stored.

A file in the folder of what is local to the clone lists them. They are joined as they grow in
number: git looks through all packs for an object.
"""

from __future__ import annotations

import errno
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from gitexp.store.atomic import write_atomically
from gitexp.store.pack_format import build_pack, split_pack
from gitexp.store.sync import make_folders, sync_folder

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from gitexp.store.pack_format import Pack
    from gitexp.store.repository import Repository

# The names of the packs that are ours, a line each. Those that git has repacked are gone.
_LIST_FILE = "packs"
_NEW_PREFIX = ".gitexp-"
_KEEP_TEXT = b"gitexp\n"
_JUST_NOW = 2
"""Seconds."""
_CROWD = 8
"""How many packs of one size stand side by side before they are joined."""
_SMALLEST_SIZE = 16 << 10
_LARGEST_JOINED = 64 << 20
_SIZE_STEP = 8
"""Sizes are told apart by this factor, so an object is copied a few times at most: five sizes."""


class OwnPack(NamedTuple):
    """A pack of ours on the disk. ``size`` in bytes, ``mtime`` in seconds since 1970."""

    name: str
    size: int
    mtime: float


class OwnPacks:
    """Our packs in one repository. Whoever asks or writes holds the lock of the clone."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self.folder = repository.common_dir / "objects" / "pack"
        self.id_bytes = repository.id_bytes
        self._kept_names: list[str] = []
        self._kept_objects: set[str] = set()

    def list_packs(self) -> list[OwnPack]:
        """Return the packs that are there.

        What a killed process left is removed: files that were not whole yet, and each ``.keep`` file
        that this process did not write.
        """
        packs = []
        for file in self.folder.glob(f"{_NEW_PREFIX}*"):
            self._remove_file(file.name)
        for name in self._read_list():
            if name not in self._kept_names:
                self._remove_file(f"{name}.keep")
            with suppress(OSError):
                info = (self.folder / f"{name}.pack").stat()
                packs.append(OwnPack(name, info.st_size, info.st_mtime))
        return packs

    def read_objects(self, pack: OwnPack) -> dict[str, bytes]:
        """Return the encoded objects of a pack; none where git has taken it away meanwhile.

        Raises OSError for one that is damaged.
        """
        try:
            data = (self.folder / f"{pack.name}.pack").read_bytes()
            index = (self.folder / f"{pack.name}.idx").read_bytes()
        except FileNotFoundError:
            return {}
        try:
            return split_pack(data, index, self.id_bytes)
        except ValueError as error:
            raise OSError(errno.EIO, f"{pack.name}: {error}") from None

    def add_objects(self, encoded: Mapping[str, bytes]) -> None:
        """Write encoded objects into a pack, on the disk when this returns, with a ``.keep`` file.

        It takes in other packs where there are too many. Raises OSError; then nothing of it is left.
        """
        packs = self.list_packs()
        joined = self._choose_joined(packs, sum(map(len, encoded.values())))
        objects: dict[str, bytes] = {}
        for pack in joined:
            objects.update(self.read_objects(pack))
        self._replace(packs, joined, {**objects, **encoded})
        self._kept_objects.update(encoded)

    def keeps(self, oid: str) -> bool:
        """Return True for an object that was added and not released since."""
        return oid in self._kept_objects

    def drop_objects(self, oids: Collection[str]) -> None:
        """Write the packs that hold some objects anew, without them. Raises OSError."""
        for pack in self.list_packs():
            objects = self.read_objects(pack)
            rest = {oid: data for oid, data in objects.items() if oid not in oids}
            if len(rest) < len(objects):
                self._replace(self.list_packs(), [pack], rest)

    def move_in(self, lookup: Path) -> None:
        """Move a pack that git wrote elsewhere to its place, given by its index. Raises OSError.

        git writes packs itself for files above ``core.bigFileThreshold``, and where it has to fetch.
        """
        import shutil  # most records have no such pack

        name = lookup.stem
        self._keep(name)
        others = [file for file in lookup.parent.glob(f"{name}.*") if file != lookup]
        for file in (*others, lookup):  # git finds a pack by its index
            shutil.move(file, self.folder / file.name)
        sync_folder(self.folder)

    def have_just_changed(self) -> bool:
        """Return True if a pack came or went within the last seconds."""
        try:
            return time.time() - self.folder.stat().st_mtime < _JUST_NOW
        except OSError:
            return False

    def release(self) -> None:
        """Let git do with the packs as it likes: refs hold them now, or nothing ever will."""
        for name in self._kept_names:
            self._remove_file(f"{name}.keep")
        self._kept_names.clear()
        self._kept_objects.clear()

    def _choose_joined(self, packs: list[OwnPack], new_size: int) -> list[OwnPack]:
        """Return the packs that the new one of ``new_size`` bytes takes in.

        These are all below the largest size of which there are too many. None while git's own gc
        runs: it may be reading them.
        """
        if (self._repository.common_dir / "gc.pid").exists():
            return []
        joined: list[OwnPack] = []
        lower, upper = 0, _SMALLEST_SIZE
        while upper <= _LARGEST_JOINED:
            sizes = [new_size + sum(pack.size for pack in joined)]
            sizes += [pack.size for pack in packs if pack not in joined]
            if sum(lower <= size < upper for size in sizes) > _CROWD:
                joined = [pack for pack in packs if pack.size < upper]
            lower, upper = upper, upper * _SIZE_STEP
        return joined

    # Writing.

    def _replace(
        self, packs: list[OwnPack], replaced: list[OwnPack], encoded: Mapping[str, bytes]
    ) -> None:
        """Write a pack of encoded objects, and then remove those that it replaces.

        Its name is new, not a hash of what it holds: a gc that is about to remove an older pack of the
        same objects would remove this one by its name.
        """
        pack = build_pack(encoded, self.id_bytes)
        new_name = f"pack-{os.urandom(self.id_bytes).hex()}"
        # The list comes first. What a killed process leaves is in it.
        self._write_list([*(old_pack.name for old_pack in packs), new_name])
        if encoded:
            self._write_pack(new_name, pack)
        for old_pack in replaced:
            self._remove_pack(old_pack.name)

    def _write_pack(self, name: str, pack: Pack) -> None:
        """Write a pack and its index, with a ``.keep`` file before both."""
        self._keep(name)
        try:
            self._write_file(f"{name}.pack", pack.data)
            self._write_file(f"{name}.idx", pack.lookup)
            sync_folder(self.folder)
        except OSError:
            self._remove_pack(name)
            raise

    def _keep(self, name: str) -> None:
        """Write the ``.keep`` file of a pack that comes."""
        make_folders(self.folder)
        self._kept_names.append(name)
        self._write_file(f"{name}.keep", _KEEP_TEXT, sync=False)

    def _write_file(self, name: str, data: bytes, *, sync: bool = True) -> None:
        """Write a file whole, readable for whom the folder is.

        git removes files whose names begin with ``tmp_``, and each ``.idx`` that has no pack, however
        new they are.
        """
        fresh = self.folder / f"{_NEW_PREFIX}{name}.new"
        mode = 0o444 & self.folder.stat().st_mode
        try:
            with fresh.open("wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(file.fileno(), mode)
                if sync:
                    os.fsync(file.fileno())
            fresh.replace(self.folder / name)
        except OSError:
            with suppress(OSError):
                fresh.unlink()
            raise

    def _remove_pack(self, name: str) -> None:
        """Remove a pack whose objects are in another one: first its index, by which git finds it."""
        for ending in ("idx", "rev", "bitmap", "keep", "pack"):
            self._remove_file(f"{name}.{ending}")

    def _remove_file(self, name: str) -> None:
        with suppress(OSError):  # a pack too many does no harm
            (self.folder / name).unlink()

    # The list of our packs.

    def _read_list(self) -> list[str]:
        try:
            return (self._repository.state_dir / _LIST_FILE).read_text(encoding="utf-8").split()
        except (OSError, ValueError):
            return []

    def _write_list(self, names: list[str]) -> None:
        lines = "".join(f"{name}\n" for name in dict.fromkeys(names))
        write_atomically(self._repository.state_dir / _LIST_FILE, lines.encode())
