"""Where no filter is saved, what is proposed is shown, and it is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gitexp.history import filter_proposals
from gitexp.history.filter_proposals import propose_filters
from tests.project import Project, notebook
from tests.steps import add_tcn_topic, record_notebook_trials

if TYPE_CHECKING:
    from tests.templates import CopyProject

SAID = "no filter is saved: shown is what train.ipynb@create_model needs"


@pytest.fixture
def trials(copy_project: CopyProject) -> Project:
    return copy_project(Project.begin, record_notebook_trials, add_tcn_topic)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("show tcn_10", "~ FILTERS 50 → 10"),
        ("compare tcn_50 tcn_10", "\nFILTERS "),
        ("lineage tcn_10", "FILTERS = 50"),
        ("diff tcn_50 tcn_10", "~ FILTERS 50 → 10"),
        ("log --experiments", "~ FILTERS 50 → 10"),
        ("excerpt tcn_50", "FILTERS = 50"),
        ("table", "FILTERS"),
        ("topic show tcn", "FILTERS"),
        ("similar tcn_10", "FILTERS"),
    ],
)
def test_the_proposed_code_is_shown(trials: Project, line: str, shown: str) -> None:
    ran = trials.run(*line.split())
    assert ran.code == 0
    assert shown in ran.out
    assert "unused" not in ran.out
    assert ran.err.count(SAID) == 1


def test_a_topic_by_a_setting_makes_its_proposal_once(
    trials: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    trials.exp("topic", "add", "narrow", "--query", "FILTERS<20")
    remembered = trials.top / ".git/gitexp/proposed-filter.json"
    remembered.unlink()
    remembered.mkdir()  # nothing can be remembered here
    made = []

    def note_and_propose(*arguments: Any, **options: Any) -> Any:
        made.append(1)
        return propose_filters(*arguments, **options)

    monkeypatch.setattr(filter_proposals, "propose_filters", note_and_propose)
    shown = trials.exp("topic", "show", "narrow")
    assert "tcn_10" in shown
    assert "tcn_50" not in shown
    assert len(made) == 1


def test_a_saved_filter_is_taken_without_a_word(trials: Project) -> None:
    trials.exp("filter", "add", "model", "train.ipynb::unused")
    ran = trials.run("show", "tcn_10")
    assert ran.err == ""
    assert "~ return [-50-]{+10+}" in ran.out


def test_it_is_made_anew_when_there_are_many_more_trials(trials: Project) -> None:
    trials.exp("show", "tcn_10")
    remembered = trials.top / ".git" / "gitexp" / "proposed-filter.json"
    first = remembered.read_text()
    trials.exp("new", "tcn_11")
    trials.exp("show", "tcn_10")
    assert remembered.read_text() == first
    trials.exp("new", "tcn_12")
    trials.exp("show", "tcn_10")
    assert remembered.read_text() != first
    remembered.write_text("[broken")
    assert SAID in trials.run("show", "tcn_10").err


def test_where_nothing_can_be_proposed(begun: Project) -> None:
    (begun.top / "train.ipynb").unlink()
    begun.write("layers.py", "x = 1\n")
    begun.commit("no definitions")
    begun.exp("new", "x")
    assert "no filter is saved yet" in begun.exp("show", "x")
    assert "no filter is saved yet" in begun.fails("compare", "x", "x", code=1)


def test_that_nothing_can_be_proposed_is_asked_again_for_new_code(begun: Project) -> None:
    (begun.top / "train.ipynb").unlink()
    begun.write("notes.txt", "one\n")
    begun.commit("no code")
    begun.exp("new", "a1")
    begun.exp("new", "a2")
    for _ in range(2):
        begun.run("table")
    remembered = begun.top / ".git/gitexp/proposed-filter.json"
    assert json.loads(remembered.read_bytes())["rule"] == ""
    cells = [("code", "def create_model():\n    return 1"), ("code", "create_model().fit()")]
    begun.write("train.ipynb", notebook(cells))
    begun.exp("new", "a3")
    assert SAID in begun.run("show", "a3").err


def test_pages_take_no_proposed_filter(trials: Project) -> None:
    """Each clone proposes for itself, and the pages of all are the same."""
    trials.exp("pages")
    page = trials.git("show", "gitexp:pages/experiment/tcn_10.md")
    assert "proposed" not in page
    topic = trials.git("show", "gitexp:pages/topic/tcn.md")
    assert "No filter is saved" in topic
    assert "FILTERS" not in topic
    trials.exp("filter", "suggest", "--keep", "1")
    trials.exp("pages")
    topic = trials.git("show", "gitexp:pages/topic/tcn.md")
    assert "No filter is saved" not in topic
    assert "FILTERS" in topic


def test_an_export_says_that_its_filter_is_proposed(trials: Project) -> None:
    ran = trials.run("export", "public")
    assert ran.code == 0
    assert ran.err.count(SAID) == 1
