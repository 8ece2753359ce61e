"""``import gitexp`` in training scripts, each a process of its own in a real repository."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.png import write_png
from tests.project import ROOT, Project

if TYPE_CHECKING:
    from pathlib import Path

RANKS = ("RANK", "LOCAL_RANK", "SLURM_PROCID")


def run_script(top: Path, code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    (top / "script.py").write_text(code, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "script.py"],
        cwd=top,
        env=make_environment(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def make_environment(**variables: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in RANKS}
    return {**inherited, "PYTHONPATH": str(ROOT), **variables}


def number_of(ident: str) -> str:
    """The number of an id that nobody chose: ``e1`` of ``e1-hkmn``."""
    return ident.partition("-")[0]


def list_ids(project: Project) -> list[str]:
    return [experiment["id"] for experiment in project.json("list")]


def test_importing_loads_neither_git_nor_click(tmp_path: Path) -> None:
    heavy = [
        "pygit2",
        "typing",
        "click",
        "yaml",
        "PIL",
        "pathlib",
        "dataclasses",
        "subprocess",
        "gitexp.training",
    ]
    code = f"import sys; before = set(sys.modules); import gitexp; print(sorted((set(sys.modules) - before) & set({heavy})))"
    assert run_script(tmp_path, code).stdout == "[]\n"


def test_a_training_process_never_loads_git(begun: Project) -> None:
    code = "import gitexp, sys\ngitexp.log(acc=1)\ngitexp.finish()\nprint({'pygit2', 'click'} & set(sys.modules))"
    assert run_script(begun.top, code).stdout == "set()\n"
    assert begun.read_metrics("e1") == {"acc": "1"}


def test_one_line_records_a_trial_with_its_code(begun: Project) -> None:
    done = run_script(begun.top, "import gitexp\ngitexp.log(acc=0.857)\ngitexp.note('精度')")
    assert (done.returncode, done.stdout) == (0, "")
    assert re.fullmatch(r"gitexp: \+ e1-[a-z]{4} acc=0.857\n", done.stderr)
    trial = begun.json("show", "e1")
    assert [entry["text"] for entry in trial["entries"]] == ["精度"]
    (snapshot,) = trial["snapshots"]
    assert "gitexp.log(acc=0.857)" in begun.git("show", f"{snapshot['commit']}:script.py")


def test_a_best_value_that_reads_as_the_last_one_is_no_other_metric(begun: Project) -> None:
    run_script(begun.top, "import gitexp\nfor acc in 0.85700001, 0.857: gitexp.log(acc=acc)")
    assert begun.read_metrics("e1") == {"acc": "0.857"}


def read_examples() -> list[str]:
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^(?:    .*)?\n)+", text, re.MULTILINE)
    examples = [re.sub("^    ", "", block, flags=re.MULTILINE) for block in blocks]
    return [example for example in examples if example.lstrip().startswith("import")]


def test_the_examples_of_the_page_run(begun: Project) -> None:
    write_png(begun.top / "loss.png")
    one_line, loop, drop_in = read_examples()
    assert re.fullmatch(
        r"gitexp: \+ e1-[a-z]{4} acc=0.857\n", run_script(begun.top, one_line).stderr
    )
    assert run_script(begun.top, loop).returncode == 0
    assert begun.read_metrics("e2") == {"loss": "0.333333", "val_acc": "0.3"}
    trial = begun.json("show", "e2")
    assert [image["name"] for image in trial["images"]] == ["figure.png"]
    done = run_script(begun.top, drop_in)
    assert done.stdout == f"0.1 {1 / 3}\n"
    trial = begun.json("show", "tcn_filter10")
    assert trial["tags"] == ["tcn"]
    assert "try 10" in trial["entries"][0]["text"]
    assert "lr = 0.1" in trial["entries"][0]["text"]
    assert begun.read_metrics("tcn_filter10") == {"loss": "0.333333", "val/acc": "0.3"}
    (curve,) = (row for row in begun.json("series", "list", "tcn_filter10") if row["tag"] == "loss")
    assert curve["steps"] == [1, 2, 3]


def test_a_name_in_use_gets_a_number(begun: Project) -> None:
    code = "import gitexp\nfor _ in range(3):\n    with gitexp.init(name='my run') as run: run.log({'acc': 1})"
    run_script(begun.top, code)
    assert sorted(list_ids(begun)) == ["my-run", "my-run_2", "my-run_3"]


def test_inside_git_exp_run_it_is_that_trial(begun: Project) -> None:
    code = "import gitexp\nprint('acc 0.86 loss 0.5')\ngitexp.log(acc=0.857)\ngitexp.finish()\ngitexp.init(name='second')"
    begun.write("train.py", code)
    ran = begun.process("run", "base", "--", sys.executable, "train.py")
    assert ran.code == 0
    assert begun.read_metrics("base") == {"acc": "0.857", "loss": "0.5"}
    assert sorted(list_ids(begun)) == ["base", "second"]


def test_other_ranks_are_silent(begun: Project) -> None:
    for name in RANKS:
        done = run_script(begun.top, "import gitexp\ngitexp.log(acc=1)", **{name: "1"})
        assert (done.returncode, done.stderr) == (0, "")
    assert list_ids(begun) == []
    run_script(begun.top, "import gitexp\ngitexp.log(acc=1)", RANK="0", LOCAL_RANK="0")
    assert [number_of(ident) for ident in list_ids(begun)] == ["e1"]


def test_a_killed_process_keeps_what_was_written(begun: Project) -> None:
    code = "import gitexp, time\ngitexp.log(acc=0.5)\ntime.sleep(120)"
    begun.write("script.py", code)
    process = subprocess.Popen(
        [sys.executable, "script.py"],
        cwd=begun.top,
        env=make_environment(GITEXP_FLUSH_SECONDS="0.1"),
    )
    while not list_ids(begun) or not begun.read_metrics("e1"):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (metric,) = begun.json("show", "e1")["metrics"]
    assert (metric["value"], metric["partial"]) == ("0.5", True)


def test_an_error_of_the_script_is_its_own_and_leaves_a_partial_metric(begun: Project) -> None:
    done = run_script(begun.top, "import gitexp\ngitexp.log(acc=0.5)\n1 / 0")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    (metric,) = begun.json("show", "e1")["metrics"]
    assert metric["partial"]


def test_many_threads_log_at_once(begun: Project) -> None:
    code = """\
