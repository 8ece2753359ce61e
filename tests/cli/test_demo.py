"""The demo: the first command of the README."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tests.project import Project

if TYPE_CHECKING:
    from pathlib import Path

NO_NETWORK = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "GIT_ALLOW_PROTOCOL": "none"}


def test_the_demo_runs_in_an_empty_folder_and_what_it_says_to_type_works(tmp_path: Path) -> None:
    (tmp_path / "練習").mkdir()
    said = Project(tmp_path).exp("demo", "練習", **NO_NETWORK)
    assert "\x1b" not in said
    demo = Project(tmp_path / "練習")
    commands = [line.split("  ", 1)[-1].strip() for line in said[said.index("next:") :].splitlines()]
    assert commands[0] == "cd 練習"
    assert [command for command in commands[1:] if not command.startswith(("git exp ", "git log "))] == []
    for command in commands[1:]:
        words = shlex.split(command)
        assert demo.exp(*words[2:]) if words[1] == "exp" else "gitexp" in demo.git(*words[1:])
    assert demo.exp() in said
    log = demo.exp("log", "--filter", "model", "-n", "2")
    assert log.strip() in said
    assert demo.git("status", "--porcelain") == ""
    assert len(demo.json("list")) >= 15
    assert demo.git("fsck", "--strict") == ""


def test_the_demo_has_a_folder_of_its_own_without_being_told(tmp_path: Path) -> None:
    Project(tmp_path).exp("demo")
    assert [path.name for path in tmp_path.iterdir()] == ["gitexp-demo"]
    assert "not empty" in Project(tmp_path).fails("demo", code=2)


def test_the_demo_leaves_what_is_there_alone(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name in ("full", "file"):
        assert "git exp demo <a new folder>" in Project(tmp_path).fails("demo", name, code=2)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "full", "mine.txt"]
