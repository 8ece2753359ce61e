"""The lines of docs/scripts.md run in a shell, and print what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.project import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project

TRAIN = """\
for epoch in range(1, 5):
    print(f"epoch {epoch} loss {1 / epoch:.2f} acc {[0.2, 0.9, 0.5, 0.8][epoch - 1]}")
"""


def add_commands(folder: Path) -> str:
    """Make ``python`` and ``git exp`` commands of a folder and return the PATH with it."""
    folder.mkdir()
    (folder / "python").symlink_to(sys.executable)
    script = folder / "git-exp"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m gitexp "$@"\n')
    script.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_the_lines_of_the_page_run_and_print_what_it_says(begun: Project, tmp_path: Path) -> None:
    variables = {"PATH": add_commands(tmp_path / "bin"), "PYTHONPATH": str(ROOT)}
    begun.write("train.py", TRAIN)
    printed = "".join(
        f"epoch {n} loss {1 / n:.2f} acc {a}\n" for n, a in ((1, 0.2), (2, 0.9), (3, 0.5), (4, 0.8))
    )
    begun.write("train.log", printed)
    text = (ROOT / "docs" / "scripts.md").read_text(encoding="utf-8")
    examples = re.findall(r"^    \$ (.*(?:\n    (?!\$).*)*)", text, re.MULTILINE)
    assert len(examples) == 5
    shown = {}
    for example in examples:
        command, *lines = [line.removeprefix("    ") for line in example.split("\n")]
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=begun.top,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, (command, done.stderr)
        assert not lines or done.stdout.splitlines() == lines, command
        shown[command] = done.stdout
    assert re.search(
        r"^ran python train.py --epochs 20: \d+\.\d s$",
        shown["git exp show tcn_filter10"],
        re.MULTILINE,
    )
