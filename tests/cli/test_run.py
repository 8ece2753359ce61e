"""``git exp run``: the command is run as if typed, and what came of it is recorded."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.record.write.concurrent_runs import AnnouncedRun, is_own_path, is_path_of_other
from tests.forked import fork_verb
from tests.png import write_png
from tests.project import ROOT

if TYPE_CHECKING:
    from tests.project import Project

TRAIN = """\
import json, sys
print("to stderr", file=sys.stderr)
for epoch in range(1, 5):
    print(f"epoch {epoch} loss {1 / epoch:.2f} acc {[0.2, 0.9, 0.5, 0.8][epoch - 1]}")
json.dump({"test": {"f1": 0.5}}, open("results.json", "w"))
open("log.csv", "w").write("step,val_loss\\n1,0.3\\n2,0.2\\n")
open("data.csv", "w").write("name\\nx\\n")
sys.exit(int(sys.argv[1]))
"""
COMMAND = [sys.executable, "-m", "gitexp"]
ENVIRONMENT = {"PYTHONPATH": str(ROOT)}


def run_verb(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words],
        cwd=project.top,
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_output_and_exit_code_are_those_of_the_command(begun: Project) -> None:
    begun.write("train.py", TRAIN)
    done = run_verb(begun, "run", "base", "-m", "first", "--", sys.executable, "train.py", "3")
    assert done.returncode == 3
    assert done.stdout.splitlines()[0] == "epoch 1 loss 1.00 acc 0.2"
    assert len(done.stdout.splitlines()) == 4
    assert "to stderr" in done.stderr
    assert "· base failed, exit code 3 after" in done.stderr
    metrics = begun.read_metrics("base")
    assert metrics == {"loss": "0.25", "acc": "0.8", "acc_best": "0.9", "test/f1": "0.5"}
    tags = {series["tag"] for series in begun.json("series", "list", "base")}
    assert tags == {"loss", "acc", "val_loss"}


def test_the_code_is_kept_as_it_was_before_the_run(begun: Project) -> None:
    begun.write("own.py", "A = 1\n")
    code = "open('own.py', 'w').write('A = 2')"
    run_verb(begun, "run", "self", "--", sys.executable, "-c", code)
    (snapshot,) = begun.json("show", "self")["snapshots"]
    assert begun.git("show", f"{snapshot['commit']}:own.py") == "A = 1"


def test_pictures_are_attached_by_pattern(begun: Project) -> None:
    begun.write("old.png", "no picture of this run")
    os.utime(begun.top / "old.png", (1, 1))
    write_png(begun.top / "template")
    code = "import shutil, os; os.mkdir('plots'); shutil.copy('template', 'plots/loss.png')"
    run_verb(begun, "run", "x", "--images", "*.png", "--", sys.executable, "-c", code)
    (image,) = begun.json("show", "x")["images"]
    assert image["name"] == "loss.png"


def test_a_stopped_run_is_recorded_as_stopped(begun: Project) -> None:
    code = "import time\nprint('acc 0.3', flush=True)\nopen('up', 'w')\ntime.sleep(60)"
    process = subprocess.Popen(
        [*COMMAND, "run", "long", "--", sys.executable, "-c", code],
        cwd=begun.top,
        env={**os.environ, **ENVIRONMENT},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    while not (begun.top / "up").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert "stopped by signal 15" in errors.decode()
    shown = begun.exp("show", "long")
    assert ", stopped by signal 15" in " ".join(shown.split()), (
        "the path of Python may break the line"
    )
    (run,) = begun.json("show", "long")["runs"]
    assert (run["signal"], run["exit_code"]) == (15, None)
    (metric,) = begun.json("show", "long")["metrics"]
    assert metric["partial"]


def test_on_a_terminal_the_command_has_a_terminal(begun: Project) -> None:
    code = "import sys; print('terminal', sys.stdout.isatty())"
    reading, writing = pty.openpty()
    subprocess.run(
        [*COMMAND, "run", "x", "--", sys.executable, "-c", code],
        cwd=begun.top,
        env={**os.environ, **ENVIRONMENT},
        stdout=writing,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=60,
    )
    os.close(writing)
    assert b"terminal True" in os.read(reading, 4096)
    os.close(reading)


def test_a_reader_that_goes_away_stops_nothing_of_ours(begun: Project) -> None:
    lines = 'for n in range(100000): print("acc", n)'
    script = f"{sys.executable} -m gitexp run x -- {sys.executable} -c '{lines}' | head -1"
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=begun.top,
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout == "acc 0\n"
    assert "· x failed" in done.stderr or "· x stopped" in done.stderr


def test_what_cannot_be_run_is_said(begun: Project) -> None:
    done = run_verb(begun, "run", "x", "--", "./nothing")
    assert done.returncode == 2
    assert "'./nothing' cannot be run: No such file" in done.stderr
    assert "no command to run" in begun.fails("run", "x", code=2)
    assert "no command to run" in begun.fails("run", "python", "train.py", code=2)


def test_the_words_of_the_command_are_its_own(begun: Project) -> None:
    code = "import sys; print(sys.argv[1:])"
    done = run_verb(begun, "run", "--", sys.executable, "-c", code, "-m", "--", "--help")
    assert done.stdout == "['-m', '--', '--help']\n"


def test_pictures_are_attached_by_config(begun: Project) -> None:
    begun.git("config", "gitexp.runImages", "*.jpg plots/*.png")
    write_png(begun.top / "template")
    code = "import shutil, os; os.mkdir('plots'); shutil.copy('template', 'plots/loss.png')"
    run_verb(begun, "run", "x", "--", sys.executable, "-c", code)
    (image,) = begun.json("show", "x")["images"]
    assert image["name"] == "loss.png"


def test_a_recorder_that_cannot_record_changes_no_exit_code(begun: Project) -> None:
    code = "import os, sys; os.rename('.git', 'gone'); sys.exit(7)"
    done = run_verb(begun, "run", "x", "--", sys.executable, "-c", code)
    assert done.returncode == 7
    assert "the end of x was not recorded" in done.stderr


def wait_until_read(process: subprocess.Popen[str], file: Path) -> None:
    """Wait until a process has read a file to its end."""
    descriptors = Path("/proc", str(process.pid), "fd")
    while True:
        assert process.poll() is None
        for descriptor in descriptors.iterdir():
            if descriptor.exists() and descriptor.samefile(file):
                position = (descriptors.parent / "fdinfo" / descriptor.name).read_text()
                if int(position.split()[1]) == file.stat().st_size:
                    return
        time.sleep(0.05)


def test_a_log_that_grows_is_followed_until_ctrl_c(begun: Project) -> None:
    begun.exp("new", "a1")
    log = begun.write("train.log", "epoch 1 loss 0.5\n")
    process = subprocess.Popen(
        [*COMMAND, "tail", "-f", "a1", "train.log"],
        cwd=begun.top,
        env={**os.environ, **ENVIRONMENT},
        stdout=subprocess.PIPE,
        text=True,
    )
    wait_until_read(process, log)
    with log.open("a") as file:
        file.write("epoch 2 loss 0.4\nepoch 3 loss 0.3")
    wait_until_read(process, log)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert output == "· a1 loss=0.3\n· a1 curves from output: loss\n"
    assert "no metric is in the lines of 'layers.py'" in begun.fails(
        "tail", "a1", "layers.py", code=2
    )


def test_a_piped_text_stays_a_text(begun: Project) -> None:
    begun.exp("new", "a1")
    assert (
        begun.run("note", "a1", "-F", "-", stdin="acc 0.6 精度が上がった\n").out == "· a1 acc=0.6\n"
    )
    (entry,) = begun.json("show", "a1")["entries"]
    assert entry["text"].strip() == "acc 0.6 精度が上がった"


def test_a_notebook_that_did_not_change_is_said(begun: Project) -> None:
    assert "on the disk as it was" not in begun.exp("new", "a1")
    said = begun.exp("new", "a2")
    assert "train.ipynb is on the disk as it was at the trial before" in said
    assert "%keep a2 in the notebook" in said
    begun.write("layers.py", "changed = 1\n")
    assert "on the disk" not in begun.exp("new", "a3")


AT_ONCE = """\
import json, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
folder.mkdir()
meeting = Path("meeting")
(meeting / folder.name).touch()
while len(list(meeting.iterdir())) < 2:
    time.sleep(0.01)
