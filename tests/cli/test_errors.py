"""Bad input and bad ground: one clear line, the next step, exit code 1 or 2.

Nothing is half-written.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.png import write_png
from tests.project import ROOT, Project

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITING = [
    ("new", "x"),
    ("note", "-m", "text"),
    ("metric", "known", "acc=1"),
    ("tag", "known", "t"),
    ("snapshot", "take", "known"),
]


def list_refs(project: Project) -> str:
    return project.git("for-each-ref", "refs/heads", "refs/notes")


def record_known(project: Project) -> str:
    project.exp("new", "known")
    return list_refs(project)


def test_no_repository(tmp_path: Path) -> None:
    for args in ((), ("list",), ("init",), ("uninit",), ("status",), *WRITING):
        assert "git init" in Project(tmp_path).fails(*args)
    assert list(tmp_path.iterdir()) == []


def test_a_slip_names_the_help_of_its_verb(begun: Project) -> None:
    for verb in ("log", "journal"):
        assert f"(git exp {verb} -h)" in begun.fails(verb, "-n", code=2)


def test_no_init(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    before = sorted(str(path) for path in project.top.rglob("*") if "objects" not in path.parts)
    for args in ((), ("list",), ("status",), ("show", "a"), ("image", "list"), *WRITING):
        assert "git exp init" in project.fails(*args)
    assert (
        sorted(str(path) for path in project.top.rglob("*") if "objects" not in path.parts)
        == before
    )


@pytest.mark.parametrize(
    "args",
    [
        ("show",),
        ("use",),
        ("note", "-m", "x"),
        ("metric", "acc=1"),
        ("tag", "t"),
        ("rename", "b"),
        ("snapshot", "list"),
        ("image", "list"),
    ],
)
def test_an_unknown_id_has_near_ones(begun: Project, args: tuple[str, ...]) -> None:
    begun.exp("new", "tcn_filter10")
    before = list_refs(begun)
    place = 2 if args[0] in ("snapshot", "image") else 1
    line = begun.fails(*args[:place], "tcn_fliter10", *args[place:])
    assert "did you mean tcn_filter10?" in line
    assert list_refs(begun) == before


@pytest.mark.parametrize(
    "name",
    [
        "a/b",
        "a\\b",
        "",
        " ",
        "-",
        "a b",
        "a:b",
        "a,b",
        "..",
        ".a",
        "長" * 100,
        "a\nb",
        "a\0b"[:1] + "\x1b",
    ],
)
def test_an_id_that_cannot_be_one(begun: Project, name: str) -> None:
    before = list_refs(begun)
    if name == "":
        begun.exp("new", name)  # nothing given: a number
        return
    ran = begun.run("new", "--", name)
    assert ran.code == 2, ran
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err
    assert "\x1b" not in ran.err
    assert list_refs(begun) == before


def test_a_slash_has_a_way_out(begun: Project) -> None:
    assert "try 'models_first'" in begun.fails("new", "models/first", code=2)


def test_unknown_verbs_and_options(begun: Project) -> None:
    assert "did you mean" in begun.fails("notes", code=2)
    begun.fails("note", "--frobnicate", code=2)
    begun.fails("use", code=2)
    begun.fails("list", "--last", "none", code=2)


def test_pictures_that_are_none(begun: Project, tmp_path: Path) -> None:
    before = record_known(begun)
    good = write_png(tmp_path / "good.png", 64, 64)
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "cut.png").write_bytes(good.read_bytes()[:-30])
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "vector.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    for name in ("text.png", "cut.png", "empty.png", "vector.svg"):
        assert "no readable picture" in begun.fails("image", "add", "known", str(tmp_path / name))
    assert "cannot be read" in begun.fails(
        "image", "add", "known", str(tmp_path / "missing.png"), code=2
    )
    assert "is no file" in begun.fails("image", "add", "known", str(tmp_path), code=2)
    # One bad one among good ones: none of them is recorded.
    begun.fails("image", "add", "known", str(good), str(tmp_path / "cut.png"))
    begun.git("config", "gitexp.maxImage", "10")
    assert "gitexp.maxImage" in begun.fails("image", "add", "known", str(good), code=2)
    begun.git("config", "gitexp.maxImage", "huge")
    assert "gitexp.maxImage" in begun.fails("image", "add", "known", str(good), code=2)
    assert list_refs(begun) == before
    assert begun.json("image", "list") == []


def test_a_picture_that_would_fill_the_memory(begun: Project, tmp_path: Path) -> None:
    record_known(begun)
    bomb = write_png(tmp_path / "bomb.png")
    data = bomb.read_bytes()
    import struct
    import zlib

    head = b"IHDR" + struct.pack(">IIBBBBB", 60000, 60000, 8, 0, 0, 0, 0)
    bomb.write_bytes(data[:12] + head + struct.pack(">I", zlib.crc32(head)) + data[33:])
    assert "no readable picture" in begun.fails("image", "add", "known", str(bomb))


def test_a_newer_format(begun: Project) -> None:
    record_known(begun)
    record = begun.record()
    tip = record.branch.tip
    assert tip is not None
    tree = record.database.write_tree(
        record.database.read_tree_id(tip), {"FORMAT": record.database.write_blob(b"gitexp 2\n")}
    )
    begun.git(
        "update-ref", "refs/heads/gitexp", begun.git("commit-tree", tree, "-p", tip, "-m", "newer")
    )
    before = list_refs(begun)
    for args in ((), ("init",), ("list",), *WRITING):
        assert "upgrade" in begun.fails(*args)
    assert list_refs(begun) == before


def test_reftable(begun: Project) -> None:
    before = record_known(begun)
    begun.git("config", "core.repositoryformatversion", "1")
    begun.git("config", "extensions.refstorage", "reftable")
    line = begun.run("note", "-m", "x").err
    assert line.count("\n") == 1
    assert "reftable" in line or "refstorage" in line
    begun.git(
        "config", "--file", str(begun.top / ".git/config"), "--unset", "extensions.refstorage"
    )
    assert list_refs(begun) == before


def test_a_partial_clone(begun: Project, tmp_path: Path) -> None:
    begun.exp("new", "known", "-m", "text")
    begun.git("config", "uploadpack.allowFilter", "true")
    subprocess.run(
        [
            "git",
            "clone",
            "-q",
            "--filter=blob:none",
            f"file://{begun.top}",
            str(tmp_path / "partial"),
        ],
        check=True,
        cwd=tmp_path,
    )
    partial = Project(tmp_path / "partial")
    ran = partial.run("init")
    assert "Traceback" not in ran.err
    assert ran.code == 0 or ran.err.count("\n") == 1
    listed = partial.run("list")
    assert "Traceback" not in listed.err
    assert ("known" in listed.out) if listed.code == 0 else listed.err.count("\n") == 1


def test_an_empty_repository(tmp_path: Path) -> None:
    tmp_path.joinpath("p").mkdir()
    project = Project(tmp_path / "p")
    project.git("init", "-q", "-b", "main")
    project.exp("init")
    project.write("train.py", "1")
    project.exp("new", "first", "-m", "before any commit")
    project.exp("new", "second", "--no-snapshot")
    project.exp("status")
    project.exp("snapshot", "restore", "first", str(tmp_path / "out"))
    assert (tmp_path / "out/train.py").read_text() == "1"
    assert project.git("rev-parse", "--verify", "-q", "HEAD", check=False) == ""
    project.commit("now one")
    project.exp("list")


def test_a_bare_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "bare")], check=True)
    bare = Project(tmp_path / "bare")
    bare.exp("init")
    assert "--no-snapshot" in bare.fails("new", "x")
    bare.exp("new", "x", "--no-snapshot")
    bare.exp("note", "-m", "x acc 0.5")
    bare.exp("note", "-m", "y_1 acc 0.5")
    assert [experiment["id"] for experiment in bare.json("list")] == ["x", "y_1"]


def test_a_detached_head(begun: Project) -> None:
    begun.git("checkout", "-q", "--detach")
    before = begun.untouchable()
    begun.exp("new", "x", "-m", "on no branch")
    assert begun.untouchable() == before
    begun.write("layers.py", "2")
    commit = begun.commit("on no branch")
    assert commit in begun.experiment("x")["links"]


def test_inside_the_git_folder(begun: Project) -> None:
    ran = begun.run("note", "-m", "x", cwd=begun.top / ".git")
    assert "Traceback" not in ran.err
    assert ran.code == 0 or ran.err.count("\n") == 1


def test_the_reader_of_the_output_goes_away(begun: Project) -> None:
    record_known(begun)
    command = f"'{sys.executable}' -m gitexp list --json | true"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=begun.top,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 4 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("a file system of its own cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


def test_a_full_disk(full_disk: Path) -> None:
    project = Project.create(full_disk / "p").begin()
    before = record_known(project)
    filler = full_disk / "filler"
    with pytest.raises(OSError, match="No space"), filler.open("wb", buffering=0) as out:
        while True:
            out.write(b"x" * 4096 if out.tell() < 3 << 20 else b"x")
    for args in WRITING:
        assert "disk is full" in project.fails(*args)
    assert "known" in project.exp("list")
    assert list_refs(project) == before
    filler.unlink()
    project.git("fsck", "--strict")
    for args in WRITING:
        project.exp(*args)


def test_a_disk_that_fills_up_while_recording(full_disk: Path) -> None:
    project = Project.create(full_disk / "p").begin()
    project.exp("new", "known", "-m", "acc 0.1")
    filler = full_disk / "filler"
    recorded = 0
    for room in range(16, 160, 8):
        with pytest.raises(OSError, match="No space"), filler.open("wb", buffering=0) as out:
            while True:
                out.write(b"x" * 4096)
        os.truncate(filler, filler.stat().st_size - room * 1024)
        tip = project.git("rev-parse", "gitexp")
        ran = project.run("metric", "known", f"acc=0.{room}")
        filler.unlink()
        has_moved = project.git("rev-parse", "gitexp") != tip
        assert has_moved == (ran.code == 0), (room, ran)
        assert ran.code == 0 or "nothing was recorded" in ran.err
        recorded += has_moved
    assert 0 < recorded < 18, "the room should be too little at first and enough in the end"
    project.git("fsck", "--strict")
    metrics = project.record().index.read_events_of_kind("metric")
    assert len(metrics) == 1 + recorded


def test_a_file_size_limit_is_no_traceback(begun: Project) -> None:
    record_known(begun)
    begun.write("big.py", "".join(f"line {number}\n" for number in range(40000)))
    command = f"ulimit -f 8; trap '' XFSZ; exec '{sys.executable}' -m gitexp new x"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(begun.top.parent)}
    done = subprocess.run(
        ["bash", "-c", command], cwd=begun.top, env=env, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert "recorded, but its code was not kept" in done.stderr
    assert "x" in [row["id"] for row in begun.json("list")]


@pytest.fixture
def read_only(begun: Project) -> Iterator[Project]:
    """A repository with .git on a read-only mount: permissions do not hold root."""
    record_known(begun)
    git_dir = str(begun.top / ".git")
    if (
        subprocess.run(
            ["mount", "--bind", git_dir, git_dir], capture_output=True, check=False
        ).returncode
        != 0
    ):
        pytest.skip("nothing can be mounted read-only here")
    if (
        subprocess.run(
            ["mount", "-o", "remount,ro,bind", git_dir], capture_output=True, check=False
        ).returncode
        != 0
    ):
        subprocess.run(["umount", "-l", git_dir], check=False)
        pytest.skip("nothing can be mounted read-only here")
    yield begun
    subprocess.run(["umount", "-l", git_dir], check=False)


def test_a_read_only_git_folder(read_only: Project) -> None:
    check_read_only(read_only)


def check_read_only(project: Project) -> None:
    before = list_refs(project)
    for args in WRITING:
        assert "cannot be written" in project.fails(*args)
    assert "known" in project.exp("list")
    assert list_refs(project) == before


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that every user may read: not below pytest's, which it closes at each start."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def test_a_git_folder_of_somebody_elses(shared_folder: Path) -> None:
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0 or setpriv is None:
        pytest.skip("needs root and setpriv to become somebody else")
    stranger = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable]
    can_import = subprocess.run(
        [*stranger, "-c", "import click, pygit2"], capture_output=True, check=False
    )
    if can_import.returncode != 0:
        pytest.skip("the interpreter and its packages cannot be read by others here")
    project = Project.create(shared_folder / "project").begin()
    record_known(project)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": "/nonexistent"}
    env |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory"}
    for trusted, words in (
        ("", "belongs to another user"),
        (str(project.top), "cannot be written"),
    ):
        done = subprocess.run(
            [*stranger, "-m", "gitexp", "note", "-m", "x"],
            cwd=project.top,
            env={**env, "GIT_CONFIG_VALUE_0": trusted},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1, done
        assert done.stderr.count("\n") == 1, done.stderr
        assert words in done.stderr
