"""The examples of a page of docs: indented lines ``$ COMMAND``, and below them what each prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from tests.project import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project

_EXAMPLE = re.compile(r"^    (\w*)\$ (.*(?:\n    (?!\w*\$ ).*)*)", re.MULTILINE)


class Example(NamedTuple):
    """A command of a page.

    ``machine`` stands before its ``$``, mostly "". ``printed``: its lines, none where the page
    shows nothing.
    """

    machine: str
    command: str
    printed: list[str]

    def check_printed(self, lines: list[str]) -> None:
        """Assert that the command printed what the page shows, where it shows something."""
        assert not self.printed or lines == self.printed, self.command


def find_examples(page: str) -> list[Example]:
    """Return the examples of a page in their order. A quoted text may have several lines."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    examples = []
    for machine, block in _EXAMPLE.findall(text):
        command, *lines = [line.removeprefix("    ") for line in block.split("\n")]
        while command.count("'") % 2:
            command += "\n" + lines.pop(0)
        examples.append(Example(machine, command, lines))
    return examples


def run_in_shell(project: Project, examples: list[Example], folder: Path) -> dict[str, str]:
    """Run each example in a shell and check it; return what it printed, by its command.

    ``folder`` is made, for the commands ``python`` and ``git exp``.
    """
    variables = {"PATH": add_commands(folder), "PYTHONPATH": str(ROOT)}
    printed = {}
    for example in examples:
        done = subprocess.run(
            ["sh", "-c", example.command],
            cwd=project.top,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, (example.command, done.stderr)
        example.check_printed(done.stdout.splitlines())
        printed[example.command] = done.stdout
    return printed


def add_commands(folder: Path) -> str:
    """Make ``python`` and ``git exp`` commands of a folder and return the PATH with it."""
    folder.mkdir()
    (folder / "python").symlink_to(sys.executable)
    script = folder / "git-exp"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m gitexp "$@"\n')
    script.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"
