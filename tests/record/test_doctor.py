"""The doctor finds what was broken on purpose, and mends what can be mended."""

from __future__ import annotations

import io
import os
import re
import subprocess
import time
from pathlib import Path

import pytest

import gitexp
from gitexp.cli.env import Env
from gitexp.cli.main import run_words
from gitexp.record.record import Record
from gitexp.record.write.doctor import SETTINGS
from gitexp.record.write.setup import list_keep_refs
from gitexp.store.repository import Repository
from tests.clones import PUSHED_BRANCHES, clone, make_first
from tests.png import write_png
from tests.project import ROOT, Project
from tests.templates import copy_built

IN_CODE = re.compile(r"""["'](?:config )?gitexp\.([A-Za-z]+)["']""")
IN_DOCS = re.compile(r"(?:config[ \n]+`?|-c )gitexp\.([A-Za-z]+)")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    copy_built(tmp_path, build_pictured)
    return Project(tmp_path / "first")


def build_pictured(folder: Path) -> None:
    made = make_first(folder)
    made.exp("init")
    made.exp("image", "add", "t1", str(write_png(folder / "loss.png")))


def examine(project: Project, *options: str) -> list[str]:
    ran = project.run("doctor", *options)
    assert ran.code in (0, 1), ran.err
    assert ran.err == ""
    return ran.out.splitlines()


def state_dir(project: Project) -> Path:
    return project.top / ".git" / "gitexp"


def append_by_hand(project: Project, path: str, data: str | None) -> None:
    """Write, or take out, a file of the branch as somebody does who checks it out."""
    folder = project.top.parent / "by_hand"
    project.git("worktree", "add", "-q", str(folder), "gitexp")
    file = folder / path
    if data is None:
        file.unlink()
    else:
        file.write_text(data, encoding="utf-8")
    project.git("-C", str(folder), "add", "-A")
    project.git("-C", str(folder), "commit", "-q", "-m", "by hand")
    project.git("worktree", "remove", str(folder))


def find_path(project: Project, part: str) -> str:
    names = project.git("ls-tree", "-r", "--name-only", "gitexp").split()
    return next(name for name in names if part in name)


def test_a_sound_record(project: Project) -> None:
    assert examine(project) == ["all is well"]
    assert project.process("doctor").out == "all is well\n"


def test_stale_notes_are_written_anew(project: Project) -> None:
    commit = project.commit("a commit")
    project.exp("list")
    project.git("notes", "--ref=gitexp", "add", "-f", "-m", "wrong", commit)
    Record(Repository.discover(project.top)).close()
    assert "notes on commits do not say" in examine(project)[0]
    assert examine(project, "--fix")[0].startswith("mended: notes on commits")
    assert examine(project) == ["all is well"]


def test_an_index_that_says_something_else_is_made_anew(project: Project) -> None:
    record = Record(Repository.discover(project.top))
    record.index._db.execute("UPDATE whole SET row = replace(row, '0.2', '0.9')")
    record.close()
    assert "0.9" in project.exp("show", "t1")
    assert "the index does not say" in examine(project, "--fix")[0]
    assert "0.2" in project.exp("show", "t1")
    assert examine(project) == ["all is well"]


def test_a_snapshot_that_nothing_keeps_is_kept(project: Project) -> None:
    replica = (state_dir(project) / "replica").read_text().strip()
    project.git("update-ref", "-d", f"refs/gitexp/keep/{replica}")
    assert sum("nothing keeps snapshot" in line for line in examine(project)) == 2
    examine(project, "--fix")
    project.git("reflog", "expire", "--expire=now", "--all")
    project.git("gc", "-q", "--prune=now")
    assert "encode" in project.exp("excerpt", "t1", "--filter", "model")
    assert examine(project) == ["all is well"]


def test_snapshots_of_another_clone_are_kept_there(project: Project, tmp_path: Path) -> None:
    """A clone by path has all objects, and only the refs that it asked for."""
    project.git("clone", "-q", str(project.top), str(tmp_path / "second"))
    second = Project(tmp_path / "second")
    second.exp("init")
    assert not any("nothing keeps" in line for line in examine(second))
    second.write("model.py", "SIZE = 9\n")
    second.exp("new", "t9", "-m", "acc 0.9")
    replica = (state_dir(second) / "replica").read_text().strip()
    second.git("update-ref", "-d", f"refs/gitexp/keep/{replica}")
    assert sum("nothing keeps snapshot" in line for line in examine(second)) == 1


