"""Code that is not there, cannot be read or takes long: text, never guessed."""

from __future__ import annotations

import io
import subprocess
from typing import TYPE_CHECKING

import pytest

from gitexp.cli.waiting import Waiting
from tests.project import Project
from tests.templates import copy_built

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def source(tmp_path: Path) -> Project:
    """Five commits that each change function ``a``."""
    copy_built(tmp_path, build_source)
    return Project(tmp_path / "source")


def build_source(folder: Path) -> None:
    project = Project(folder / "source")
    project.top.mkdir()
    project.git("init", "-q", "-b", "main")
    project.git("config", "uploadpack.allowFilter", "true")
    for number in range(5):
        project.write(
            "m.py",
            f"def a(x):\n    y = {number}\n    z = 2\n    return y\n\n\ndef b(x):\n    return 1\n",
        )
        project.commit(f"c{number}")


def away(source: Project) -> None:
    """Take the remote out of reach."""
    source.top.rename(source.top.parent / "away")


def clone_source(source: Project, *options: str) -> Project:
    project = Project(source.top.parent / "clone")
    subprocess.run(
        ["git", "clone", "-q", *options, f"file://{source.top}", str(project.top)], check=True
    )
    return project


@pytest.mark.parametrize("rule", ["m.py::a", "m.py:1-4", "m.py@a", "m.py"])
def test_the_edge_of_a_shallow_clone_is_no_beginning(source: Project, rule: str) -> None:
    shallow = clone_source(source, "--depth", "2")
    steps = shallow.json("log", "--rule", rule)
    assert [(step["title"], step["kinds"]) for step in steps] == [
        ("c4", ["body"]),
        ("c3", ["shallow"]),
    ]
    assert (
        shallow.exp("log", "--rule", rule).count(
            "this is not the beginning: the shallow clone ends here"
        )
        == 1
    )


@pytest.mark.parametrize("filter", ["blob:none", "tree:0"])
@pytest.mark.parametrize("rule", ["m.py::a", "m.py:1-4", "m.py@a", "m.py"])
def test_a_partial_clone_fetches_the_files_of_a_history(
    source: Project, rule: str, filter: str
) -> None:
    partial = clone_source(source, f"--filter={filter}")
    assert [step["title"] for step in partial.json("log", "--rule", rule)] == [
        "c4",
        "c3",
        "c2",
        "c1",
        "c0",
    ]
    away(source)
    assert [step["title"] for step in partial.json("log", "--rule", rule)] == [
        "c4",
        "c3",
        "c2",
        "c1",
        "c0",
    ]


def test_a_partial_clone_fetches_many_files_at_once(source: Project) -> None:
    for number in range(40):
        source.write("m.py", f"def a(x):\n    y = {number}\n    return y\n")
        source.commit(f"d{number}")
    partial = clone_source(source, "--filter=blob:none")
    trace = partial.top / "trace"
    assert len(partial.json("log", "--rule", "m.py::a", GIT_TRACE=str(trace))) == 45
    fetches = [
        line
        for line in trace.read_text().splitlines()
        if "fetch origin" in line and "built-in" in line
    ]
    assert 1 <= len(fetches) <= 8


@pytest.mark.parametrize("rule", ["m.py::a", "m.py:1-4", "m.py@a", "m.py"])
def test_a_history_ends_where_a_partial_clone_has_no_files(source: Project, rule: str) -> None:
    partial = clone_source(source, "--filter=blob:none")
    away(source)
    (step,) = partial.json("log", "--rule", rule)
    assert (step["title"], step["kinds"]) == ("c4", ["gap"])
    assert "this is not the beginning: the version before cannot be read" in partial.exp(
        "log", "--rule", rule
    )
    shown = partial.exp("excerpt", "HEAD~2", "--rule", rule, "--at", "HEAD")
    assert "cannot be read in this version: this partial clone leaves it out" in shown
    said = partial.fails("log", "--rule", rule, "--at", "HEAD~2")
    assert (
        "this partial clone leaves it out, and the remote did not send it (run it again with a connection"
        in said
    )
    assert "git fetch --refetch --no-filter" in said


def test_a_partial_clone_without_folders_says_so(source: Project) -> None:
    partial = clone_source(source, "--filter=tree:0")
    away(source)
    said = partial.fails("log", "--rule", "m.py::a")
    assert (
        "this partial clone lacks the folders of some commits, and the remote did not send them"
        in said
    )


@pytest.mark.parametrize("filter", ["blob:none", "tree:0"])
def test_the_hint_for_a_partial_clone_helps(source: Project, filter: str) -> None:
    partial = clone_source(source, f"--filter={filter}")
    partial.git("fetch", "-q", "--refetch", "--no-filter")
    away(source)
    assert len(partial.json("log", "--rule", "m.py::a")) == 5


