"""``git exp table``: trials with the settings in their code, as a person reads them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.project import Project

if TYPE_CHECKING:
    from tests.templates import CopyProject

CODE = """\
FILTERS = {filters}
LEVELS = 4


def encoder(x, rate={rate}):
    return Conv1D(FILTERS, kernel_size={kernel})(x)
"""


def record_settings(project: Project) -> None:
    values = [(50, 0.0, 3), (10, 0.0, 3), (10, 0.2, 3), (10, 0.5, 5)]
    for number, (filters, rate, kernel) in enumerate(values, 1):
        project.write("layers.py", CODE.format(filters=filters, rate=rate, kernel=kernel))
        at = f"2019-06-0{number} 10:00"
        project.exp("new", f"tcn{number}", "-m", f"tcn{number} acc 0.{number}", "--at", at)
        if number == 1:
            project.exp("filter", "add", "model", "layers.py")


@pytest.fixture
def trials(copy_project: CopyProject) -> Project:
    return copy_project(Project.begin, record_settings)


def test_only_settings_that_differ_are_columns(trials: Project) -> None:
    assert trials.exp("table").splitlines() == [
        "the same in all: LEVELS=4",
        "      acc  rate  FILTERS  kernel_size",
        "tcn1  0.1  0.0   50       3",
        "tcn2  0.2  0.0   10       3",
        "tcn3  0.3  0.2   10       3",
        "tcn4  0.4  0.5   10       5",
    ]


def test_experiments_are_chosen_and_sorted(trials: Project) -> None:
    lines = trials.exp("table", "tcn1", "tcn2").splitlines()
    assert lines[1:] == ["      acc  FILTERS", "tcn1  0.1  50", "tcn2  0.2  10"]
    by_setting = trials.exp("table", "--sort", "-rate", "--where", "acc>0.1").splitlines()
    assert [line.split()[0] for line in by_setting[-3:]] == ["tcn4", "tcn3", "tcn2"]
    by_metric = trials.exp("table", "--sort", "-acc").splitlines()
    assert [line.split()[0] for line in by_metric[2:]] == ["tcn4", "tcn3", "tcn2", "tcn1"]
    assert "no setting 'nothing'" in trials.fails("table", "--sort", "nothing", code=1)


def test_a_setting_is_pinned_and_labelled(trials: Project) -> None:
    trials.exp("table", "--pin", "LEVELS", "--label", "kernel_size=核")
    head = trials.exp("table").splitlines()[0]
    assert head.split() == ["acc", "LEVELS", "rate", "FILTERS", "核"]
    trials.exp("table", "--unpin", "LEVELS", "--label", "核=")
    assert trials.exp("table").splitlines()[0] == "the same in all: LEVELS=4"
    assert "is no label" in trials.fails("table", "--label", "LEVELS", code=2)


def test_a_bad_name_records_nothing(trials: Project) -> None:
    before = trials.git("rev-parse", "gitexp")
    trials.fails("table", "--pin", "LEVELS", "--pin", "nothing", code=1)
    assert trials.git("rev-parse", "gitexp") == before


def test_csv_and_json_hold_all(trials: Project) -> None:
    rows = list(csv.DictReader(io.StringIO(trials.exp("table", "--csv", "--all"))))
    assert [row["FILTERS"] for row in rows] == ["50", "10", "10", "10"]
    assert rows[0]["encoder.Conv1D.kernel_size"] == "3"
    assert rows[0]["LEVELS"] == "4"
    view = trials.json("table")
    assert [column["name"] for column in view["same"]] == ["LEVELS"]
    assert view["rows"][3]["settings"]["encoder.rate"] == ["0.5"]


def test_what_does_not_fit_is_named(trials: Project) -> None:
    lines = trials.exp("table", COLUMNS="24").splitlines()
    assert all(len(line) <= 24 for line in lines)
    text = " ".join(lines)
    assert "1 more differ: kernel_size" in text


def test_an_experiment_whose_code_cannot_be_cut_has_a_row(trials: Project) -> None:
    (trials.top / "layers.py").write_bytes(b"\0" * 100)
    trials.exp("new", "binary", "-m", "binary acc 0.9")
    *_, row, note = trials.exp("table").splitlines()
    assert note == "no code that filter model can cut: binary"
    assert row.split() == ["binary", "0.9"]


@pytest.mark.parametrize(
    ("query", "idents"),
    [
        ("FILTERS>10", ["tcn1"]),
        ("FILTERS=10 rate<0.3", ["tcn2", "tcn3"]),
        ("set:kernel_size=5", ["tcn4"]),
        ("set:encoder.rate!=0.0", ["tcn3", "tcn4"]),
        ("set:filters>=10 acc>0.3", ["tcn4"]),
        ("set:nothing", []),
        ("not set:FILTERS=10", ["tcn1"]),
        ("nothing>1", []),
    ],
)
def test_settings_are_searched(trials: Project, query: str, idents: list[str]) -> None:
    assert [hit["experiment"] for hit in trials.json("search", query)] == idents
    assert [row["id"] for row in trials.json("list", "--where", query)] == idents


def test_a_topic_gathers_by_a_setting(trials: Project) -> None:
    trials.exp("topic", "add", "narrow", "--query", "set:FILTERS=10")
    topic = trials.json("topic", "show", "narrow")
    assert {item["experiment"] for item in topic["items"] if "experiment" in item} == {
        "tcn2",
        "tcn3",
        "tcn4",
    }


def test_without_any_code_a_setting_finds_nothing(begun: Project) -> None:
    (begun.top / "train.ipynb").unlink()
    begun.exp("note", "-m", "a_1 acc 0.3")
    assert begun.json("search", "set:FILTERS") == []
