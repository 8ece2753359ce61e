"""The callbacks in real trainings. The frameworks are large: ``pip install -e '.[test,frameworks]'``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.training.test_training import run_script

if TYPE_CHECKING:
    from tests.project import Project

pytestmark = pytest.mark.timeout(600)
EPOCHS = 4

KERAS = """\
import gitexp, keras, numpy
x = numpy.random.default_rng(0).normal(size=(64, 4)).astype("float32")
y = (x[:, 0] > 0).astype("float32")
model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
callback = gitexp.KerasCallback()
model.fit(x, y, epochs=4, validation_split=0.25, verbose=0, callbacks=[callback])
model.evaluate(x, y, verbose=0, callbacks=[callback])
model.predict(x, verbose=0, callbacks=[callback])
"""

LIGHTNING = """\
import gitexp, lightning, torch

class Model(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 1)

    def measure(self, batch):
        return ((self.layer(batch[0]) - batch[1]) ** 2).mean()

    def training_step(self, batch, number):
        loss = self.measure(batch)
        self.log("train_loss", loss, on_epoch=True, on_step=False)
        return loss

    def validation_step(self, batch, number):
        self.log("val_loss", self.measure(batch))

    def test_step(self, batch, number):
        self.log("test_loss", self.measure(batch))

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), 0.01)

x = torch.randn(64, 4)
loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, x[:, :1]), 16)
trainer = lightning.Trainer(
    max_epochs=4, callbacks=[gitexp.LightningCallback()], accelerator="cpu", logger=False,
    enable_progress_bar=False,
)
model = Model()
trainer.fit(model, loader, loader)
trainer.test(model, loader, verbose=False)
"""

TRANSFORMERS = """\
import gitexp, torch
from transformers import Trainer, TrainingArguments

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 2)

    def forward(self, x=None, labels=None):
        logits = self.layer(x)
        return {"loss": torch.nn.functional.cross_entropy(logits, labels), "logits": logits}

rows = [{"x": row, "labels": int(row[0] > 0)} for row in torch.randn(64, 4)]
arguments = TrainingArguments(
    "out", num_train_epochs=4, logging_steps=2, eval_strategy="epoch", save_strategy="no",
    report_to=[], use_cpu=True,
)
trainer = Trainer(
    Model(), arguments, train_dataset=rows, eval_dataset=rows,
    callbacks=[gitexp.TrainerCallback()],
    compute_metrics=lambda got: {"acc": float((got.predictions.argmax(-1) == got.label_ids).mean())},
)
trainer.train()
trainer.evaluate()
"""


def train(project: Project, code: str) -> tuple[set[str], dict[str, Any]]:
    """Run a training; return the names of its metrics, and its curves by name."""
    done = run_script(project.top, code)
    assert done.returncode == 0, done.stderr
    assert "gitexp: + e1" in done.stderr
    curves = {curve["tag"]: curve for curve in project.json("series", "list", "e1")}
    return set(project.read_metrics("e1")), curves


def test_keras(begun: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "torch")  # Keras is not imported without its backend
    pytest.importorskip("keras", reason="needs the extra frameworks")
    metrics, curves = train(begun, KERAS)
    assert {"loss", "accuracy", "val_loss", "val_accuracy"} <= metrics
    assert [len(curves[name]["steps"]) for name in ("loss", "val_accuracy")] == [EPOCHS, EPOCHS]


def test_lightning(begun: Project) -> None:
    pytest.importorskip("lightning", reason="needs the extra frameworks")
    metrics, curves = train(begun, LIGHTNING)
    assert {"train_loss", "val_loss", "test_loss"} <= metrics
    assert [len(curves[name]["steps"]) for name in ("train_loss", "val_loss")] == [EPOCHS, EPOCHS]


def test_transformers(begun: Project) -> None:
    pytest.importorskip("transformers", reason="needs the extra frameworks")
    pytest.importorskip("accelerate", reason="needs the extra frameworks")
    metrics, curves = train(begun, TRANSFORMERS)
    named = {name.removesuffix("_best") for name in metrics}
    assert named == {"loss", "train_loss", "eval_loss", "eval_acc"}  # no speed, no learning rate
    assert {"loss", "eval_loss", "learning_rate"} <= set(curves)
    assert len(curves["eval_loss"]["steps"]) == EPOCHS
