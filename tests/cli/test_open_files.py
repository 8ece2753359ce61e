"""What a verb opens it closes: git processes, pipes to them, databases."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitexp.errors import NotFoundError
from gitexp.viewer.notebook import show
from tests.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.templates import CopyProject


VERBS = (
    "diff first second",
    "diff first second --rule layers.py",
    "diff first second --json",
    "excerpt second",
    "excerpt second --rule train.ipynb@create_model --why FILTERS",
    "excerpt second --rule train.ipynb@create_model --stop FILTERS",
    "excerpt nowhere",
    "filter add late layers.py",
    "filter add wrong layers.py::nothing",
    "search --code line",
    "log",
    "log --experiments",
    "compare first second",
    "lineage second",
    "show second",
    "similar second",
    "topic tried",
    "demo shown",
)


def record_tries(project: Project) -> None:
    project.exp("new", "first", "-m", "#tried")
    project.exp("filter", "add", "model", "layers.py")
    project.write("layers.py", "line1 = 2\n")
    project.exp("new", "second", "-m", "#tried")


@pytest.fixture
def tried(copy_project: CopyProject) -> Project:
    return copy_project(Project.begin, record_tries)


@pytest.fixture
def no_collector() -> Iterator[None]:
    """The collector rests: what is closed only because it was collected counts as open."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def find_open() -> set[str]:
    """Child processes, pipes and databases that this process holds."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    found = {f"process {child}" for child in children}
    for link in Path("/proc/self/fd").iterdir():
        try:
            target = str(link.readlink())
        except OSError:
            continue  # the descriptor of this listing itself
        if target.startswith("pipe:") or ".sqlite" in target:
            found.add(f"{link.name} {target}")
    return found


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_closes_what_it_opens(tried: Project, verb: str) -> None:
    before = find_open()
    ran = tried.run(*verb.split())
    assert (ran.code == 0) == ("nowhere" not in verb and "wrong" not in verb), ran.out + ran.err
    assert find_open() - before == set()


@pytest.mark.usefixtures("no_collector")
def test_a_card_in_a_notebook_closes_what_it_opens(tried: Project) -> None:
    before = find_open()
    with pytest.raises(NotFoundError) as refused:
        show("second", "nowhere", folder=str(tried.top))
    assert show("second", folder=str(tried.top)).text == "second"
    assert find_open() - before == set(), refused  # whose traceback a kernel keeps
