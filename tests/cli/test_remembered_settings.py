"""What a clone remembers of settings: read once, thrown away when damaged, gone with a purge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import gitexp.history.settings
from gitexp.follow.follower import Follower
from tests.clones import MODEL, make_first

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project


@pytest.fixture
def trials(tmp_path: Path) -> Project:
    return make_first(tmp_path)


def find_file(project: Project) -> Path:
    return project.top / ".git" / "gitexp" / "settings.sqlite"


def list_sizes(project: Project) -> dict[str, list[str]]:
    rows = project.json("table")["rows"]
    return {row["experiment"]: row["settings"]["SIZE"] for row in rows}


SIZES = {"t1": ["2"], "t2": ["3"]}


def test_the_second_table_reads_no_code(trials: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list_sizes(trials) == SIZES

    def fail(*_: Any) -> None:
        raise AssertionError("code was cut")

    monkeypatch.setattr(Follower, "cut_excerpt", fail)
    assert list_sizes(trials) == SIZES


def test_only_what_is_new_is_read(trials: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    list_sizes(trials)
    trials.write("model.py", MODEL.format(4))
    trials.exp("new", "t3")
    read = []
    plain = Follower.cut_excerpt

    def count(self: Follower, *args: Any) -> Any:
        read.append(args)
        return plain(self, *args)

    monkeypatch.setattr(Follower, "cut_excerpt", count)
    assert list_sizes(trials) == {**SIZES, "t3": ["4"]}
    assert len(read) == 1


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + b"x" * 5000])
def test_a_damaged_file_is_thrown_away(trials: Project, content: bytes) -> None:
    list_sizes(trials)
    find_file(trials).write_bytes(content)
    assert list_sizes(trials) == SIZES
    assert list_sizes(trials) == SIZES
    assert find_file(trials).read_bytes().startswith(b"SQLite format 3\x00")


def test_a_file_of_another_format_is_made_anew(trials: Project) -> None:
    import sqlite3

    list_sizes(trials)
    with sqlite3.connect(find_file(trials)) as database:
        database.execute("DROP TABLE version")
        database.execute("PRAGMA user_version = 99")
    database.close()
    assert list_sizes(trials) == SIZES


def test_another_reader_reads_anew(trials: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    list_sizes(trials)
    monkeypatch.setattr(gitexp.history.settings, "READER", 10_000)
    monkeypatch.setattr(gitexp.history.settings, "find_settings", lambda _: None)
    assert all(row["settings"] is None for row in trials.json("table")["rows"])
    monkeypatch.undo()
    assert list_sizes(trials) == SIZES


def test_what_was_read_outlives_its_code(trials: Project) -> None:
    list_sizes(trials)
    for ref in trials.git("for-each-ref", "--format=%(refname)", "refs/gitexp").split():
        trials.git("update-ref", "-d", ref)
    trials.git("reflog", "expire", "--expire=now", "--all")
    trials.git("gc", "-q", "--prune=now")
    assert list_sizes(trials) == SIZES
    find_file(trials).unlink()
    assert all(row["settings"] is None for row in trials.json("table")["rows"])


def test_a_folder_that_cannot_be_written_is_no_error(trials: Project) -> None:
    find_file(trials).mkdir()
    assert list_sizes(trials) == SIZES


def test_a_purge_takes_it_along(trials: Project) -> None:
    list_sizes(trials)
    assert b"SIZE" in find_file(trials).read_bytes()
    trials.exp("purge", "t2", "--yes")
    assert not find_file(trials).exists()


def test_an_option_of_the_command_line_is_a_setting(trials: Project) -> None:
    trials.write("train.py", "print('loss 0.5')\n")
    trials.exp("run", "t3", "--", "python", "train.py", "--lr", "1e-3", "--size=9")
    trials.exp("run", "t4", "--", "python", "train.py", "--lr", "0.01", "SIZE=7")
    rows = {row["experiment"]: row["settings"] for row in trials.json("table")["rows"]}
    assert rows["t3"]["run.lr"] == ["0.001"]
    assert rows["t3"]["run.size"] == ["9"]
    assert rows["t4"]["SIZE"] == ["7"]
    assert "t4" in trials.exp("list", "--where", "set:lr=0.01")


def test_similar_says_which_settings_differ(trials: Project) -> None:
    trials.write("model.py", MODEL.format(2))
    trials.exp("new", "t3")
    text = trials.exp("similar", "t3")
    assert text.index("t1") < text.index("t2")
    assert "SIZE 3 → 2" in text
