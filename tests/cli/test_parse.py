"""Words are read without click where they are plain: as click reads them, and loading little."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from gitexp.cli.clicked import read_call
from gitexp.cli.parse import parse_call
from gitexp.cli.verb_table import Argument, Call, Group, Option, read_table
from gitexp.cli.verbs import VERBS, find_verb
from gitexp.errors import UsageError

if TYPE_CHECKING:
    from gitexp.cli.verb_table import Verb
    from tests.project import Project

# Each takes about as long as a git process, or longer.
SLOW = {
    "click",
    "pathlib",
    "dataclasses",
    "inspect",
    "subprocess",
    "pygit2",
    "json",
    "difflib",
    "ast",
    "gitexp.render.terminal",
    "gitexp.store.lock",
    "shutil",
}

Read = tuple[str, dict[str, Any]]


def list_verbs() -> list[tuple[str, Verb[Any]]]:
    """Return every verb with the words that name it: "note", "image add"."""
    verbs: list[tuple[str, Verb[Any]]] = []
    for name in VERBS:
        verb = find_verb(name)
        assert verb is not None
        if isinstance(verb, Group):
            verbs += [(f"{name} {inner.name}", inner) for inner in verb.verbs]
        else:
            verbs.append((name, verb))
    return verbs


ALL_VERBS = list_verbs()


def describe(call: Call) -> Read:
    """Return the verb and the values, on which the two parsers must agree."""
    return f"{call.verb.run.__module__}.{call.verb.name}", vars(call.options)


def read_quickly(*words: str) -> Read | None:
    """Return what our parser reads; None for what it leaves to click."""
    call = parse_call(list(words))
    return None if call is None else describe(call)


def read_by_click(*words: str) -> Read | None:
    """Return what click reads; None for what it refuses, and for help."""
    try:
        call = read_call(list(words), io.StringIO())
    except UsageError:
        return None
    return describe(call) if isinstance(call, Call) else None


# Words that are no flag of the verb, values of all kinds, and ways of writing them.
SLIPS = [
    *("-h", "--help", "--com", "--x", "-x", "-", "--", "", "a b", "main", "list", "日本"),
    *("0", "1", "07", "-1", "-3", "２", "1_0", " 4 ", "+2", "99999", "9" * 5000),
    *("--json=1", "--rule=a.py:1-2", "--at=", "-n2", "-n=2", "-fmodel", "-dx", "-m=x"),
]


def make_words(verb: Verb[Any]) -> st.SearchStrategy[list[str]]:
    """Return a strategy for the words after a verb: its flags, some with a value, and slips."""
    flags: list[str] = []
    for entry in read_table(verb.options).values():
        if isinstance(entry, Option):
            flags += entry.flags
    if not flags:
        return st.lists(st.sampled_from(SLIPS), max_size=4)
    joined = [flag + ("=" if flag.startswith("--") else "") + "5" for flag in flags]
    return st.lists(st.sampled_from([*flags * 3, *joined, *SLIPS]), max_size=7)


@pytest.mark.parametrize(("name", "verb"), ALL_VERBS, ids=[name for name, _ in ALL_VERBS])
def test_both_parsers_read_the_same(name: str, verb: Verb[Any]) -> None:
    # Nothing here depends on time, and the machine may be busy.
    @settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(make_words(verb))
    def check(words: list[str]) -> None:
        quick = read_quickly(*name.split(), *words)
        if quick is not None:
            assert quick == read_by_click(*name.split(), *words)

    check()


def test_the_table_has_a_name_for_every_flag() -> None:
    """No flag twice in a verb, and every verb has a docstring: its help."""
    for name, verb in ALL_VERBS:
        flags: list[str] = []
        for entry in read_table(verb.options).values():
            flags += entry.flags if isinstance(entry, Option) else ()
        assert len(flags) == len(set(flags)), name
        assert verb.run.__doc__, name


def test_neither_goes_on_without_an_argument_that_is_required() -> None:
    for name, verb in ALL_VERBS:
        entries = read_table(verb.options).values()
        if any(isinstance(entry, Argument) and entry.required for entry in entries):
            assert read_quickly(*name.split()) is None, name
            assert read_by_click(*name.split()) is None, name


@pytest.mark.parametrize(
    "line",
    [
        "note -m text",
        "note tcn_1 tcn_2 -m text --at 2020-01-01",
        "note -F -",
        "new",
        "new tcn_1 -m text --parent tcn_0 --no-snapshot",
        "metric tcn_1 acc=0.5 loss=2 --about",
        "tag tcn_1 good -d",
        "list --sort -acc --last 3",
        "show tcn_1 --ids --json",
        "search acc>0.5 kernel -n 5 --code",
        "image add tcn_1 a.png b.png",
        "snapshot restore tcn_1 folder",
        "topic",
        "topic encoder --history",
        "topic --ids encoder",
        "topic add encoder --ids tcn_* --ids gru_*",
        "filter add model a.py::f !b.py:1-2 --stop x --with y --depth 0",
        "log",
        "log main",
        "log --rule a.py:1-2 --rule=b.py --at HEAD --commits",
        "log -f model -n 3 --reverse tcn_1",
        "log -n3 --since 2020-01-01 --until=2021-01-01 --as-of 2020-01-01 --stat --json",
        "log --stop a --with b --stop c --depth 0 --experiments --all-versions",
        "journal -3 --topic encoder",
        "diff a b -f model",
        "view --port 0 --no-browser",
    ],
)
def test_what_is_mostly_typed_needs_no_click(line: str) -> None:
    words = line.split()
    assert read_quickly(*words) == read_by_click(*words) is not None


def test_a_bare_number_is_how_many_as_in_git() -> None:
    assert read_quickly("log", "-3", "main") == read_by_click("log", "-3", "main")
    assert read_quickly("log", "-3", "main") == read_quickly("log", "-n", "3", "main")
    assert read_quickly("log", "-0") is read_by_click("log", "-0") is None
    rule = ("log", "--rule", "-3", "-3")
    assert read_quickly(*rule) == read_by_click(*rule)
    assert read_quickly(*rule) == read_quickly("log", "-n", "3", "--rule", "-3")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("log --com", "No such option"),
        ("log -n 0", "Invalid value for '-n': 0 is less than 1 (git exp log -h)"),
        ("log -n x", "Invalid value for '-n': 'x' is not a whole number (git exp log -h)"),
        ("view --port 70000", "'--port': 70000 is more than 65535 (git exp view -h)"),
        ("metric tcn", "Missing argument 'NAME=NUMBER...' (git exp metric -h)"),
        ("image", "'git exp image' needs a command: add or list or open (git exp image -h)"),
        ("image zzz", "No such command 'zzz' (git exp image -h)"),
        ("topic list more", "Got unexpected extra argument (more) (git exp topic list -h)"),
        ("notes", "there is no command 'notes'; did you mean note"),
    ],
)
def test_a_slip_is_named_and_so_is_the_help(begun: Project, line: str, message: str) -> None:
    assert message in begun.fails(*line.split(), code=2)


def test_a_number_of_many_digits_is_no_traceback(begun: Project) -> None:
    assert "is not a whole number" in begun.fails("log", "-n", "9" * 5000, code=2)


def test_help_goes_where_the_verb_prints(begun: Project) -> None:
    assert "-n N" in begun.exp("log", "--help")
    assert "Show the topics" not in begun.exp("topic", "-h")
    assert "git exp topic NAME" in begun.exp("topic", "-h")
    assert begun.exp("--version").startswith("git-exp, version ")


def list_loaded(project: Project, *words: str) -> set[str]:
    """Return the modules that ``git exp`` imports, as Python reports them."""
    command = [sys.executable, "-X", "importtime", "-m", "gitexp", *words]
    done = subprocess.run(command, cwd=project.top, capture_output=True, text=True, check=True)
    assert done.stdout
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


def test_nothing_slow_is_loaded_for_a_log(begun: Project) -> None:
    head = begun.git("rev-parse", "HEAD")
    log = ("log", "--rule", "layers.py:3-5", "--at", head, "--commits")
    begun.exp(*log)  # the index of paths is built by the first
    loaded = list_loaded(begun, *log)
    assert "gitexp.follow.follower" in loaded
    assert not SLOW & loaded
    assert "gitexp.excerpt.parse.cells.forms" not in loaded


def test_nor_with_a_saved_filter(begun: Project) -> None:
    begun.exp("new", "tcn", "-m", "first")
    begun.exp("filter", "add", "model", "layers.py:3-5")
    begun.exp("log", "--filter", "model")
    loaded = list_loaded(begun, "log", "--filter", "model")
    assert "gitexp.record.index.fill" in loaded
    assert not {"click", "dataclasses", "inspect", "pygit2", "gitexp.record.write.begin"} & loaded


@pytest.mark.parametrize(
    "words", [("note", "tcn", "-m", "wider"), ("new", "-m", "x"), ("run", "--", "ls")]
)
def test_little_is_loaded_to_record(begun: Project, words: tuple[str, ...]) -> None:
    begun.exp("new", "tcn", "-m", "tcn acc 0.5")
    loaded = list_loaded(begun, *words)
    assert "gitexp.record.write.note_writer" in loaded
    heavy = {"click", "pygit2", "dataclasses", "inspect", "gitexp.excerpt.source"}
    assert not heavy & loaded


def test_nor_for_a_filter_over_experiments(begun: Project) -> None:
    begun.exp("new", "tcn", "-m", "first")
    begun.exp("filter", "add", "model", "layers.py:3-5")
    log = ("log", "--experiments", "--filter", "model", "--commits")
    begun.exp(*log)
    loaded = list_loaded(begun, *log)
    assert "gitexp.history.stand_in" in loaded
    assert not {"pygit2", "gitexp.record.read.pins", "gitexp.excerpt.pinned"} & loaded


def test_click_is_loaded_for_no_verb_that_is_typed_every_day(begun: Project) -> None:
    for line in ("new tcn -m first", "note -m text", "metric tcn acc=0.5", "list", "show", ""):
        assert not {"click", "pygit2"} & list_loaded(begun, *line.split()), line


def test_a_number_back_is_an_experiment_where_a_verb_takes_one() -> None:
    for words in (("show", "-3"), ("compare", "-1", "#2"), ("diff", "-2", "-1", "--json")):
        options = read_quickly(*words)
        assert options is not None
        assert options == read_by_click(*words)


def test_an_experiment_is_named_by_its_number_from_either_end(begun: Project) -> None:
    begun.exp("new", "first", "-m", "one")
    begun.exp("new", "last", "-m", "two")
    ids = [row["id"] for row in begun.json("list")]
    assert {"first", "last"} <= set(ids)
    assert begun.json("show", "-1")["id"] == "last"
    assert begun.json("show", f"-{len(ids)}")["id"] == begun.json("show", "#1")["id"]
    assert begun.json("show", f"#{len(ids)}")["id"] == "last"
