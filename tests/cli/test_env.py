"""A verb runs in the world that it is given, and leaves nothing of it behind."""

from __future__ import annotations

import gc
import io
import os
import sqlite3
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from gitexp.cli.env import Env
from gitexp.cli.main import run_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.project import Project


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def make_env(
    folder: Path | str = ".",
    *,
    stdin: str = "",
    out: io.StringIO | None = None,
    variables: dict[str, str] | None = None,
) -> Env:
    return Env(
        str(folder),
        stdin=io.TextIOWrapper(io.BytesIO(stdin.encode())),
        out=out or io.StringIO(),
        err=io.StringIO(),
        variables=variables or {},
    )


def test_a_verb_works_in_the_folder_that_it_is_given(
    begun: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    begun.write("note.txt", "from a file beside the code")
    assert begun.exp("new", "tcn", "-m", "acc 0.5") == "+ tcn acc=0.5\n"
    assert begun.exp("note", "-F", "note.txt") == "· tcn\n"
    assert begun.exp("snapshot", "restore", "tcn", "restored").endswith(" is in restored\n")
    assert (begun.top / "restored" / "layers.py").exists()


def test_paths_are_shown_as_they_were_typed(begun: Project) -> None:
    begun.exp("new", "tcn")
    ran = begun.process("image", "add", "tcn", "missing.png")
    assert ran.err.startswith("git exp: 'missing.png' cannot be read")


def test_a_verb_writes_where_it_is_told(
    begun: Project, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    begun.exp("new", "tcn", "-m", "acc 0.5")
    begun.run("note", "-F", "-", stdin="from a pipe")
    begun.json("list")
    begun.exp("log", "--rule", "layers.py")
    begun.exp("note", "-h")
    begun.fails("use", "nobody")
    assert capfd.readouterr() == ("", "")


def test_the_time_is_that_of_its_clock(begun: Project) -> None:
    env = make_env(begun.top)
    env.clock = lambda: datetime(2019, 6, 23, 10, 15, tzinfo=UTC)
    assert run_words(["new", "tcn"], env) == 0
    assert begun.experiment("tcn")["at"] == "2019-06-23T10:15:00+00:00"


@pytest.mark.parametrize(
    ("variables", "stream", "colours"),
    [
        ({}, Terminal, True),
        ({"NO_COLOR": ""}, Terminal, True),
        ({"NO_COLOR": "1"}, Terminal, False),
        ({"TERM": "dumb"}, Terminal, False),
        ({}, io.StringIO, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    variables: dict[str, str], stream: type[io.StringIO], colours: bool
) -> None:
    assert make_env(out=stream(), variables=variables).colours is colours


@pytest.mark.parametrize(
    ("columns", "width"), [("60", 60), ("", 80), ("0", 80), ("-3", 80), ("wide", 80)]
)
def test_the_width_is_that_of_columns_or_80(columns: str, width: int) -> None:
    assert make_env(variables={"COLUMNS": columns}).columns == width


def test_long_output_goes_through_the_pager_of_a_terminal() -> None:
    paged: list[str] = []

    def read_lines(lines: Iterator[str]) -> None:
        paged.extend(lines)

    env = Env(
        ".", stdin=io.StringIO(), out=Terminal(), err=Terminal(), variables={}, pager=read_lines
    )
    env.print_paged(iter(["first", "second"]), "nothing")
    env.print_paged(iter([]), "nothing")
    assert paged == ["first", "second"]
    assert env.out.getvalue() == "nothing\n"  # type: ignore[attr-defined]


def find_open_connections() -> set[int]:
    """Return the connections to SQLite in this process that are not closed."""
    connections = set()
    for thing in gc.get_objects():
        if isinstance(thing, sqlite3.Connection):
            with suppress(sqlite3.ProgrammingError):
                thing.execute("SELECT 1")
                connections.add(id(thing))
    return connections


@pytest.mark.parametrize(
    "line",
    [
        *("list", "show", "use x", "excerpt", "diff HEAD", "compare tcn gru", "lineage"),
        *("log", "log --rule gone.py", "log -n 1", "search x --code", "filter add y layers.py"),
    ],
)
def test_what_a_verb_opened_is_closed_also_where_it_fails(begun: Project, line: str) -> None:
    begun.exp("new", "tcn")
    begun.exp("new", "gru")
    begun.exp("filter", "add", "model", "layers.py:1-9")
    before = find_open_connections()
    # Nothing is collected in between: what is not closed by its verb stays open.
    gc.disable()
    try:
        begun.run(*line.split())
        assert find_open_connections() <= before
    finally:
        gc.enable()


def test_a_verb_changes_neither_folder_nor_environment(begun: Project) -> None:
    before = (os.getcwd(), dict(os.environ))  # noqa: PTH109 - text is enough
    begun.exp("new", "tcn", "-m", "acc 0.5")
    begun.exp("list", COLUMNS="60")
    begun.fails("show", "nobody")
    assert (os.getcwd(), dict(os.environ)) == before  # noqa: PTH109


def test_a_mistake_of_ours_is_one_line_unless_asked_for(
    begun: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr("gitexp.cli.use_.use_experiment", fail)
    env = make_env(begun.top)
    assert run_words(["use", "tcn"], env) == 1
    message = env.err.getvalue()  # type: ignore[attr-defined]
    assert message.startswith("git exp: a mistake in gitexp: ZeroDivisionError: of all things (")
    assert message.count("\n") == 1
    with pytest.raises(ZeroDivisionError):
        begun.run("use", "tcn")
