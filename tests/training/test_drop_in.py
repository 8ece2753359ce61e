"""``import gitexp as wandb`` in the shapes that scripts of others have."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from gitexp.training.sweep import choose_settings
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


SHAPES = {
    "artifact": """\
wandb.login(key="x")
run = wandb.init(project="p", name="a1", job_type="train")
data = run.use_artifact("dataset:latest", type="dataset")
assert data.download().endswith("dataset:latest")
model = wandb.Artifact(name="tcn_best", type="model", description="the best", metadata={"acc": 0.1})
model.add_file("best.pt"); model.add_dir("tokenizer")
with model.new_file("notes.txt") as file:
    file.write("x")
run.log_artifact(model, aliases=["best"]).wait()
wandb.save("model.onnx"); run.log_model("model.onnx", name="onnx")
""",
    "table": """\
config = {"epochs": 2, "nested": {"lr": 0.1}}
with wandb.init(project="p", name="a1", config=config) as run:
    config = wandb.config
    table = wandb.Table(columns=["epoch", "loss"])
    for epoch in range(config.epochs):
        table.add_data(epoch, config["nested"]["lr"])
    run.log({"fancy": table, "line": wandb.plot.line(table, "epoch", "loss", title="t")})
    run.log({"html": wandb.Html("<b>"), "gradient": wandb.Histogram([1, 2])})
    rows = list(table.data)
wandb.init(name="a2")
""",
    "metrics": """\
wandb.init(name="a1", mode="offline", dir="out", sync_tensorboard=True, save_code=True)
wandb.define_metric("epoch"); wandb.define_metric("*", step_metric="epoch")
wandb.watch(object(), log="all", log_freq=10)
wandb.config.setdefaults({"size": 3}); assert wandb.config.as_dict()["size"] == 3
wandb.run.summary.update({"best_acc": 0.9}); wandb.run.summary.epochs = 4
wandb.run.log_code("."); wandb.unwatch()
wandb.alert(title="Low accuracy", text="of fold 3", level=wandb.AlertLevel.WARN)
""",
    "errors": """\
try:
    runs = wandb.Api().runs("me/p", filters={"name": "x"})
except wandb.errors.CommError:
    runs = []
assert len(runs) == 0 and list(runs) == []
run = wandb.init(name="a1", id=wandb.util.generate_id(), settings=wandb.Settings(code_dir="."))
api_run = wandb.Api().run("me/p/1"); api_run.summary["x"]; api_run.history(keys=["loss"])
print(run.url, run.project, run.get_url() if hasattr(run, "get_url") else "")
""",
    "trackio": """\
wandb.init(project="p", name="a1", space_id="me/x", group="fold", embed=False)
wandb.log({"loss": 0.3, "table": wandb.Table(dataframe=None), "text": wandb.Markdown("# x")})
wandb.alert("slow", level=wandb.AlertLevel.INFO); wandb.log_system({"gpu": 3})
wandb.save("files/models/*.pth"); wandb.sync(); wandb.show(project="p")
wandb.log({"trace": wandb.Trace(messages=[{"role": "user"}])}); wandb.freeze("me/x")
wandb.import_csv("x.csv", project="p")
""",
}


@pytest.mark.parametrize("code", SHAPES.values(), ids=SHAPES)
def test_scripts_of_others_go_on(begun: Project, code: str) -> None:
    run(begun, f'{code}wandb.log({{"acc": 0.5}})\nwandb.finish()\n')


def test_artifacts_and_alerts_are_named_in_lines(begun: Project) -> None:
    code = SHAPES["artifact"] + 'wandb.alert("Low accuracy", "of fold 3")\n'
    experiment = run(begun, code)
    texts = [entry["text"] for entry in experiment["entries"]]
    assert "Low accuracy: of fold 3" in texts
    assert (
        "artifact tcn_best (model): best.pt, tokenizer/, notes.txt. the best\n"
        "file model.onnx\n"
        "artifact onnx"
    ) in texts
    assert experiment["metrics"] == []


def test_a_run_that_resumes_goes_on(begun: Project) -> None:
    first = (
        'run = wandb.init(id="a1", resume="allow"); assert not run.resumed; run.log({"acc": 0.5})'
    )
    run(begun, first)
    second = 'run = wandb.init(id="a1", resume="must"); assert run.resumed; run.log({"f1": 0.7})'
    run(begun, second)
    assert begun.read_metrics("a1") == {"acc": "0.5", "f1": "0.7"}
    assert len(begun.json("list")) == 1


def test_a_disabled_run_records_nothing(begun: Project) -> None:
    script = 'import gitexp as wandb\nwandb.init(name="a1", mode="disabled").log({"acc": 0.5})'
    done = run_script(begun.top, script)
    assert (done.returncode, done.stderr) == (0, "")
    assert begun.json("list") == []


def test_each_choice_of_a_sweep_is_an_experiment(begun: Project) -> None:
    code = """\
plan = {
    "method": "grid",
    "metric": {"name": "acc", "goal": "maximize"},
    "parameters": {"lr": {"values": [0.1, 0.2]}, "opt": {"parameters": {"beta": {"value": 0.9}}}},
}
def train():
    run = wandb.init(config={"lr": 7, "size": 3})
    wandb.log({"acc": wandb.config.lr + run.config["opt"]["beta"]})
    if run.config.lr == 0.2:
        raise ValueError("too fast")
wandb.agent(wandb.sweep(plan, project="p"), function=train)
"""
    done = run_script(begun.top, f"import gitexp as wandb\n{code}")
    assert done.returncode == 0
    assert "a trial of the sweep ended by ValueError: too fast" in done.stderr
    assert "lr" in begun.exp("table", "--all", "--csv").splitlines()[0]
    values = [metric["value"] for row in begun.json("list") for metric in row["metrics"]]
    assert sorted(values) == ["1", "1.1"]


@pytest.mark.parametrize(
    ("parameter", "low", "high"),
    [
        ({"min": 3, "max": 5}, 3, 5),
        ({"min": 0.0, "max": 1.0}, 0, 1),
        ({"distribution": "log_uniform_values", "min": 1e-5, "max": 1e-2}, 1e-5, 1e-2),
        ({"distribution": "q_uniform", "min": 0, "max": 8, "q": 2}, 0, 8),
        ({"distribution": "log_uniform", "min": -3, "max": 0}, 0.04, 1),
        ({"values": [1, 2], "probabilities": [0.5, 0.5]}, 1, 2),
        ({"distribution": "constant", "value": 4}, 4, 4),
    ],
)
def test_a_sweep_chooses_within_its_bounds(
    parameter: dict[str, Any], low: float, high: float
) -> None:
    trials = choose_settings({"method": "bayes", "parameters": {"x": parameter}})
    values = [settings["x"] for settings in itertools.islice(trials, 30)]
    assert all(low <= value <= high for value in values)
    if parameter.get("q"):
        assert all(value % parameter["q"] == 0 for value in values)
