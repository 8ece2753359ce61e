"""Clones that record at random and sync in any order end with the same record, and nothing is lost.

What each clone acknowledged is kept beside, in a model that knows nothing of git. The seed is in the
name of the test: ``--long`` runs many seeds and longer stories.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.clones import add_remote, clone
from tests.project import Project

if TYPE_CHECKING:
    from pathlib import Path

SHORT_SEEDS, LONG_SEEDS = 2, 60
SHORT_STEPS, LONG_STEPS = 25, 150
CLONES = 3


class Acknowledged(NamedTuple):
    """What the clones said that they recorded."""

    experiments: set[str]
    texts: set[str]
    purged: set[str]
    """Texts that some clone purged: they must be nowhere."""


class Story:
    """Some clones, a remote and a folder between them, and what was recorded in all."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        first = Project.create(folder / "clone0").begin()
        add_remote(first, folder / "remote.git")
        first.git("push", "-q", "origin", "main")
        self.folder = folder
        self.clones = [first]
        for number in range(1, CLONES):
            self.clones.append(clone(folder / "remote.git", folder / f"clone{number}").begin())
        self.stick = str(folder / "stick")
        self.acknowledged = Acknowledged(set(), set(), set())
        self.steps: list[str] = []
        self.count = 0

    def run(self, steps: int) -> None:
        """Take random steps in random clones."""
        for _ in range(steps):
            number = self.random.randrange(CLONES)
            step = self.random.choice(STEPS)
            self.steps.append(f"{number}: {step.__name__}")
            step(self, self.clones[number])

    def make_name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count:04}"  # no name is the beginning of another

    def make_time(self) -> str:
        """Clocks are years apart."""
        return f"20{self.random.randrange(10, 40)}-0{self.random.randrange(1, 9)}-11 10:00"

    def choose_id(self, project: Project) -> str:
        ids = [row["id"] for row in project.json("list")]
        return str(self.random.choice(ids)) if ids else ""

    def settle(self) -> None:
        """Sync until every clone has heard of all: twice through the remote."""
        for _ in range(2):
            for project in self.clones:
                project.exp("pull")
                project.exp("push", "--purge")


def begin_trial(story: Story, project: Project) -> None:
    name = story.make_name("trial")
    project.write("layers.py", f"size = {story.count}\n")
    project.exp("new", name, "-m", f"{name} acc 0.{story.count}")
    story.acknowledged.experiments.add(name)


def add_note(story: Story, project: Project) -> None:
    ident = story.choose_id(project)
    if ident:
        text = story.make_name("thought")
        project.exp("note", ident, "--at", story.make_time(), "-m", text)
        story.acknowledged.texts.add(text)


def correct(story: Story, project: Project) -> None:
    ident = story.choose_id(project)
    if ident:
        text = story.make_name("correction")
        project.exp("correct", ident, "-m", text)
        story.acknowledged.texts.add(text)


def add_tag(story: Story, project: Project) -> None:
    ident = story.choose_id(project)
    if ident:
        project.exp("tag", ident, story.random.choice(["good", "bad"]))


def rename(story: Story, project: Project) -> None:
    ident = story.choose_id(project)
    if ident:
        project.exp("rename", ident, story.make_name("renamed"))


def save_filter(story: Story, project: Project) -> None:
    project.exp("filter", "add", story.random.choice(["model", "data"]), "layers.py")


def commit(story: Story, project: Project) -> None:
    project.write("other.py", f"{story.make_name('value')} = 1\n")
    project.commit("work")


def write_pages(_: Story, project: Project) -> None:
    project.exp("pages")


def say_parent(story: Story, project: Project) -> None:
    """Two clones may say the opposite: then each is the parent of the other, for a while."""
    ident = story.choose_id(project)
    parent = story.choose_id(project)
    if ident and ident != parent:
        project.run("parent", ident, parent)  # it refuses a circle that this clone knows of


def link(story: Story, project: Project) -> None:
    ident = story.choose_id(project)
    if ident:
        project.exp("link", ident, "HEAD")


def forget(story: Story, project: Project) -> None:
    """What was understood goes, the texts stay in the journal."""
    ident = story.choose_id(project)
    if ident:
        names = list_names(project, ident)
        project.exp("forget", ident)
        story.acknowledged.experiments.difference_update(names)