import gitexp, threading
def work(number):
    for step in range(500):
        gitexp.log({f"loss{number}": step}, step=step)
threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
    assert run_script(begun.top, code).returncode == 0
    assert [number_of(ident) for ident in list_ids(begun)] == ["e1"]
    curves = begun.json("series", "list", "e1")
    assert {curve["tag"]: len(curve["steps"]) for curve in curves} == {
        f"loss{number}": 500 for number in range(8)
    }


@pytest.mark.parametrize("way", ["os.fork", "multiprocessing"])
def test_a_forked_process_writes_its_own_values_once(begun: Project, way: str) -> None:
    fork = """\
import os
child = os.fork()
if child == 0:
    gitexp.log(child_acc=0.2)
    raise SystemExit
os.waitpid(child, 0)
"""
    spawn = """\
import multiprocessing
process = multiprocessing.get_context("fork").Process(target=lambda: gitexp.log(child_acc=0.2))
process.start()
process.join()
"""
    start = "import gitexp, multiprocessing.util\ngitexp.log(acc=0.1)\ngitexp.note('once')\n"
    done = run_script(begun.top, start + (fork if way == "os.fork" else spawn))
    assert re.fullmatch(r"gitexp: \+ e1-[a-z]{4} acc=0.1\n", done.stderr)
    assert begun.read_metrics("e1") == {"acc": "0.1", "child_acc": "0.2"}
    assert len(begun.json("show", "e1")["entries"]) == 1


