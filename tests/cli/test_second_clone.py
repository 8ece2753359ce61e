"""A second clone, to which no snapshot came: it says whose code is not here, shows the rest, and
fills the gap.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from gitexp.errors import UsageError
from gitexp.store.absent import FETCH_CODE, PUSH_CODE
from tests.clones import MODEL, PUSHED_BRANCHES, Pair, clone, make_first, make_pair, run_line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project

NOT_HERE = "is not in this clone"


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return make_pair(tmp_path)


def bring_code(pair: Pair) -> None:
    """Do what the messages say."""
    run_line(pair.first, PUSH_CODE)
    run_line(pair.second, FETCH_CODE)


# The verb, and what it shows although the code is not here.
SHOWN = [
    (("show", "t1"), "thought 2"),
    (("show", "t2"), "acc=0.3"),
    (("log",), "+ SIZE = 1"),
    (("log", "--all-versions"), "+ SIZE = 1"),
    (("diff", "t1", "t2"), "acc 0.2 → 0.3"),
    (("diff", "t1"), "t1 → the working tree"),
    (("compare", "t1", "t2"), "│ 0.3"),
    (("compare", "t1", "t2", "--parent"), "thought 3"),
    (("lineage", "t2"), "thought 2"),
    (("journal",), "thought 3"),
    (("list",), "t1"),
    (("search", "--code", "thought"), "t2"),
    (("search", "--code", "SIZE"), "nothing found"),
    (("similar", "t2"), "both say"),
    (("topic", "tcn"), "t1"),
    (("snapshot", "list"), "t2"),
    (("status",), "experiments: 2"),
    (("pages",), "pages written"),
    (("excerpt",), "SIZE = 1"),
]
# Those that have no code to show, or show that of the branch.
WITHOUT_TRIALS = {
    ("log",),
    ("journal",),
    ("list",),
    ("topic", "tcn"),
    ("snapshot", "list"),
    ("excerpt",),
}


@pytest.mark.parametrize(("verb", "shown"), SHOWN, ids=[" ".join(verb) for verb, _ in SHOWN])
def test_a_verb_says_whose_code_is_not_here_and_shows_the_rest(
    pair: Pair, verb: tuple[str, ...], shown: str
) -> None:
    for _ in range(2):
        said = pair.second.exp(*verb)
        assert shown in said or verb == ("pages",)
        assert "damaged" not in said
        if verb not in WITHOUT_TRIALS:
            assert "not in this clone" in said
            assert PUSH_CODE in said
            assert FETCH_CODE in said
    bring_code(pair)
    assert "not in this clone" not in pair.second.exp(*verb)


@pytest.mark.parametrize(
    "verb",
    [
        ("excerpt", "t1"),
        ("log", "t1"),
        ("log", "--experiments"),
        ("snapshot", "restore", "t1", "out"),
    ],
    ids=" ".join,
)
def test_where_nothing_can_be_shown_one_line_says_the_next_step(
    pair: Pair, verb: tuple[str, ...]
) -> None:
    for _ in range(2):
        said = pair.second.fails(*verb)
        assert NOT_HERE in said
        assert PUSH_CODE in said
        assert FETCH_CODE in said
    bring_code(pair)
    pair.second.exp(*verb)


def test_what_was_missing_is_shown_once_it_arrived_and_no_cache_was_removed(pair: Pair) -> None:
    second = pair.second
    second.exp("show", "t2")
    second.exp("log", "--all-versions")
    state = second.top / ".git" / "gitexp"
    caches = {name: (state / name).stat().st_ino for name in ("index.sqlite", "paths.sqlite")}
    bring_code(pair)
    said = second.exp("show", "t2")
    assert "filter model, against t1: 1 line, SIZE" in said
    assert "~ SIZE 2 → 3" in said
    steps = second.json("log", "--all-versions")
    assert sorted(step["experiments"] for step in steps) == [[], ["t1"], ["t2"]]
    assert second.exp("excerpt", "t1").splitlines()[1].split() == ["1", "SIZE", "=", "2"]
    assert {name: (state / name).stat().st_ino for name in caches} == caches


def test_programs_get_the_ids(pair: Pair) -> None:
    second = pair.second
    assert second.json("show", "t2")["absent"] == ["t2", "t1"]
    assert second.json("show", "t2")["delta"] is None
    values = second.json("diff", "t1", "t2")
    assert (values["absent"], values["diff"], values["added"]) == (["t1", "t2"], None, None)
    assert [row["absent"] for row in second.json("compare", "t1", "t2")] == [["t1"], ["t2", "t1"]]
    assert [row["absent"] for row in second.json("lineage", "t2")] == [["t1"], ["t2", "t1"]]
    assert second.json("status")["absent"] == ["t1", "t2"]
    assert second.json("search", "--code", "SIZE") == []
    assert [near["experiment"] for near in second.json("similar", "t2")] == ["t1"]
    bring_code(pair)
    assert second.json("show", "t2")["absent"] == []
    assert second.json("status")["absent"] == []


def test_a_trial_of_this_clone_stands_on_one_whose_code_is_elsewhere(pair: Pair) -> None:
    second = pair.second
    second.write("model.py", MODEL.format(4))
    second.exp("new", "t3", "--parent", "t2", "-m", "t3 acc 0.4")
    said = second.exp("show", "t3")
    assert "the code of t2 is not in this clone" in said
    assert "+ SIZE" not in said
    (row,) = [row for row in second.json("lineage", "t3") if row["id"] == "t3"]
    assert (row["delta"], row["absent"]) == (None, ["t2"])
    assert "SIZE = 4" in str(row["excerpt"])
    lines = second.exp("lineage", "t3").splitlines()
    assert any(line.split() == ["1", "SIZE", "=", "4"] for line in lines)
    (step,) = second.json("log", "--experiments")
    assert step["experiments"] == ["t3"]
    assert sorted(step["kinds"]) == ["experiment", "gap"]
    assert "this is not the beginning" in second.exp("log", "--experiments")
    bring_code(pair)
    assert "~ SIZE 3 → 4" in second.exp("show", "t3")


def test_many_are_counted(tmp_path: Path) -> None:
    first = make_first(tmp_path)
    for number in range(3, 6):
        first.write("model.py", MODEL.format(number + 1))
        first.exp("new", f"t{number}")
    first.git("push", "-q", "origin", *PUSHED_BRANCHES)
    second = clone(tmp_path / "remote.git", tmp_path / "second")
    second.exp("init")
    assert "the code of 5 experiments is not in this clone" in second.exp("log", "--all-versions")
    assert "not in this clone: the code of 5 experiments" in second.exp("status")


# A filter's own version: lines can be placed by nothing else, names can.


def test_a_filter_of_names_works_without_the_version_it_was_written_for(pair: Pair) -> None:
    second = pair.second
    assert "+ return x * SIZE" in second.exp("log")
    second.write("model.py", MODEL.format(4))
    second.exp("new", "mine")
    assert "SIZE = 4" in second.exp("excerpt", "mine")


def test_lines_whose_version_is_elsewhere_are_said_not_guessed(tmp_path: Path) -> None:
    first = make_first(tmp_path)
    first.exp("filter", "add", "lines", "model.py:4-5")
    first.exp("filter", "add", "both", "model.py:4-5", "model.py::SIZE")
    first.git("push", "-q", "origin", *PUSHED_BRANCHES)
    second = clone(tmp_path / "remote.git", tmp_path / "second")
    second.exp("init")
    reason = "the version that it was written for is not in this clone"
    assert f"model.py:4-5: not found by its name, and {reason}" in second.exp(
        "excerpt", "-f", "both"
    )
    said = second.fails("log", "-f", "lines")
    assert "the version that filter 'lines' was written for is not in this clone" in said
    assert FETCH_CODE in said
    said = second.exp("log", "-f", "both")
    assert "+ SIZE = 1" in said
    assert "return x" not in said
    assert (
        "left out: model.py:4-5: the version that the filter was written for is not in this clone"
        in said
    )
    second.write("model.py", MODEL.format(4))
    second.exp("new", "mine", "--parent", "")
    second.write("model.py", MODEL.format(5).replace("x * SIZE", "x + SIZE"))
    second.exp("new", "mine2")
    said = second.exp("show", "mine2", "-f", "lines")
    assert "no change can be shown: model.py:4-5" in said
    said = second.exp("show", "mine2", "-f", "both")
    assert "~ SIZE 4 → 5" in said
    assert "not compared, for one version cannot be read: model.py:4-5" in said
    run_line(first, PUSH_CODE)
    run_line(second, FETCH_CODE)
    assert "~ return x [-*-]{+++} SIZE" in second.exp("show", "mine2", "-f", "lines")


def test_code_that_was_renamed_is_not_shown_as_gone(tmp_path: Path) -> None:
    """Only the filter's version could tell that ``encode`` went on as ``encode_all``."""
    first = make_first(tmp_path)
    first.write("model.py", MODEL.format(3).replace("def encode(", "def encode_all("))
    first.commit("renamed")
    first.git("push", "-q", "origin", *PUSHED_BRANCHES)
    second = clone(tmp_path / "remote.git", tmp_path / "second")
    second.exp("init")
    said = second.exp("diff", "HEAD~1", "HEAD")
    assert "-def encode" not in said
    assert "not compared, for one version cannot be read: model.py::encode" in said
    assert "~ SIZE 1 → 3" in said


