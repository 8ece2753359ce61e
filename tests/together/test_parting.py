"""Two clones that chose the same id for different trials: shown as one, and parted by a rename."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from gitexp.model.event import draft_event, sort_by_effect
from gitexp.model.parting import Partings
from gitexp.record.index.fill import Index
from tests.clones import add_remote, clone
from tests.project import Project
from tests.templates import copy_built

if TYPE_CHECKING:
    from pathlib import Path

    from gitexp.model.event import Event


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Project, Project]:
    """A laptop and a desktop that both began ``tcn``, and have heard of each other."""
    copy_built(tmp_path, build_two_beginnings)
    return Project(tmp_path / "laptop"), Project(tmp_path / "desktop")


def build_two_beginnings(folder: Path) -> None:
    laptop = Project.create(folder / "laptop").begin()
    add_remote(laptop, folder / "remote.git")
    laptop.git("push", "-q", "origin", "main")
    desktop = clone(folder / "remote.git", folder / "desktop").begin()
    for project, value in ((laptop, "0.61"), (desktop, "0.82")):
        project.git("config", "user.name", project.top.name)
        project.exp("new", "tcn", "-m", f"tcn acc {value}\nthought of the {project.top.name}")
    laptop.exp("new", "deeper", "--parent", "tcn", "-m", "deeper acc 0.63")
    laptop.exp("sync")
    desktop.exp("sync")


def read_row_texts(project: Project) -> dict[str, str]:
    """The experiments as the index has them, and as one made anew has them: the same."""
    with closing(project.record()) as record:
        rows = record.index.read_row_texts()
        anew = Index(None)
        tip = record.branch.tip
        assert tip is not None
        anew.fill_up_to(record.branch, tip, record.database.read_blob)
        assert anew.read_row_texts() == rows
        return rows


def settle(*projects: Project) -> None:
    for project in (*projects, *projects):
        project.exp("sync")
        project.exp("list")
    for project in projects:
        project.exp("sync")


def beginning_of(project: Project, author: str) -> str:
    (experiment,) = [each for each in project.json("list") if each["id"] == "tcn"]
    (event,) = [each["id"] for each in experiment["beginnings"] if author in each["author"]]
    return str(event)


def texts_of(project: Project, ident: str) -> str:
    return "\n".join(entry["text"] for entry in project.json("show", ident)["entries"])


def test_one_id_shows_both_beginnings(pair: tuple[Project, Project]) -> None:
    _, desktop = pair
    shown = desktop.exp("show", "tcn")
    assert "begun in 2 clones" in shown
    assert "laptop <" in shown
    assert "desktop <" in shown
    assert "git exp rename tcn NEW_ID --of" in shown
    assert "tcn: begun in 2 clones (git exp show tcn)" in desktop.exp("list")
    assert "begun in" not in desktop.exp("show", "deeper")


def test_each_side_stays_together(pair: tuple[Project, Project]) -> None:
    laptop, desktop = pair
    event = beginning_of(desktop, "laptop")
    desktop.exp("rename", "tcn", "tcn_lap", "--of", event[:6])
    assert "thought of the laptop" in texts_of(desktop, "tcn_lap")
    assert texts_of(desktop, "tcn").splitlines() == ["tcn acc 0.82", "thought of the desktop"]
    assert desktop.json("show", "deeper")["parent"] == "tcn_lap"
    assert [metric["value"] for metric in desktop.json("show", "tcn")["metrics"]] == ["0.82"]
    # The laptop has not heard: it goes on with its own trial, and so does its hook.
    laptop.exp("note", "tcn", "-m", "unheard thought")
    settle(laptop, desktop)
    for project in pair:
        assert "unheard thought" in texts_of(project, "tcn_lap")
        assert "begun in" not in project.exp("show", "tcn")
    # It has heard: tcn is the other's trial now, and its own is the active one still.
    laptop.exp("note", "-m", "my own")
    laptop.exp("note", "tcn", "-m", "of the other")
    settle(laptop, desktop)
    for project in pair:
        assert "of the other" in texts_of(project, "tcn")
        assert "my own" not in texts_of(project, "tcn")
    assert read_row_texts(laptop) == read_row_texts(desktop)


def test_both_may_part_at_once(pair: tuple[Project, Project]) -> None:
    laptop, desktop = pair
    laptop.exp("sync")
    event = beginning_of(desktop, "laptop")
    desktop.exp("rename", "tcn", "tcn_a", "--of", event)
    laptop.exp("rename", "tcn", "tcn_b", "--of", event)
    desktop.exp("note", "tcn_a", "-m", "noted of a")
    laptop.exp("note", "tcn_b", "-m", "noted of b")
    settle(laptop, desktop)
    assert read_row_texts(laptop) == read_row_texts(desktop)
    texts = texts_of(laptop, "tcn_a")
    assert texts == texts_of(laptop, "tcn_b")
    for text in ("thought of the laptop", "noted of a", "noted of b"):
        assert text in texts
    assert desktop.git("rev-parse", "gitexp^{tree}") == laptop.git("rev-parse", "gitexp^{tree}")


def test_a_parting_can_be_undone(pair: tuple[Project, Project]) -> None:
    _, desktop = pair
    before = read_row_texts(desktop)
    desktop.exp("correct", "tcn", "-m", "wrong data")
    desktop.exp("undo")
    desktop.exp("rename", "tcn", "tcn_lap", "--of", beginning_of(desktop, "laptop"))
    read_row_texts(desktop)
    desktop.exp("undo")
    assert read_row_texts(desktop).keys() == before.keys()
    assert "thought of the laptop" in texts_of(desktop, "tcn")


def test_a_correction_goes_with_what_it_corrects(pair: tuple[Project, Project]) -> None:
    _, desktop = pair
    entries = desktop.json("show", "tcn")["entries"]
    (entry,) = [each["id"] for each in entries if "laptop" in each["text"]]
    desktop.exp("correct", entry, "-m", "it was the old data")
    desktop.exp("rename", "tcn", "tcn_lap", "--of", beginning_of(desktop, "laptop"))
    assert "it was the old data" in texts_of(desktop, "tcn_lap")
    assert "it was the old data" not in texts_of(desktop, "tcn")


def test_what_cannot_be_parted_is_refused(pair: tuple[Project, Project]) -> None:
    _, desktop = pair
    event = beginning_of(desktop, "laptop")
    assert "one clone alone" in desktop.fails("rename", "deeper", "x", "--of", event, code=2)
    assert "no beginning of 'tcn'" in desktop.fails("rename", "tcn", "x", "--of", "zzzz")
    assert "is there already" in desktop.fails("rename", "tcn", "deeper", "--of", event, code=2)


_SAID = st.tuples(st.sampled_from(("note", "new", "correction", "part")), st.booleans())


@given(st.lists(_SAID, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_hearing_does_not_matter(said: list[tuple[str, bool]], random: object) -> None:
    events: list[Event] = []
    for number, (kind, is_first) in enumerate(said):
        by_kind: dict[str, dict[str, object]] = {
            "part": {"clone": "k", "to": f"x{number % 2}"},
            "correction": {"targets": [events[-1].id] if events else []},
        }
        fields = by_kind.get(kind, {})
        draft = draft_event(kind, "2019-06-12T15:33:00+09:00", ("tcn",), fields, "text")
        events.append(draft.sign(number, "k" if is_first else "m", "me"))
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    partings = Partings(sort_by_effect(shuffled))
    moved = partings.move_events(sort_by_effect(shuffled))
    assert moved == Partings(events).move_events(events)
    for event in events:
        is_of_k = event.kind in ("note", "new") and event.replica == "k"
        if event.id in moved and event.kind != "correction":
            assert is_of_k
