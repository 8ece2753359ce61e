"""Projects that are made once in a session and copied for each test that begins with one; and
folders of several.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.project import Project

Step = Callable[[Project], object]
CopyProject = Callable[..., Project]
Build = Callable[..., object]

_built: dict[tuple[object, ...], Path] = {}


class Templates:
    """Finished projects by the steps that made them, each in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[Step, ...], Path] = {}

    def copy(self, top: Path, *steps: Step) -> Project:
        """Return a project in the new folder ``top``: one commit, and what the steps then did."""
        template = self._find_or_make(steps)
        shutil.copytree(template, top, symlinks=True)
        _correct_places(template, top)
        return Project(top)

    def _find_or_make(self, steps: tuple[Step, ...]) -> Path:
        if steps not in self._made:
            names = [step.__name__ for step in steps]
            template = self._folder / "-".join([str(len(self._made)), "created", *names])
            if steps:
                *first_steps, last_step = steps
                last_step(self.copy(template, *first_steps))
            else:
                Project.create(template)
            self._made[steps] = template
        return self._made[steps]


def copy_built(folder: Path, build: Build, *words: str) -> None:
    """Fill ``folder`` with what ``build`` makes of an empty folder and some words: it does so once
    in a process.
    """
    built = (build, *words)
    if built not in _built:
        template = Path(tempfile.mkdtemp(prefix="gitexp-built-"))
        atexit.register(shutil.rmtree, template)
        build(template, *words)
        _built[built] = template
    shutil.copytree(_built[built], folder, symlinks=True, dirs_exist_ok=True)
    _correct_places(_built[built], folder)


def _correct_places(template: Path, top: Path) -> None:
    """Correct the files that hold an absolute path: the remotes of a clone and what its reflogs
    say, and how far each reflog was read.
    """
    for repository in (*top.glob(".git"), *top.glob("*/.git")):
        logs = [path for path in (repository / "logs").rglob("*") if path.is_file()]
        for path in (repository / "config", repository / "gitexp" / "offsets.json", *logs):
            if path.exists():
                text = path.read_text(encoding="utf-8")
                path.write_text(text.replace(f"{template}/", f"{top}/"), encoding="utf-8")