def pin(story: Story, project: Project) -> None:
    """Without a saved filter there is nothing to pin by, and a trial may have no code here."""
    ident = story.choose_id(project)
    if ident:
        ran = project.run("pin", ident)
        assert ran.code == 0 or ran.err.startswith("git exp: "), ran.err


def purge_text(story: Story, project: Project) -> None:
    entries = [entry for entry in project.json("journal", "-n", "100000") if entry["text"]]
    if entries:
        purge(story, project, story.random.choice(entries)["id"])


def purge_experiment(story: Story, project: Project) -> None:
    """It may come back under its name: another clone may have noted something about it."""
    ident = story.choose_id(project)
    if ident:
        names = list_names(project, ident)
        purge(story, project, ident)
        story.acknowledged.experiments.difference_update(names)


def purge(story: Story, project: Project, target: str) -> None:
    before = list_texts(project)
    project.exp("purge", target, "--yes")
    gone = before - list_texts(project)
    story.acknowledged.texts.difference_update(gone)
    story.acknowledged.purged.update(gone)


def push_purge(_: Story, project: Project) -> None:
    project.exp("push", "--purge")


def list_names(project: Project, ident: str) -> set[str]:
    """Return all names that an experiment had."""
    names = project.record().index.read_names()
    return {name for name, current in names.items() if current == ident}


def list_texts(project: Project) -> set[str]:
    return {entry["text"] for entry in project.json("journal", "-n", "100000") if entry["text"]}


def undo(story: Story, project: Project) -> None:
    """Undo takes back what was understood; an experiment may go, no text does."""
    ran = project.run("undo")
    if ran.code == 0:
        gone = {line.split()[1] for line in ran.out.splitlines() if line.startswith("- ")}
        story.acknowledged.experiments.difference_update(gone)


def pull(_: Story, project: Project) -> None:
    project.exp("pull")


def push(_: Story, project: Project) -> None:
    try_push(project, "push")


def sync_stick(story: Story, project: Project) -> None:
    try_push(project, "sync", story.stick)


def try_push(project: Project, *words: str) -> None:
    """Push; a place that still holds what was purged here refuses until it is told to forget."""
    ran = project.run(*words)
    assert ran.code == 0 or "still holds what was purged here" in ran.err, ran.err


STEPS = (
    *(begin_trial, begin_trial, add_note, add_note, add_note, correct, add_tag, rename),
    *(save_filter, commit, say_parent, link, forget, pin, purge_text, purge_experiment),
    *(write_pages, undo, pull, push, push, push_purge, sync_stick),
)


def check_convergence(story: Story) -> None:
    tips = {project.git("rev-parse", "gitexp") for project in story.clones}
    assert len(tips) == 1, story.steps
    first = story.clones[0]
    listed = first.exp("list", "--json")
    journal = first.exp("journal", "-n", "100000")
    for project in story.clones[1:]:
        assert project.exp("list", "--json") == listed, story.steps
        assert project.exp("journal", "-n", "100000") == journal, story.steps
    names = first.record().index.read_names()
    missing = [name for name in story.acknowledged.experiments if name not in names]
    assert missing == [], story.steps
    lost = [text for text in story.acknowledged.texts if text not in journal]
    assert lost == [], story.steps
    check_purged(story)
    snapshots = {
        snapshot["commit"] for snapshot in first.json("snapshot", "list") if snapshot["commit"]
    }
    for project in story.clones:
        status = project.json("status")
        counts = [status[key] for key in ("unpushed", "unpulled", "unpushed_snapshots")]
        assert counts == [0, 0, 0], story.steps
        for snapshot in snapshots:
            project.git("cat-file", "-e", f"{snapshot}^{{tree}}")
        project.git("fsck", "--connectivity-only")


def check_purged(story: Story) -> None:
    """Fail where a purged text is still reached by the record of a clone."""
    for project in story.clones:
        history = project.git("log", "-p", "-m", "--format=%B", "gitexp", "refs/notes/gitexp")
        found = [text for text in story.acknowledged.purged if text in history]
        assert found == [], story.steps


@pytest.mark.parametrize("seed", range(LONG_SEEDS))
def test_all_clones_end_with_the_same_record(tmp_path: Path, seed: int, long: bool) -> None:
    if not long and seed >= SHORT_SEEDS:
        pytest.skip("only with --long")
    story = Story(tmp_path, seed)
    story.run(LONG_STEPS if long else SHORT_STEPS)
    story.settle()
    check_convergence(story)
