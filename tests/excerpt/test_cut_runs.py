"""The judge "the cut runs", on small repositories."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from gitexp.excerpt.cut import Span
from tests.bench.bench_reach import Root, judge, read_sources
from tests.bench.cut_runs import Runs
from tests.project import Project, notebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCRIPT = """\
import absent_library
from tools import load, save
size = load("data/size.txt")
class Net(absent_library.nn.Module):
    width = size
first, second = absent_library.split(size)
broken = open("not there")
answer = [Net().width, first]
"""
TOOLS = """\
def load(path):
    return int(open(path).read())
def save(path):
    pass
"""


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    project = Project.create(tmp_path / "p")
    project.write("train.py", SCRIPT)
    project.write("tools.py", TOOLS)
    project.write("data/size.txt", "3")
    project.write("a.ipynb", notebook([("code", "%matplotlib inline\nx = 1"), ("code", "y = x")]))
    project.commit("a")
    judging = Runs(project.top, read_sources(project.top), sys.executable)
    yield judging
    judging.close()


def test_a_cut_with_all_it_needs_runs(runs: Runs) -> None:
    cut = {"train.py": (Span(0, 6), Span(7, 8)), "tools.py": (Span(0, 4),)}
    assert runs.judge("train.py", cut) == (True, {})


def test_what_a_cut_lacks_is_an_error_of_the_cut(runs: Runs) -> None:
    tools = {"tools.py": (Span(0, 2),)}
    verdict = runs.judge("train.py", {"train.py": (Span(0, 8),), **tools})
    assert list(verdict.failures) == [2]
    assert "cannot import name 'save'" in verdict.failures[2]
    verdict = runs.judge("train.py", {"train.py": (Span(0, 1), Span(2, 8)), **tools})
    assert list(verdict.failures) == [3, 4, 6, 8]
    assert verdict.failures[3] == "NameError: name 'load' is not defined"


def test_what_fails_in_the_whole_file_says_nothing(runs: Runs) -> None:
    whole = {"train.py": (Span(0, 8),), "tools.py": (Span(0, 4),)}
    assert runs.judge("train.py", whole) == (False, {})


def test_the_cells_of_a_notebook_are_run(runs: Runs) -> None:
    assert runs.judge("a.ipynb", {"a.ipynb": (Span(0, 3),)}) == (True, {})
    assert runs.judge("a.ipynb", {"a.ipynb": (Span(2, 3),)}).failures == {
        3: "NameError: name 'x' is not defined"
    }


def test_the_row_counts_cuts_that_run(tmp_path: Path, runs: Runs) -> None:
    sources = read_sources(tmp_path / "p")
    row = judge(sources, [Root("a.ipynb", "y"), Root("train.py", "broken")], runs)
    assert (row.roots, row.missing, row.whole_runs, row.runs) == (2, 0, 1, 1)
