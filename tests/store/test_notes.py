"""The projection for plain git: ``git log --notes=gitexp``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.model.metric_syntax import parse_metric
from gitexp.record.write.begin import TrialContent, begin_experiment, rename_experiment
from gitexp.record.write.entries import add_note
from gitexp.record.write.values import add_metrics
from gitexp.store.notes import write_notes

if TYPE_CHECKING:
    from tests.project import Project


def _notes(project: Project) -> dict[str, str]:
    """Commit -> its note, as plain git shows it."""
    rows = project.git("log", "--notes=gitexp", "--format=%H%x00%N%x01", "main").split("\x01")
    return {
        commit.strip(): text.strip()
        for commit, _, text in (row.partition("\0") for row in rows if row.strip())
    }


def _recorded(project: Project) -> list[str]:
    """Two commits, three trials: two on the first commit, one on the second with the tree dirty."""
    first = project.git("rev-parse", "HEAD")
    record = project.record()
    begin_experiment(record, "tcn_filter10", TrialContent(text="acc 0.645 private words"))
    begin_experiment(record, "別の実験")
    project.write("layers.py", "second")
    second = project.commit("second")
    project.write("layers.py", "dirty")
    begin_experiment(record, "dirty_one")
    add_metrics(record, "dirty_one", [parse_metric("loss=1.5", about=True)])
    return [first, second]


def test_git_log_shows_the_lines(begun: Project) -> None:
    first, second = _recorded(begun)
    assert _notes(begun) == {
        first: "exp tcn_filter10 acc=0.645\nexp 別の実験",
        second: "exp dirty_one loss=~1.5 +changes",
    }


def test_no_free_text_goes_in(begun: Project) -> None:
    _recorded(begun)
    assert "private" not in begun.git("grep", "-h", "", "refs/notes/gitexp")


def test_lines_follow_later_metrics_and_renames(begun: Project) -> None:
    first, second = _recorded(begun)
    record = begun.record()
    add_metrics(record, "tcn_filter10", [parse_metric("acc=0.7")])
    rename_experiment(record, "dirty_one", "tidy_one")
    assert _notes(begun)[first].splitlines()[0] == "exp tcn_filter10 acc=0.7"
    assert _notes(begun)[second] == "exp tidy_one loss=~1.5 +changes"


def test_the_tree_is_fanned_out(begun: Project) -> None:
    _recorded(begun)
    names = begun.git("ls-tree", "-r", "--name-only", "refs/notes/gitexp").split()
    assert len(names) == 3  # two commits and a snapshot
    assert all(re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{38}", name) for name in names)


def test_a_commit_that_lost_its_lines_loses_its_note(begun: Project) -> None:
    first, second = _recorded(begun)
    write_notes(begun.record().database, {first: []})
    assert list(filter(None, _notes(begun).values())) == ["exp dirty_one loss=~1.5 +changes"]
    assert _notes(begun)[second]


def test_writing_the_same_again_makes_no_commit(begun: Project) -> None:
    _recorded(begun)
    tip = begun.git("rev-parse", "refs/notes/gitexp")
    add_note(begun.record(), ["tcn_filter10"], "a word that changes no line")
    assert begun.git("rev-parse", "refs/notes/gitexp") == tip


def test_they_are_rebuilt_without_the_index(begun: Project) -> None:
    _recorded(begun)
    tree = begun.git("rev-parse", "refs/notes/gitexp^{tree}")
    begun.git("update-ref", "-d", "refs/notes/gitexp")
    (begun.top / ".git/gitexp/index.sqlite").unlink()
    add_note(begun.record(), ["tcn_filter10"], "anything")
    assert begun.git("rev-parse", "refs/notes/gitexp^{tree}") == tree


def test_they_are_rebuilt_when_only_the_ref_is_gone(begun: Project) -> None:
    _recorded(begun)
    tree = begun.git("rev-parse", "refs/notes/gitexp^{tree}")
    begun.git("update-ref", "-d", "refs/notes/gitexp")
    add_note(begun.record(), ["tcn_filter10"], "anything")
    assert begun.git("rev-parse", "refs/notes/gitexp^{tree}") == tree


def test_plain_git_notes_of_the_user_stay(begun: Project) -> None:
    begun.git("notes", "add", "-m", "mine")
    _recorded(begun)
    assert begun.git("notes", "list").count("\n") == 0
    assert begun.git("notes", "show", "HEAD~") == "mine"
