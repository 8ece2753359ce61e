"""The judges of reach, on small repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.bench_reach import (
    Root,
    choose_roots,
    find_undefined,
    judge,
    list_plain_closure,
    read_sources,
)
from tests.project import Project

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """
import json
SIZE = 3
table = {}
table["a"] = 1
def f(x):
    return json.dumps(x), SIZE, table
def g(x):
    return x
"""


def test_a_repository_is_judged(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "p")
    project.write("a.py", TEXT)
    project.commit("a")
    sources = read_sources(project.top)
    assert Root("a.py", "f") in choose_roots(sources, 100)
    row = judge(sources, [Root("a.py", "f"), Root("a.py", "g")])
    assert (row.roots, row.missing, row.broken) == (2, 0, 0)
    assert (row.kept_lines, row.certain_lines, row.excess_lines) == (8, 8, 0)


def test_a_name_that_a_cut_lacks_is_seen() -> None:
    texts = {"0": "import os\ndef f(): return os, a, b\n", "1": "b = 1\nc = b\n"}
    assert find_undefined(texts) == {"0": {"a", "b"}, "1": set()}


def test_the_plain_closure_goes_along_names_alone() -> None:
    lines = ("a = 1", "b = a", "b.c = 2", "def f(): return b", "d = f")
    assert list_plain_closure(lines, "f") == {0, 1, 2, 3}
