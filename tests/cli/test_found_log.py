"""The log folder that the code names is taken in by ``new``, ``note`` and ``run``."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import pytest

from gitexp.capture import tensorboard
from tests.event_files import write_scalars
from tests.forked import fork_verb

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gitexp.capture.tensorboard import EventLog
    from tests.project import Project

LATER = 10  # seconds: records have whole seconds
TRAIN = """\
LOG_DIR = "logs/b1"
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.event_files import write_scalars
write_scalars(Path(LOG_DIR), {{"val_loss": [0.5, 0.25]}})
print("val_loss: 0.9")
"""


@pytest.fixture
def project(begun: Project) -> Project:
    begun.git("config", "gitexp.logdirPattern", 'LOG_DIR = "([^"]+)"')
    return begun


def train(project: Project, folder: str, losses: list[float]) -> None:
    """Write the log of a trial, after all that is recorded by now."""
    path = write_scalars(project.top / "logs" / folder, {"val_loss": losses})
    later = time.time() + LATER
    os.utime(path, (later, later))


def name_folder(project: Project, ident: str) -> None:
    project.write("train.py", f'LOG_DIR = "logs/{ident}"\n')


def test_a_note_takes_the_log_of_its_trial_in_once(project: Project) -> None:
    name_folder(project, "a1")
    project.exp("new", "a1")
    train(project, "a1", [0.5, 0.25])
    printed = project.exp("note", "-m", "学習した")
    assert printed.splitlines() == [
        "· a1",
        "· a1 val_loss=0.25",
        "· a1 curves from a1: val_loss",
        "· a1 a1 curves.png 960x600",
    ]
    assert project.exp("note", "-m", "seen again") == "· a1\n"
    experiment = project.experiment("a1")
    assert len(experiment["images"]) == 1
    # One record: undo of the note before takes its log back too, and the next note has it again.
    project.exp("undo")
    project.exp("undo")
    assert project.read_metrics("a1") == {}
    assert "val_loss=0.25" in project.exp("note", "-m", "third")


def test_a_log_that_grew_is_read_again(project: Project) -> None:
    name_folder(project, "a1")
    project.exp("new", "a1")
    train(project, "a1", [0.5])
    project.exp("note", "-m", "one step")
    train_further = write_scalars(project.top / "more", {"val_loss": [0.5, 0.25, 0.125]})
    (file,) = (project.top / "logs/a1").iterdir()
    file.write_bytes(train_further.read_bytes())
    assert "val_loss=0.125" in project.exp("note", "-m", "three steps")


def test_a_metric_that_the_note_says_holds(project: Project) -> None:
    name_folder(project, "a1")
    train(project, "a1", [0.5, 0.25])
    project.exp("note", "-m", "a1 val_loss 0.24")
    assert project.read_metrics("a1") == {"val_loss": "0.24"}
    assert len(project.experiment("a1")["series"]) == 1


def test_a_log_is_of_one_trial_alone(project: Project) -> None:
    name_folder(project, "a1")
    project.exp("new", "a1")
    train(project, "a1", [0.5])
    project.exp("note", "-m", "done")
    assert project.exp("new", "a2") == "+ a2 <- a1\n"
    train(project, "a1/again", [0.75])
    printed = project.exp("note", "a2", "-m", "its own")
    assert "· a2 again/val_loss=0.75" in printed.splitlines()  # alone
    assert project.exp("note", "a1", "-m", "not that of a2") == "· a1\n"


def test_a_log_before_the_trial_is_not_its_log(project: Project) -> None:
    name_folder(project, "old")
    path = write_scalars(project.top / "logs/old", {"val_loss": [3.0]})
    os.utime(path, (1, 1))
    assert "val_loss=3" in project.exp("new", "a1")  # nothing was before the first trial
    project.exp("undo")
    project.exp("new", "a2", "--at", "2019-06-23")
    assert project.exp("note", "a2", "-m", "acc 0.5") == "· a2 acc=0.5\n"
    assert "val_loss" not in project.exp("new", "a3")


def test_new_after_the_trial_takes_its_log(project: Project) -> None:
    name_folder(project, "a1")
    project.exp("new", "a1")
    project.exp("note", "-m", "acc 0.5")
    train(project, "a2", [0.5, 0.25])
    name_folder(project, "a2")
    assert "· a2 val_loss=0.25" in project.exp("new", "a2")


def test_new_leaves_the_log_of_a_trial_that_waits_for_its_result(project: Project) -> None:
    name_folder(project, "a1")
    project.exp("new", "a1")
    train(project, "a1", [0.5, 0.25])
    ran = project.run("new", "a2")
    assert ran.out == "+ a2 <- a1\n"
    assert ran.err == (
        "git exp: the log is not taken: nothing came out of a1 yet,"
        " so it may be of that one (git exp tb a1)\n"
    )
    assert "val_loss=0.25" in project.exp("tb", "a1")
    assert project.exp("note", "a2", "-m", "nothing of a1") == "· a2\n"


def test_a_note_of_another_day_takes_no_log(project: Project) -> None:
    name_folder(project, "a1")
    train(project, "a1", [0.5, 0.25])
    assert "val_loss" not in project.exp("note", "-m", "a1 acc 0.5", "--at", "2019-06-23")


def test_a_run_takes_its_log_as_metrics(project: Project, pytestconfig: pytest.Config) -> None:
    project.write("train.py", TRAIN.format(root=str(pytestconfig.rootpath)))
    ran = project.process("run", "b1", "--", sys.executable, "train.py")
    assert "val_loss=0.25" in ran.err
    experiment = project.experiment("b1")
    # The log has the last word over what was printed.
    assert project.read_metrics("b1") == {"val_loss": "0.25"}
    assert [curves["name"] for curves in experiment["series"]] == ["b1"]
    assert project.exp("note", "-m", "after it") == "· b1\n"


def test_a_wrong_pattern_is_a_line(project: Project) -> None:
    project.git("config", "gitexp.logdirPattern", "LOG_DIR")
    ran = project.run("new", "a1")
    assert ran.out == "+ a1\n"
    assert ran.err.count("\n") == 1
    assert "config gitexp.logdirPattern has no group" in ran.err


def test_a_note_through_a_pipe_takes_the_log_too(project: Project) -> None:
    name_folder(project, "a1")
    project.exp("new", "a1")
    train(project, "a1", [0.5, 0.25])
    printed = "epoch 1 acc 0.1\nepoch 2 acc 0.2\nepoch 3 acc 0.3\n"
    said = project.run("note", "a1", "-F", "-", stdin=printed).out
    assert said.splitlines() == [
        "· a1 acc=0.3",
        "· a1 curves from output: acc",
        "· a1 val_loss=0.25",
        "· a1 curves from a1: val_loss",
        "· a1 a1 curves.png 960x600",
    ]
    assert project.read_metrics("a1") == {"acc": "0.3", "val_loss": "0.25"}
    train(project, "a1/more", [0.125])
    assert "more/val_loss=0.125" in project.run("note", "-F", "-", stdin="学習した\n").out


def test_others_record_while_a_log_is_read(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_folder(project, "a1")
    project.exp("new", "a1")
    train(project, "a1", [0.5, 0.25])
    read = tensorboard.read_event_log

    def read_beside_another(folder: Path, files: Sequence[Path] | None = None) -> EventLog:
        other = fork_verb(project, "tag", "a1", "seen")
        said = other.communicate()
        assert other.returncode == 0, said
        return read(folder, files)

    monkeypatch.setattr(tensorboard, "read_event_log", read_beside_another)
    assert "val_loss=0.25" in project.exp("note", "-m", "done")
    assert project.experiment("a1")["tags"] == ["seen"]
