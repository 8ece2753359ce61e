"""Likely secrets are said before they are written, and stay out of snapshots and first pushes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.clones import add_remote
from tests.project import Project

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "ghp_" + "Ab3Xz" * 8
ALLOWED = {
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "gitexp.allowSecrets",
    "GIT_CONFIG_VALUE_0": "true",
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project.create(tmp_path / "project").begin()
    made.exp("new", "base", "-m", "base acc 0.5")
    return made


@pytest.mark.parametrize(
    "words",
    [
        ("note", "-m", f"鍵は {TOKEN}"),
        ("new", "next", "-m", f"next acc 0.6\ntoken {TOKEN}"),
        ("correct", "base", "-m", TOKEN),
        ("topic", "write", "keys", "-m", TOKEN),
    ],
)
def test_a_typed_secret_is_refused_in_one_line(project: Project, words: tuple[str, ...]) -> None:
    before = project.git("rev-parse", "gitexp")
    said = project.fails(*words)
    assert "looks like a GitHub token" in said
    assert TOKEN not in said
    assert project.git("rev-parse", "gitexp") == before
    project.exp(*words, **ALLOWED)
    assert project.git("rev-parse", "gitexp") != before


def test_a_diary_with_a_secret_is_refused_as_a_whole(project: Project) -> None:
    project.write("log.md", f"# 2024-01-01\none acc 0.1\n\n# 2024-01-02\nkey {TOKEN}\n")
    assert "looks like" in project.fails("import", "diary", "log.md")
    assert [row["id"] for row in project.json("list")] == ["base"]


def test_what_was_typed_in_the_editor_is_kept(project: Project, tmp_path: Path) -> None:
    editor = project.write("../editor.sh", f"#!/bin/sh\nprintf 'mine {TOKEN}' > \"$1\"\n")
    editor.chmod(0o755)
    said = project.typed("note", "base", GIT_EDITOR=str(editor))
    assert "your text is kept in" in said
    (page,) = (project.top / ".git" / "gitexp").glob("note-*.md")
    assert TOKEN in page.read_text()


def read_kept(project: Project, ident: str, path: str) -> str:
    commit = project.json("show", ident)["snapshots"][-1]["commit"]
    return project.git("show", f"{commit}:{path}")


def test_the_kept_code_has_stars_for_a_new_secret_and_says_so(project: Project) -> None:
    project.write("train.py", f"FILTERS = 10\nlogin('{TOKEN}')\nname = 'é'\n")
    ran = project.run("new", "trial", "-m", "trial acc 0.6")
    assert ran.code == 0
    assert "a likely secret in 'train.py' is starred" in ran.err
    assert read_kept(project, "trial", "train.py") == (
        "FILTERS = 10\nlogin('ghp_********')\nname = 'é'"
    )
    assert TOKEN in (project.top / "train.py").read_text()


def test_files_made_for_secrets_are_not_kept(project: Project) -> None:
    project.write(".env", "PASSWORD=x\n")
    project.write("train.py", "FILTERS = 10\n")
    ran = project.run("new", "trial")
    assert "'.env' is not in the kept code" in ran.err
    commit = project.json("show", "trial")["snapshots"][-1]["commit"]
    assert ".env" not in project.git("ls-tree", "--name-only", commit).split()
    assert (project.top / ".env").exists()


def test_a_secret_that_is_committed_already_is_not_touched(project: Project) -> None:
    project.write("train.py", f"login('{TOKEN}')\n")
    project.commit("a mistake")
    project.write("train.py", f"login('{TOKEN}')\nFILTERS = 10\n")
    ran = project.run("new", "trial")
    assert ran.err == ""
    assert TOKEN in read_kept(project, "trial", "train.py")


def test_secrets_are_kept_when_asked_for(project: Project) -> None:
    project.write(".env", "PASSWORD=x\n")
    project.exp("new", "trial", **ALLOWED)
    assert read_kept(project, "trial", ".env") == "PASSWORD=x"


def test_the_words_of_a_command_have_stars(project: Project) -> None:
    ran = project.process("run", "trial", "--", "true", "--api-key", "Xk29dkQ01zPa77", TOKEN)
    assert ran.code == 0
    stored = project.git("log", "-p", "gitexp")
    assert "--api-key" in stored
    assert "Xk29dkQ01zPa77" not in stored
    assert TOKEN not in stored


def test_a_first_push_stops_at_a_secret(project: Project, tmp_path: Path) -> None:
    project.exp("note", "-m", f"key {TOKEN}", **ALLOWED)
    add_remote(project, tmp_path / "remote.git")
    project.git("push", "-q", "origin", "main")
    said = project.fails("push")
    assert "nothing was pushed" in said
    assert TOKEN not in said
    event = said.split("entry ")[1].split()[0]
    project.exp("purge", event, "--yes")
    assert "pushed" in project.exp("push")
