"""The lines of docs/scripts.md run in a shell, and print what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.pages import find_examples, run_in_shell

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project

TRAIN = """\
for epoch in range(1, 5):
    print(f"epoch {epoch} loss {1 / epoch:.2f} acc {[0.2, 0.9, 0.5, 0.8][epoch - 1]}")
"""


def test_the_lines_of_the_page_run_and_print_what_it_says(begun: Project, tmp_path: Path) -> None:
    begun.write("train.py", TRAIN)
    printed = "".join(
        f"epoch {n} loss {1 / n:.2f} acc {a}\n" for n, a in ((1, 0.2), (2, 0.9), (3, 0.5), (4, 0.8))
    )
    begun.write("train.log", printed)
    examples = find_examples("scripts.md")
    assert len(examples) == 5
    shown = run_in_shell(begun, examples, tmp_path / "bin")
    assert re.search(
        r"^ran python train.py --epochs 20: \d+\.\d s$",
        shown["git exp show tcn_filter10"],
        re.MULTILINE,
    )
