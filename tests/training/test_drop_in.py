"""``import gitexp as wandb`` in the shapes that scripts of others have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.pictures import open_picture, read_recorded
from tests.training.test_training import run_script

if TYPE_CHECKING:
    from tests.project import Project


def run(project: Project, code: str) -> dict[str, Any]:
    """Run a script; return the experiment that it recorded."""
    done = run_script(project.top, f"import gitexp as wandb\n{code}")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return project.experiment("a1")


def test_calls_without_commit_are_about_one_step(begun: Project) -> None:
    run(
        begun,
        """\
run = wandb.init(name="a1")
for epoch in range(4):
    wandb.log({"loss": 1 / (epoch + 1)}, commit=False)
    if epoch % 2:
        wandb.log({"val_loss": epoch}, commit=False)
    assert run.step == epoch
    wandb.log()
wandb.log(data={"acc": 0.5}, step=9)
""",
    )
    curves = {curve["tag"]: curve["steps"] for curve in begun.json("series", "list", "a1")}
    assert curves == {"loss": [0, 1, 2, 3]}
    assert set(begun.read_metrics("a1")) == {"loss", "val_loss", "val_loss_best", "acc"}


def test_settings_come_in_every_shape(begun: Project) -> None:
    run(
        begun,
        """\
import argparse
wandb.init(name="a1", config=argparse.Namespace(lr=0.1))
wandb.config.update(argparse.Namespace(size=3), allow_val_change=True)
wandb.config.update([("depth", 2)]); wandb.config.update(None); wandb.config.update(7)
wandb.config.kernel = 5
wandb.config = {"batch": 64}
wandb.log({"acc": 0.5})
""",
    )
    columns = begun.exp("table", "--all", "--csv").splitlines()[0].split(",")
    named = {column.removeprefix("config.") for column in columns}
    assert {"lr", "size", "depth", "kernel", "batch"} <= named


def test_the_summary_of_the_script_holds(begun: Project) -> None:
    run(
        begun,
        """\
wandb.init(name="a1")
wandb.log({"acc": 0.5, "train/lr": 0.1, "iter": 3})
wandb.run.summary["best_acc"] = 0.9
wandb.summary["acc"] = 0.75
wandb.summary["note"] = "text"
""",
    )
    assert begun.read_metrics("a1") == {"acc": "0.75", "best_acc": "0.9", "train/lr": "0.1"}


def test_pictures_come_in_every_shape(begun: Project) -> None:
    experiment = run(
        begun,
        """\
class Figure:
    def savefig(self, file, format, dpi):
        from PIL import Image
        Image.new("RGB", (4, 2), "red").save(file, format=format)
wandb.init(name="a1")
wandb.log({"curve": Figure(), "bad": wandb.Image(object()), "acc": 0.5})
from PIL import Image
several = [wandb.Image(Image.new("RGB", (size, 3)), caption="x") for size in (5, 6)]
wandb.log({"examples": several, "f1": 0.25})
""",
    )
    assert begun.read_metrics("a1") == {"acc": "0.5", "f1": "0.25"}
    assert [picture["name"] for picture in experiment["images"]] == [
        "curve.png",
        "examples.png",
        "examples.png",
    ]


def test_arrays_are_drawn_as_they_are_meant(begun: Project) -> None:
    run(
        begun,
        """\
import numpy
class Tensor:  # as PyTorch has them
    def __init__(self, array): self.array = array
    def detach(self): return self
    def cpu(self): return self
    def numpy(self): return self.array
wandb.init(name="a1")
ramp = numpy.linspace(0, 1, 15).reshape(1, 3, 5)
wandb.log({"a": wandb.Image(Tensor(ramp))})
wandb.log({"b": wandb.Image(numpy.stack([ramp[0]] * 3) - 0.5)})
wandb.log({"c": wandb.Image(numpy.zeros((3, 5), bool))})
""",
    )
    grey, colour, black = map(open_picture, read_recorded(begun, "a1"))
    assert (grey.mode, grey.size, grey.getextrema()) == ("L", (5, 3), (0, 255))
    assert (colour.mode, colour.size, colour.getextrema()) == ("RGB", (5, 3), ((0, 255),) * 3)
    assert black.getextrema() == (0, 0)


def test_names_that_record_nothing_stop_nothing(begun: Project) -> None:
    run(
        begun,
        """\
wandb.require("core"); wandb.setup()
run = wandb.init(name="a1", settings=wandb.Settings(start_method="thread"), group="g", job_type="t")
run.watch(None); run.define_metric("acc"); run.log_code("."); run.mark_preempting()
artifact = wandb.Artifact("model", type="model"); artifact.add_file("x"); run.log_artifact(artifact)
run.alert("title", level=wandb.AlertLevel.WARN)
assert not run.resumed and run.dir and not hasattr(run, "nothing")
run.log({"acc": 0.5}); run.finish(); wandb.teardown()
""",
    )
    assert begun.read_metrics("a1") == {"acc": "0.5"}
