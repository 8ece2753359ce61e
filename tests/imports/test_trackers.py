"""Stores that MLflow, trackio, wandb and TensorBoard wrote, read without these packages.

``stores`` was written by ``make_stores``; with ``--long`` it is written anew where they are installed.
"""

from __future__ import annotations

import math
import shutil
import sqlite3
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gitexp.capture.trackers.wandb_log import read_wandb_log
from gitexp.errors import ContentError
from tests.imports.make_stores import KINDS, RUNS, STEPS, make_all

if TYPE_CHECKING:
    from tests.project import Project

STORES = Path(__file__).parent / "stores"
VERBS = {"mlflow.db": "mlflow", "mlruns": "mlflow", "trackio": "trackio", "wandb": "wandb"}
IDS = ["gru_1", "tcn_2", "tcn_2-2"]


def check_runs(project: Project) -> None:
    """Check that each run has its own numbers, whatever its name and its place in the store."""
    seen = {}
    for experiment in project.json("list"):
        metrics = {each["name"]: each["value"] for each in experiment["metrics"]}
        text = experiment["entries"][0]["text"]
        rate = next(line for line in text.splitlines() if line.startswith("lr: "))
        seen[rate.removeprefix("lr: ")] = float(metrics["val/acc"])
        assert metrics["loss"] == "nan"
        curves = {each["tag"]: each for each in project.json("series", "list", experiment["id"])}
        values = curves["val/acc"]["values"]
        assert len(values) == STEPS
        assert values[-1] == pytest.approx(float(metrics["val/acc"]))
        assert values == sorted(values)
    assert seen == {str(rate): last for _, last, rate in RUNS}


@pytest.mark.parametrize("store", KINDS)
def test_each_run_is_an_experiment_with_its_own_numbers(begun: Project, store: str) -> None:
    out = begun.exp("import", VERBS[store], str(STORES / store))
    assert "imported 3 runs" in out
    assert sorted(each["id"] for each in begun.json("list")) == IDS
    check_runs(begun)


@pytest.mark.parametrize("store", KINDS)
def test_a_second_import_brings_nothing(begun: Project, store: str) -> None:
    words = ("import", VERBS[store], str(STORES / store))
    assert "would import 3 runs" in begun.exp(*words, "--dry-run")
    assert begun.json("list") == []
    begun.exp(*words)
    tip = begun.git("rev-parse", "gitexp")
    assert begun.exp(*words).splitlines() == ["imported 0 runs, 3 were there already"]
    assert begun.git("rev-parse", "gitexp") == tip


@pytest.mark.parametrize("store", KINDS)
def test_a_store_that_was_moved_is_known_again(begun: Project, store: str, tmp_path: Path) -> None:
    begun.exp("import", VERBS[store], str(STORES / store))
    moved = tmp_path / "moved" / store
    moved.parent.mkdir()
    copy = shutil.copytree if (STORES / store).is_dir() else shutil.copy
    copy(STORES / store, moved)
    assert "3 were there already" in begun.exp("import", VERBS[store], str(moved))


@pytest.mark.parametrize("store", KINDS)
def test_the_order_of_import_mixes_no_runs(begun: Project, store: str) -> None:
    begun.exp("note", "-m", "gru_1 val/acc=0.5")
    begun.exp("note", "-m", "tcn_2 val/acc=0.4")
    begun.exp("import", VERBS[store], str(STORES / store))
    metrics = {
        each["id"]: [metric["value"] for metric in each["metrics"] if metric["name"] == "val/acc"]
        for each in begun.json("list")
    }
    assert metrics["gru_1"] == ["0.5"], "what a person said stays"
    assert metrics["tcn_2"] == ["0.4"], "two runs have this name: neither is the one of the note"
    assert sorted(metrics["tcn_2-2"] + metrics["tcn_2-3"]) == ["0.7", "0.9"]