@pytest.mark.parametrize("rule", ["m.py::a", "m.py:1-4", "m.py@a", "m.py"])
def test_a_partial_clone_shows_no_change_that_it_cannot_see(source: Project, rule: str) -> None:
    partial = clone_source(source, "--filter=blob:none")
    away(source)
    said = partial.exp("diff", "HEAD~2", "HEAD", "--rule", rule)
    assert "no change can be shown" in said
    assert not [line for line in said.splitlines() if line.startswith(("-", "+def", "+    "))], said
    assert partial.json("diff", "HEAD~2", "HEAD", "--rule", rule)["diff"] is None


def test_one_gap_in_the_middle_is_bridged_with_less_confidence(source: Project) -> None:
    source.write("other.py", "def k():\n    return 1\n")
    source.commit("other")
    source.write("other.py", "def k():\n    return 2\n")
    source.commit("other again")
    blob = source.git("rev-parse", "HEAD~4:m.py")
    (source.top / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    steps = source.json("log", "--rule", "m.py::a", "--rule", "other.py::k")
    assert [(step["title"], step["kinds"]) for step in steps] == [
        ("other again", ["body"]),
        ("other", ["introduced"]),
        ("c4", ["body"]),
        ("c3", ["body"]),
        ("c1", ["body"]),
        ("c0", ["introduced"]),
    ]
    assert [step["confidence"] <= 0.5 for step in steps] == [
        False,
        False,
        False,
        True,
        False,
        False,
    ]
    assert "the object is missing or damaged" in source.exp(
        "excerpt", "HEAD~4", "--rule", "m.py::a", "--at", "HEAD"
    )


def test_a_file_of_100_mb_is_too_large_not_missing(source: Project) -> None:
    with source.write("big.py", "x = 1\n").open("ab") as file:
        file.truncate(100 << 20)
    source.commit("big")
    for verb in ("log", "excerpt"):
        assert "it is too large, 100 MiB (files up to 32 MiB are cut" in source.fails(
            verb, "--rule", "big.py"
        )


def test_a_binary_file_is_no_code(source: Project) -> None:
    (source.top / "model.bin").write_bytes(bytes(range(256)) * 20)
    source.commit("weights")
    for verb in ("log", "excerpt"):
        assert "is not code (it is binary" in source.fails(verb, "--rule", "model.bin")


def test_encodings_may_change_on_the_way(source: Project) -> None:
    text = 'def k():\n    return "日本語の文字"\n'
    for encoding in ("cp932", "euc_jp", "utf-8", "utf-8-sig", "utf-16"):
        (source.top / "words.py").write_bytes(text.encode(encoding))
        source.commit(encoding)
    assert [step["title"] for step in source.json("log", "--rule", "words.py::k")] == ["cp932"]
    for back in range(5):
        assert "日本語の文字" in source.exp("excerpt", f"HEAD~{back}", "--rule", "words.py::k")


def test_a_rule_that_never_matches_says_what_was_searched(source: Project) -> None:
    head = source.git("rev-parse", "--short=12", "HEAD")
    searched = f"and none of the 5 commits from {head} back has it"
    assert f"does not define 'nope' in {head}, {searched}" in source.fails(
        "log", "--rule", "m.py::nope"
    )
    assert f"there is no 'no.py' in {head}, {searched}" in source.fails("log", "--rule", "no.py")
    assert f"does not define 'nope' in {head}" in source.fails("excerpt", "--rule", "m.py::nope")
    source.write("late.py", "def k():\n    return 1\n")
    source.commit("late")
    assert "none of the 4 commits from" in source.fails(
        "log", "HEAD~2", "--rule", "late.py::k", "--at", "HEAD"
    )


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_person_waits_a_second_before_being_told() -> None:
    now = [0.0]
    terminal = Terminal()
    waiting = Waiting(terminal, lambda: now[0])
    tell = waiting.watch("cutting")
    for second, shown in (
        (0.9, ""),
        (1.0, "\rcutting: 2,000 of 6,000\x1b[K"),
        (1.05, "\rcutting: 2,000 of 6,000\x1b[K"),
    ):
        now[0] = second
        tell(2000, 6000)
        assert terminal.getvalue() == shown
    waiting.end()
    assert terminal.getvalue().endswith("\r\x1b[K")
    text = terminal.getvalue()
    now[0] = 9
    tell(3000, 6000)
    waiting.end()
    assert terminal.getvalue() == text


def test_a_script_is_told_nothing() -> None:
    now = [0.0]
    stream = io.StringIO()
    waiting = Waiting(stream, lambda: now[0])
    now[0] = 5
    waiting.watch("cutting")(1, 2)
    waiting.end()
    assert stream.getvalue() == ""
