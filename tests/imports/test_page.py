"""The lines of docs/import.md run in a shell, and print what it says."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.imports.test_history import commit_on, draw, make_executed_notebook
from tests.pages import find_examples, run_in_shell

if TYPE_CHECKING:
    from tests.project import Project


def make_history(project: Project) -> None:
    """Commit the trials of which the page tells."""
    project.git("checkout", "-q", "--orphan", "trials")
    project.git("rm", "-qrf", ".")
    for day, model, acc, width in (
        (23, "gru_base", "0.61", 0),
        (24, "tcn_filter50", "0.80", 3),
        (25, "tcn_filter50", "0.82", 0),
        (26, "tcn_filter10", "0.85", 5),
    ):
        png = draw(project.top / "loss.png", width) if width else b""
        text = make_executed_notebook(model, (day, f"acc: {acc}\n", png))
        commit_on(project, day, "train.ipynb", text)
    project.git("branch", "-qD", "main")


def test_the_lines_of_the_page_run_and_print_what_it_says(begun: Project, tmp_path: Path) -> None:
    make_history(begun)
    shutil.copytree(Path(__file__).parent / "stores", begun.top / "stores")
    examples = find_examples("import.md")
    assert len(examples) >= 2
    run_in_shell(begun, examples, tmp_path / "bin")
