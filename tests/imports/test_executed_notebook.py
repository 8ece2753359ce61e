"""``git exp import notebook`` of a notebook that was executed and holds no table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.imports.test_history import draw, make_executed_notebook
from tests.project import notebook

if TYPE_CHECKING:
    from tests.project import Project


def test_outputs_counts_and_pictures(begun: Project) -> None:
    png = draw(begun.top / "a.png", 6)
    text = make_executed_notebook("tcn_1", (9, "acc: 0.8\n", b""), (4, "", png))
    begun.write("trial_7.ipynb", text)
    assert "+ trial_7 acc=0.8 1 picture" in begun.exp("import", "notebook", "trial_7.ipynb")
    run = begun.experiment("trial_7")
    assert run["entries"][0]["text"] == (
        "trial_7.ipynb: 3 of 3 code cells were executed, [1] to [9], not in order"
    )
    assert [image["width"] for image in run["images"]] == [6]
    again = begun.exp("import", "notebook", "trial_7.ipynb")
    assert again.splitlines() == ["imported 0 runs, 1 were there already"]


def test_the_id_in_the_code_goes_before_the_name(begun: Project) -> None:
    begun.git("config", "gitexp.idPattern", r'MODEL_DIR\s*=\s*"/models/([^"]+)"')
    begun.write("trial.ipynb", make_executed_notebook("tcn_1", (2, "acc: 0.8\n", b"")))
    assert "+ tcn_1 acc=0.8" in begun.exp("import", "notebook", "trial.ipynb")


def test_a_notebook_without_outputs_is_one_line(begun: Project) -> None:
    begun.write("bare.ipynb", notebook([("code", "x = 1")]))
    assert "no table of runs" in begun.fails("import", "notebook", "bare.ipynb")
