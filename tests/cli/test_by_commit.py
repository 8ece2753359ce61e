"""Experiments are meant by HEAD and by commits that they are tied to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.project import Project

if TYPE_CHECKING:
    from tests.templates import CopyProject


def record_ties(project: Project) -> None:
    for ident in ("a", "b"):
        project.exp("new", ident)
        project.write("layers.py", f"{ident} = 1\n")
        project.commit(f"code of {ident}")
        project.exp("metric", ident, "acc=0.5")


@pytest.fixture
def tied(copy_project: CopyProject) -> Project:
    """``a`` and ``b``, with a commit of each."""
    return copy_project(Project.begin, record_ties)


def get_shown_id(project: Project, word: str) -> str:
    return str(project.json("show", word)["id"])


def test_head_and_commits_mean_their_experiments(tied: Project) -> None:
    assert get_shown_id(tied, "HEAD") == "b"
    assert get_shown_id(tied, "HEAD~1") == "a"
    assert get_shown_id(tied, tied.git("rev-parse", "HEAD~1")) == "a"
    assert get_shown_id(tied, tied.git("rev-parse", "HEAD~1")[:7]) == "a"
    tied.git("tag", "-a", "-m", "x", "paper", "HEAD~1")
    assert get_shown_id(tied, "paper") == "a"


def test_verbs_take_them(tied: Project) -> None:
    by_commit = tied.exp("compare", "HEAD~1", "HEAD")
    assert by_commit == tied.exp("compare", "a", "b")
    assert tied.exp("table", "HEAD~1", "HEAD") == tied.exp("table", "a", "b")
    assert tied.exp("lineage", "HEAD") == tied.exp("lineage", "b")
    assert tied.exp("similar", "HEAD~1") == tied.exp("similar", "a")
    tied.exp("correct", "HEAD~1", "-m", "the wrong data")
    assert "the wrong data" in tied.exp("show", "a")
    tied.exp("use", "HEAD~1")
    assert tied.record().active == "a"


def test_versions_are_still_commits(tied: Project) -> None:
    tied.write("layers.py", "b = 2\n")
    tied.git("commit", "-q", "-am", "by hand")
    assert "2" in tied.exp("diff", "HEAD~1", "HEAD", "--patch", "--rule", "layers.py")


def test_the_code_of_a_commit_goes_before_what_was_made_on_top(tied: Project) -> None:
    tied.write("layers.py", "c = 1\n")
    tied.exp("new", "c")
    assert get_shown_id(tied, "HEAD") == "b"


def test_several_are_said(tied: Project) -> None:
    tied.exp("new", "c", "--no-snapshot")
    tied.exp("link", "c", "HEAD")
    failed = tied.fails("show", "HEAD")
    assert "2 experiments are tied to HEAD (commit " in failed
    assert "name one of them: b, c" in failed


def test_none_is_said(tied: Project) -> None:
    commit = tied.git("commit-tree", "-m", "of nobody", "HEAD^{tree}")
    failed = tied.fails("show", commit)
    assert f"no experiment is tied to commit {commit[:10]}" in failed
    assert "git exp link ID" in failed


def test_names_go_before_commits(tied: Project) -> None:
    tied.git("branch", "beta")
    tied.exp("new", "beta")
    tied.exp("new", "HEADless")
    tied.git("tag", "tcn", "HEAD~1")
    tied.exp("new", "tcn_10")
    assert get_shown_id(tied, "beta") == "beta"
    assert get_shown_id(tied, "tcn") == "tcn_10"
    assert get_shown_id(tied, "HEAD~1") == "a"
    failed = tied.fails("show", "nothing")
    assert "there is no experiment 'nothing'" in failed