# Caches.


def test_a_cache_that_another_version_left_broken_is_made_anew(pair: Pair) -> None:
    """An empty segment and a tip that was never read: what a missing snapshot left behind."""
    second = pair.second
    second.exp("log")
    bring_code(pair)
    snapshot = second.json("snapshot", "list")[0]["commit"]
    with sqlite3.connect(second.top / ".git" / "gitexp" / "paths.sqlite") as database:
        database.execute("UPDATE meta SET value = '1 ' WHERE key = 'stamp'")
        database.execute("INSERT INTO segment VALUES (999, x'', x'', x'')")
        database.execute("INSERT INTO meta VALUES (?, ?)", (f"tip {snapshot}", snapshot))
    database.close()
    assert "filter model, against t1" in second.exp("show", "t2")


def overwrite(path: Path, start: int) -> None:
    """Write over a file from ``start`` bytes on."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\xff" * (size - start))


@pytest.mark.parametrize("start", [0, 100, 4096])
def test_a_damaged_index_of_paths_is_replaced_and_no_other(pair: Pair, start: int) -> None:
    second = pair.second
    second.exp("log")
    state = second.top / ".git" / "gitexp"
    other = (state / "index.sqlite").stat().st_ino
    broken = state / "paths.sqlite"
    overwrite(broken, start)
    ran = second.run("log")
    if ran.code:
        assert ran.err == (
            "git exp: the index of changed paths was damaged and is removed (nothing is lost: run it again)\n"
        )
    assert "+ SIZE = 1" in second.exp("log")
    with sqlite3.connect(broken) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    assert (state / "index.sqlite").stat().st_ino == other


def test_damage_that_shows_late_is_told_of_the_right_file(pair: Pair) -> None:
    """The pages of one table only: it opens, and fails when that table is read."""
    second = pair.second
    second.exp("log")
    state = second.top / ".git" / "gitexp"
    with sqlite3.connect(state / "paths.sqlite") as database:
        size = database.execute("PRAGMA page_size").fetchone()[0]
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'change'"
        root = database.execute(query).fetchone()[0]
    database.close()
    with (state / "paths.sqlite").open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    index = (state / "index.sqlite").stat().st_ino
    said = second.fails("log")
    assert (
        "the index of changed paths was damaged and is removed (nothing is lost: run it again)"
        in said
    )
    assert (state / "index.sqlite").stat().st_ino == index
    assert "+ SIZE = 1" in second.exp("log")


def test_a_clone_without_a_commit_of_its_own(tmp_path: Path) -> None:
    first = make_first(tmp_path)
    first.git("push", "-q", "origin", "gitexp")
    second = clone(tmp_path / "remote.git", tmp_path / "second")
    second.exp("init")
    said = second.exp("show", "t1")
    assert "thought 2" in said
    assert NOT_HERE in said


@pytest.mark.parametrize("commit", ["--all", "main\n--all"])
def test_an_id_that_is_none_is_not_recorded(pair: Pair, commit: str) -> None:
    """No word of a record becomes an option of git."""
    record = pair.second.record()
    with pytest.raises(UsageError):
        record.draft_event("snapshot", ("t1",), commit=commit, base="", left_out=0)
    record.close()


# What is pushed.


def unpushed(project: Project) -> tuple[int, int]:
    values = project.json("status")
    return values["unpushed_snapshots"], values["unpushed_commits"]


def test_status_counts_the_snapshots_that_no_remote_has(pair: Pair) -> None:
    first = pair.first
    assert first.json("status")["unpushed"] == 0
    said = first.exp("status")
    assert "everything is pushed" not in said
    (line,) = [line for line in said.splitlines() if line.startswith("not known to be pushed")]
    assert line == f"not known to be pushed: 3 snapshots ({PUSH_CODE})"
    assert unpushed(first) == (3, 0)
    run_line(first, PUSH_CODE)
    assert unpushed(first) == (0, 0)
    assert "everything is pushed (origin/gitexp)" in first.exp("status")
    first.write("model.py", MODEL.format(9))
    first.exp("snapshot", "take", "t1")
    assert unpushed(first) == (1, 0)


def test_what_the_other_clone_has_is_not_counted_as_ours(pair: Pair) -> None:
    assert unpushed(pair.second) == (0, 0)
    assert "everything is pushed" in pair.second.exp("status")
    bring_code(pair)
    assert unpushed(pair.second) == (0, 0)
    pair.second.write("model.py", MODEL.format(5))
    pair.second.exp("new", "t3")
    assert unpushed(pair.second) == (1, 0)


def test_an_older_snapshot_counts_too(pair: Pair) -> None:
    """The newest snapshot of t1 is a pushed commit; the one before is not pushed."""
    first = pair.first
    first.git("checkout", "-q", "--", ".")
    first.exp("snapshot", "take", "t1")
    assert first.json("show", "t1")["snapshots"][-1]["commit"] == first.git("rev-parse", "HEAD")
    assert unpushed(first) == (3, 0)


def test_a_commit_that_no_remote_has_counts(pair: Pair) -> None:
    first = pair.first
    first.commit("not pushed")
    first.exp("new", "linked", "--no-snapshot")
    assert unpushed(first) == (3, 1)
    assert "1 commit tied to experiments (push the branches)" in first.exp("status")
