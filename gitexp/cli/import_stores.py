"""``git exp import`` of what the stores of trackers hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.importing import ImportOptions, record_runs
from gitexp.cli.record import open_record
from gitexp.cli.verb_table import argument
from gitexp.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitexp.capture.trackers.tracked_values import TrackedRuns
    from gitexp.cli.env import Env


class StoreOptions(ImportOptions):
    """What the stores of trackers have."""

    path: str = argument("PATH")


def run_mlflow(env: Env, options: StoreOptions) -> None:
    """Import the runs of MLflow: a SQLite file (mlflow.db), or a folder of files (mlruns).

    Metrics and their series come, PNG pictures, the commit that the run names; parameters and tags
    become text. A nested run has the run above it as parent.
    """
    from gitexp.capture.trackers.mlflow_store import read_mlflow

    _import_store(env, options, read_mlflow)


def run_wandb(env: Env, options: StoreOptions) -> None:
    """Import the offline runs of wandb: the folder 'wandb', or one run in it.

    Metrics and their series come, tags, pictures, the commit; notes and config become text.
    """
    from gitexp.capture.trackers.wandb_store import read_wandb

    _import_store(env, options, read_wandb)


def run_trackio(env: Env, options: StoreOptions) -> None:
    """Import the runs of trackio: the folder with its .db files, or one of them.

    Metrics and their series come, and pictures; the config becomes text.
    """
    from gitexp.capture.trackers.trackio_store import read_trackio

    _import_store(env, options, read_trackio)


def run_tensorboard(env: Env, options: StoreOptions) -> None:
    """Import a folder of TensorBoard runs: each folder in it is an experiment.

    Folders of a run ('train', 'validation') stand before the tags of its series.
    """
    from gitexp.capture.trackers.tensorboard_runs import read_tensorboard_runs

    _import_store(env, options, read_tensorboard_runs)


def run_aim(env: Env, options: StoreOptions) -> None:
    """Say how the runs of aim come in: its store cannot be read without aim."""
    raise UsageError(
        "aim keeps its runs in RocksDB, which only its own packages read",
        "export them with aim, then git exp import jsonl: docs/import.md has the script",
    )


def run_dvc(env: Env, options: ImportOptions) -> None:
    """Import the experiments that DVC keeps in this repository, under refs/exps.

    Metrics come from the files that dvc.yaml names; parameters become text. The commit of an
    experiment is its code, and stays when DVC removes the experiment.
    """
    from gitexp.history.dvc_experiments import read_dvc_experiments

    record = open_record(env)
    record_runs(env, record, read_dvc_experiments(record), options)


def _import_store(
    env: Env, options: StoreOptions, read_store: Callable[[Path], TrackedRuns]
) -> None:
    record_runs(env, open_record(env), read_store(env.resolve_path(options.path)), options)
