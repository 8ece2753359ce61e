"""The lines of docs/together.md run, one machine after the other, and print what it says."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from tests.clones import add_remote, clone
from tests.project import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project

_EXAMPLE = re.compile(
    r"^    (laptop|desktop)\$ (git .*(?:\n    (?!laptop|desktop).*)*)", re.MULTILINE
)


def test_the_lines_of_the_page_run_and_print_what_it_says(begun: Project, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "together.md").read_text(encoding="utf-8")
    add_remote(begun, tmp_path / "remote.git")
    machines = {"laptop": begun}
    examples = _EXAMPLE.findall(text)
    assert len(examples) > 10
    begun.exp("init")  # the hooks too: doctor looks for them
    begun.write("layers.py", "changed = 1\n")
    for machine, example in examples:
        if machine not in machines:
            machines[machine] = clone(tmp_path / "remote.git", tmp_path / machine)
        project = machines[machine]
        command, *printed = [line.removeprefix("    ") for line in example.split("\n")]
        words = shlex.split(command)
        if words[1] != "exp":
            project.git(*words[1:])
            continue
        ran = project.run(*words[2:])
        assert ran.code == 0, (command, ran.err)
        assert not printed or (ran.err + ran.out).splitlines() == printed, command
