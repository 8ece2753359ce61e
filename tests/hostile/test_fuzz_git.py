"""Anything at all where the record reads git's own folder: the hooks' spool, reflogs, notes, bundles.

Nobody but an attacker or a broken disk writes such things. Each ends in a value or in a refusal of
one line, and the next command works.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from gitexp.model.metric_syntax import parse_metric
from gitexp.record.write.reconcile import tie_new_commits
from gitexp.record.write.values import add_metrics
from tests.clones import make_first
from tests.hostile.remote import write_raw_tree
from tests.hostile.test_fuzz import mutate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project

in_one_project = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


# The spool and the reflogs.

IDS = st.sampled_from(
    ["0" * 40, "a" * 40, "a" * 39, "A" * 40, "--all", "HEAD", "..", "\x1b[2J", ""]
)
WORDS = IDS | st.text(max_size=8).filter(lambda text: "\n" not in text)
SPOOL_LINES = st.lists(
    st.tuples(st.sampled_from(["commit", "rewrite", "", "purge"]), WORDS, WORDS, WORDS).map(
        " ".join
    ),
    max_size=6,
).map("\n".join)


@in_one_project
@given(spool=st.binary(max_size=200) | SPOOL_LINES.map(lambda text: f"{text}\n".encode()))
def test_the_spool_of_the_hooks(begun: Project, spool: bytes) -> None:
    record = begun.record()
    tip = record.branch.tip
    (begun.top / ".git/gitexp/spool").write_bytes(spool)
    (begun.top / ".git/gitexp/offsets.json").write_text("{}")
    assert tie_new_commits(record) == 0
    assert record.branch.tip == tip


@in_one_project
@given(reflog=st.binary(max_size=200), offsets=st.binary(max_size=40) | st.just(b"{}"))
def test_the_reflog_and_where_it_was_read_to(begun: Project, reflog: bytes, offsets: bytes) -> None:
    record = begun.record()
    (begun.top / ".git/logs/HEAD").write_bytes(reflog)
    (begun.top / ".git/gitexp/offsets.json").write_bytes(offsets)
    assert tie_new_commits(record) == 0
    (begun.top / ".git/filter-repo").mkdir(exist_ok=True)
    (begun.top / ".git/filter-repo/commit-map").write_bytes(reflog)
    (begun.top / ".git/gitexp/offsets.json").write_text("{}")
    assert tie_new_commits(record) == 0


# Notes.

MODES = st.sampled_from([b"100644", b"40000", b"120000", b"160000", b"1", b""])


@st.composite
def write_note_entries(draw: st.DrawFn) -> list[tuple[bytes, str, str]]:
    """Return entries of a tree of notes: mode, form of the name, kind of the object."""
    forms = st.sampled_from(["flat", "folder", "other", ""])
    kinds = st.sampled_from(["blob", "tree", "commit", "missing"])
    return draw(st.lists(st.tuples(MODES, forms, kinds), max_size=4))


@in_one_project
@given(entries=write_note_entries(), kind=st.sampled_from(["commit", "tree", "tag", "blob"]))
def test_notes_that_somebody_else_wrote(
    project: Project, entries: list[tuple[bytes, str, str]], kind: str
) -> None:
    head = project.git("rev-parse", "HEAD")
    names = {"flat": head, "folder": head[:2], "other": "x" * 40, "": ""}
    objects = {
        "blob": store(project, "blob", b"words of a person\n"),
        "tree": project.git("mktree"),
        "commit": head,
        "missing": "1" * 40,
    }
    rows = [
        mode + b" " + names[form].encode() + b"\0" + bytes.fromhex(objects[of_kind])
        for mode, form, of_kind in entries
    ]
    tree = write_raw_tree(project, b"".join(rows))
    who = "T <t@x.invalid> 1 +0000"
    commit_text = f"tree {tree}\nauthor {who}\ncommitter {who}\n\nnotes\n"
    tag_text = f"object {head}\ntype commit\ntag t\ntagger {who}\n\nt\n"
    tips = {
        "commit": store(project, "commit", commit_text.encode()),
        "tree": tree,
        "tag": store(project, "tag", tag_text.encode()),
        "blob": objects["blob"],
    }
    ref = project.top / ".git/refs/notes/gitexp"
    ref.parent.mkdir(exist_ok=True)
    ref.write_text(f"{tips[kind]}\n")
    record = project.record()
    if not record.index.read_names():
        project.exp("new", "base", "--no-snapshot")
        project.exp("link", "base", "HEAD")
        ref.write_text(f"{tips[kind]}\n")
        record.refresh()
    add_metrics(record, "base", [parse_metric("acc=0.5")])
    assert record.warnings == []
    assert project.git("notes", "--ref=gitexp", "show", head) == "exp base acc=0.5"


def store(project: Project, kind: str, data: bytes) -> str:
    """Store the bytes of an object as they are, and return its id."""
    command = ["git", "hash-object", "-w", "-t", kind, "--literally", "--stdin"]
    done = subprocess.run(command, cwd=project.top, input=data, capture_output=True, check=True)
    return done.stdout.decode().strip()


# Bundles.


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of a record with one trial and its code."""
    folder = tmp_path_factory.mktemp("bundle")
    first = make_first(folder)
    (folder / "stick").mkdir()
    first.exp("push", str(folder / "stick"))
    (file,) = (folder / "stick").iterdir()
    return file


@settings(in_one_project, max_examples=max(15, settings().max_examples // 10))
@given(data=st.data())
def test_a_bundle(begun: Project, bundle: Path, data: st.DataObject) -> None:
    head, end, pack = bundle.read_bytes().partition(b"\n\n")
    head = data.draw(st.just(head) | mutate(head))
    pack = data.draw(st.just(pack) | mutate(pack))
    names = ("gitexp-kkkkkkkk.bundle", "gitexp-kkkkkkkk-000001.bundle")
    stick = begun.top.parent / "stick"
    shutil.rmtree(stick, ignore_errors=True)
    stick.mkdir()
    (stick / data.draw(st.sampled_from(names))).write_bytes(head + end + pack)
    refs = begun.git("for-each-ref", "--format=%(refname)")
    ran = begun.run("pull", str(stick))
    assert ran.code == 0 or ran.err.startswith("git exp: "), ran.err
    assert "Traceback" not in ran.err
    begun.exp("list")
    new_refs = set(begun.git("for-each-ref", "--format=%(refname)").split()) - set(refs.split())
    allowed = ("refs/gitexp/remote/", "refs/notes/gitexp")
    assert all(ref.startswith(allowed) for ref in new_refs), new_refs
