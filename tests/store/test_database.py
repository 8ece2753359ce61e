"""What the record needs of git's objects and refs: the same from libgit2 and from git itself."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from gitexp.errors import RepositoryError, StorageError
from gitexp.store import object_processes
from gitexp.store.commit_bytes import Signature
from gitexp.store.compare_trees import ChangedBlob
from gitexp.store.database import CommitMessage, Database
from gitexp.store.lock import find_lock_file
from gitexp.store.repository import Repository
from gitexp.store.tree import TreeEntry
from tests.project import Project, init_repository

if TYPE_CHECKING:
    from pathlib import Path

REF = "refs/gitexp/tried"
WHO = Signature("Ann 山田", "ann@example.invalid", 1_560_000_000, 540)
KINDS = {
    "git": (),
    "libgit2": (),
    "sha256": ("--object-format=sha256",),
    "reftable": ("--ref-format=reftable",),
    "both": ("--object-format=sha256", "--ref-format=reftable"),
}


@dataclass
class Store:
    """A database, and the project in whose repository it is."""

    database: Database
    project: Project

    def commit(self, text: str, *parents: str, when: int = WHO.time) -> str:
        """A commit that holds one file."""
        tree = self.database.write_tree(None, {"a.txt": self.database.write_blob(text.encode())})
        who = WHO._replace(time=when)
        return self.database.write_commit(tree, parents, f"{text}\n", who)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    if request.param == "libgit2":
        monkeypatch.setattr(object_processes, "_MANY_READS", 1)
    project = init_repository(tmp_path / "p", *KINDS[request.param])
    return Store(Database(Repository.discover(project.top)), project)


def _read_object(project: Project, oid: str) -> bytes:
    return subprocess.run(
        ["git", "cat-file", "-p", oid], cwd=project.top, capture_output=True, check=True
    ).stdout


@pytest.mark.parametrize(
    "data", [b"", b"x", b"a\r\nb\n\0\xff", "日本語".encode(), b"y" * 3_000_000]
)
def test_a_blob_is_stored_byte_by_byte(store: Store, data: bytes) -> None:
    oid = store.database.write_blob(data)
    assert _read_object(store.project, oid) == data
    assert store.database.read_blob(oid) == data
    assert store.database.read_small_blob(oid, len(data)) == data
    if data:
        assert store.database.read_small_blob(oid, len(data) - 1) == b""
    assert store.database.read_blob(oid) == data


def test_no_filter_of_the_user_changes_a_blob(store: Store) -> None:
    store.project.git("config", "core.autocrlf", "true")
    store.project.write(".git/info/attributes", "* text eol=crlf filter=gone\n")
    store.project.git("config", "filter.gone.clean", "false")
    store.project.git("config", "filter.gone.required", "true")
    oid = store.database.write_blob(b"a\r\nb\n")
    assert _read_object(store.project, oid) == b"a\r\nb\n"


def test_what_git_wrote_meanwhile_is_read(store: Store) -> None:
    first = store.database.write_blob(b"one")
    assert store.database.read_blob(first) == b"one"
    path = store.project.write("b.txt", "two")
    oid = store.project.git("hash-object", "-w", str(path))
    store.project.git("repack", "-a", "-d", "-q")
    assert store.database.read_blob(oid) == b"two"
    assert store.database.read_blob(first) == b"one"


def test_what_is_missing_is_an_error_that_says_so(store: Store) -> None:
    tree = store.database.write_tree(None, {})
    missing = "12345678" * (len(tree) // 8)
    for read in (
        store.database.read_blob,
        store.database.read_tree,
        store.database.read_tree_id,
        store.database.read_commit_time,
    ):
        with pytest.raises(RepositoryError, match="object 123456781234 is missing here"):
            read(missing)
    with pytest.raises(RepositoryError, match="is missing here"):
        store.database.read_small_blob(missing, 9)
    with pytest.raises(RepositoryError, match="is missing here"):
        store.database.list_changed_blobs(tree, missing, 9)
    with pytest.raises(RepositoryError, match="is missing here"):
        store.database.write_tree(missing, {"x": store.database.write_blob(b"x")})
    assert store.database.read_commit(missing) is None
    assert store.database.is_ancestor(missing, missing) is True
    assert store.database.is_ancestor(missing, store.commit("one")) is False
    assert store.database.read_blob(store.database.write_blob(b"still")) == b"still"


def test_an_object_of_another_kind_is_no_blob(store: Store) -> None:
    tree = store.database.write_tree(None, {})
    with pytest.raises(RepositoryError, match="is missing here"):
        store.database.read_blob(tree)
    with pytest.raises(RepositoryError):
        store.database.read_tree(store.database.write_blob(b"x"))
    assert store.database.read_commit(tree) is None


def test_a_tree_is_built_on_another(store: Store) -> None:
    database = store.database
    one, two = database.write_blob(b"one"), database.write_blob(b"two")
    base = database.write_tree(
        None, {"log/2019/a.md": one, "log/2019/b.md": one, "log.md": one, "z/日本.md": two}
    )
    tree = database.write_tree(
        base, {"log/2019/a.md": None, "z/日本.md": None, "log/2020/c.md": two, "none.md": None}
    )
    listed = store.project.git("-c", "core.quotePath=off", "ls-tree", "-r", "--name-only", base)
    assert listed.splitlines() == ["log.md", "log/2019/a.md", "log/2019/b.md", "z/日本.md"]
    listed = store.project.git("ls-tree", "-r", "--name-only", tree)
    assert listed.splitlines() == ["log.md", "log/2019/b.md", "log/2020/c.md"]
    assert database.write_tree(
        tree, {"log.md": None, "log/2019/b.md": None, "log/2020/c.md": None}
    ) == (database.empty_tree)
    assert database.write_tree(None, {}) == database.empty_tree
    assert database.write_tree(tree, {"log/2019": one}) != tree


def test_a_tree_is_read_as_it_is_stored(store: Store) -> None:
    database = store.database
    blob = database.write_blob(b"x")
    folder = database.write_tree(None, {"x": blob})
    entries = [TreeEntry("a", 0o100644, blob), TreeEntry("a-b", 0o100644, blob)]
    entries += [TreeEntry("link", 0o120000, blob), TreeEntry("z", 0o040000, folder)]
    tree = database.write_entries(reversed(entries))
    assert database.read_tree(tree) == entries
    assert database.find_entry(tree, "z/x") == blob
    assert database.find_folder(tree, "z") == folder
    assert database.find_entry(tree, "z") is None
    assert database.find_entry(tree, "a/x") is None
    assert database.find_forbidden(None, tree) == ("link", "a symbolic link")
    # git's order: a folder as if its name ended in a slash
    mixed = database.write_entries([TreeEntry("a", 0o040000, folder), entries[1]])
    assert [entry.name for entry in database.read_tree(mixed)] == ["a-b", "a"]
    store.project.git("fsck", "--strict")


def test_files_that_differ_between_two_trees(store: Store) -> None:
    database = store.database
    one, two = database.write_blob(b"one"), database.write_blob(b"two")
    old = database.write_tree(None, {"a b": one, "d/x": one, "same": one})
    new = database.write_tree(None, {"a b": two, "d/y": one, "same": one})
    changes = database.list_changed_blobs(old, new, 9)
    assert changes == [ChangedBlob(one, two), ChangedBlob(one, ""), ChangedBlob("", one)]
    assert database.list_changed_blobs(old, new, 2) == changes[:2]
    assert database.list_changed_blobs(old, old, 9) == []
    listed = sorted(database.list_new_files(old, new, "d"))
    assert listed == [("d/x", one, False), ("d/y", one, True)]


def test_a_commit_says_who_when_and_what(store: Store) -> None:
    database = store.database
    root = store.commit("one")
    text = store.project.git("log", "-1", "--format=%an|%ae|%ad|%cd|%P|%B", "--date=iso", root)
    assert text.strip() == (
        "Ann 山田|ann@example.invalid|2019-06-08 22:20:00 +0900|2019-06-08 22:20:00 +0900||one"
    )
    commit = database.write_commit(
        database.empty_tree, (root,), "題\n\n本文\n", WHO._replace(time=WHO.time + 5, offset=-90)
    )
    assert database.read_commit(commit) == CommitMessage("題\n\n本文\n", (root,))
    assert database.read_commit_time(commit) == WHO.time + 5
    assert database.read_tree_id(commit) == database.empty_tree
    assert store.project.git("log", "-1", "--format=%ad", "--date=format:%z", commit) == "-0130"
    assert list(database.list_committed_files(root)) == [("a.txt", database.write_blob(b"one"))]
    store.project.git("fsck", "--strict")


def test_a_commit_is_never_older_than_its_parents(store: Store) -> None:
    parent = store.commit("one", when=WHO.time + 1000)
    child = store.commit("two", parent)
    dates = store.project.git("log", "-1", "--format=%at %ct", child).split()
    assert dates == [str(WHO.time), str(WHO.time + 1000)]


def test_a_commit_is_copied_with_other_parents(store: Store) -> None:
    database = store.database
    root, other_root = store.commit("one"), store.commit("other", when=WHO.time + 9)
    env = {"GIT_AUTHOR_NAME": "Bo", "GIT_AUTHOR_DATE": "1560000007 -0500"}
    store.project.git("config", "i18n.commitEncoding", "latin1")
    commit = (
        subprocess.run(
            ["git", "commit-tree", f"{root}^{{tree}}", "-p", root],
            cwd=store.project.top,
            input="café\n".encode("latin-1"),
            capture_output=True,
            check=True,
            env={**os.environ, **env},
        )
        .stdout.decode()
        .strip()
    )
    copy = database.copy_commit(commit, database.read_tree_id(other_root), (other_root,))
    said = store.project.git("log", "-1", "--encoding=utf-8", "--format=%an|%at|%B|%P|%T", copy)
    tree = database.read_tree_id(other_root)
    assert said.split("|") == ["Bo", "1560000007", "café\n", other_root, tree]
    assert database.read_commit(commit) == CommitMessage("café\n", (root,))
    renamed = database.copy_commit(commit, database.empty_tree, (), "new\n")
    assert database.read_commit(renamed) == CommitMessage("new\n", ())


def test_ancestors(store: Store) -> None:
    root = store.commit("one")
    child = store.commit("two", root)
    other = store.commit("other")
    is_ancestor = store.database.is_ancestor
    assert is_ancestor(root, child)
    assert is_ancestor(child, child)
    assert not is_ancestor(child, root)
    assert not is_ancestor(root, other)


def test_a_ref_moves_only_from_the_value_that_was_read(store: Store) -> None:
    database = store.database
    one, two = store.commit("one"), store.commit("two")
    assert database.read_ref(REF) is None
    assert not database.move_ref(REF, one, two, "too early")
    assert database.move_ref(REF, None, one, "made")
    assert not database.move_ref(REF, None, two, "made again")
    assert not database.move_ref(REF, None, one, "made again, the same")
    assert not database.move_ref(REF, two, two, "another was faster")
    assert database.read_ref(REF) == one
    assert database.move_ref(REF, one, two, "moved")
    store.project.git("pack-refs", "--all")
    assert database.read_ref(REF) == two
    assert database.move_ref(REF, two, one, "moved back")
    assert store.project.git("rev-parse", REF) == one
    database.delete_ref(REF)
    database.delete_ref(REF)
    assert database.read_ref(REF) is None
    assert store.project.git("for-each-ref") == ""


def test_a_branch_has_a_reflog_of_its_moves(store: Store) -> None:
    database = store.database
    one, two = store.commit("one"), store.commit("two")
    database.move_ref("refs/heads/gitexp", None, one, "gitexp: init")
    database.move_ref("refs/heads/gitexp", one, two, "gitexp: note")
    line = store.project.git("reflog", "show", "--format=%gs", "-1", "gitexp")
    assert line == "gitexp: note"


def test_a_ref_in_the_way_is_an_error(store: Store) -> None:
    one = store.commit("one")
    store.project.git("update-ref", f"{REF}/below", one)
    with pytest.raises(StorageError, match="was not written"):
        store.database.move_ref(REF, None, one, "made")


def test_a_lock_that_a_killed_git_left_is_removed(store: Store) -> None:
    one = store.commit("one")
    lock = find_lock_file(Repository.discover(store.project.top), REF)
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    then = time.time() - 31
    os.utime(lock, (then, then))
    assert store.database.move_ref(REF, None, one, "made")
    assert not lock.exists()


def test_a_lock_that_stays_is_an_error_that_names_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.setattr("gitexp.store.ref_moves._LOCK_ATTEMPTS", 2)
    one = store.commit("one")
    lock = find_lock_file(Repository.discover(store.project.top), REF)
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    with pytest.raises(StorageError, match="is locked by another git process") as caught:
        store.database.move_ref(REF, None, one, "made")
    assert str(lock) in caught.value.hint
    lock.unlink()
    assert store.database.move_ref(REF, None, one, "made")


def test_a_database_that_was_closed_opens_again(store: Store) -> None:
    oid = store.database.write_blob(b"x")
    store.database.close()
    assert store.database.read_blob(oid) == b"x"
    assert store.database.write_blob(b"x") == oid
    store.database.close()


def test_an_object_that_cannot_be_written_is_an_error(store: Store) -> None:
    objects = store.project.top / ".git" / "objects"
    objects.rename(objects.with_name("gone"))
    objects.write_text("no folder", encoding="utf-8")
    try:
        with pytest.raises((StorageError, RepositoryError)):
            store.database.write_blob(b"never stored")
    finally:
        objects.unlink()
        objects.with_name("gone").rename(objects)
    assert store.database.read_blob(store.database.write_blob(b"stored")) == b"stored"


def test_libgit2_reads_where_many_objects_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_processes, "_MANY_READS", 5)
    for kind, is_libgit2 in (("git", True), ("sha256", False)):
        project = init_repository(tmp_path / kind, *KINDS[kind])
        database = Database(Repository.discover(project.top))
        oids = [database.write_blob(str(number).encode()) for number in range(9)]
        assert [database.read_blob(oid) for oid in oids] == [b"%d" % number for number in range(9)]
        assert (database._objects._libgit2 is not None) == is_libgit2
        database.close()


def test_what_is_gathered_survives_a_gc_before_a_ref_holds_it(store: Store) -> None:
    database = store.database
    before = store.project.git("count-objects", "-v")
    with database.gather():
        commit = store.commit("one")
        assert database.read_blob(database.write_blob(b"two")) == b"two"
        assert database.read_commit(commit) == CommitMessage("one\n", ())
        assert store.project.git("count-objects", "-v") == before
    store.project.git("gc", "-q", "--prune=now")
    assert database.move_ref(REF, None, commit, "made")
    database.release_objects()
    assert not list((store.project.top / ".git/objects/pack").glob("*.keep"))
    assert store.project.git("show", f"{REF}:a.txt") == "one"
    store.project.git("fsck", "--strict")