def test_what_was_changed_by_hand_is_named(project: Project) -> None:
    path = find_path(project, "-note-")
    text = project.git("show", f"gitexp:{path}")
    append_by_hand(project, path, text.replace("thought", "afterthought") + "\n")
    assert examine(project)[0] == f"- an event was changed by hand after it was recorded: {path}"


def test_a_missing_picture_is_named(project: Project) -> None:
    path = find_path(project, "images/")
    append_by_hand(project, path, None)
    assert f"names {path}: missing" in examine(project)[0]


def test_a_picture_that_is_another_one_is_named(project: Project) -> None:
    path = find_path(project, "images/")
    append_by_hand(project, path, "another")
    assert f"{path} is not what was recorded" in examine(project)[0]


def test_an_unreadable_event_is_named(project: Project) -> None:
    path = find_path(project, "-note-")
    append_by_hand(project, path, "no event")
    assert examine(project)[0].startswith(f"- an event cannot be read: {path}")


def test_the_code_that_is_not_in_a_clone_is_counted(project: Project, tmp_path: Path) -> None:
    project.git("push", "-q", "origin", *PUSHED_BRANCHES)
    second = clone(tmp_path / "remote.git", tmp_path / "second")
    second.exp("init")
    lines = examine(second)
    assert lines[0] == "- 2 of 2 snapshots are not in this clone"
    assert "git exp pull" in lines[1]


def test_a_lock_that_was_left_is_moved_aside(project: Project) -> None:
    lock = project.top / ".git" / "refs/heads/gitexp.lock"
    lock.write_text("")
    long_ago = time.time() - 3600
    os.utime(lock, (long_ago, long_ago))
    examine(project, "--fix")
    assert not lock.exists()
    assert examine(project) == ["all is well"]


def test_hooks_that_are_gone_or_do_not_run(project: Project) -> None:
    (project.top / ".git/hooks/post-rewrite").unlink()
    (state_dir(project) / "hooks/post-commit").write_text("exit 1\n")
    lines = examine(project)
    assert any("post-commit is in place and does not run here" in line for line in lines)
    assert any(line.startswith("- hook post-rewrite: not installed") for line in lines)


def test_settings_that_nobody_reads(project: Project) -> None:
    project.git("config", "gitexp.idPatern", "x")
    project.git("config", "gitexp.idPattern", "(")
    lines = examine(project)
    assert "- no verb reads the setting gitexp.idpatern" in lines
    assert "  is it gitexp.idPattern?" in lines
    assert any(line.startswith("- gitexp.idPattern is no pattern") for line in lines)


def test_no_setting_that_a_verb_reads_is_called_unread(project: Project) -> None:
    for name in list_settings_in_code() - {"branch"}:  # which would be another record
        project.git("config", f"gitexp.{name}", "1")
    unread = [line for line in examine(project) if "no verb reads the setting" in line]
    assert unread == []


def list_settings_in_code() -> set[str]:
    """Return the names behind ``gitexp.`` in the strings of the package that are no packages of it."""
    package = Path(gitexp.__file__).parent
    names: set[str] = set()
    for file in package.rglob("*.py"):
        names.update(IN_CODE.findall(file.read_text("utf-8")))
    assert "appendTo" in names
    return {name for name in names if not (package / name).exists()}


def test_the_doctor_knows_each_setting_that_the_code_reads_and_no_other() -> None:
    assert {name.lower() for name in SETTINGS} == {name.lower() for name in list_settings_in_code()}


def test_the_docs_name_each_setting_and_no_other() -> None:
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    assert set(IN_DOCS.findall(text)) == set(SETTINGS)


def test_a_text_that_was_never_recorded_is_named(project: Project) -> None:
    page = state_dir(project) / "note-1.md"
    page.write_text("忘れた\n", encoding="utf-8")
    assert f"git exp note -F '{page}'" in examine(project)[1]


def test_what_is_mended_is_in_the_json(project: Project) -> None:
    project.git("config", "gitexp.nonsense", "1")
    ran = project.run("doctor", "--json")
    assert ran.code == 1
    assert '"mended": false' in ran.out


# gc.


def count_loose(project: Project) -> int:
    return int(project.git("count-objects").split()[0])