(folder / "log.csv").write_text(f"step,{folder}_loss\\n1,3\\n2,2\\n")
(folder / "results.json").write_text(json.dumps({f"{folder}_f1": 0.5}))
Path("both.csv").write_text("step,x\\n1,3\\n2,2\\n")
(meeting / f"{folder}-wrote").touch()
while len(list(meeting.iterdir())) < 4:
    time.sleep(0.01)
"""


def test_runs_at_once_take_no_file_of_each_other(begun: Project) -> None:
    begun.write("train.py", AT_ONCE)
    (begun.top / "meeting").mkdir()
    words = [("run", ident, "--", sys.executable, "train.py", f"out_{ident}") for ident in "ab"]
    started = [fork_verb(begun, *command) for command in words]
    said = [process.communicate() for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    assert all("not taken are both.csv" in err for _, err in said)
    for ident in "ab":
        assert set(begun.read_metrics(ident)) == {f"out_{ident}_f1"}
        tags = [curve["tag"] for curve in begun.json("series", "list", ident)]
        assert tags == [f"out_{ident}_loss"]
    # The next run meets nobody: all that it wrote is its own.
    code = "open('both.csv', 'w').write('step,x\\n1,3\\n2,2\\n')"
    assert "not taken" not in run_verb(begun, "run", "c", "--", sys.executable, "-c", code).stderr
    assert [curve["tag"] for curve in begun.json("series", "list", "c")] == ["x"]
    assert list((begun.top / ".git/gitexp/runs").iterdir()) == []


def test_a_folder_that_two_runs_share_says_not_whose_a_file_is() -> None:
    first, second = (
        AnnouncedRun("/", 1, 0.0, 0.0, frozenset(("train.py", "runs", ident))) for ident in "ab"
    )
    assert is_own_path(Path("runs/a/results.json"), first, [second])
    assert is_path_of_other(Path("runs/b/results.json"), first, [second])
    for path in map(Path, ("runs/results.json", "runs/a/b.csv", "results.json")):
        assert not is_own_path(path, first, [second])
        assert not is_path_of_other(path, first, [second])


def test_a_log_is_of_the_active_experiment_where_none_is_named(begun: Project) -> None:
    begun.exp("new", "a1")
    begun.write("train.log", "epoch 1 acc 0.5\n")
    assert begun.exp("tail", "train.log") == "· a1 acc=0.5\n"
    assert "more than one log file" in begun.fails("tail", "a1", "x.log", "train.log", code=2)
