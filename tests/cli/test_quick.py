"""``git exp log`` without click: it understands what click understands, and loads nothing that takes long."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitexp.cli.history import Asked
from gitexp.cli.log_ import command
from gitexp.cli.quick import FIELDS, parse

if TYPE_CHECKING:
    from tests.project import Project

# Each takes about as long as a git process, or longer.
SLOW = {"click", "pathlib", "dataclasses", "inspect", "subprocess", "pygit2", "json", "difflib"}


def by_click(words: list[str]) -> dict[str, Any] | None:
    """What click understands; None for what it refuses, and for help."""
    try:
        # A command keeps the help option of its first context.
        with command.make_context(
            "log", list(words), help_option_names=["-h", "--help"]
        ) as context:
            return dict(context.params)
    except (click.UsageError, click.exceptions.Exit):
        return None


def by_us(words: list[str]) -> dict[str, Any] | None:
    asked = parse(words)
    return None if asked is None else {name: getattr(asked, name) for name in Asked.__annotations__}


def test_a_bare_number_is_how_many_as_in_git() -> None:
    assert by_us(["-3", "main"]) == by_us(["-n", "3", "main"]) == by_click(["-3", "main"])
    assert by_us(["-0"]) is by_click(["-0"]) is None
    assert (
        by_us(["--rule", "-3", "-3"])
        == by_us(["-n", "3", "--rule", "-3"])
        == by_click(["--rule", "-3", "-3"])
    )


def test_the_options_are_those_of_the_verb() -> None:
    options = {
        name: option.name
        for option in command.params
        if isinstance(option, click.Option)
        for name in option.opts
    }
    assert options == FIELDS
    assert set(Asked.__annotations__) == {option.name for option in command.params}


SLIPS = (
    "-h",
    "--help",
    "--com",
    "--rule=a.py:1-2",
    "--json=1",
    "-n2",
    "0",
    "1",
    "07",
    "x",
    "-",
    "--",
    "--x",
    "-x",
    "-fmodel",
    "２",
    "9" * 5000,
)
WORDS = st.sampled_from([*FIELDS, *FIELDS, *SLIPS, "1_0", "main", "--at=", "-1", "", "a b"])


@given(st.lists(WORDS, max_size=6))
def test_what_is_understood_is_what_click_understands(words: list[str]) -> None:
    ours = by_us(words)
    if ours is not None:
        assert ours == by_click(words)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["main"],
        ["--rule", "a.py:1-2", "--rule=b.py", "--at", "HEAD", "--commits"],
        ["-f", "model", "-n", "3", "--reverse", "tcn_1"],
        [
            "-n3",
            "--since",
            "2020-01-01",
            "--until=2021-01-01",
            "--as-of",
            "2020-01-01",
            "--stat",
            "--json",
            "--whitespace",
        ],
        [
            "--stop",
            "a",
            "--with",
            "b",
            "--stop",
            "c",
            "--depth",
            "0",
            "--experiments",
            "--all-versions",
        ],
    ],
)
def test_what_is_mostly_typed_is_understood(words: list[str]) -> None:
    assert by_us(words) == by_click(words) is not None


def test_slips_are_told_by_click(begun: Project) -> None:
    assert "No such option" in begun.fails("log", "--com", code=2)
    assert "git exp log -h" in begun.fails("log", "-n", "0", code=2)
    assert "git exp log -h" in begun.fails("log", "-n", "9" * 5000, code=2)
    assert "-n N" in begun.exp("log", "--help")


def _loaded(project: Project, *words: str) -> set[str]:
    """The modules that ``git exp log`` imports, by what Python says of it."""
    wanted = project.exp("log", *words)  # the index of paths is built by the first
    assert wanted
    command = [sys.executable, "-X", "importtime", "-m", "gitexp", "log", *words]
    told = subprocess.run(command, cwd=project.top, capture_output=True, text=True, check=True)
    assert told.stdout == wanted
    return {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}


def test_nothing_slow_is_loaded(begun: Project) -> None:
    loaded = _loaded(
        begun, "--rule", "layers.py:3-5", "--at", begun.git("rev-parse", "HEAD"), "--commits"
    )
    assert "gitexp.history.follow" in loaded
    assert not SLOW & loaded


def test_nor_with_a_saved_filter(begun: Project) -> None:
    begun.exp("new", "tcn", "-m", "first")
    begun.exp("filter", "add", "model", "layers.py:3-5")
    loaded = _loaded(begun, "--filter", "model")
    assert "gitexp.history.index" in loaded
    assert not {"click", "dataclasses", "inspect", "pygit2", "gitexp.history.trials"} & loaded
