"""What projects begin with in the tests of several folders: steps for ``copy_project``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.project import notebook

if TYPE_CHECKING:
    from tests.project import Project


def record_notebook_trials(project: Project) -> None:
    """Record two trials of a notebook that trains, ``tcn_50`` and ``tcn_10``; no filter is saved."""
    for number in (50, 10):
        cells = [
            ("code", f"FILTERS = {number}\n\ndef unused():\n    return {number}"),
            ("code", "def create_model():\n    return FILTERS"),
            ("code", "model = create_model()\nmodel.fit()"),
        ]
        project.write("train.ipynb", notebook(cells))
        project.exp("new", f"tcn_{number}")


def add_tcn_topic(project: Project) -> None:
    """Add the topic of the trials that are called ``tcn``."""
    project.exp("topic", "add", "tcn", "--ids", "tcn_*")


def import_crowd(project: Project, count: int, odd_value: int) -> None:
    """Import so many trials with accuracies from 0.1 to 0.9, in no order.

    The trial in the middle has ``odd_value``, in thousandths.
    """
    rows = ["name,acc"]
    for number in range(count):
        value = odd_value if number == count // 2 else 100 + number * 617 % 800
        rows.append(f"run_{number},0.{value:03}")
    project.write("runs.csv", "\n".join(rows) + "\n")
    project.exp("import", "csv", "runs.csv")