def test_two_stores_with_the_same_names_stay_apart(begun: Project) -> None:
    begun.exp("import", "mlflow", str(STORES / "mlflow.db"))
    begun.exp("import", "mlflow", str(STORES / "mlruns"))
    begun.exp("import", "wandb", str(STORES / "wandb"))
    assert len(begun.json("list")) == 9
    assert "3 were there already" in begun.exp("import", "mlflow", str(STORES / "mlruns"))


def test_a_run_that_went_on_has_grown(begun: Project, tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    shutil.copy(STORES / "mlflow.db", file)
    begun.exp("import", "mlflow", str(file))
    with sqlite3.connect(file) as database:
        database.execute(
            "INSERT INTO metrics SELECT key, 0.95, timestamp + 1, run_uuid, 9, 0 FROM metrics"
            " WHERE key = 'val/acc' AND step = 4"
            " AND run_uuid = (SELECT run_uuid FROM runs WHERE name = 'gru_1')"
        )
    out = begun.exp("import", "mlflow", str(file))
    assert "imported 0 runs, 1 have grown, 2 were there already" in out
    metrics = {each["name"]: each["value"] for each in begun.experiment("gru_1")["metrics"]}
    assert metrics["val/acc"] == "0.95"


def test_nested_runs_failed_runs_and_deleted_runs_of_mlflow(begun: Project, tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    shutil.copy(STORES / "mlflow.db", file)
    with sqlite3.connect(file) as database:
        database.execute(
            "UPDATE runs SET lifecycle_stage = 'deleted' WHERE status = 'FINISHED' AND name = 'tcn_2'"
        )
    begun.exp("import", "mlflow", str(file))
    failed = begun.experiment("tcn_2")
    assert failed["parent"] == "gru_1"
    assert all(metric["partial"] for metric in failed["metrics"])
    assert len(begun.json("list")) == 2


def test_the_commit_and_the_pictures_of_a_run(begun: Project, tmp_path: Path) -> None:
    commit = begun.git("rev-parse", "HEAD")
    shutil.copytree(STORES / "mlruns", tmp_path / "mlruns")
    run = next(
        path.parent
        for path in sorted((tmp_path / "mlruns").glob("*/*/tags/mlflow.runName"))
        if path.read_text() == "gru_1"
    )
    (run / "mlflow.source.git.commit").write_text(commit)
    from tests.png import write_png

    artifacts = run.parent / "artifacts"
    artifacts.mkdir()
    write_png(artifacts / "loss.png", 7)
    (artifacts / "torn.png").write_bytes(b"\x89PNG")
    ran = begun.run("import", "mlflow", str(tmp_path / "mlruns"))
    assert ran.code == 0
    assert ran.err.count("not understood: ") == 1
    gru = begun.experiment("gru_1")
    assert gru["links"] == [commit]
    assert [image["width"] for image in gru["images"]] == [7]
    (run / "mlflow.source.git.commit").write_text("0" * 40)
    again = begun.run("import", "mlflow", str(tmp_path / "mlruns"))
    assert "'000000000' is not in this clone" in again.err


def test_a_run_with_an_impossible_time_costs_only_itself(begun: Project, tmp_path: Path) -> None:
    shutil.copyfile(STORES / "mlflow.db", tmp_path / "mlflow.db")
    with sqlite3.connect(tmp_path / "mlflow.db") as database:
        database.execute(
            "UPDATE runs SET start_time = ? WHERE run_uuid ="
            " (SELECT min(run_uuid) FROM runs WHERE lifecycle_stage = 'active')",
            (10**17,),
        )
    ran = begun.run("import", "mlflow", str(tmp_path / "mlflow.db"))
    assert "imported 2 runs" in ran.out
    (line,) = ran.err.splitlines()
    assert line.startswith(f"not understood: {tmp_path / 'mlflow.db'}: run ")


def test_tags_and_notes_of_wandb(begun: Project) -> None:
    begun.exp("import", "wandb", str(STORES / "wandb"))
    run = begun.experiment("gru_1")
    assert run["tags"] == ["tcn", "two-words"]
    assert run["entries"][0]["text"].splitlines()[:3] == [
        "幅 50 を 10 に",
        "lr: 0.1",
        "opt.name: adam",
    ]


def test_a_log_of_wandb_is_read_to_its_last_whole_record(begun: Project, tmp_path: Path) -> None:
    file = next(STORES.glob("wandb/*/*.wandb"))
    whole = read_wandb_log(file)
    assert len(whole.rows) == STEPS
    assert math.isnan(whole.rows[0]["loss"])
    data = file.read_bytes()
    cut = tmp_path / "run-x.wandb"
    counts = []
    for size in range(7, len(data), 97):
        cut.write_bytes(data[:size])
        rows = read_wandb_log(cut).rows
        assert [row["_step"] for row in rows] == [row["_step"] for row in whole.rows[: len(rows)]]
        counts.append(len(rows))
    assert counts == sorted(counts)
    assert set(counts) >= {0, STEPS}
    middle = len(data) // 2
    cut.write_bytes(data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :])
    assert read_wandb_log(cut).damage
    cut.write_bytes(b"no log")
    with pytest.raises(ContentError):
        read_wandb_log(cut)


@pytest.mark.parametrize("verb", ["mlflow", "trackio", "wandb", "tensorboard"])
def test_what_is_no_store_is_one_line(begun: Project, verb: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.db").write_text("no database" * 999)
    for name in ("empty", "text.db", "missing"):
        ran = begun.run("import", verb, str(tmp_path / name))
        assert ran.code != 0
        assert ran.err.count("\n") == 1, ran.err


def test_folders_of_tensorboard_are_experiments(begun: Project, tmp_path: Path) -> None:
    summary: Any = pytest.importorskip("tensorboard.summary", reason="needs the extra")
    for name, step_count in (("gru_1", 4), ("tcn_2", 3)):
        for part in ("train", "validation"):
            writer = summary.Writer(str(tmp_path / "runs" / name / part))
            for step in range(step_count):
                writer.add_scalar("acc", step / 10, step)
            writer.close()
    words = ("import", "tensorboard", str(tmp_path / "runs"))
    assert "imported 2 runs" in begun.exp(*words)
    metrics = {each["name"]: each["value"] for each in begun.experiment("gru_1")["metrics"]}
    assert metrics == {"train/acc": "0.3", "validation/acc": "0.3"}
    assert begun.exp(*words).splitlines() == ["imported 0 runs, 2 were there already"]


@pytest.mark.skipif(
    any(find_spec(name) is None for name in ("mlflow", "trackio", "wandb", "sqlalchemy")),
    reason="needs mlflow-skinny, sqlalchemy, alembic, trackio and wandb",
)
def test_stores_that_are_written_today(begun: Project, tmp_path: Path, long: bool) -> None:
    if not long:
        pytest.skip("takes a minute: --long")
    make_all(tmp_path / "stores")
    for number, store in enumerate(KINDS):
        folder = tmp_path / f"clone{number}"
        shutil.copytree(begun.top, folder)
        clone = type(begun)(folder)
        clone.exp("import", VERBS[store], str(tmp_path / "stores" / store))
        check_runs(clone)


def test_aim_is_said_to_need_its_own_packages(begun: Project) -> None:
    said = begun.fails("import", "aim", ".aim", code=2)
    assert "only its own packages read" in said
    assert "git exp import jsonl" in said


@pytest.mark.parametrize("store", KINDS)
def test_parameters_stand_in_the_table(begun: Project, store: str) -> None:
    kind = "mlflow" if store.startswith("ml") else store
    begun.exp("import", kind, str(STORES / store))
    begun.exp("import", kind, str(STORES / store))
    lines = begun.exp("table", "--all", "--csv").splitlines()
    column = lines[0].split(",").index("config.lr")
    rates = {line.split(",")[column] for line in lines[1:]}
    assert rates == {str(rate) for _, _, rate in RUNS}
