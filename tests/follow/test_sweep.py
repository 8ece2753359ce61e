"""Sweep a threshold of following code over a small history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitexp.excerpt.locate import thresholds
from tests.bench.bench_real import SHORT, find_threshold, split_sweep, sweep, try_git
from tests.project import Project

if TYPE_CHECKING:
    from pathlib import Path

BODY = [f"    total = total + order.{name} * {number}" for number, name in enumerate("abcdefgh")]
STAYS = [f"setting_{number} = read_setting({number})" for number in range(40)]
OTHER = [f"table_{number} = make_table({number})" for number in range(40)]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A function that the second of two commits moves to another file under another name."""
    project = Project.create(tmp_path / "history")
    project.write("a.py", "\n".join([*STAYS, "def price(order):", *BODY, ""]))
    project.write("b.py", "\n".join([*OTHER, ""]))
    project.commit("one")
    project.write("a.py", "\n".join([*STAYS, ""]))
    project.write("b.py", "\n".join([*OTHER, "def sum_up(order):", *BODY, "    return total", ""]))
    project.commit("two")
    return project


def test_each_value_of_a_threshold_has_its_accuracy(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    newer, older = try_git(project.top, "log", "-2", "--format=%H").split()
    blob = try_git(project.top, "rev-parse", "HEAD:b.py").strip()
    case = {"start": newer, "blob": blob, "lines": [41, 50], "either": []}
    case["true"] = [newer[:SHORT], older[:SHORT]]
    today = thresholds.MOVED_RENAMED_LONG
    sweep("MOVED_RENAMED_LONG", [today, 2], [(project.top, case)])
    first, second = capsys.readouterr().out.splitlines()
    assert first.split()[:5] == ["MOVED_RENAMED_LONG", str(today), "1.000", "1.000", "1.0000"]
    assert second.split()[:5] == ["MOVED_RENAMED_LONG", "2", "1.000", "0.500", "0.6667"]
    assert today == thresholds.MOVED_RENAMED_LONG


def test_numbers_behind_a_threshold_are_values_and_the_rest_clones() -> None:
    values, clones = split_sweep(["0.4", "6", "clones/minGPT"])
    assert values == [0.4, 6]
    assert [clone.name for clone in clones] == ["minGPT"]


def test_a_threshold_that_is_not_there_is_said() -> None:
    assert find_threshold("LONG_BLOCK") == thresholds.LONG_BLOCK
    with pytest.raises(SystemExit, match="no threshold 'LONG_BLOK'"):
        find_threshold("LONG_BLOK")
