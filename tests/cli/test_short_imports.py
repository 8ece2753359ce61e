"""An import line of a cut names only what the cut has, so that the cut runs where it can."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.project import Project

if TYPE_CHECKING:
    from pathlib import Path

UTILS = """\
import json
def load(path): return json.loads(path)
def save(path): return path
def show(path): return path
"""
TRAIN = """\
from utils import load, save, show as display  # 道具
from json import dumps, loads
def run(): return load("[3]"), dumps(1)
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project.create(tmp_path / "p")
    project.write("utils.py", UTILS)
    project.write("train.py", TRAIN)
    project.commit("the script")
    return project


def cut(project: Project, *rules: str) -> dict[str, list[str]]:
    """Return the kept lines of HEAD by path."""
    words = [word for rule in rules for word in ("--rule", rule)]
    files = project.json("excerpt", "HEAD", *words, "--at", "HEAD")["files"]
    return {
        file["path"]: [line for span in file["spans"] for line in span["lines"]] for file in files
    }


def test_a_line_names_only_what_is_kept(project: Project) -> None:
    lines = cut(project, "train.py@run")
    assert lines["train.py"] == [
        "from utils import load  # 道具",
        "from json import dumps, loads",
        'def run(): return load("[3]"), dumps(1)',
    ]


def test_the_cut_runs(project: Project, tmp_path: Path) -> None:
    for path, lines in cut(project, "train.py@run").items():
        (tmp_path / path).write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, "-c", "import train; print(train.run())"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "([3], '1')\n"


def test_all_lines_are_shown_as_they_are(project: Project) -> None:
    words = ("--rule", "train.py@run", "--at", "HEAD")
    assert "1 |from utils import load, save, show as display  # 道具" in project.exp(
        "excerpt", "HEAD", *words, "--all"
    )


def test_two_rules_name_what_each_of_them_needs(project: Project) -> None:
    project.write("train.py", f"{TRAIN}def keep(): return save(1)\n")
    project.commit("second")
    lines = cut(project, "train.py@run", "train.py@keep")
    assert lines["train.py"][0] == "from utils import load, save  # 道具"


def test_lines_that_a_rule_names_are_whole(project: Project) -> None:
    lines = cut(project, "train.py@run", "train.py:1-1")
    assert lines["train.py"][0] == "from utils import load, save, show as display  # 道具"


def test_a_name_that_the_cut_does_not_have_is_no_step(project: Project) -> None:
    project.write("train.py", TRAIN.replace("load, save", "load, dump, save"))
    project.write("utils.py", f"{UTILS}def dump(path): return path\n")
    project.commit("more names")
    steps = project.exp("log", "--rule", "train.py@run")
    assert "the script" in steps
    assert "more names" not in steps


def test_a_line_is_as_short_in_the_versions_that_a_reach_is_carried_over_to(
    project: Project,
) -> None:
    text = f"{TRAIN}RATE = 1\ndef rate():\n    return run() * RATE\n"
    project.write("train.py", text)
    project.commit("a rate")
    project.write("train.py", f"import json\n{text.replace('= 1', '= 2')}")
    project.commit("another rate")
    project.write("train.py", f"import json\n{text.replace('= 1', '= 3')}")
    project.commit("a third rate")
    changes = project.exp("log", "--rule", "train.py@rate", "-n", "2")
    assert "RATE 2 → 3" in changes
    assert "RATE 1 → 2" in changes
    assert "from utils" not in changes


SHORT = {
    "import utils, other": "import utils",
    "from utils import (save, load)": "from utils import (load)",
    "from utils import (save, show,\n    load, other)": "from utils import (\n    load)",
    "from utils import *": "from utils import *",
    "from utils import load; x = 1": "from utils import load; x = 1",
    "from utils import load, \\\n    save": "from utils import load, \\\n    save",
}


@pytest.mark.parametrize("line", SHORT)
def test_forms_of_an_import(project: Project, line: str) -> None:
    call = "utils.load" if line.startswith("import") else "load"
    project.write("other.py", "x = 1\n")
    project.write("train.py", f"{line}\ndef run(): return {call}(1)\n")
    project.commit("second")
    lines = cut(project, "train.py@run")
    assert "\n".join(lines["train.py"][:-1]) == SHORT[line]
