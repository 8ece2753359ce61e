"""A pipe where a file should be: a line, where waiting for its writer would never end."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.project import Project

VERBS = [
    ("image", "add", "a", "pipe.png"),
    ("series", "add", "a", "pipe.csv"),
    ("import", "csv", "pipe.csv"),
    ("import", "jsonl", "pipe.jsonl"),
    ("import", "diary", "pipe.md"),
    ("import", "notebook", "pipe.ipynb"),
    ("note", "a", "-F", "pipe.md"),
]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_a_pipe_is_refused(begun: Project, words: tuple[str, ...]) -> None:
    begun.exp("new", "a")
    os.mkfifo(begun.top / words[-1])
    ran = begun.run(*words)
    assert ran.code != 0
    assert ran.err.startswith("git exp: "), ran.err


@pytest.mark.timeout(60)
def test_a_pipe_in_a_note_is_no_picture(begun: Project) -> None:
    begun.exp("new", "a")
    os.mkfifo(begun.top / "pipe.png")
    begun.run("note", "a", "-m", "words ![](pipe.png)")
    assert begun.experiment("a")["images"] == []
