"""The parent of a new trial is the one whose code is nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.project import Project

LINES = [f"line{number} = {number}\n" for number in range(1, 61)]


def write_lines(project: Project, **changed: str) -> None:
    lines = [changed.get(line.split(" ")[0], line) for line in LINES]
    project.write("layers.py", "".join(lines))


@pytest.fixture
def tried(begun: Project) -> Project:
    """A kept state `base`, and a trial on changes on top of it, which is active."""
    write_lines(begun, line1="line1 = 'base'\n")
    begun.commit("base")
    begun.exp("new", "base")
    write_lines(begun, line1="line1 = 'base'\n", line30="line30 = 'first try'\n")
    assert begun.exp("new", "try1") == "+ try1 <- base\n"
    return begun


def test_after_a_reset_it_is_the_kept_one(tried: Project) -> None:
    tried.git("reset", "-q", "--hard")
    assert tried.exp("new", "try2") == "+ try2 <- base\n"


def test_after_a_reset_and_an_edit_it_is_the_kept_one(tried: Project) -> None:
    tried.git("reset", "-q", "--hard")
    write_lines(tried, line1="line1 = 'base'\n", line50="line50 = 'second try'\n")
    assert tried.exp("new", "try2") == "+ try2 <- base\n"


def test_what_goes_on_from_a_trial_has_that_as_parent(tried: Project) -> None:
    again = {"line1": "line1 = 'base'\n", "line30": "line30 = 'first try'\n"}
    write_lines(tried, **again, line50="line50 = 'and more'\n")
    assert tried.exp("new", "try2") == "+ try2 <- try1\n"
    write_lines(tried, **again, line51="line51 = 'or this'\n")
    tried.exp("use", "base")
    assert tried.exp("new", "try3") == "+ try3 <- try1\n"


def test_among_equals_it_is_the_active_one(tried: Project) -> None:
    tried.exp("new", "same1")
    tried.exp("new", "same2")
    tried.exp("use", "same1")
    assert tried.exp("new", "same3").splitlines()[0] == "+ same3 <- same1"
    assert tried.exp("new", "other", "--parent", "base").splitlines()[0] == "+ other <- base"
    assert tried.exp("new", "none", "--parent", "").splitlines()[0] == "+ none"


def test_a_whole_file_more_is_farther_than_lines(tried: Project) -> None:
    tried.write("extra.py", "extra = 1\n")
    tried.exp("new", "extra")
    tried.write("extra.py", "extra = 2\nmuch = 3\nmore = 4\n")
    tried.exp("use", "try1")
    assert tried.exp("new", "next") == "+ next <- extra\n"


def test_code_that_is_not_in_this_clone_is_passed_over(tried: Project) -> None:
    record = tried.record()
    commit = "1" * 40
    record.append_events([record.draft_event("snapshot", ("try1",), commit=commit, base="")])
    assert tried.exp("new", "try2") == "+ try2 <- base\n"


def test_in_a_notebook_of_many_pictures_lines_are_not_counted(begun: Project) -> None:
    begun.write("large.py", "x = 1\n" + "# " + "y" * (300 * 1024))
    begun.exp("new", "a")
    begun.write("large.py", "x = 2\n" + "# " + "y" * (300 * 1024))
    begun.exp("new", "b")
    begun.write("large.py", "x = 3\n" + "# " + "y" * (300 * 1024))
    assert begun.exp("new", "c") == "+ c <- b\n"


def test_late_facts_move_nothing(begun: Project) -> None:
    for ident in ("a", "b", "c"):
        begun.exp("new", ident)
    begun.exp("note", "c", "-m", "seen long ago", "--at", "2019-01-01")
    begun.exp("note", "b", "-m", "b acc 0.5", "--at", "2018-01-01")
    begun.exp("correct", "c", "-m", "not so", "--at", "2017-01-01")
    assert [item["id"] for item in begun.json("list")] == ["a", "b", "c"]
    begun.exp("correct", "a..b", "-m", "the split was wrong")
    corrected = [item["id"] for item in begun.json("list") if len(item["entries"]) > 0]
    assert corrected == ["a", "b", "c"]
    texts = [entry["text"] for entry in begun.experiment("c")["entries"]]
    assert "the split was wrong" not in texts


def test_a_range_of_entries_of_one_second_ends_where_the_journal_says(begun: Project) -> None:
    begun.exp("new", "a")
    at = ("--at", "2020-01-01 10:00")
    for word in ("one", "two", "three", "four"):
        begun.exp("note", "a", "-m", word, *at)
    ids = {entry["text"]: entry["id"] for entry in begun.json("journal")}
    begun.exp("correct", f"{ids['two']}..{ids['three']}", "-m", "both wrong")
    corrected = [entry["text"] for entry in begun.json("journal") if entry["corrected"]]
    assert corrected == ["two", "three"]
