"""No file is written but where a verb says it writes: whatever a record from a remote calls its
files.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.hostile.remote import Leaf, Remote, Tree, event_file
from tests.project import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project

HOOK = b'#!/bin/sh\ntouch "$(git rev-parse --show-toplevel)/ran"\n'
SHA = hashlib.sha256(HOOK).hexdigest()

SERIES = f"data/{SHA[:2]}/{SHA}.json"

PATHS = [
    "../.git/hooks/post-commit",
    "../../evil",
    "images/../../.git/hooks/post-commit",
    "/tmp/evil.png",
    "C:\\evil.png",
    "..\\.git\\hooks\\post-commit",
    "images\\..\\evil.png",
    "export.js",
    "index.html",
    "evil.html",
    "style.css",
    "gitexp-export",
    ".git/hooks/post-commit",
    ".git\u200c/config",
    SERIES,
    f"data/{SHA[:2]}/{SHA}.js",
    f"data/{SHA[:2]}/{SHA}.png",
    f"log/{SHA[:2]}/{SHA}.png",
    f"images/{SHA[:2]}/{SHA}.html",
    f"images/{SHA[:2]}/{SHA}.svg",
    f"images/{SHA[:2]}/{SHA}.PNG",
    f"images/{SHA[:2]}/{SHA}.png.html",
    f"images/{SHA[:2]}/{SHA}.png\n",
    f"images/{SHA[:2]}/{SHA}.png/",
    f"images/{SHA[:2]}/{SHA}",
    f"images/{SHA[:2]}/{SHA.upper()}.png",
    f"images/{SHA[:2]}/{SHA[:63]}.png",
    f"images/{SHA[:2]}/{SHA}0.png",
    f"images/zz/{SHA}.png",
    f"images/{SHA[2:4]}/{SHA}.png",
    f"images//{SHA[:2]}/{SHA}.png",
    f"./images/{SHA[:2]}/{SHA}.png",
    f"images/{SHA[:2]}/{SHA}.png\0.html",
    f"images/{SHA[:2]}/../{SHA[:2]}/{SHA}.png",
    "images/",
    "images",
    "",
    ".",
    "..",
    "CON",
    "images/CON.png",
    "a" * 5000 + ".png",
    "\ud800.png",
    "<script>.png",
]


def _picture(path: str) -> bytes:
    return event_file(kind="image", path=path, name="a.png", width=1, height=1)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git/gitexp" not in str(path)
    }


def _hostile(tmp_path: Path, kind: str) -> tuple[Project, dict[str, str]]:
    """A clone of a record with an event for each path, and a file at each that git can hold; and
    the event files by the paths that they name."""
    remote = Remote.create(tmp_path / "remote")
    events = {}
    sizes: dict[str, Any] = {"image": {"width": 40, "height": 20}, "series": {"tags": ["loss"]}}
    for number, path in enumerate(PATHS):
        fields = {"path": path, "name": f"{number}.png", **sizes[kind]}
        events[path] = remote.add_event(event_file(kind=kind, lamport=100 + number, **fields))
        if _can_be_stored(path):
            remote.add_file(path.split("/"), Leaf(HOOK, "100755"))
    remote.commit()
    victim = remote.clone(tmp_path / "victim")
    victim.exp("init")
    return victim, events


def _can_be_stored(path: str) -> bool:
    """Whether a record can have a file of that path and be read at all."""
    parts = path.split("/")
    is_text = path.isprintable() and len(path) < 200
    is_short = len(parts) == 1 and parts[0] != "images"
    is_attachment = len(parts) == 3 and parts[0] in ("images", "data", "log")
    return is_text and not {"", ".", "..", ".git"} & set(parts) and (is_short or is_attachment)


def test_a_record_writes_no_hook(tmp_path: Path) -> None:
    """The attack as it was reported: a picture whose path leads to a hook, and a tree that has
    it.
    """
    remote = Remote.create(tmp_path / "remote")
    remote.add_file(["..", ".git", "hooks", "post-commit"], Leaf(HOOK, "100755"))
    remote.add_event(_picture("../.git/hooks/post-commit"))
    remote.commit()
    victim = remote.clone(tmp_path / "victim")
    victim.run("init")
    victim.git("update-ref", "refs/heads/gitexp", "origin/gitexp")
    hook = victim.top / ".git/hooks/post-commit"
    hook.write_bytes(b"#!/bin/sh\nexit 0\n")
    hook.chmod(0o755)
    victim.run("export", "out")
    assert hook.read_bytes() == b"#!/bin/sh\nexit 0\n"
    victim.write("a.py", "x = 1\n")
    victim.commit("the hook runs")
    assert not (victim.top / "ran").exists()


@pytest.mark.parametrize("kind", ["image", "series"])
def test_no_path_of_an_event_names_a_file_elsewhere(tmp_path: Path, kind: str) -> None:
    victim, events = _hostile(tmp_path, kind)
    named = set(victim.json("status")["broken"])
    good = {events[SERIES]} if kind == "series" else set()
    assert set(events.values()) & named == set(events.values()) - good
    before = _files(tmp_path)
    victim.exp("export", "out")
    victim.exp("pages")
    after = _files(tmp_path)
    written = {name for name in after if before.get(name) != after[name]}
    assert not [name for name in written if not name.startswith(("victim/out/", "victim/.git/"))]
    assert not [name for name in written if after[name] == HOOK]
    assert "victim/.git/hooks/post-commit" not in written
    victim.write("a.py", "x = 1\n")
    victim.commit("the hook must not run")
    assert not (victim.top / "ran").exists()


def test_a_page_of_the_record_is_no_page_of_the_site(tmp_path: Path) -> None:
    """What the reader of a published site loads is ours alone, though the branch holds such
    files.
    """
    remote = Remote.create(tmp_path / "remote")
    for name in ("export.js", "evil.html", "index.html", "data/index.js"):
        remote.add_file(name.split("/"), Leaf(b"alert(1)"))
        remote.add_event(_picture(name))
    remote.commit()
    victim = remote.clone(tmp_path / "victim")
    victim.exp("init")
    victim.exp("export", "out")
    assert not [name for name, data in _files(victim.top / "out").items() if b"alert(1)" in data]
    assert not (victim.top / "out/evil.html").exists()


def test_an_honest_picture_from_the_remote_is_still_there(tmp_path: Path) -> None:
    remote = Remote.create(tmp_path / "remote")
    path = f"images/{SHA[:2]}/{SHA}.png"
    remote.add_file(path.split("/"), Leaf(HOOK))
    remote.add_event(_picture(path))
    remote.commit()
    victim = remote.clone(tmp_path / "victim")
    victim.exp("init")
    victim.exp("export", "out")
    assert (victim.top / "out" / path).read_bytes() == HOOK
    assert not (victim.top / "out" / path).stat().st_mode & 0o111


@pytest.mark.parametrize("linked", ["images", "data", "index.html"])
def test_an_export_that_came_with_the_clone_leads_nowhere(tmp_path: Path, linked: str) -> None:
    """The code of a remote can hold a folder that says it is an export, with a link in it."""
    remote = Remote.create(tmp_path / "remote")
    path = f"images/{SHA[:2]}/{SHA}.png"
    remote.add_file(path.split("/"), Leaf(HOOK))
    remote.add_event(_picture(path))
    remote.commit()
    code = remote.project
    code.write("docs/gitexp-export", "written by git exp export\n")
    target = "../.git/config" if linked == "index.html" else "../.git/hooks"
    (code.top / "docs" / linked).symlink_to(target)
    code.commit("a folder for pages")
    victim = remote.clone(tmp_path / "victim")
    victim.exp("init")
    before = _files(victim.top / ".git")
    refusal = f"'{linked}' in '{victim.top / 'docs'}' is a symbolic link"
    assert refusal in victim.fails("export", "docs")
    changed = {
        name for name, data in _files(victim.top / ".git").items() if before.get(name) != data
    }
    assert not {name for name in changed if name.startswith(("hooks", "config"))}


def test_what_else_lies_in_an_export_stays(tmp_path: Path) -> None:
    project = Remote.create(tmp_path / "remote").project
    project.exp("export", "out")
    site = project.top / "out"
    subprocess.run(["git", "init", "-q", str(site)], check=True)
    (site / "CNAME").write_text("example.org")
    (site / "data/mine.js").write_text("x")
    before = _files(site)
    project.exp("note", "t1", "-m", "one more")
    project.exp("export", "out")
    after = _files(site)
    for name in ("CNAME", "data/mine.js", ".git/HEAD", ".git/config"):
        assert after[name] == before[name]


@pytest.mark.parametrize(
    "name", ["..", "../evil", ".git", "git~1", "a\tb", "CON", "x" * 300, "a\\b"]
)
def test_a_topic_of_any_name_gets_no_page_elsewhere(tmp_path: Path, name: str) -> None:
    remote = Remote.create(tmp_path / "remote")
    remote.add_event(event_file(f"words [[{name}]] and [[nul\0l]] and [[esc\x1b[31m]]"))
    remote.add_event(event_file("summary", kind="topic", name=name, exp=[]))
    remote.commit()
    victim = remote.clone(tmp_path / "victim")
    victim.exp("init")
    victim.exp("pages")
    victim.git("fsck", "--strict")
    names = victim.git("ls-tree", "-r", "-z", "--name-only", "gitexp:pages").split("\0")
    assert all(len(path.split("/")) <= 2 and path.isprintable() for path in names)
    victim.git("worktree", "add", "-q", str(tmp_path / "look"), "gitexp")
    victim.exp("export", "out")
    assert victim.exp("list")


def test_cards_of_a_notebook_hold_only_pictures(tmp_path: Path) -> None:
    victim, _ = _hostile(tmp_path, "image")
    code = "from gitexp.viewer.notebook import show; print(show('t1').html)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=victim.top,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert "<iframe sandbox srcdoc=" in done.stdout
    assert "data:image/" not in done.stdout
    assert "<script" not in done.stdout
    assert "lt;script" not in done.stdout


def test_a_snapshot_of_a_remote_is_restored_below_its_folder(tmp_path: Path) -> None:
    """The tree of a trial is the remote's code: git itself checks it out, and refuses such
    names.
    """
    remote = Remote.create(tmp_path / "remote")
    evil: list[Tree] = [
        {"..": {"evil": Leaf(HOOK)}},
        {".git": {"config": Leaf(HOOK)}},
        {"link": Leaf(b"../../evil", "120000")},
    ]
    for number, tree in enumerate(evil):
        bad: Tree = {"a.py": Leaf(b"x = 1\n"), **tree}
        commit = remote.project.git("commit-tree", remote.write(bad), "-m", "code")
        remote.project.git("update-ref", f"refs/heads/code{number}", commit)
        remote.add_event(
            event_file(kind="snapshot", exp=[f"s{number}"], commit=commit, base="", left_out=0)
        )
    remote.commit()
    victim = remote.clone(tmp_path / "victim")
    victim.exp("init")
    before = _files(tmp_path)
    for number in (0, 1):
        assert "invalid path" in victim.fails(
            "snapshot", "restore", f"s{number}", f"../out{number}"
        )
    victim.exp("snapshot", "restore", "s2", "../out2")
    new = {name for name in _files(tmp_path) if name not in before}
    assert {name.split("/")[0] for name in new if not name.startswith("victim/.git")} == {"out2"}
    assert not (tmp_path / "evil").exists()
