"""``git exp filter suggest``: the first filter without writing one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.project import Project


def test_a_proposal_comes_from_the_last_cells_and_is_saved_by_number(begun: Project) -> None:
    lines = begun.exp("filter", "suggest").splitlines()
    assert lines[0].startswith("1  train.ipynb@create_model  (5 of ")
    assert lines[1] == "   called outside functions"
    assert lines[-1] == "git exp filter suggest --keep 1 saves the first"
    assert begun.exp("filter", "list").startswith("no filter is saved yet")
    begun.exp("filter", "suggest", "--keep", "1", "--name", "model")
    (saved,) = begun.json("filter", "list")
    assert saved["name"] == "model"
    assert saved["rules"] == ["train.ipynb@create_model"]
    assert "encoder_TCN" in begun.exp("excerpt", "HEAD")


def test_what_changed_between_experiments_decides(begun: Project) -> None:
    layers = "def alpha():\n    return 1\n\n\ndef beta():\n    return {number}\n"
    for number in range(3):
        begun.write("layers.py", layers.format(number=number))
        begun.exp("new", f"try{number}")
    (first, *_) = begun.json("filter", "suggest", "layers.py")
    assert first["rules"] == ["layers.py@beta"]
    assert first["reasons"] == ["changed in 2 of 2 steps"]


def test_where_there_is_no_python(begun: Project) -> None:
    assert begun.exp("filter", "suggest", "nothing.py").startswith("no Python code")
    assert "no proposal 9" in begun.fails("filter", "suggest", "--keep", "9", code=2)
