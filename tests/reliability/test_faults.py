"""A disk on which one call fails: a verb records and says so, or refuses and records nothing.

The calls are made to fail by a small library, which is compiled here. ``--long`` fails each of them.
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.reliability.preload import compile_library

if TYPE_CHECKING:
    from tests.project import Project

SOURCE = Path(__file__).with_name("fault.c")
COMMANDS = {
    "note": ("note", "base", "-m", "{w}"),
    "new": ("new", "{w}_new", "-m", "{w}"),
    "import": ("import", "csv", "{w}.csv"),
}
ERRORS = (errno.EIO, errno.ENOSPC)
SHORT_STEP = 19
MOST_CALLS = 400


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_library(SOURCE, tmp_path_factory.mktemp("fault"))


@pytest.mark.parametrize("sticky", [False, True], ids=["once", "sticky"])
@pytest.mark.parametrize("verb", COMMANDS)
def test_a_call_that_fails(
    project: Project, library: Path, verb: str, sticky: bool, long: bool
) -> None:
    project.exp("new", "base", "-m", "acc 0.1")
    log = project.top.parent / "faults"
    acknowledged = []
    refused = 0
    for number in range(1, MOST_CALLS, 1 if long else SHORT_STEP):
        word = f"{verb}{number:04}"
        project.write(f"{word}.csv", f"id,remark\n{word}_row,{word}\n")
        project.write("layers.py", f"size = {number}\n")
        log.unlink(missing_ok=True)
        env = {
            "LD_PRELOAD": str(library),
            "FAULT_AT": str(number),
            "FAULT_ERRNO": str(ERRORS[number % len(ERRORS)]),
            "FAULT_LOG": str(log),
            "GITEXP_TRACEBACK": "",
        }
        words = [part.format(w=word) for part in COMMANDS[verb]]
        ran = project.process(*words, env=env | ({"FAULT_STICKY": "1"} if sticky else {}))
        is_recorded = bool(find_word(project, word))
        assert "Traceback" not in ran.err, (number, ran.err)
        assert is_recorded == (ran.code == 0), (number, ran, is_recorded)
        if ran.code == 0:
            acknowledged.append(word)
        else:
            refused += 1
            assert ran.err.startswith("git exp: "), (number, ran.err)
            assert ".git" in ran.err or "disk" in ran.err, (number, ran.err)
        project.exp("note", "base", "-m", f"next{number:04}")
        if not log.exists():
            break
    assert refused
    assert acknowledged
    assert not log.exists(), "not every call was made to fail"
    project.git("fsck", "--strict")
    assert [word for word in acknowledged if not find_word(project, word)] == []
    assert not list((project.top / ".git").rglob("*.lock"))
    listed = project.exp("list", "--json")
    (project.top / ".git/gitexp/index.sqlite").unlink()
    assert project.exp("list", "--json") == listed


def find_word(project: Project, word: str) -> str:
    return project.git("grep", "-l", "-e", word, "gitexp", "--", "log", check=False)
