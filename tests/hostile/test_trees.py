"""Trees that git fetches but would never write: a record that has one is not read, and says
where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitexp.store.tree import TreeEntry, find_objection
from tests.hostile.remote import Leaf, Remote, Tree, event_file, write_raw_tree

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project

HOOK = Leaf(b'#!/bin/sh\ntouch "$(git rev-parse --show-toplevel)/ran"\n', "100755")

FORBIDDEN = [
    *("", ".", "..", ".git", ".GIT", ".Git", ".git ", ".git...", ".git . .", "git~1", "GIT~1."),
    *(".git::$INDEX_ALLOCATION", ".git:x", ".git\\x", "a/b", "../../x", "/etc/passwd"),
    *(".g\u200cit", "\ufeff.Git", ".git\u200f", "\u202e.git", "gi\u200dt~1"),
]
ALLOWED = [
    *(
        ".gitignore",
        ".gitattributes",
        ".gitmodules",
        "git~2",
        "git",
        ".github",
        "..a",
        "a..",
        "CON",
    ),
    *("a b", "基準.md", "\u200c", "Ｇｉｔ", "...", "a\\b", "\\xff.md"),
]


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_name_that_git_forbids(name: str) -> None:
    assert find_objection(TreeEntry(name, 0o100644, "1" * 40))
    assert find_objection(TreeEntry(name, 0o040000, "1" * 40))


@pytest.mark.parametrize("name", ALLOWED)
def test_a_name_that_only_looks_like_it(name: str) -> None:
    assert find_objection(TreeEntry(name, 0o100644, "1" * 40)) == ""
    assert find_objection(TreeEntry(name, 0o100755, "1" * 40)) == ""


@pytest.mark.parametrize(
    "path",
    [
        ["..", ".git", "hooks", "post-commit"],
        [".git", "hooks", "post-commit"],
        ["log", "2019-06", "12", "git~1"],
        ["pages", ".g\u200cit"],
        ["data", "../../x"],
    ],
)
def test_a_clone_does_not_begin_with_it(tmp_path: Path, path: list[str]) -> None:
    remote = Remote.create(tmp_path / "remote")
    remote.add_file(path, HOOK)
    commit = remote.commit()
    victim = remote.clone(tmp_path / "victim")
    before = victim.git("for-each-ref")
    assert f"commit {commit[:12]} of 'gitexp' holds '" in victim.fails("init")
    assert victim.git("for-each-ref") == before


@pytest.mark.parametrize(
    ("leaf", "what"),
    [
        (Leaf(b"../../.git/config", "120000"), "a symbolic link"),
        (Leaf(b"1" * 40, "160000"), "a submodule"),
        (Leaf(b"x", "20000"), "of the unknown mode 20000"),
    ],
)
def test_an_entry_that_is_no_file(tmp_path: Path, leaf: Leaf, what: str) -> None:
    remote = Remote.create(tmp_path / "remote")
    for path in (["images", "aa", "x.png"], ["log", "2019-06", "12", "x.md"], ["FORMAT2"]):
        remote.add_file(path, leaf)
    remote.commit()
    assert what in remote.clone(tmp_path / "victim").fails("init")


def test_every_verb_refuses_and_the_line_leads_back(tmp_path: Path) -> None:
    remote = Remote.create(tmp_path / "remote")
    victim = remote.clone(tmp_path / "victim")
    victim.exp("init")
    assert len(victim.json("list")) == 1
    good = victim.git("rev-parse", "gitexp")
    remote.add_file(["..", ".git", "hooks", "post-commit"], HOOK)
    bad = remote.commit()
    remote.add_event(event_file("later words"))
    remote.commit("later")
    victim.git("fetch", "-q", "origin", "+gitexp:gitexp")
    for verb in (["list"], ["note", "-m", "x"], ["status"], ["export", "out"], ["pages"], ["undo"]):
        said = victim.fails(*verb)
        assert f"commit {bad[:12]} of 'gitexp' holds '..'" in said
        assert f"git branch -f gitexp {good[:12]}" in said
    victim.git("branch", "-f", "gitexp", good[:12])
    victim.exp("note", "-m", "goes on")
    assert len(victim.json("list")) == 1


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    remote = Remote.create(tmp_path / "remote")
    remote.add_file(["log", "2019-06", "12", b"\xff-note-kkkkkkkkkkkk.md"], Leaf(event_file("one")))
    remote.add_file(["log", "2019-06", "12", b"\x1b[31m.md"], Leaf(event_file("two")))
    remote.add_file(["pages", b"\xff.md"], Leaf(b"x"))
    remote.commit()
    victim = remote.clone(tmp_path / "victim")
    victim.exp("init")
    assert "\x1b" not in victim.exp("status")
    assert len(victim.json("list")) == 1
    victim.exp("pages")


@pytest.mark.parametrize("content", [b"100644 a", b"x", b"100644 a\0123", b"100644 \0" + b"1" * 20])
def test_a_damaged_tree(begun: Project, content: bytes) -> None:
    tree = write_raw_tree(begun, content)
    tip = begun.git("rev-parse", "gitexp")
    begun.git(
        "update-ref", "refs/heads/gitexp", begun.git("commit-tree", tree, "-p", tip, "-m", "x")
    )
    begun.fails("list")


def test_folders_in_folders_exhaust_nothing(tmp_path: Path) -> None:
    remote = Remote.create(tmp_path / "remote")
    tree: Tree = {"x": Leaf(b"x")}
    for _ in range(30):  # every folder twice in its parent: a billion paths
        tree = {"a": tree, "b": tree}
    remote.tree["images"] = tree
    remote.commit()
    victim = remote.clone(tmp_path / "victim")
    victim.exp("init")
    assert len(victim.json("list")) == 1
