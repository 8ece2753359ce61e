"""What is taken out of a session: executed cells, variables, outputs."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from gitexp.capture.saved_notebook import SavedCell, read_saved_cells
from gitexp.excerpt.source import read_source
from gitexp.notebook.findings import find_bound_names, read_variables
from gitexp.notebook.keep import split_words
from gitexp.notebook.session import build_notebook, list_executed, list_outputs_of


class History:
    """As Keras has it."""

    def __init__(self, history: dict[str, list[float]]) -> None:
        self.history = history


class Scalar:
    """A number of numpy, or a tensor of one number."""

    shape = ()

    def item(self) -> float:
        return 0.5


def read_values(**variables: Any) -> dict[str, str]:
    metrics, _ = read_variables(variables, variables)
    return {metric.name: metric.value for metric in metrics}


def test_executed_cells_are_in_order_without_lines_of_ours() -> None:
    inputs = ["", "%load_ext gitexp", "a = 1", "a = 1", "b = 2\n%keep x", "a = 1", "%exp list"]
    assert list_executed(inputs) == ["a = 1", "b = 2", "a = 1"]


def test_a_cell_keeps_its_id_and_the_heading_above_it() -> None:
    saved = [
        SavedCell("h1", False, "# Model"),
        SavedCell("c1", True, "a = 1"),
        SavedCell("h2", False, "# Data"),
        SavedCell("c2", True, "old = 1"),
    ]
    content = json.loads(build_notebook(["a = 1", "new = 2", "a = 1"], saved))
    cells = [(cell["cell_type"], cell["id"]) for cell in content["cells"]]
    assert cells == [
        ("markdown", "h1"),
        ("code", "c1"),
        ("code", "executed-2"),
        ("code", "executed-3"),
    ]
    source = read_source("a.ipynb", json.dumps(content).encode())
    assert source.lines == ("a = 1", "new = 2", "a = 1")


def test_half_a_character_breaks_nothing() -> None:
    assert b"x = " in build_notebook(["x = '\ud83d'"], [])


@pytest.mark.parametrize(
    "data", [b"", b"{}", b'{"cells": 3}', b'{"cells": [3, {}]}', b"[" * 10_000]
)
def test_a_saved_notebook_may_be_anything(data: bytes) -> None:
    assert all(cell.source == "" for cell in read_saved_cells(data))


def test_outputs_of_a_saved_notebook() -> None:
    outputs = [
        {"output_type": "stream", "text": ["acc 0.5\n"]},
        {"output_type": "display_data", "data": {"image/png": "iVBORw=="}},
        {"output_type": "execute_result", "data": {"text/plain": "loss 3"}},
        {"output_type": "display_data", "data": {"image/png": "no base 64"}},
        3,
    ]
    cell = {"cell_type": "code", "id": "c", "source": ["a"], "outputs": outputs}
    (read,) = read_saved_cells(json.dumps({"cells": [cell]}).encode())
    assert (read.printed, read.pictures) == ("acc 0.5\nloss 3\n", (b"\x89PNG",))
    assert list_outputs_of(["b"], [read]) == []
    assert list_outputs_of(["a"], [read]) == [read]


def test_names_that_cells_bind() -> None:
    cells = ["%time history = fit()", "for acc in x: pass", "def f(): pass", "not python ("]
    assert find_bound_names(cells) == {"history", "acc"} or find_bound_names(cells) == {"acc"}


def test_numbers_in_variables() -> None:
    log = [{"loss": 2.0, "epoch": 1}, {"loss": 1.0, "eval_f1": 0.7}]
    assert read_values(h=History({"loss": [3, 2, 1], "acc": [0.1, 0.2, 0.3]})) == {
        "loss": "1",
        "acc": "0.3",
    }
    assert read_values(trainer=SimpleNamespace(state=SimpleNamespace(log_history=log))) == {
        "loss": "1",
        "eval_f1": "0.7",  # epoch says where on the run a row is: no metric, as in gitexp.log
    }
    assert read_values(t=SimpleNamespace(logged_metrics={"val_loss": Scalar()})) == {
        "val_loss": "0.5"
    }
    assert read_values(results={"f1": 0.5, "name": "x", "ok": True}) == {"f1": "0.5"}
    assert read_values(test_acc=Scalar(), acc="0.3", loss=None, size=3) == {"test_acc": "0.5"}


def test_a_column_of_numbers_is_a_curve() -> None:
    _, curves = read_variables({"h": History({"loss": [3, float("nan"), 1]})}, ["h"])
    assert [(curve.tag, curve.steps, curve.values) for curve in curves] == [
        ("loss", (1, 2, 3), (3, None, 1))
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", ("", "")),
        ("tcn_10", ("tcn_10", "")),
        ("tcn_10 kernel was 5", ("tcn_10", "kernel was 5")),
        ("kernel was swapped", ("", "kernel was swapped")),
        ("base went well", ("base", "went well")),
        ("マスクを直した", ("マスクを直した", "")),
        ("マスクを 直した", ("", "マスクを 直した")),
    ],
)
def test_id_and_text_of_a_line(line: str, words: tuple[str, str]) -> None:
    assert split_words(line, {"base": "base"}) == words
