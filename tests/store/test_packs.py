"""What is recorded is stored in packs that git reads, and that no gc removes before a ref holds them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from gitexp.store.branch import RecordBranch
from gitexp.store.pack_format import build_pack, encode_object, hash_object, split_pack
from gitexp.store.ref_moves import RefMoves
from tests.clones import clone, make_first
from tests.project import init_repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project

MOST_PACKS = 40
"""Eight of each of five sizes. From 50 on git packs anew by itself."""

GCS = (
    ("gc", "-q", "--prune=now"),
    ("prune", "--expire=now"),
    ("repack", "-q", "-ad"),
    ("repack", "-q", "-A", "-d", "--unpack-unreachable=now"),
)


@given(
    st.dictionaries(
        st.binary(max_size=300), st.sampled_from(["blob", "commit", "tree"]), min_size=1
    ),
    st.sampled_from([20, 32]),
)
def test_a_pack_is_split_into_what_it_was_made_of(kinds: dict[bytes, str], id_bytes: int) -> None:
    encoded = {
        hash_object(kind, data, id_bytes): encode_object(kind, data) for data, kind in kinds.items()
    }
    pack = build_pack(encoded, id_bytes)
    assert split_pack(pack.data, pack.lookup, id_bytes) == encoded
    for damaged in (pack.data[:-1], pack.data[:-1] + b"?", b""):
        if damaged != pack.data:
            with pytest.raises(ValueError, match="pack"):
                split_pack(damaged, pack.lookup, id_bytes)


@pytest.mark.parametrize(("kind", "id_bytes"), [("sha1", 20), ("sha256", 32)])
@pytest.mark.parametrize("size", [0, 1, 15, 16, 2047, 2048, 300_000])
def test_git_makes_the_same_index_of_a_pack(
    tmp_path: Path, size: int, kind: str, id_bytes: int
) -> None:
    contents = [bytes([number]) * size for number in range(20)]
    encoded = {
        hash_object("blob", data, id_bytes): encode_object("blob", data) for data in contents
    }
    pack = build_pack(encoded, id_bytes)
    file = tmp_path / "pack-1.pack"
    file.write_bytes(pack.data)
    command = ["git", "index-pack", "--strict", f"--object-format={kind}", str(file)]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert file.with_suffix(".idx").read_bytes() == pack.lookup


@pytest.fixture(params=["sha1", "sha256"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    """A repository of either form of ids, with recording begun."""
    project = init_repository(tmp_path / "p", f"--object-format={request.param}")
    project.write("layers.py", "size = 1\n")
    project.commit("first")
    return project.begin()


def run_before_moves(
    monkeypatch: pytest.MonkeyPatch, project: Project, words: tuple[str, ...]
) -> list[str]:
    """Have git do something just before each ref moves. Return the names of these refs, as they come."""
    swap = RefMoves._swap
    moved = []

    def swap_after_gc(moves: RefMoves, name: str, *args: Any, **options: Any) -> bool:
        moved.append(name)
        project.git(*words)
        return swap(moves, name, *args, **options)

    monkeypatch.setattr(RefMoves, "_swap", swap_after_gc)
    return moved


@pytest.mark.parametrize("words", GCS, ids=" ".join)
def test_a_gc_just_before_the_ref_moves_takes_nothing_away(
    either: Project, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit, the snapshot and the notes are stored, and no ref holds them yet."""
    moved = run_before_moves(monkeypatch, either, words)
    either.write("layers.py", "size = 2\n")
    either.exp("new", "tcn", "-m", "tcn acc 0.5")
    monkeypatch.undo()
    assert len(moved) == 3
    either.git("fsck", "--strict")
    (snapshot,) = either.json("show", "tcn")["snapshots"]
    assert either.git("show", f"{snapshot['commit']}:layers.py") == "size = 2"
    assert either.read_metrics("tcn") == {"acc": "0.5"}
    assert "exp tcn acc=0.5" in either.git("log", "-1", "--notes=gitexp")
    assert not list((either.top / ".git/objects/pack").glob("*.keep"))


@pytest.mark.parametrize("is_replayed", [True, False])
def test_a_gc_beside_a_pull_takes_nothing_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_replayed: bool
) -> None:
    first = make_first(tmp_path)
    first.git("push", "-q", "origin", "main")
    first.exp("push")
    second = clone(tmp_path / "remote.git", tmp_path / "second")
    second.exp("init")
    second.exp("note", "t1", "-m", "from the second acc 0.7")
    second.exp("push")
    if not is_replayed:
        first.exp("note", "t2", "-m", "shown elsewhere")
        first.git("push", "-q", "origin", "gitexp:refs/heads/copy")
        first.git("fetch", "-q", "origin", "refs/heads/copy:refs/remotes/other/gitexp")
    first.exp("note", "t2", "-m", "from the first acc 0.8")
    moved = run_before_moves(monkeypatch, first, ("gc", "-q", "--prune=now"))
    first.exp("pull")
    monkeypatch.undo()
    assert "refs/heads/gitexp" in moved
    first.git("fsck", "--strict")
    assert "from the second" in first.exp("show", "t1")
    assert "from the first" in first.exp("show", "t2")
    assert not list((first.top / ".git/objects/pack").glob("*.keep"))


