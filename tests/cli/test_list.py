"""The list as a person reads it: the metric drawn from row to row, marks, the width of the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitexp.render.terminal import measure_width

if TYPE_CHECKING:
    from tests.project import Project

VALUES = ("0.2", "0.5", "0.4くらい", "0.3", "0.9")


@pytest.fixture
def trials(begun: Project) -> Project:
    for number, value in enumerate(VALUES):
        text = f"tcn_{number} acc {value}\n幅を半分にした。次は深さを変える。"
        begun.exp("note", "-m", text, "--at", f"2019-06-0{number + 1}")
    begun.exp("correct", "tcn_3", "-m", "wrong data", "--at", "2019-06-09")
    return begun


def test_the_metric_is_drawn_from_row_to_row(trials: Project) -> None:
    lines = trials.exp("list").splitlines()
    bars = [line.split()[3] for line in lines[1:]]
    assert bars == ["▁↑", "▄↑", "▃", "▂", "█↑"]
    assert [line.split()[0] for line in lines[1:]] == [
        "tcn_0",
        "tcn_1",
        "tcn_2",
        "✗tcn_3",
        "*tcn_4",
    ]


def test_the_last_ones_are_not_the_best_because_they_come_first(trials: Project) -> None:
    lines = trials.exp("list", "--last", "3").splitlines()
    assert ["↑" in line for line in lines[1:]] == [False, False, True]


def test_the_metric_that_is_sorted_by_is_drawn(trials: Project) -> None:
    for number in range(3):
        trials.exp("metric", f"tcn_{number}", f"loss={3 - number}")
    lines = trials.exp("list", "--sort", "loss").splitlines()
    drawn = [line for line in lines if "▁" in line or "█" in line]
    assert [line.split()[0] for line in drawn] == ["tcn_2", "tcn_0"]
    assert "1 ▁↑" in drawn[0]


def test_where_there_is_nothing_to_compare_nothing_is_drawn(trials: Project) -> None:
    assert "▁" not in trials.exp("list", "--where", "id:tcn_0 or id:tcn_1")


@pytest.mark.parametrize("columns", [80, 120])
def test_the_list_is_no_wider_than_the_terminal(trials: Project, columns: int) -> None:
    lines = trials.exp("list", COLUMNS=str(columns)).splitlines()
    assert max(map(measure_width, lines)) <= columns
    assert "深さ" in lines[1] or columns == 80


def test_a_long_number_of_a_program_is_short_in_tables_alone(begun: Project) -> None:
    begun.exp("note", "-m", "a1 acc=0.7509999871253967 steps=39291000000")
    begun.exp("note", "-m", "a2 acc=0.25 steps=123456789012")
    begun.exp("note", "-m", "a3 acc=0.12345678901%")
    shown = begun.exp("list", "--columns", "id,acc,steps")
    assert "0.751 " in shown
    assert "0.7509999871253967" not in shown
    assert "39291000000" in shown
    assert "0.12345678901%" in shown
    assert "acc=0.7509999871253967" in begun.exp("show", "a1")
    assert "0.7509999871253967" in begun.exp("list", "--json")