def test_what_cannot_be_recorded_is_a_line(begun: Project, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    code = "import gitexp\nfor _ in range(3): gitexp.log(acc=1)\ngitexp.finish()\nprint('end')"
    done = run_script(outside, code)
    assert (done.returncode, done.stdout) == (0, "end\n")
    assert done.stderr.count("\n") == 1
    assert "nothing is recorded" in done.stderr
    broken = "import gitexp\ngitexp.image(object())\ngitexp.image('no.png')\ngitexp.log('text')\ngitexp.log(acc=1)"
    done = run_script(begun.top, broken)
    assert done.returncode == 0
    assert "a object is no picture" in done.stderr
    assert "Traceback" not in done.stderr
    assert begun.read_metrics("e1") == {"acc": "1"}


def test_a_repository_without_a_record_gets_one(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "plain")
    done = run_script(project.top, "import gitexp\ngitexp.log(acc=1)")
    assert "recording in this repository begins" in done.stderr
    assert project.read_metrics("e1") == {"acc": "1"}
    assert not (project.top / ".git" / "hooks" / "post-commit").exists()


def test_figures_and_arrays_are_attached(begun: Project) -> None:
    code = """\
import gitexp
from PIL import Image
picture = Image.new("RGB", (40, 20), "red")
gitexp.image(picture, "red")
gitexp.log({"plot": gitexp.Image(picture.rotate(90, expand=True)), "acc": 1})
"""
    assert run_script(begun.top, code).returncode == 0
    images = begun.json("show", "e1")["images"]
    assert {(image["name"], image["width"]) for image in images} == {
        ("red.png", 40),
        ("plot.png", 20),
    }


def test_names_of_wandb_that_record_nothing_stop_nothing(begun: Project) -> None:
    code = """\
import gitexp as wandb
wandb.login(key="x")
run = wandb.init(project="p", entity="e", mode="offline", config={"a": 1}, reinit=True)
wandb.config.update({"b": 2}, allow_val_change=True)
wandb.watch(None); wandb.define_metric("acc", summary="max")
wandb.log({"table": wandb.Table(columns=["a"]).add_data(1), "acc": 0.5, "epoch": 3}, commit=False)
assert wandb.run is run and wandb.config.b == 2 and run.config["a"] == 1 and run.url is None
wandb.finish()
"""
    done = run_script(begun.top, code)
    assert done.returncode == 0, done.stderr
    assert begun.read_metrics("e1") == {"acc": "0.5"}
    texts = [entry["text"] for entry in begun.json("show", "e1")["entries"]]
    assert "b = 2" in texts[-1]


CALLBACKS = {
    "Keras": """\
callback = gitexp.KerasCallback()
callback.set_params({"epochs": 2}); callback.set_model(None)
callback.on_train_begin(); callback.on_epoch_begin(0); callback.on_train_batch_end(0, logs={})
callback.on_epoch_end(0, logs={"loss": 0.5}); callback.on_epoch_end(1, {"loss": 0.25, "acc": 0.7})
callback.on_train_end()
""",
    "Lightning": """\
class Trainer:
    callback_metrics, current_epoch, sanity_checking = {"loss": 9}, 0, True
trainer, callback = Trainer(), gitexp.LightningCallback()
callback.setup(trainer, None, stage="fit"); callback.on_validation_epoch_end(trainer, None)
trainer.sanity_checking, trainer.callback_metrics = False, {"loss": 0.25, "acc": 0.7}
callback.on_train_batch_end(trainer, None, None, None, 0)
callback.on_train_epoch_end(trainer, None); callback.teardown(trainer, None, stage="fit")
assert callback.state_dict() == {} and callback.state_key
""",
    "transformers": """\
class State:
    global_step, is_world_process_zero = 10, True
callback = gitexp.TrainerCallback()
callback.on_init_end(None, State, None); callback.on_step_end(None, State, None, model=None)
callback.on_log(None, State, None, logs={"loss": 0.25, "acc": 0.7, "epoch": 1.0})
callback.on_train_end(None, State, None)
""",
}


@pytest.mark.parametrize("framework", CALLBACKS)
def test_callbacks_have_the_documented_shape(begun: Project, framework: str) -> None:
    done = run_script(begun.top, f"import gitexp\n{CALLBACKS[framework]}")
    assert done.returncode == 0, done.stderr
    metrics: dict[str, Any] = begun.read_metrics("e1")
    assert metrics == {"loss": "0.25", "acc": "0.7"}
