"""A record goes to another clone with its code, over ``file://``, to every kind of clone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitexp.store.absent import FETCH_CODE, PUSH_CODE
from gitexp.store.refs import KEEP, REMOTE
from tests.clones import MODEL, PUSHED_BRANCHES, clone, make_first, run_line
from tests.project import Project
from tests.templates import copy_built

if TYPE_CHECKING:
    from pathlib import Path

# Without pins: they would stand in for code that is missing.
PUSH, FETCH = "git exp push --no-pin", "git exp pull"


def refs(project: Project, below: str) -> dict[str, str]:
    lines = project.git("for-each-ref", "--format=%(refname) %(objectname)", below).splitlines()
    return dict(line.split() for line in lines)


@pytest.fixture
def first(tmp_path: Path) -> Project:
    """A clone that pushed all."""
    copy_built(tmp_path, build_pushed)
    return Project(tmp_path / "first")


def build_pushed(folder: Path) -> None:
    made = make_first(folder)
    made.git("push", "-q", "origin", "main")
    run_line(made, PUSH)
    run_line(made, FETCH)


def begin_clone(tmp_path: Path, *options: str) -> Project:
    """Begin a new clone that has all."""
    made = clone(tmp_path / "remote.git", tmp_path / "second", *options)
    run_line(made, FETCH)
    made.exp("init")
    return made


def record_trial(project: Project, ident: str, size: int) -> None:
    project.write("model.py", MODEL.format(size))
    project.exp("new", ident, "-m", f"{ident} acc 0.{size}")


def test_the_record_and_the_code_go_both_ways(first: Project, tmp_path: Path) -> None:
    assert "everything is pushed" in first.exp("status")
    second = begin_clone(tmp_path)
    assert second.exp("show", "t2") == first.exp("show", "t2")
    record_trial(second, "t3", 4)
    second.git("commit", "-q", "-a", "-m", "kept")
    second.exp("note", "-m", "thinking")
    second.git("push", "-q", "origin", "main")
    run_line(second, PUSH)
    run_line(second, FETCH)
    assert "everything is pushed" in second.exp("status")
    kept = refs(first, KEEP)
    run_line(first, FETCH)
    assert refs(first, KEEP) == kept
    assert "~ SIZE 3 → 4" in first.exp("show", "t3")  # its parent is the nearest, t2
    assert "SIZE = 4" in first.exp("excerpt", "t3")
    record_trial(first, "t4", 5)
    run_line(first, PUSH)
    run_line(first, FETCH)
    run_line(second, FETCH)
    assert "~ SIZE 3 → 5" in second.exp("show", "t4")
    for project in (first, second):
        assert "everything is pushed" in project.exp("status")
        assert [row["id"] for row in project.json("list")] == ["t1", "t2", "t3", "t4"]
        assert len(refs(project, KEEP)) == 1
        assert sorted(refs(project, f"{REMOTE}origin/")) == sorted(
            [f"{REMOTE}origin/branch", f"{REMOTE}origin/notes"]
            + [f"{REMOTE}origin/keep/{clone.record().replica}" for clone in (first, second)]
        )
        project.git("fsck", "--strict")
    notes = "refs/notes/gitexp^{tree}"
    assert first.git("rev-parse", notes) == second.git("rev-parse", notes)


def test_a_fetch_never_moves_this_clones_own_keep_ref(first: Project) -> None:
    record_trial(first, "t3", 4)
    kept = refs(first, KEEP)
    run_line(first, FETCH_CODE)
    run_line(first, "git fetch -q --force --prune origin")
    run_line(first, FETCH)  # this clone is ahead: the record is not moved back either
    assert "t3" in first.exp("list")
    assert refs(first, KEEP) == kept
    assert first.json("status")["unpushed_snapshots"] == 1
    first.git("gc", "-q", "--prune=now")
    assert "SIZE = 4" in first.exp("excerpt", "t3")


def test_fetched_snapshots_outlive_a_prune_of_branches_and_a_gc(
    first: Project, tmp_path: Path
) -> None:
    second = begin_clone(tmp_path)
    second.git("fetch", "-q", "--prune")
    second.git("gc", "-q", "--prune=now")
    assert second.exp("show", "t2") == first.exp("show", "t2")


def test_fetched_snapshots_are_not_pushed_as_ours(first: Project, tmp_path: Path) -> None:
    second = begin_clone(tmp_path)
    record_trial(second, "t3", 4)
    record_trial(first, "t4", 5)  # the copy that the second clone has of this keep ref is older now
    run_line(first, PUSH_CODE)
    run_line(second, PUSH)
    remote = tmp_path / "remote.git"
    assert first.git("-C", str(remote), "rev-parse", *refs(first, KEEP)) == "\n".join(
        refs(first, KEEP).values()
    )


def test_notes_that_were_made_apart_are_no_obstacle(first: Project, tmp_path: Path) -> None:
    """A clone that recorded before it fetched notes has some of its own, of which the remote knows
    nothing.
    """
    second = clone(tmp_path / "remote.git", tmp_path / "second")
    second.exp("init")
    record_trial(second, "t3", 4)
    run_line(second, PUSH)
    record_trial(second, "t4", 5)
    run_line(second, PUSH)
    head = second.git("rev-parse", "HEAD")
    lines = second.git("notes", "--ref=gitexp", "show", head).splitlines()
    assert [line.split()[1] for line in lines] == ["t1", "t2", "t3", "t4"]


def test_a_record_that_grew_on_both_sides_is_joined(first: Project, tmp_path: Path) -> None:
    second = begin_clone(tmp_path)
    record_trial(second, "t3", 4)
    record_trial(first, "t4", 5)
    run_line(first, PUSH)
    assert "origin: new here: 1 experiment, 4 events" in run_line(second, PUSH)
    assert "origin: new here: 1 experiment, 4 events" in run_line(first, FETCH)
    assert second.exp("list", "--json") == first.exp("list", "--json")
    assert second.git("rev-parse", "gitexp") == first.git("rev-parse", "gitexp")


READING = [
    ("show", "t1"),
    ("show", "t2"),
    ("diff", "t1", "t2"),
    ("excerpt", "t1"),
    ("compare", "t1", "t2"),
    ("lineage", "t2"),
    ("log", "--experiments"),
    ("search", "--code", "SIZE"),
    ("similar", "t2"),
    ("journal",),
    ("list", "--json"),
]
KINDS = {
    "files left out": ["--filter=blob:none"],
    "folders left out": ["--filter=tree:0"],
    "shallow": ["--depth=1", "--no-single-branch"],
    "shallow, one branch": ["--depth=1"],
    "one branch": ["--single-branch"],
}


@pytest.mark.parametrize("options", KINDS.values(), ids=KINDS)
def test_every_kind_of_clone_shows_the_same(
    first: Project, tmp_path: Path, options: list[str]
) -> None:
    first.git("checkout", "-q", "--", ".")
    for number in range(3):
        first.write("model.py", MODEL.format(f"1{number}"))
        first.commit(f"c{number}")
    first.git("push", "-q", "origin", "main")
    first.exp("status")
    run_line(first, PUSH)
    second = begin_clone(tmp_path, *options)
    for verb in READING:
        assert second.exp(*verb) == first.exp(*verb)
    titles = [step["title"] for step in second.json("log")]
    shallow = "--depth=1" in options
    assert titles == (["c2"] if shallow else ["c2", "c1", "c0", "first"])
    if shallow:
        assert "the shallow clone ends here" in second.exp("log")
    record_trial(second, "t3", 4)
    run_line(second, PUSH)
    run_line(first, FETCH)
    assert "SIZE = 4" in first.exp("excerpt", "t3")


@pytest.mark.parametrize(
    "options", [["--filter=blob:none"], ["--filter=tree:0"]], ids=["files", "folders"]
)
def test_a_partial_clone_without_its_remote_shows_no_change_that_it_cannot_see(
    first: Project, tmp_path: Path, options: list[str]
) -> None:
    second = begin_clone(tmp_path, *options)
    (tmp_path / "remote.git").rename(tmp_path / "away.git")
    for words in ("show t2", "compare t1 t2", "lineage t2"):
        said = second.exp(*words.split())
        assert "acc" in said
        assert "no change can be shown" in said or "its code cannot be cut" in said
        assert not changed_lines(said), said
    assert second.json("show", "t2")["delta"] is None
    ran = second.run("diff", "t1", "t2")
    assert "the remote did not send" in ran.out + ran.err
    assert not changed_lines(ran.out)
    for words in ("journal", "list", "status", "search thought"):
        assert second.exp(*words.split())
    (tmp_path / "away.git").rename(tmp_path / "remote.git")
    for verb in READING:
        assert second.exp(*verb) == first.exp(*verb)


def changed_lines(text: str) -> list[str]:
    return [
        line
        for line in text.splitlines()
        if line.startswith(("- ", "+ ", "~ ")) and not line.endswith(" hidden")
    ]


def test_a_partial_clone_without_its_remote_from_the_start(tmp_path: Path) -> None:
    first = make_first(tmp_path)
    first.git("push", "-q", "origin", *PUSHED_BRANCHES)
    second = clone(tmp_path / "remote.git", tmp_path / "second", "--filter=blob:none")
    (tmp_path / "remote.git").rename(tmp_path / "away.git")
    said = second.fails("init")
    assert (
        "is missing here (in a partial clone fetch all once: git fetch --refetch --no-filter"
        in said
    )
    (tmp_path / "away.git").rename(tmp_path / "remote.git")
    second.exp("init")
    assert "thought 2" in second.exp("show", "t1")


def test_a_shallow_clone_says_how_to_deepen_it(first: Project, tmp_path: Path) -> None:
    first.git("checkout", "-q", "--", ".")
    first.exp("new", "clean")
    first.write("model.py", MODEL.format(7))
    first.commit("later")
    first.git("push", "-q", "origin", "main", "gitexp")
    second = clone(tmp_path / "remote.git", tmp_path / "second", "--depth=1", "--no-single-branch")
    second.exp("init")
    said = second.exp("show", "clean")
    assert "its code is not in this clone (git fetch --unshallow; or" in said
    second.git("fetch", "-q", "--unshallow")
    assert "SIZE = 1" in second.exp("excerpt", "clean")


def test_a_reach_rule_that_lacks_a_file_shows_no_change(tmp_path: Path) -> None:
    first = make_first(tmp_path)
    first.git("checkout", "-q", "--", ".")
    first.write("layers.py", "def conv(x):\n    return x + 1\n")
    first.write("train.py", "from layers import conv\n\n\ndef model(x):\n    return conv(x)\n")
    first.commit("reach")
    first.write("layers.py", "def conv(x):\n    return x + 2\n")
    first.commit("reach again")
    first.exp("filter", "add", "reach", "train.py@model", "--at", "HEAD")
    first.git("push", "-q", "origin", *PUSHED_BRANCHES)
    second = clone(tmp_path / "remote.git", tmp_path / "second", "--filter=blob:none")
    second.exp("init")
    older = second.git("rev-parse", "HEAD~1:layers.py")
    (tmp_path / "remote.git").rename(tmp_path / "away.git")
    said = second.exp("diff", "HEAD~1", "HEAD", "-f", "reach")
    assert "train.py@model: 'layers.py' cannot be read in this version" in said
    assert "no change can be shown" in said
    assert "+def conv" not in said
    assert [step["kinds"] for step in second.json("log", "-f", "reach")] == [["gap"], ["gap"]]
    assert "this is not the beginning" in second.exp("log", "-f", "reach")
    (tmp_path / "away.git").rename(tmp_path / "remote.git")
    assert "~ return x + [-1-]{+2+}" in second.exp("diff", "HEAD~1", "HEAD", "-f", "reach")
    assert second.git("cat-file", "-t", older) == "blob"


def test_a_shallow_clone_that_stops_recording_keeps_the_record(
    first: Project, tmp_path: Path
) -> None:
    second = clone(tmp_path / "remote.git", tmp_path / "second", "--depth=1", "--no-single-branch")
    second.exp("init")
    assert "so is the record" not in second.exp("uninit")
    assert second.git("rev-parse", "gitexp") == first.git("rev-parse", "gitexp")


def test_what_was_fetched_goes_with_the_record(first: Project, tmp_path: Path) -> None:
    second = begin_clone(tmp_path)
    second.exp("uninit", "--delete-record", "--yes")
    assert refs(second, "refs/gitexp") == {}
    assert refs(second, "refs/notes") == {}


def test_ids_are_taken_from_the_code_of_a_clone_without_folders(
    first: Project, tmp_path: Path
) -> None:
    """A merge from the remote: the trees of its parents were never here."""
    first.git("checkout", "-q", "--", ".")
    second = begin_clone(tmp_path, "--filter=tree:0")
    second.git("config", "gitexp.idPattern", r"NAME = \"(\w+)\"")
    first.write("named.py", 'NAME = "from_first"\n')
    first.commit("named")
    first.git("push", "-q", "origin", "main")
    second.write("other.py", 'NAME = "from_second"\n')
    second.commit("other")
    second.git("pull", "-q", "--no-rebase", "--no-edit")
    assert {"from_first", "from_second"} <= {row["id"] for row in second.json("list")}
    second.write("other.py", 'NAME = "once_more"\n')
    second.commit("offline")
    (tmp_path / "remote.git").rename(tmp_path / "away.git")
    assert "once_more" in second.exp("list")
