"""The progress of a metric over the trials."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.steps import import_crowd

if TYPE_CHECKING:
    from tests.project import Project

TRIALS = [("a", "0.4"), ("b", "0.6"), ("c", "0.5くらい"), ("d", "0.9"), ("e", "0.8")]


def record_trials(project: Project) -> None:
    for number, (name, value) in enumerate(TRIALS, 1):
        day = f"2019-06-0{number} 10:00"
        project.exp("note", "-m", f"tcn_{name} acc {value}\nwords of {name} #tcn", "--at", day)
    project.exp("new", "silent", "--at", "2019-06-07 10:00")
    project.exp("correct", "tcn_e", "-m", "on the wrong data")


@pytest.fixture
def trials(begun: Project) -> Project:
    record_trials(begun)
    return begun


def test_a_plot_in_characters(trials: Project) -> None:
    lines = trials.exp("plot").splitlines()
    assert lines[0] == "acc of 5 trials, higher is better   best: tcn_d 0.9   (1 without it)"
    assert [line.strip() for line in lines[1:-1]] == [
        "0.9│      ●───",
        "│",
        "│         ✗",
        "│",
        "│",
        "│",
        "│",
        "│  ●────",
        "│",
        "│    ○",
        "│",
        "0.4│●──",
        "└──────────",
        "2019-06-01 to 2019-06-05",
    ]


def test_the_values_as_json(trials: Project) -> None:
    values = trials.json("plot", "acc")
    assert (values["metric"], values["better"], values["best"]) == ("acc", "higher", "tcn_d")
    assert [trial["id"] for trial in values["trials"] if trial["best"]] == [
        *("tcn_a", "tcn_b", "tcn_d")
    ]
    unsure = values["trials"][2]
    assert (unsure["sure"], unsure["note"]) == (False, "words of c")
    assert values["trials"][4]["corrected"]


def test_better_is_known_by_name_or_said(trials: Project) -> None:
    trials.git("config", "gitexp.better", "speed=higher, acc=lower")
    assert trials.json("plot")["better"] == "lower"
    assert trials.json("plot")["best"] == "tcn_a"
    trials.git("config", "gitexp.better", "acc=more")
    assert "gitexp.better" in trials.fails("plot", code=2)
    trials.git("config", "--unset", "gitexp.better")
    trials.exp("metric", "tcn_a", "loss=0.5")
    assert trials.json("plot", "loss")["better"] == "lower"


def test_what_cannot_be_plotted_is_said(trials: Project, begun: Project) -> None:
    assert "metrics are: acc" in trials.fails("plot", "loss", code=2)
    assert "has a metric" in trials.exp("plot", "--where", "id:silent")
    assert trials.exp("plot", "--where", "id:tcn_a").count("●") == 2


def test_nothing_to_plot(begun: Project) -> None:
    assert "git exp metric" in begun.exp("plot")


@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_a_plot_fits_the_terminal(trials: Project, columns: int) -> None:
    from gitexp.render.terminal import measure_width

    lines = trials.exp("plot", COLUMNS=str(columns)).splitlines()
    assert max(map(measure_width, lines)) <= columns


def test_many_trials_share_columns(begun: Project) -> None:
    rows = "".join(f"run_{number},0.{number:04d}\n" for number in range(1, 401))
    begun.write("runs.csv", f"name,acc\n{rows}")
    begun.exp("import", "csv", "runs.csv")
    lines = begun.exp("plot", COLUMNS="60").splitlines()
    assert lines[0].startswith("acc of 400 trials")
    assert max(map(len, lines)) <= 60


def test_a_crowd_is_drawn_by_its_range(begun: Project) -> None:
    """Of 1,000 values between 0.1 and 0.9 points would fill the whole plot."""
    import_crowd(begun, 1000, odd_value=950)
    begun.exp("correct", "run_700", "-m", "wrong data")
    lines = begun.exp("plot", COLUMNS="60").splitlines()
    plot = [line.partition("│")[2] for line in lines[1:13]]
    drawn = "".join(plot)
    assert drawn.count("·") <= 2 * 55
    assert drawn.count("✗") == 1
    assert "●" in plot[0]
    middle = [row[20] for row in plot]
    assert middle.count("│") in range(4, 8)
    assert "middle half" in lines[-1]
