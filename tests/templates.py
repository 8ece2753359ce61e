"""Projects that are made once in a session and copied for each test that begins with one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.project import Project

if TYPE_CHECKING:
    from pathlib import Path

Step = Callable[[Project], object]
CopyProject = Callable[..., Project]


class Templates:
    """Finished projects by the steps that made them, each in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[Step, ...], Path] = {}

    def copy(self, top: Path, *steps: Step) -> Project:
        """Return a project in the new folder ``top``: one commit, and what the steps then did."""
        template = self._find_or_make(steps)
        shutil.copytree(template, top, symlinks=True)
        _tell_new_place(template, top)
        return Project(top)

    def _find_or_make(self, steps: tuple[Step, ...]) -> Path:
        if steps not in self._made:
            names = [step.__name__ for step in steps]
            template = self._folder / "-".join(["created", *names])
            if steps:
                *first_steps, last_step = steps
                last_step(self.copy(template, *first_steps))
            else:
                Project.create(template)
            self._made[steps] = template
        return self._made[steps]


def _tell_new_place(template: Path, top: Path) -> None:
    """Correct the only file that holds an absolute path: how far each reflog was read."""
    offsets = top / ".git" / "gitexp" / "offsets.json"
    if offsets.exists():
        text = offsets.read_text(encoding="utf-8")
        offsets.write_text(text.replace(f"{template}/", f"{top}/"), encoding="utf-8")
