"""Every verb as the process that a user starts: other tests run verbs inside their own process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.cli.test_parse import ALL_VERBS
from tests.event_files import write_scalars
from tests.png import write_png
from tests.project import ROOT, Project, notebook
from tests.sealed import seal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STORES = ROOT / "tests" / "imports" / "stores"

# A line for each verb, and a piece of what it prints. The lines work in any order.
LINES = {
    "new": ("new fresh -m first", "+ fresh"),
    "note": ("note tcn_1 -m text", "· tcn_1\n"),
    "tail": ("tail tcn_1 train.log", "· tcn_1 loss=0.2\n· tcn_1 curves from output: loss\n"),
    "import diary": ("import diary log.md", "imported 1 entry\n"),
    "import csv": ("import csv runs.csv", "imported 1 run\n"),
    "import jsonl": ("import jsonl runs.jsonl", "imported 1 run\n"),
    "import notebook": ("import notebook runs.ipynb", "imported 1 run\n"),
    "import history": ('import history --id-pattern MODEL_DIR.*/(.*)"', "imported "),
    "import mlflow": ("import mlflow {stores}/mlflow.db", "imported 3 runs\n"),
    "import wandb": ("import wandb {stores}/wandb", "imported 3 runs\n"),
    "import trackio": ("import trackio {stores}/trackio", "imported 3 runs\n"),
    "import dvc": ("import dvc -h", "under refs/exps"),
    "import aim": ("import aim -h", "cannot be read without aim"),
    "import tensorboard": ("import tensorboard -h", "each folder in it is an experiment"),
    "correct": ("correct tcn_1 -m wrong", "corrected 1 experiment"),
    "retract": ("retract {correction}", "taken back: {correction}"),
    "undo": ("undo", "- "),
    "purge": ("purge lstm --yes", "purged: "),
    "metric": ("metric tcn_1 loss=2.5", "· tcn_1 loss=2.5\n"),
    "image add": ("image add tcn_1 loss.png", "· tcn_1 loss.png 3x2\n"),
    "image list": ("image list tcn_2", "loss.png  3x2"),
    "series add": ("series add tcn_1 loss.csv", "2 points\n"),
    "series list": ("series list tcn_2", "2 points  2.5 → 2"),
    "tb": ("tb tcn_1 logs", "· tcn_1 val/loss=0.25\n· tcn_1 curves from logs: val/loss\n"),
    "list": ("list", "tcn_1"),
    "show": ("show tcn_1", "tcn_1"),
    "search": ("search id:tcn_2", "tcn_2"),
    "similar": ("similar tcn_2", "tcn_1"),
    "topic list": ("topic list", "encoder"),
    "topic show": ("topic encoder", "# encoder\n"),
    "topic add": ("topic add kernels --match kernel", "· topic kernels"),
    "topic write": ("topic write encoder -m summary", "· topic encoder"),
    "topic pin": ("topic pin encoder tcn_1", "· topic encoder"),
    "topic unpin": ("topic unpin encoder tcn_2", "· topic encoder"),
    "topic rename": ("topic rename renamed other", "· topic other"),
    "topic merge": ("topic merge merged encoder", "· topic encoder"),
    "topic remove": ("topic remove removed", "topic removed is forgotten\n"),
    "topic suggest": ("topic suggest", "attention"),
    "journal": ("journal", "###"),
    "excerpt": ("excerpt tcn_1", "line3 = 3"),
    "diff": ("diff tcn_1 tcn_2", "tcn_1 → tcn_2"),
    "compare": ("compare tcn_1 tcn_2", "tcn_2"),
    "plot": ("plot acc", "acc of "),
    "lineage": ("lineage tcn_2", "tcn_1"),
    "table": ("table tcn_1 tcn_2", "tcn_2"),
    "pin": ("pin tcn_1", "kept: the code of tcn_1 under filter model\n"),
    "log": ("log", "+ line3 = 3"),
    "filter add": ("filter add added layers.py:1-2", "filter added: 2 lines kept"),
    "filter suggest": ("filter suggest", "train.ipynb@create_model"),
    "filter names": ("filter names layers.py", "layers.py::"),
    "filter list": ("filter list", "model"),
    "filter show": ("filter show model", "layers.py:3-5"),
    "filter remove": ("filter remove spare", "spare"),
    "use": ("use tcn_1", "active: tcn_1\n"),
    "tag": ("tag tcn_1 good", "#good"),
    "rename": ("rename tcn_3 tcn_4", "· tcn_3 is now tcn_4\n"),
    "parent": ("parent cnn rnn", "· cnn ← rnn\n"),
    "link": ("link cnn HEAD", "· cnn has the code of "),
    "forget": ("forget wrong", ": forgotten\n"),
    "snapshot take": ("snapshot take tcn_2", "· tcn_2\n"),
    "snapshot list": ("snapshot list", "tcn_1"),
    "snapshot restore": ("snapshot restore tcn_1 restored", " is in restored\n"),
    "export": ("export exported", "exported/index.html\n"),
    "pages": ("pages", "written on 'gitexp'\n"),
    "status": ("status", "active: "),
    "gc": ("gc --dry-run", "would be packed: "),
    "push": ("push ./stick", "./stick: pushed "),
    "pull": ("pull .", ".: nothing new"),
    "sync": ("sync ./other --no-pin", "./other has no record yet\n./other: pushed "),
}


class Recorded(NamedTuple):
    """A project, and the id of a correction in it."""

    project: Project
    correction: str


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    """A project in which every line finds what it is about."""
    with pytest.MonkeyPatch.context() as patch:
        seal(patch, tmp_path_factory)
        project = Project.create(tmp_path_factory.mktemp("process") / "project").begin()
        project.exp("filter", "add", "model", "layers.py:3-5")
        project.exp("filter", "add", "spare", "layers.py")
        project.exp("new", "tcn_1", "-m", "#encoder, attention first")
        project.exp("new", "tcn_3", "-m", "attention: [[renamed]] [[merged]] [[removed]]")
        for name in ("rnn", "lstm", "cnn", "wrong"):
            project.exp("new", name)
        project.write("layers.py", "one = 1\ntwo = 2\nthree = 3\nfour = 4\n")
        project.exp("new", "tcn_2", "-m", "tcn_2 acc 0.6 attention", "--parent", "tcn_1")
        project.write("log.md", "### 2019/06/23\ngru_1 acc 0.4\n")
        project.write("runs.csv", "name,acc\nold_1,0.3\n")
        project.write("runs.jsonl", '{"name": "old_2", "acc": 0.3}\n')
        project.write("runs.ipynb", notebook([("markdown", "|name|acc|\n|--|--|\n|old_3|0.3|")]))
        project.write("loss.csv", "step,loss\n1,2.5\n2,2.0\n")
        project.write("train.log", "epoch 1 loss 0.4\nepoch 2 loss 0.3\nepoch 3 loss 0.2\n")
        write_png(project.top / "loss.png")
        write_scalars(project.top / "logs" / "val", {"loss": [1.0, 0.5, 0.25]})
        project.exp("image", "add", "tcn_2", "loss.png")
        project.exp("series", "add", "tcn_2", "loss.csv")
        correction = project.exp("correct", "tcn_2", "-m", "wrong").split()[-1]
        project.exp("note", "tcn_2", "-m", "the last that can be undone")
        yield Recorded(project, correction)


def test_every_verb_has_a_process_test() -> None:
    own_tests = {"doctor", "init", "uninit", "diary", "view", "run", "demo", "shot", "image open"}
    assert set(LINES) | own_tests == {name for name, _ in ALL_VERBS}


@pytest.mark.parametrize("name", LINES)
def test_a_verb_as_a_process(recorded: Recorded, name: str) -> None:
    line, words = (
        text.format(correction=recorded.correction, stores=STORES) for text in LINES[name]
    )
    ran = recorded.project.process(*line.split())
    assert (ran.code, ran.err) == (0, "")
    assert words in ran.out


def test_init_and_uninit_as_processes(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    assert "recording in this repository" in project.process("init").out
    assert "hooks and local files are removed" in project.process("uninit").out


def test_diary_as_a_process(recorded: Recorded) -> None:
    editor = recorded.project.write("editor.sh", '#!/bin/sh\necho "a thought" >> "$1"\n')
    editor.chmod(0o755)
    assert recorded.project.typed("diary", GIT_EDITOR=str(editor)).startswith("· ")


def test_view_as_a_process(recorded: Recorded) -> None:
    command = [sys.executable, "-m", "gitexp", "view", "--no-browser"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=recorded.project.top, env=env, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        # Again, where the first comes before the server listens to signals.
        for _ in range(60):
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=1)
                break
        assert process.poll() in (0, 130)
