"""The lines of docs/together.md run, one machine after the other, and print what it says."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tests.clones import add_remote, clone
from tests.pages import find_examples

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project


def test_the_lines_of_the_page_run_and_print_what_it_says(begun: Project, tmp_path: Path) -> None:
    add_remote(begun, tmp_path / "remote.git")
    machines = {"laptop": begun}
    examples = [example for example in find_examples("together.md") if example.machine]
    assert len(examples) > 10
    begun.exp("init")  # the hooks too: doctor looks for them
    begun.write("layers.py", "changed = 1\n")
    for example in examples:
        machine = example.machine
        if machine not in machines:
            machines[machine] = clone(tmp_path / "remote.git", tmp_path / machine)
        project = machines[machine]
        words = shlex.split(example.command)
        if words[1] != "exp":
            project.git(*words[1:])
            continue
        ran = project.run(*words[2:])
        assert ran.code == 0, (example.command, ran.err)
        example.check_printed((ran.err + ran.out).splitlines())