def unpack(project: Project) -> None:
    """Store every object by itself, as earlier versions did."""
    for pack in (project.top / ".git/objects/pack").glob("*.pack"):
        moved = pack.rename(project.top.parent / pack.name)
        pack.with_suffix(".idx").unlink()
        with moved.open("rb") as file:
            subprocess.run(["git", "unpack-objects", "-q"], cwd=project.top, stdin=file, check=True)


def test_gc_packs_our_objects_and_leaves_the_users(project: Project) -> None:
    unpack(project)
    project.write("own.py", "x = 1\n")
    project.commit("own")
    project.exp("list")
    own = project.git("rev-parse", "HEAD:own.py")
    before = count_loose(project)
    assert "would be packed" in project.exp("gc", "--dry-run")
    assert count_loose(project) == before
    project.exp("gc")
    assert count_loose(project) < before / 2
    assert (project.top / ".git/objects" / own[:2] / own[2:]).exists()
    project.git("fsck", "--strict")
    assert "thought 2" in project.exp("show", "t1")
    assert "encode" in project.exp("excerpt", "t1", "--filter", "model")
    assert project.exp("gc").startswith("packed: 0 ")


def test_gc_removes_what_a_purge_left(project: Project) -> None:
    project.exp("note", "t1", "-m", "hunter2")
    (event,) = [row["id"] for row in project.json("journal") if row["text"] == "hunter2"]
    blob = project.git("rev-parse", f"gitexp:{find_path(project, event)}")
    project.exp("purge", event, "--yes")
    project.exp("gc")
    assert "removed: 0 " in project.exp("gc")
    said = project.exp("gc", "--now")
    assert "removed: 0 " not in said
    assert project.git("cat-file", "-t", blob, check=False) == ""
    project.git("fsck", "--strict")
    assert examine(project) == ["all is well"]


def test_gc_leaves_the_users_unreachable_commits(project: Project) -> None:
    project.write("own.py", "x = 1\n")
    lost = project.commit("own")
    project.git("reset", "-q", "--hard", "HEAD~")
    project.git("reflog", "expire", "--expire=now", "--all")
    project.exp("gc", "--now")
    assert project.git("cat-file", "-t", lost) == "commit"


def test_gc_leaves_the_unreachable_commit_below_a_snapshot(project: Project) -> None:
    project.write("own.py", "x = 1\n")
    lost = project.commit("own")
    project.write("own.py", "x = 2\n")
    project.exp("new", "tried", "-m", "tried acc 0.5")
    (snapshot,) = project.json("show", "tried")["snapshots"]
    project.exp("purge", "tried", "--yes")
    project.git("reset", "-q", "--hard", "HEAD~")
    project.git("reflog", "expire", "--expire=now", "--all")
    project.exp("gc", "--now")
    assert project.git("cat-file", "-t", snapshot["commit"], check=False) == ""
    assert project.git("cat-file", "-t", lost) == "commit"
    assert project.git("show", f"{lost}:own.py") == "x = 1"


def test_a_deleted_record_is_brought_back_by_what_was_printed(project: Project) -> None:
    keep_refs = list_keep_refs(project.record())
    said = project.exp("uninit", "--delete-record", "--yes")
    assert list_keep_refs(project.record()) == {}
    lines = [line.partition(": git ")[2] for line in said.splitlines() if ": git " in line]
    for line in lines:
        project.git(*line.split())
    project.exp("init")
    assert "thought 2" in project.exp("show", "t1")
    assert keep_refs
    assert list_keep_refs(project.record()) == keep_refs


def test_nobody_at_the_keyboard_must_say_that_the_record_is_to_be_deleted(project: Project) -> None:
    before = project.git("for-each-ref")
    assert "--yes" in project.fails("uninit", "--delete-record", code=2)
    assert project.git("for-each-ref") == before
    assert "thought 2" in project.exp("show", "t1")


class Keyboard(io.StringIO):
    """Standard input at which somebody types."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "is_deleted"), [("no\n", False), ("yes\n", True)])
def test_a_person_is_asked_before_the_record_is_deleted(
    project: Project, answer: str, is_deleted: bool
) -> None:
    world = Env(
        str(project.top),
        stdin=Keyboard(answer),
        out=io.StringIO(),
        err=io.StringIO(),
        variables=os.environ,
    )
    code = run_words(["uninit", "--delete-record"], world)
    assert "Type yes" in world.out.getvalue()  # type: ignore[attr-defined]
    assert (code == 0) is is_deleted
    assert bool(project.git("branch", "--list", "gitexp")) is not is_deleted
