"""Write the stores of trackers that the tests read, by the trackers' own packages.

``python -m tests.imports.make_stores FOLDER [KIND...]`` with ``mlflow-skinny``, ``sqlalchemy``,
``alembic``, ``trackio``, ``wandb`` and ``dvc`` installed writes ``mlflow.db``, ``mlruns``, ``trackio``, ``wandb``
and ``dvc.bundle``. Names of people and machines are taken out, and tables that no test reads.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

RUNS = (("gru_1", 0.8, 0.1), ("tcn_2", 0.9, 0.01), ("tcn_2", 0.7, 0.3))
"""Names of the runs, the last accuracy, the learning rate: one name occurs twice."""

STEPS = 5
_TABLES = ("experiments", "runs", "metrics", "latest_metrics", "params", "tags", "configs")


def list_accuracies(last: float) -> list[float]:
    return [round(last - (STEPS - 1 - step) / 10, 3) for step in range(STEPS)]


def write_mlflow(address: str) -> None:
    from mlflow.tracking import MlflowClient

    client: Any = MlflowClient(address)
    group = client.create_experiment("digits")
    parent = ""
    for name, last, rate in RUNS:
        tags = {"team": "a"} | ({"mlflow.parentRunId": parent} if parent else {})
        run = client.create_run(group, run_name=name, tags=tags).info.run_id
        parent = parent or run
        client.log_param(run, "lr", str(rate))
        for step, accuracy in enumerate(list_accuracies(last)):
            client.log_metric(run, "val/acc", accuracy, step=step)
        client.log_metric(run, "loss", float("nan"), step=STEPS)
        client.set_terminated(run, "FAILED" if rate > 0.2 else "FINISHED")


def shrink_database(file: Path) -> None:
    database = sqlite3.connect(file)
    database.execute("PRAGMA journal_mode = DELETE")
    with database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            if name not in _TABLES and not name.startswith("sqlite_"):
                database.execute(f'DROP TABLE "{name}"')
        if ("runs",) in names:
            database.execute("UPDATE runs SET user_id = 'u', artifact_uri = ''")
            database.execute("UPDATE experiments SET artifact_location = ''")
    database.execute("VACUUM")
    database.close()


def write_trackio() -> None:
    import trackio

    for name, last, rate in RUNS:
        trackio.init(project="digits", name=name, config={"lr": rate}, auto_log_gpu=False)
        for accuracy in list_accuracies(last):
            trackio.log({"val/acc": accuracy, "loss": float("nan")})
        trackio.finish()


def write_wandb(folder: Path) -> None:
    import wandb

    for name, last, rate in RUNS:
        run = wandb.init(
            mode="offline",
            project="digits",
            name=name,
            config={"lr": rate, "opt": {"name": "adam"}},
            notes="幅 50 を 10 に",
            tags=["tcn", "two words"],
            dir=folder,
            settings=wandb.Settings(
                disable_git=True,
                console="off",
                host="h",
                username="u",
                email="u@e.invalid",
                program="train.py",
                x_disable_stats=True,
                x_disable_meta=True,
                x_save_requirements=False,
            ),
        )
        for accuracy in list_accuracies(last):
            run.log({"val": {"acc": accuracy}, "loss": float("nan")})
        run.finish()


_DVC_FILES = {
    "train.py": "import json, yaml\np = yaml.safe_load(open('params.yaml'))\n"
    "json.dump({'acc': p['lr'] * 2, 'val': {'loss': 1 - p['lr']}}, open('metrics.json', 'w'))\n",
    "params.yaml": "lr: 0.1\nopt:\n  name: adam\n",
    "dvc.yaml": "stages:\n  train:\n    cmd: python train.py\n    deps: [train.py]\n"
    "    params: [lr, opt.name]\n    metrics:\n      - metrics.json:\n          cache: false\n",
}


def make_dvc(folder: Path) -> None:
    """Run two experiments with DVC in a repository, and write them as ``dvc.bundle``."""
    top = folder / "dvc"
    top.mkdir(parents=True)
    for name, text in _DVC_FILES.items():
        (top / name).write_text(text)
    who = ("-c", "user.name=u", "-c", "user.email=u@e.invalid")
    for command in (
        ("git", "init", "-q"),
        ("git", "config", "user.name", "u"),
        ("git", "config", "user.email", "u@e.invalid"),
        ("dvc", "init", "-q"),
        ("dvc", "config", "core.analytics", "false"),
        ("git", "add", "-A"),
        ("git", *who, "commit", "-qm", "base"),
        ("dvc", "exp", "run", "-q", "-n", "puffy-daks", "-S", "lr=0.3"),
        ("dvc", "exp", "run", "-q", "-n", "sunny-hare", "-S", "lr=0.4"),
        ("git", "bundle", "create", "-q", "../dvc.bundle", "--all"),
    ):
        subprocess.run(command, cwd=top, check=True)
    shutil.rmtree(top)


def make(kind: str, folder: Path) -> None:
    """Write the store of one kind, in this process."""
    if kind == "mlflow.db":
        write_mlflow(f"sqlite:///{folder}/mlflow.db")
        shrink_database(folder / "mlflow.db")
        shutil.rmtree(folder / "mlruns", ignore_errors=True)
    elif kind == "mlruns":
        write_mlflow((folder / "mlruns").as_uri())
        for meta in (folder / "mlruns").rglob("meta.yaml"):
            lines = meta.read_text().splitlines(keepends=True)
            places = ("artifact_uri:", "artifact_location:", "user_id:")
            meta.write_text("".join(line for line in lines if not line.startswith(places)))
    elif kind == "trackio":
        write_trackio()
        for file in (folder / "trackio").iterdir():
            if file.suffix != ".db":
                shutil.rmtree(file) if file.is_dir() else file.unlink()
        shrink_database(folder / "trackio" / "digits.db")
    elif kind == "wandb":
        write_wandb(folder)
        for path in (folder / "wandb").iterdir():
            shutil.rmtree(path / "logs", ignore_errors=True)
            shutil.rmtree(path / "tmp", ignore_errors=True)
            if path.is_symlink() or path.is_file():
                path.unlink()

    elif kind == "dvc":
        make_dvc(folder)


KINDS = ("mlflow.db", "mlruns", "trackio", "wandb")


def make_all(folder: Path, kinds: tuple[str, ...] = KINDS) -> None:
    """Write each store in a process of its own, away from the settings of this user."""
    folder.mkdir(parents=True, exist_ok=True)
    variables = {
        "HOME": str(folder / "home"),
        "TRACKIO_DIR": str(folder / "trackio"),
        "HF_HUB_OFFLINE": "1",
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "WANDB_ERROR_REPORTING": "false",
    }
    for kind in kinds:
        subprocess.run(
            [sys.executable, "-m", "tests.imports.make_stores", "--one", kind, str(folder)],
            env={**os.environ, **variables},
            check=True,
        )
    shutil.rmtree(folder / "home", ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        make(sys.argv[2], Path(sys.argv[3]).absolute())
    else:
        make_all(Path(sys.argv[1]).absolute(), tuple(sys.argv[2:]) or (*KINDS, "dvc"))
