"""Writing into a folder of the user's: below it, through no link, over no file but our own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from gitexp.errors import StorageError
from gitexp.store.folder import OwnFolder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder with a file that nobody may touch."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "file").write_bytes(b"theirs")
    return folder


@pytest.fixture
def top(tmp_path: Path) -> Path:
    folder = tmp_path / "top"
    folder.mkdir()
    return folder


def _is_any(_: str) -> bool:
    return True


def test_a_file_is_written_with_its_folders(top: Path) -> None:
    folder = OwnFolder(top, _is_any)
    folder.write("a/b/c.png", b"one")
    folder.write("a/b/c.png", b"two")
    folder.write("d", b"")
    assert (top / "a/b/c.png").read_bytes() == b"two"
    assert sorted(path.name for path in top.rglob("*")) == ["a", "b", "c.png", "d"]


def test_what_is_the_same_is_not_written_again(top: Path) -> None:
    folder = OwnFolder(top, _is_any)
    folder.write("a", b"one")
    before = (top / "a").stat()
    folder.write("a", b"one")
    assert (top / "a").stat().st_ino == before.st_ino


@pytest.mark.parametrize(
    "name",
    [
        *("../file", "a/../../file", "/etc/passwd", "a//b", "./a", "a/.", "..", "", "a/"),
        *("a\\..\\b", "a\0b", ".", "a/\0"),
    ],
)
def test_a_name_that_leads_elsewhere(top: Path, outside: Path, name: str) -> None:
    with pytest.raises(StorageError, match="is no name for a file"):
        OwnFolder(top, _is_any).write(name, b"x")
    assert list(top.iterdir()) == []
    assert (outside / "file").read_bytes() == b"theirs"


def test_a_name_that_is_not_ours(top: Path) -> None:
    folder = OwnFolder(top, lambda name: name.endswith(".png"))
    with pytest.raises(StorageError, match="is no name for a file"):
        folder.write("evil.html", b"x")
    assert list(top.iterdir()) == []


@pytest.mark.parametrize("linked", ["a", "a/b", "a/b/c"])
def test_nothing_is_written_through_a_link(top: Path, outside: Path, linked: str) -> None:
    (top / linked).parent.mkdir(parents=True, exist_ok=True)
    target = outside / "file" if linked == "a/b/c" else outside
    (top / linked).symlink_to(target)
    with pytest.raises(StorageError, match="is a symbolic link"):
        OwnFolder(top, _is_any).write("a/b/c", b"x")
    assert [path.name for path in outside.rglob("*")] == ["file"]
    assert (outside / "file").read_bytes() == b"theirs"


def test_a_link_to_nowhere_makes_no_file(top: Path, outside: Path) -> None:
    (top / "a").symlink_to(outside / "new")
    with pytest.raises(StorageError, match="is a symbolic link"):
        OwnFolder(top, _is_any).write("a", b"x")
    assert not (outside / "new").exists()


def test_another_name_of_the_same_file_keeps_its_content(top: Path, outside: Path) -> None:
    os.link(outside / "file", top / "a")
    OwnFolder(top, _is_any).write("a", b"x")
    assert (outside / "file").read_bytes() == b"theirs"
    assert (top / "a").read_bytes() == b"x"


def test_the_folder_itself_may_be_a_link(tmp_path: Path, outside: Path) -> None:
    (tmp_path / "link").symlink_to(outside)
    OwnFolder(tmp_path / "link", _is_any).write("a", b"x")
    assert (outside / "a").read_bytes() == b"x"


def test_a_folder_where_a_file_should_be(top: Path) -> None:
    (top / "a").mkdir()
    with pytest.raises(StorageError, match="is something else"):
        OwnFolder(top, _is_any).write("a", b"x")
    (top / "b").write_bytes(b"")
    with pytest.raises(StorageError, match="is something else"):
        OwnFolder(top, _is_any).write("b/c", b"x")


def test_only_our_own_files_are_removed(top: Path, outside: Path) -> None:
    folder = OwnFolder(top, lambda name: name.endswith(".png"))
    for name in ("a/old.png", "a/new.png"):
        folder.write(name, b"x")
    (top / "mine.txt").write_bytes(b"x")
    (top / "link.png").symlink_to(outside / "file")
    (top / "folder").symlink_to(outside)
    (outside / "there.png").write_bytes(b"x")
    folder.remove_others({"a/new.png"})
    assert sorted(path.name for path in top.rglob("*")) == sorted(
        ["a", "new.png", "mine.txt", "link.png", "folder"]
    )
    assert (outside / "there.png").exists()
