"""The demo: the first command of the README."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tests.project import Project

if TYPE_CHECKING:
    from pathlib import Path

NO_NETWORK = {
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
    "GIT_ALLOW_PROTOCOL": "none",
}


def test_the_demo_runs_in_an_empty_folder_and_what_it_says_to_type_works(tmp_path: Path) -> None:
    (tmp_path / "練習").mkdir()
    ran = Project(tmp_path).process("demo", "練習", env=NO_NETWORK)
    assert (ran.code, ran.err) == (0, "")
    output = ran.out
    assert "\x1b" not in output
    demo = Project(tmp_path / "練習")
    next_steps = output[output.index("next:") :].splitlines()
    first, *commands = (line.split("  ", 1)[-1].strip() for line in next_steps)
    assert first == "cd 練習"
    for command in commands:
        git, *words = shlex.split(command)
        assert git == "git"
        if words[0] == "exp":
            assert demo.exp(*words[1:])
        else:
            assert "gitexp" in demo.git(*words)
    assert demo.exp() in output
    log = demo.exp("log", "--filter", "model", "-n", "2")
    assert log.strip() in output
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
