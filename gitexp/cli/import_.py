"""``git exp import``: one word for each kind of import."""

from __future__ import annotations

from gitexp.cli.import_files import (
    DiaryOptions,
    TableOptions,
    run_csv,
    run_diary,
    run_jsonl,
    run_notebook,
)
from gitexp.cli.import_history import HistoryOptions, run_history
from gitexp.cli.import_stores import (
    StoreOptions,
    run_aim,
    run_dvc,
    run_mlflow,
    run_tensorboard,
    run_trackio,
    run_wandb,
)
from gitexp.cli.importing import ImportOptions
from gitexp.cli.verb_table import Group, Verb

VERB = Group(
    "import",
    """Import what was recorded elsewhere.

    A second import of the same file, or of one that grew, adds only what is new.
    """,
    (
        Verb("diary", DiaryOptions, run_diary),
        Verb("csv", TableOptions, run_csv),
        Verb("jsonl", TableOptions, run_jsonl),
        Verb("notebook", TableOptions, run_notebook),
        Verb("history", HistoryOptions, run_history),
        Verb("mlflow", StoreOptions, run_mlflow),
        Verb("wandb", StoreOptions, run_wandb),
        Verb("trackio", StoreOptions, run_trackio),
        Verb("tensorboard", StoreOptions, run_tensorboard),
        Verb("dvc", ImportOptions, run_dvc),
        Verb("aim", StoreOptions, run_aim),
    ),
)