def test_a_gc_beside_a_purge_takes_nothing_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_first(tmp_path)
    first.exp("note", "t1", "-m", "a secret that goes")
    first.exp("note", "t2", "-m", "a thought that stays")
    moved = run_before_moves(monkeypatch, first, ("gc", "-q", "--prune=now"))
    first.exp("purge", "t1", "--yes")
    monkeypatch.undo()
    assert {name.partition("/")[2].partition("/")[0] for name in moved} >= {"heads", "gitexp"}
    first.git("fsck", "--strict")
    assert "a thought that stays" in first.exp("show", "t2")
    assert "a secret" not in first.git("log", "-p", "gitexp")
    assert not list((first.top / ".git/objects/pack").glob("*.keep"))


@pytest.mark.parametrize("words", GCS, ids=" ".join)
def test_a_gc_before_the_snapshot_is_kept_takes_nothing_away(
    project: Project, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from gitexp.record import record

    store = record.Record.store_working_tree

    def store_and_gc(self: record.Record) -> object:
        stored = store(self)
        project.git(*words)
        return stored

    monkeypatch.setattr(record.Record, "store_working_tree", store_and_gc)
    project.write("layers.py", "size = 2\n")
    project.exp("new", "tcn")
    project.git("fsck", "--strict")
    (snapshot,) = project.json("show", "tcn")["snapshots"]
    assert project.git("show", f"{snapshot['commit']}:layers.py") == "size = 2"


def test_packs_stay_few(begun: Project) -> None:
    record = begun.record()
    folder = begun.top / ".git/objects/pack"
    for number in range(150):
        record.append_events([record.draft_event("note", ("tcn",), text=f"thought {number}")])
        assert len(list(folder.glob("*.pack"))) <= MOST_PACKS
    assert len(list(folder.glob("*.pack"))) == len(list(folder.glob("*.idx")))
    assert [path for path in folder.iterdir() if path.suffix not in (".pack", ".idx")] == []
    begun.git("fsck", "--strict")
    begun.git("gc", "-q", "--prune=now")
    record.append_events([record.draft_event("note", ("tcn",), text="after a gc")])
    begun.git("fsck", "--strict")
    assert len(begun.record().read_experiment("tcn").entries) == 151


def test_what_a_killed_process_kept_is_let_go(begun: Project) -> None:
    record = begun.record()
    record.append_events([record.draft_event("note", ("tcn",), text="one")])
    record.database.release_objects()
    (pack,) = (begun.top / ".git/objects/pack").glob("*.pack")
    keep = pack.with_suffix(".keep")
    keep.write_text("gitexp\n")
    begun.exp("note", "tcn", "-m", "two")
    assert not keep.exists()


def test_what_was_not_recorded_is_not_stored(
    begun: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = begun.record()
    before = begun.git("count-objects", "-v")

    def read_tip(_: RecordBranch) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(RecordBranch, "tip", property(read_tip))
    draft = record.draft_event("note", ("tcn",), text="one")
    with pytest.raises(KeyboardInterrupt):
        record.branch.append({"log/x.md": draft.text.encode()}, "note")
    assert begun.git("count-objects", "-v") == before


def test_a_tree_that_is_there_and_that_no_ref_holds_is_kept_from_a_gc(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git does not store it again; a gc takes it away before or after it is looked for."""
    from gitexp.store import snapshots

    store_once = snapshots._store_once
    project.write("layers.py", "size = 2\n")
    project.git("stash", "create")  # the same blob and tree, which no ref holds
    calls = []

    def store_and_prune(*args: object, **options: object) -> object:
        stored = store_once(*args, **options)  # type: ignore[arg-type]
        calls.append(stored)
        project.git("prune", "--expire=now")
        return stored

    monkeypatch.setattr(snapshots, "_store_once", store_and_prune)
    project.exp("new", "tcn")
    assert len(calls) == 2
    project.git("fsck", "--strict")
    (snapshot,) = project.json("show", "tcn")["snapshots"]
    assert project.git("show", f"{snapshot['commit']}:layers.py") == "size = 2"


def test_no_pack_has_the_name_of_an_older_one(begun: Project) -> None:
    """A gc removes by name what it listed before: also a pack that came meanwhile."""
    record = begun.record()
    folder = begun.top / ".git/objects/pack"
    names = set()
    for _ in range(2):
        with record.hold(), record.database.gather():
            record.database.write_blob(b"the same")
        (pack,) = folder.glob("*.pack")
        names.add(pack.name)
        for path in folder.iterdir():
            path.unlink()
        record.close()
    assert len(names) == 2


def test_what_git_stored_for_a_snapshot_is_packed_once(project: Project) -> None:
    project.git("gc", "-q", "--prune=now")
    before = int(read_counts(project)["in-pack"])
    for number in range(50):
        project.write(f"new{number}.py", f"size = {number}\n")
    project.exp("new", "tcn")
    counts = read_counts(project)
    assert counts["count"] == "0"
    assert 51 <= int(counts["in-pack"]) - before < 51 + 30


def read_counts(project: Project) -> dict[str, str]:
    return dict(line.split(": ") for line in project.git("count-objects", "-v").splitlines())
