"""A filter from a remote shows code of the repository and nothing else of the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gitexp.errors import UsageError
from gitexp.follow.follower import Follower
from gitexp.model.filter import parse_rule
from gitexp.record.read.filters import read_filters
from gitexp.render.json import serialize_excerpt
from tests.hostile.remote import Leaf, Remote, Tree, event_file

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "the words that nobody may read"

# Rules that lead out of the repository or into git's own folder, however they are written.
OUTSIDE = [
    *("../secret", "../../secret", "a/../../secret", "./../secret", "..\\secret", "/etc/passwd"),
    *(
        ":/../secret",
        "!../secret",
        "../secret:1-2",
        "../secret::f",
        "../secret@f",
        "../secret#1",
        "//etc/passwd",
    ),
    *(".git/config", ".git/config:1-2", "./.git/config", ".GIT/config", "a/.git/hooks/x", ".git"),
    *(".git./config", ".git /config", "git~1/config", "a\\.git\\config", "..", ".git@f"),
    *("a\0b", "a\nb", "\x1b[31m.py", "\ud800.py"),
]
# Rules about files that are in no version: they show nothing.
NOWHERE = [
    "~/secret",
    "~root/secret",
    "$HOME/secret",
    "C:/secret",
    "file:///etc/passwd",
    "%2e%2e/x",
]
NOWHERE += [":(top)../secret", "HEAD:../secret", "-secret", "--output=ran"]


@pytest.mark.parametrize("rule", OUTSIDE)
def test_a_rule_that_leads_outside_is_none(rule: str) -> None:
    with pytest.raises(UsageError):
        parse_rule(rule)


@pytest.mark.parametrize("rule", [".github/x.py", ".gitignore", "a/..b", "...", "git~2", "x.git/a"])
def test_a_rule_that_only_looks_like_it(rule: str) -> None:
    assert parse_rule(rule).path == rule


def _secrets(top: Path) -> None:
    """Write the same words wherever a rule might lead."""
    for place in (top, top / "home"):
        place.mkdir(exist_ok=True)
        (place / "secret").write_text(f"{SECRET}\ndef f():\n    return 1\n")
    (top / "etc").mkdir()
    (top / "etc/passwd").write_text(SECRET)


def test_no_verb_reads_outside_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _secrets(tmp_path)
    remote = Remote.create(tmp_path / "remote")
    commit = remote.project.git("rev-parse", "HEAD")
    for number, rule in enumerate([*OUTSIDE, *NOWHERE]):
        values: dict[str, Any] = {"name": f"f{number}", "rules": [rule], "anchor": commit}
        remote.add_event(event_file(kind="filter", lamport=100 + number, exp=[], **values))
    for number, also in enumerate([*OUTSIDE, *NOWHERE]):
        values = {"name": f"g{number}", "rules": ["layers.py@line1"], "anchor": commit}
        words: dict[str, Any] = {"also": [also, f"{also}::f"], "stop": [also]}
        remote.add_event(event_file(kind="filter", lamport=300 + number, exp=[], **values, **words))
    remote.commit()
    victim = remote.clone(tmp_path / "victim")
    home = {"HOME": str(tmp_path / "home")}
    victim.exp("init", **home)
    victim.git("config", "user.name", SECRET)
    names = [saved["name"] for saved in victim.json("filter", "list")]
    assert set(names) >= {"model", *(f"f{n}" for n in range(len(OUTSIDE), len(OUTSIDE + NOWHERE)))}
    assert not {f"f{n}" for n in range(len(OUTSIDE))} & set(names)
    record = victim.record()
    monkeypatch.chdir(victim.top)
    with Follower(record.repository) as follower:
        for choice in read_filters(record).values():
            code = serialize_excerpt(follower.cut_excerpt(choice, commit))
            steps = [str(step.excerpt) for step in follower.walk_history(choice, commit)]
            assert SECRET not in str(code) + "".join(steps)
    for name in names[-4:]:
        for verb in (["excerpt", "t1"], ["log"], ["show", "t1"], ["filter", "show", name]):
            ran = victim.run(*verb, *(["--filter", name] if verb[0] != "filter" else []), env=home)
            assert SECRET not in ran.out + ran.err
            assert "Traceback" not in ran.err
    for name in names[-2:]:
        victim.run("export", f"site-{name}", "--filter", name, env=home)
    victim.run("pages", env=home)
    texts = [path.read_bytes() for path in victim.top.glob("site-*/**/*") if path.is_file()]
    assert texts
    assert not [text for text in texts if SECRET.encode() in text]
    assert not (victim.top / "ran").exists()


def test_a_link_in_the_code_is_shown_as_what_it_is(tmp_path: Path) -> None:
    """A link of the working tree is its target's name, as git has it: never what lies there."""
    _secrets(tmp_path)
    remote = Remote.create(tmp_path / "remote")
    (remote.project.top / "layers2.py").symlink_to("../secret")
    commit = remote.project.commit("a link")
    values: dict[str, Any] = {"name": "link", "rules": ["layers2.py"], "anchor": commit}
    remote.add_event(event_file(kind="filter", lamport=100, exp=[], **values))
    remote.commit()
    victim = remote.clone(tmp_path / "victim")
    victim.exp("init")
    victim.exp("new", "t5")
    for verb in (["excerpt"], ["excerpt", "t5"], ["log"], ["diff", "t1"], ["export", "site"]):
        assert SECRET not in victim.run(*verb, "--filter", "link").out
    texts = [path.read_bytes() for path in victim.top.glob("site/**/*") if path.is_file()]
    assert not [text for text in texts if SECRET.encode() in text]


def test_a_tree_of_code_that_leads_out_of_it_is_only_text(tmp_path: Path) -> None:
    """A commit of code can have the same odd trees: its objects are read, no file beside them."""
    _secrets(tmp_path)
    remote = Remote.create(tmp_path / "remote")
    tree: Tree = {
        "a.py": Leaf(b"x = 1\n"),
        "..": {"secret": Leaf(b"in the tree\n")},
        ".git": {"config": Leaf(b"[in the tree]\n")},
        "module": Leaf(b"1" * 40, "160000"),
    }
    commit = remote.project.git("commit-tree", remote.write(tree), "-m", "code")
    remote.project.git("update-ref", "refs/heads/code", commit)
    remote.add_event(event_file(kind="link", exp=["t2"], commit=commit))
    values: dict[str, Any] = {"name": "odd", "rules": ["a.py", "module"], "anchor": commit}
    remote.add_event(event_file(kind="filter", lamport=100, exp=[], **values))
    remote.commit()
    victim = remote.clone(tmp_path / "victim")
    victim.exp("init")
    assert "x = 1" in victim.exp("excerpt", "t2", "--filter", "odd")
    for rule in ("a.py", "module"):
        assert SECRET not in victim.run("log", "origin/code", "--rule", rule).out
