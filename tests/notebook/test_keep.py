"""``%keep`` and ``%exp`` in a real Jupyter kernel."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbclient import NotebookClient

from tests.project import ROOT

if TYPE_CHECKING:
    from tests.project import Project

FIGURE = """\
from IPython.display import Image, display
from PIL import Image as Picture
Picture.new("RGB", (40, 20), "red").save("red.png")
display(Image("red.png"))"""


def execute(project: Project, *cells: str) -> list[str]:
    """Run cells in a new kernel, none of them saved; return what each of them printed."""
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    resources = {"metadata": {"path": str(project.top)}}
    client = NotebookClient(book, resources=resources, kernel_name="python3", timeout=120)
    client.execute()
    return ["".join(output.get("text", "") for output in cell.outputs) for cell in book.cells]


@pytest.fixture(autouse=True)
def our_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def test_a_trial_is_kept_after_the_fact(begun: Project) -> None:
    begun.exp("filter", "add", "model", "train.ipynb::FILTERS")
    *_, kept, _ = execute(
        begun,
        "import numpy as np\nFILTERS = 50",
        "%load_ext gitexp",
        "FILTERS = 10\nacc = 0.857",
        "for epoch in (1, 2, 3): print('epoch', epoch, 'loss', 1 / epoch)",
        FIGURE,
        "%keep tcn_10 フィルタを減らした",
        "%exp list",
    )
    assert kept.startswith("+ tcn_10 loss=")
    assert "acc=0.857" in kept
    assert "1 picture; curves of loss; %exp undo takes it back" in kept
    trial = begun.json("show", "tcn_10")
    assert [entry["text"].strip() for entry in trial["entries"]] == ["フィルタを減らした"]
    assert len(trial["images"]) == 1
    excerpt = begun.exp("excerpt", "tcn_10")  # of the code as it was executed, not as it was saved
    assert "FILTERS = 50" not in excerpt
    assert "FILTERS = 10" in excerpt


def test_each_keep_takes_what_came_since_the_last(begun: Project) -> None:
    execute(
        begun,
        "%load_ext gitexp",
        "acc = 0.5\nprint('loss 3')",
        "%keep first",
        "val_acc = 0.6",
        "%keep second",
        "f1 = 0.7",
        "%keep first went on",
    )
    second = begun.json("show", "second")
    assert [metric["name"] for metric in second["metrics"]] == ["val_acc"]
    assert second["parent"] == "first"
    first = begun.json("show", "first")
    assert {metric["name"] for metric in first["metrics"]} == {"loss", "acc", "f1"}
    assert len(first["snapshots"]) == 2


def test_loaded_as_the_last_cell_the_saved_outputs_count(begun: Project) -> None:
    cells = ["model = 1", "for epoch in (1, 2): print('epoch', epoch, 'acc', epoch / 10)"]
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    resources = {"metadata": {"path": str(begun.top)}}
    NotebookClient(book, resources=resources, kernel_name="python3", timeout=120).execute()
    nbformat.write(book, begun.top / "saved.ipynb")
    # The kernel of the day: the cells were executed, then saved, and gitexp comes last.
    kept = execute(begun, *cells, "%load_ext gitexp", "%keep late")[-1]
    assert kept.startswith("+ late acc=0.2")
    (snapshot,) = begun.json("show", "late")["snapshots"]
    assert "model = 1" in begun.git("show", f"{snapshot['commit']}:saved.ipynb")


def test_an_error_of_ours_is_a_line_and_the_cell_goes_on(begun: Project) -> None:
    begun.git("checkout", "-q", "-b", "other")
    last = execute(
        begun,
        "%load_ext gitexp",
        "%exp show nowhere\n%exp note -m 'x\n%exp nothing\n%keep a/../b c\nprint('still here')",
    )[-1]
    assert "there is no experiment 'nowhere'" in last
    assert "a quote is not closed" in last
    assert "still here" in last
    assert "Traceback" not in last


def test_trials_are_kept_by_themselves(begun: Project) -> None:
    printed = execute(
        begun,
        "%load_ext gitexp\n%exp auto",
        "def train_model(): print('acc 0.7')",
        "class Model:\n    def fit(self): print('acc 0.8')",
        "Model().fit()",
        "%exp auto off",
        "Model().fit()",
    )
    assert printed[1:3] == ["", ""]
    assert re.search(r"\+ e1-[a-z]{4} acc=0.8", printed[3])
    assert printed[5] == "acc 0.8\n"


def test_code_that_prints_is_left_alone(begun: Project) -> None:
    printed = execute(
        begun,
        "%load_ext gitexp",
        "import sys\nprint('a', end='')\nsys.stdout.write('b')\nsys.stdout.flush()\nsys.stdout.isatty()",
        "import sys\nprint(type(sys.stdout).__name__)",
    )
    assert printed[1].startswith("ab")


def test_the_log_folder_in_the_executed_code_is_taken_in(begun: Project) -> None:
    begun.git("config", "gitexp.logdirPattern", 'LOG_DIR = "([^"]+)"')
    train = (
        "from pathlib import Path\nfrom tests.event_files import write_scalars\n"
        'LOG_DIR = "logs/%s"\nfile = write_scalars(Path(LOG_DIR), {"val_loss": [0.5, %s]})'
    )
    _, _, first, _, second, _, again = execute(
        begun,
        "%load_ext gitexp",
        train % ("one", 0.25),
        "%keep one",
        train % ("two", 0.125),
        "%keep two",
        "acc = 0.5",
        "%keep three",
    )
    assert "val_loss=0.25" in first
    assert "1 picture; curves of val_loss" in first
    assert "val_loss=0.125" in second
    assert "val_loss" not in again
    begun.exp("undo")
    begun.exp("undo")
    assert begun.read_metrics("one") == {"val_loss": "0.25"}
    assert "two" not in begun.exp("list")


def test_loaded_as_the_last_cell_what_was_printed_counts(begun: Project) -> None:
    *_, kept = execute(
        begun,
        "for epoch in (1, 2, 3): print('epoch', epoch, 'loss', 1 / epoch)",
        "import matplotlib_inline" if False else "plt = 1\nprint('Test acc: 0.857')",
        "%load_ext gitexp\n%keep late",
    )
    assert "loss=0.3333333333333333" in kept
    assert "acc=0.857" in kept
    assert "curves of loss" in kept


def test_a_picture_that_is_not_known_is_said(begun: Project) -> None:
    *_, kept = execute(begun, "plt = print", "plt.__call__('x')", "%load_ext gitexp\n%keep late")
    assert "before %load_ext gitexp are not known" in kept


def test_steps_in_a_table_are_no_metric(begun: Project) -> None:
    *_, kept = execute(
        begun,
        "%load_ext gitexp",
        "results = [{'epoch': 1, 'val_auc': 0.5}, {'epoch': 2, 'val_auc': 0.6}]",
        "%keep a1",
    )
    assert kept.startswith("+ a1 val_auc=0.6  (")


def test_new_and_note_keep_the_code_as_it_was_executed(begun: Project) -> None:
    begun.git("config", "gitexp.idPattern", 'ID = "([^"]+)"')
    *_, begun_line, _, noted = execute(
        begun,
        "%load_ext gitexp",
        'ID = "from_cell"\nFILTERS = 77',
        "%exp new -m first",
        "FILTERS = 78",
        "%exp note -m 'b2 acc 0.5'",
    )
    assert begun_line.startswith("+ from_cell")
    assert noted.startswith("+ b2 acc=0.5 <- from_cell")
    for ident, last in (("from_cell", "FILTERS = 77"), ("b2", "FILTERS = 78")):
        (snapshot,) = begun.json("show", ident)["snapshots"]
        changed = begun.git("diff", "HEAD", snapshot["commit"])
        added = [line[1:] for line in changed.splitlines() if line.startswith("+")]
        assert any(last in line for line in added), ident
        assert ("FILTERS = 78" in changed) is (ident == "b2")


def test_compare_is_the_line_up_in_the_cell(begun: Project) -> None:
    book = nbformat.v4.new_notebook()
    cells = (
        "%load_ext gitexp",
        "acc = 0.5",
        "%keep a1",
        "acc = 0.6",
        "%keep a2",
        "%exp compare a1 a2",
    )
    book.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    resources = {"metadata": {"path": str(begun.top)}}
    NotebookClient(book, resources=resources, kernel_name="python3", timeout=120).execute()
    (output,) = book.cells[-1].outputs
    assert output["data"]["text/html"].startswith("<iframe sandbox srcdoc=")
    assert "a2" in output["data"]["text/html"]
    assert "0.6" in output["data"]["text/plain"]


def test_the_automatic_mode_sees_curves_and_logs(begun: Project) -> None:
    begun.git("config", "gitexp.logdirPattern", 'LOG_DIR = "([^"]+)"')
    printed = execute(
        begun,
        "%load_ext gitexp\n%exp auto",
        "from pathlib import Path\nfrom tests.event_files import write_scalars",
        "for epoch in (1, 2, 3): print('epoch', epoch, 'loss', 1 / epoch)",
        "print('loss 0.5')",
        'LOG_DIR = "logs/one"\nfile = write_scalars(Path(LOG_DIR), {"val_loss": [0.5, 0.25]})',
        "x = 1",
    )
    kept = ["+ e" in text for text in printed]
    assert kept == [False, False, True, False, True, False]
    assert "val_loss=0.25" in printed[4]


def test_vs_code_names_its_notebook(begun: Project) -> None:
    """VS Code sets a variable of the kernel, which may run in another folder than the notebook's."""
    saved = nbformat.v4.new_notebook()
    saved.cells = [
        nbformat.v4.new_markdown_cell("# Encoder"),
        nbformat.v4.new_code_cell("FILTERS = 50"),
    ]
    (begun.top / "書類").mkdir()
    nbformat.write(saved, begun.top / "書類/vs.ipynb")
    *_, kept = execute(
        begun,
        f"__vsc_ipynb_file__ = {str(begun.top / '書類/vs.ipynb')!r}",
        "%load_ext gitexp",
        "FILTERS = 50",
        "FILTERS = 10  # not saved",
        "%keep a1",
    )
    assert kept.startswith("+ a1")
    (snapshot,) = begun.json("show", "a1")["snapshots"]
    code = begun.git("show", f"{snapshot['commit']}:書類/vs.ipynb")
    assert "FILTERS = 10  # not saved" in code
    assert "# Encoder" in code


def test_a_figure_with_a_name_is_drawn_again(begun: Project) -> None:
    figure = """\
class Figure:
    def savefig(self, file, format, dpi):
        from PIL import Image
        Image.new("RGB", (40, 20), "red").save(file, format=format)
fig = Figure()
plt = print"""
    *_, kept = execute(begun, figure, "plt.__call__('x')", "%load_ext gitexp\n%keep late")
    assert "1 picture" in kept
    assert "not known" not in kept
