"""The hooks, on real git: what they spool, that a commit never notices them, and that nothing is left after uninstall."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitexp.errors import StorageError
from gitexp.store import hooks
from gitexp.store.repository import Repository
from tests.project import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

BASH = shutil.which("bash")


@dataclass(frozen=True)
class Clone:
    """A repository in a temporary folder, as the hooks see it."""

    top: Path

    @property
    def repository(self) -> Repository:
        return Repository.discover(self.top)

    @property
    def hooks(self) -> Path:
        return self.repository.common_dir / "hooks"

    @property
    def spool(self) -> Path:
        return self.repository.state_dir / "spool"

    def run(
        self, *args: str, data: str | None = None, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", *args],
            cwd=self.top,
            capture_output=True,
            text=True,
            check=False,
            input=data,
            env={**os.environ, **(env or {})},
        )

    def git(self, *args: str, data: str | None = None, env: dict[str, str] | None = None) -> str:
        done = self.run(*args, data=data, env=env)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, name: str, *options: str) -> str:
        """Commit a new file; git must say nothing at all."""
        (self.top / name).write_text(name)
        self.git("add", name)
        done = self.run("commit", "-q", "-m", name, *options)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        return self.git("rev-parse", "HEAD")

    def lines(self) -> list[str]:
        return self.spool.read_text().splitlines() if self.spool.exists() else []

    def hook(self, name: str, text: str | bytes, mode: int = 0o755) -> Path:
        path = self.hooks / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        path.chmod(mode)
        os.utime(path, (1_560_000_000, 1_560_000_000))
        return path


def digest(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Every path below with its kind or content, mode and time of change; without the times of folders."""
    seen = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        info = path.lstat()
        if path.is_symlink():
            seen[str(path)] = (f"-> {path.readlink()}", info.st_mode, info.st_mtime_ns)
        elif path.is_dir():
            seen[str(path)] = ("folder", info.st_mode, 0)
        else:
            seen[str(path)] = (
                hashlib.sha256(path.read_bytes()).hexdigest(),
                info.st_mode,
                info.st_mtime_ns,
            )
    return seen


def make(top: Path, *options: str) -> Clone:
    top.mkdir(parents=True)
    clone = Clone(top)
    clone.git("init", "-q", "-b", "main", *options)
    return clone


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return make(tmp_path / "project")


@pytest.fixture
def hooked(clone: Clone) -> Clone:
    assert hooks.install_hooks(clone.repository).installed
    return clone


# What is spooled


def test_scripts_pass_shellcheck(clone: Clone) -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not on PATH; CI installs it")
    hooks.install_hooks(clone.repository)
    files = [*sorted((ROOT / "hooks").iterdir()), *(clone.hooks / name for name in hooks.NAMES)]
    # The marked lines name a file that is known only at run time.
    done = subprocess.run(
        ["shellcheck", "--exclude=SC1090,SC1091", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""


def test_first_commit_and_next(hooked: Clone) -> None:
    made = [hooked.commit("a"), hooked.commit("b", "--no-verify")]
    assert hooked.lines() == [f"commit {oid} {hooked.repository.git_dir}" for oid in made]


def test_amend_spools_commit_then_rewrite(hooked: Clone) -> None:
    old = hooked.commit("a")
    new = hooked.commit("b", "--amend")
    assert hooked.lines()[1:] == [
        f"commit {new} {hooked.repository.git_dir}",
        f"rewrite {old} {new} amend",
    ]


@pytest.mark.parametrize("backend", ["--merge", "--apply"])
def test_rebase_spools_pairs_only(hooked: Clone, backend: str) -> None:
    hooked.commit("a")
    hooked.git("checkout", "-qb", "side")
    old = [hooked.commit("b"), hooked.commit("c")]
    hooked.git("checkout", "-q", "main")
    hooked.commit("d")
    hooked.spool.unlink()
    hooked.git("rebase", "-q", backend, "main", "side")
    new = hooked.git("rev-list", "--reverse", "main..side").split()
    assert hooked.lines() == [
        f"rewrite {before} {after} rebase" for before, after in zip(old, new, strict=True)
    ]


def test_commit_at_an_interactive_stop_is_left_to_the_reflog(hooked: Clone) -> None:
    hooked.commit("a")
    stopped = hooked.commit("b")
    hooked.git("rebase", "-q", "-i", "HEAD~1", env={"GIT_SEQUENCE_EDITOR": "sed -i s/^pick/edit/"})
    hooked.spool.unlink()
    hooked.git("commit", "-q", "--amend", "-m", "other", "--no-edit")
    hooked.git("rebase", "--continue")
    new = hooked.git("rev-parse", "HEAD")
    assert f"rewrite {stopped} {new} rebase" in hooked.lines()
    assert not [line for line in hooked.lines() if line.startswith("commit")]


def test_detached_head_and_packed_refs(hooked: Clone) -> None:
    hooked.commit("a")
    hooked.git("pack-refs", "--all")
    packed = hooked.commit("b")
    hooked.git("checkout", "-q", "--detach")
    detached = hooked.commit("c")
    assert [line.split()[1] for line in hooked.lines()[1:]] == [packed, detached]


def test_ref_that_no_builtin_can_read(hooked: Clone) -> None:
    hooked.commit("a")
    hooked.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
    hooked.git("symbolic-ref", "HEAD", "refs/heads/alias")
    oid = hooked.commit("b")
    assert hooked.lines()[-1] == f"commit {oid} {hooked.repository.git_dir}"


def test_linked_worktree(hooked: Clone, tmp_path: Path) -> None:
    hooked.commit("a")
    hooked.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "木 tree"))
    linked = Clone(tmp_path / "木 tree")
    oid = linked.commit("b")
    assert linked.repository.git_dir != hooked.repository.git_dir
    assert hooked.lines()[-1] == f"commit {oid} {linked.repository.git_dir}"
    assert hooks.read_hook_status(linked.repository).installed


def test_hook_finds_the_common_dir_without_git_dir(hooked: Clone, tmp_path: Path) -> None:
    hooked.commit("a")
    hooked.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    hooked.spool.unlink()
    env = {key: value for key, value in os.environ.items() if key != "GIT_DIR"} | {
        "CDPATH": str(tmp_path / "decoy")
    }
    make(tmp_path / "decoy")
    for top in (hooked.top, tmp_path / "side"):
        subprocess.run([hooked.hooks / "post-commit"], cwd=top, env=env, check=True)
    oid = hooked.git("rev-parse", "HEAD")
    assert hooked.lines() == [
        f"commit {oid} {hooked.repository.git_dir}",
        f"commit {oid} {hooked.repository.git_dir}/worktrees/side",
    ]


def test_submodule(hooked: Clone, tmp_path: Path) -> None:
    inner = make(tmp_path / "inner")
    inner.commit("a")
    hooked.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.top), "sub")
    sub = Clone(hooked.top / "sub")
    hooks.install_hooks(sub.repository)
    oid = sub.commit("b")
    assert sub.lines() == [f"commit {oid} {sub.repository.git_dir}"]
    assert hooked.lines() == []


def test_folder_moved_and_commit_from_elsewhere(hooked: Clone, tmp_path: Path) -> None:
    moved = Clone(hooked.top.rename(tmp_path / "改名 $HOME 'x'"))
    (moved.top / "deep").mkdir()
    done = subprocess.run(
        ["git", "commit", "-q", "--allow-empty", "-m", "x"],
        cwd=moved.top / "deep",
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    env = {"GIT_DIR": str(moved.top / ".git"), "GIT_WORK_TREE": str(moved.top)}
    subprocess.run(
        ["git", "commit", "-q", "--allow-empty", "-m", "y"],
        cwd=tmp_path,
        env={**os.environ, **env},
        check=True,
    )
    oids = moved.git("rev-list", "--reverse", "HEAD").split()
    assert moved.lines() == [f"commit {oid} {moved.top}/.git" for oid in oids]


def test_sha256_repository(tmp_path: Path) -> None:
    clone = make(tmp_path / "project", "--object-format=sha256")
    hooks.install_hooks(clone.repository)
    oid = clone.commit("a")
    assert len(oid) == 64
    assert clone.lines() == [f"commit {oid} {clone.repository.git_dir}"]


def test_concurrent_commits_lose_no_line(hooked: Clone, tmp_path: Path) -> None:
    hooked.commit("a")
    trees = [tmp_path / f"tree{number}" for number in range(6)]
    for tree in trees:
        hooked.git("worktree", "add", "-q", "--detach", str(tree))
    hooked.spool.unlink()
    script = 'for i in 1 2 3 4 5; do git commit -q --allow-empty -m "$i" || exit 1; done'
    running = [subprocess.Popen(["sh", "-c", script], cwd=tree) for tree in trees]
    assert [process.wait() for process in running] == [0] * len(trees)
    made = {oid for tree in trees for oid in Clone(tree).git("rev-list", "-5", "HEAD").split()}
    lines = [line.split(" ") for line in hooked.lines()]
    assert len(lines) == 30
    assert all(len(words) == 3 for words in lines)
    assert {oid for _, oid, _ in lines} == made


def test_no_process_is_started(hooked: Clone) -> None:
    """With an empty PATH only builtins are left."""
    oid = hooked.commit("a")
    hooked.spool.unlink()
    env = {"PATH": "/nonexistent", "GIT_DIR": ".git"}
    subprocess.run([hooked.hooks / "post-commit"], cwd=hooked.top, env=env, check=True)
    subprocess.run(
        [hooked.hooks / "post-rewrite", "amend"],
        cwd=hooked.top,
        env=env,
        input=f"{oid} {oid}\n".encode(),
        check=True,
    )
    assert hooked.lines() == [f"commit {oid} {hooked.top}/.git", f"rewrite {oid} {oid} amend"]


def test_pairs_that_make_no_sense_are_passed_over(hooked: Clone) -> None:
    oid = hooked.commit("a")
    hooked.spool.unlink()
    script = hooked.repository.state_dir / "hooks" / "post-rewrite"
    for command, data in (("amend", f"x\ny z\n\n{oid} {oid} more\n"), ("replay", f"{oid} {oid}\n")):
        subprocess.run(["sh", script, command], cwd=hooked.top, input=data.encode(), check=True)
    assert hooked.lines() == [f"rewrite {oid} {oid} amend"]


def test_path_through_a_symbolic_link_is_told_as_git_knows_it(
    hooked: Clone, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(hooked.top)
    subprocess.run([hooked.hooks / "post-commit"], cwd=tmp_path / "link", check=True)
    linked = Clone(tmp_path / "link")
    oid = linked.commit("a")
    env = {**os.environ, "GIT_DIR": str(tmp_path / "link" / ".git")}
    subprocess.run([hooked.hooks / "post-commit"], cwd=tmp_path, env=env, check=True)
    assert hooked.lines() == [f"commit {oid} {hooked.repository.git_dir}"] * 2


# A commit never notices


def test_spool_on_a_full_disk(hooked: Clone) -> None:
    hooked.spool.symlink_to("/dev/full")
    hooked.commit("a")
    hooked.commit("b", "--amend")


@pytest.mark.parametrize(
    "damage",
    ["spool is a folder", "state is gone", "scripts are gone", "HEAD is odd", "script is broken"],
)
def test_damage_is_silent(hooked: Clone, damage: str) -> None:
    hooked.commit("a")
    state, folder = hooked.repository.state_dir, hooked.hooks
    if damage == "spool is a folder":
        hooked.spool.unlink()
        hooked.spool.mkdir()
    elif damage == "state is gone":
        shutil.rmtree(state)
    elif damage == "scripts are gone":
        shutil.rmtree(state / "hooks")
    elif damage == "script is broken":
        (state / "hooks" / "post-commit").write_text("if then ((\n")
        (state / "hooks" / "post-rewrite").write_text("exit 3\n")
    hooked.commit("b")
    hooked.commit("c", "--amend")
    if damage == "HEAD is odd":
        (hooked.top / ".git" / "HEAD").write_text("")
    for name in hooks.NAMES:
        done = subprocess.run(
            [folder / name, "amend"],
            cwd=hooked.top,
            capture_output=True,
            input=b"x\ny z\n",
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert state.exists() != (damage == "state is gone")


def test_unborn_branch_spools_nothing(hooked: Clone) -> None:
    done = subprocess.run(
        [hooked.hooks / "post-commit"], cwd=hooked.top, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert hooked.lines() == []


@pytest.fixture
def someone() -> Iterator[tuple[Clone, int]]:
    """A clone whose rights count: it belongs to an ordinary user, also where tests run as root."""
    uid = os.geteuid() or 65534
    with tempfile.TemporaryDirectory() as name:  # tmp_path is closed to others
        top = Path(name)
        top.chmod(0o777)
        clone = make(top / "project")
        if uid != os.geteuid():
            for path in [top, *top.rglob("*")]:
                os.chown(path, uid, uid)
        yield clone, uid
        for path in clone.top.rglob("*"):
            if path.is_dir():
                path.chmod(0o755)


@contextmanager
def acting_as(uid: int) -> Iterator[None]:
    before = os.geteuid()
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(before)


def test_read_only_hooks_folder(someone: tuple[Clone, int]) -> None:
    clone, uid = someone
    folder = clone.top / ".git/hooks"
    folder.chmod(0o555)
    before = digest(folder)
    with acting_as(uid), pytest.raises(StorageError, match="were not installed") as raised:
        hooks.install_hooks(clone.repository)
    assert "'git exp init' again" in raised.value.hint
    assert digest(folder) == before
    assert not (clone.top / ".git/gitexp/hooks").exists()


def test_read_only_when_taking_out(someone: tuple[Clone, int]) -> None:
    clone, uid = someone
    with acting_as(uid):
        hooks.install_hooks(clone.repository)
    (clone.top / ".git/hooks").chmod(0o555)
    before = digest(clone.top / ".git")
    with acting_as(uid), pytest.raises(StorageError, match="were not removed"):
        hooks.uninstall_hooks(clone.repository)
    assert digest(clone.top / ".git") == before


def test_read_only_spool(someone: tuple[Clone, int]) -> None:
    clone, uid = someone
    with acting_as(uid):
        assert hooks.install_hooks(clone.repository).installed
    (clone.top / ".git/gitexp").chmod(0o555)
    user = uid if uid != os.geteuid() else None  # a shell gives up a merely effective user
    for options in ([], ["--amend"]):
        command = ["git", "commit", "-q", "--allow-empty", "-m", "x", *options]
        done = subprocess.run(
            command,
            cwd=clone.top,
            user=user,
            env={**os.environ, "HOME": "/"},
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert not (clone.top / ".git/gitexp/spool").exists()


# Beside foreign hooks

# Each prints what it was given, so that any change to its input, arguments, name or exit status shows.
TELL = 'printf "%s:%s|" "$0" "$*" >>told; cat >>told; echo "=$?" >>told\n'
FOREIGN = {
    "plain": "#!/bin/sh\n" + TELL,
    "options": "#!/bin/sh -eu\n" + TELL + "false\n",
    "exit status": "#!/bin/sh\nset -e\n" + TELL + "exit 7\n",
    "exec": "#!/bin/sh\n" + TELL.replace("cat >>told", "true") + "exec cat >>told\n",
    "no newline at the end": "#!/bin/sh\n" + TELL + "exit 4",
    "first command fails": '#!/bin/sh\necho "status $?" >>told\n' + TELL,
    "input in pieces": '#!/bin/sh\nIFS= read -r first || :\necho "first <$first>" >>told\n' + TELL,
    "does not read": "#!/bin/sh\necho ran >>told\n",
}
if BASH:
    FOREIGN["env bash"] = (
        "#!/usr/bin/env bash\nset -euo pipefail\nmapfile -t rows\n"
        + 'echo "${#rows[@]} ${rows[*]}" >>told\nexit 3\n'
    )
    FOREIGN["pre-commit"] = (
        "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n# ID: 138fd403232d2ddd5efb44317e38bf03\n\n"
        "# start templated\nINSTALL_PYTHON=/bin/sh\n"
        "ARGS=(-c 'echo \"$@\" >>told; cat >>told' --hook-type=post-rewrite)\n# end templated\n\n"
        'HERE="$(cd "$(dirname "$0")" && pwd)"\nARGS+=(--hook-dir "$HERE" -- "$@")\n\n'
        'if [ -x "$INSTALL_PYTHON" ]; then\n    exec "$INSTALL_PYTHON" "${ARGS[@]}"\nfi\n'
    )
PAIR = f"{'a' * 40} {'b' * 40}\n"
INPUTS = {"nothing": "", "one": PAIR, "three": PAIR * 3, "much": PAIR * 3000}


def told(clone: Clone, name: str, data: str) -> tuple[int, str, str, str]:
    """Run a hook as git does; its exit status, output and what it wrote down."""
    note = clone.top / "told"
    note.unlink(missing_ok=True)
    done = subprocess.run(
        [f".git/hooks/{name}", "rebase"],
        cwd=clone.top,
        input=data,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr, note.read_text() if note.exists() else ""


@pytest.mark.parametrize("data", INPUTS.values(), ids=INPUTS.keys())
@pytest.mark.parametrize("name", hooks.NAMES)
@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN.keys())
def test_foreign_hook_notices_nothing(clone: Clone, text: str, name: str, data: str) -> None:
    oid = clone.commit("a")
    clone.hook(name, text)
    other = next(other for other in hooks.NAMES if other != name)
    before, plain = digest(clone.hooks), told(clone, name, data)
    report = hooks.install_hooks(clone.repository)
    assert {state.name: state.detail for state in report.hooks} == {
        name: "beside your own hook",
        other: "",
    }
    assert told(clone, name, data) == plain
    expected = (
        [f"commit {oid} {clone.top}/.git"]
        if name == "post-commit"
        else ["rewrite " + PAIR.strip() + " rebase"] * data.count("\n")
    )
    assert clone.lines() == expected
    hooks.uninstall_hooks(clone.repository)
    assert digest(clone.hooks) == before


@pytest.mark.skipif(BASH is None, reason="only bash keeps here-documents in files")
def test_foreign_hook_gets_its_input_without_temporary_files(clone: Clone) -> None:
    clone.hook("post-rewrite", f"#!{BASH}\ncat >>told\n")
    hooks.install_hooks(clone.repository)
    data = INPUTS["much"]
    env = {**os.environ, "TMPDIR": "/nonexistent"}
    done = subprocess.run(
        [".git/hooks/post-rewrite", "rebase"],
        cwd=clone.top,
        input=data,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stderr, (clone.top / "told").read_text(), len(clone.lines())) == ("", data, 3000)


def test_our_lines_twice_in_one_hook(clone: Clone) -> None:
    hooks.install_hooks(clone.repository)
    path = clone.hooks / "post-rewrite"
    path.write_text(path.read_text() * 2 + 'cat >>told\nenv | grep "^gitexp" >>told\n')
    assert told(clone, "post-rewrite", PAIR) == (1, "", "", PAIR)
    assert len(clone.lines()) == 1


def test_commit_with_a_failing_foreign_hook(clone: Clone) -> None:
    clone.hook("post-commit", "#!/bin/sh\necho ran >>told\nexit 1\n")
    hooks.install_hooks(clone.repository)
    oid = clone.commit("a")
    assert (clone.top / "told").read_text() == "ran\n"
    assert clone.lines() == [f"commit {oid} {clone.top}/.git"]


UNTOUCHABLE = {
    "python": "#!/usr/bin/env python3\nimport sys\nopen('told', 'w').write(sys.argv[0])\n",
    "binary": b"\x7fELF\x02\x01\x01\0\0\0",
    "no first line": "echo ran >told\n",
    "CRLF": "#!/bin/sh\r\necho ran >told\r\n",
    "shell and python at once": "#!/bin/sh\n'''exec' python3 \"$0\" \"$@\"\n' '''\nprint(1)\n",
    "tcl trick": '#!/bin/sh\n# \\\nexec tclsh "$0" "$@"\nputs 1\n',
    "payload": b"#!/bin/sh\ntail -n +4 $0 | tar x\nexit\n\0\0\1",
    "tracing": "#!/bin/sh -x\necho ran >told\n",
    "empty": "",
    "first line only": "#!/bin/sh",
    "fish": "#!/usr/bin/env fish\necho ran >told\n",
}


@pytest.mark.parametrize("text", UNTOUCHABLE.values(), ids=UNTOUCHABLE.keys())
def test_other_hooks_are_left_as_they_are(clone: Clone, text: str | bytes) -> None:
    path = clone.hook("post-commit", text)
    before = digest(path)
    report = hooks.install_hooks(clone.repository)
    assert digest(path) == before
    assert not report.installed
    assert report.format_lines()[0].endswith(
        "is not a plain shell script, left as it is; git's reflog is read instead"
    )
    assert report.format_lines()[1] == "hook post-rewrite: installed"
    hooks.uninstall_hooks(clone.repository)
    assert digest(path) == before


def test_hook_that_is_not_executable_does_not_begin_to_run(clone: Clone) -> None:
    clone.git("config", "advice.ignoredHook", "false")
    clone.hook("post-commit", "#!/bin/sh\necho ran >told\n", 0o644)
    before = digest(clone.hooks)
    assert "is not executable" in hooks.install_hooks(clone.repository).format_lines()[0]
    clone.commit("a")
    assert not (clone.top / "told").exists()
    hooks.uninstall_hooks(clone.repository)
    assert digest(clone.hooks) == before


def test_symbolic_link_is_left_as_it_is(clone: Clone) -> None:
    (clone.top / "tool").write_text("#!/bin/sh\necho ran >>told\n")
    (clone.top / "tool").chmod(0o755)
    (clone.hooks / "post-commit").symlink_to("../../tool")
    (clone.hooks / "post-rewrite").symlink_to("../../gone")
    before = digest(clone.hooks)
    report = hooks.install_hooks(clone.repository)
    assert all("is a symbolic link" in line for line in report.format_lines())
    clone.commit("a")
    assert (clone.top / "told").read_text() == "ran\n"
    hooks.uninstall_hooks(clone.repository)
    assert digest(clone.hooks) == before
    assert (clone.top / "tool").read_text() == "#!/bin/sh\necho ran >>told\n"
    assert (clone.hooks / "post-commit").readlink() == Path("../../tool")


# Install and uninstall


def test_install_twice_changes_nothing(clone: Clone) -> None:
    clone.hook("post-commit", FOREIGN["plain"], 0o750)
    first = hooks.install_hooks(clone.repository)
    before = digest(clone.top)
    assert hooks.install_hooks(clone.repository) == first
    assert digest(clone.top) == before


@pytest.mark.parametrize("mode", [0o755, 0o700, 0o555, 0o711])
def test_uninstall_restores_mode_and_time(clone: Clone, mode: int) -> None:
    clone.hook("post-rewrite", FOREIGN["exit status"], mode)
    before = digest(clone.hooks)
    hooks.install_hooks(clone.repository)
    assert digest(clone.hooks) != before
    assert not hooks.uninstall_hooks(clone.repository).installed
    assert digest(clone.hooks) == before


def test_uninstall_without_install_is_nothing(clone: Clone) -> None:
    clone.hook("post-commit", FOREIGN["plain"])
    before = digest(clone.top)
    hooks.uninstall_hooks(clone.repository)
    assert digest(clone.top) == before


def test_missing_hooks_folder_is_missing_again(clone: Clone) -> None:
    shutil.rmtree(clone.hooks)
    clone.git("config", "core.hooksPath", str(clone.hooks / "deep" / "er"))
    hooks.install_hooks(clone.repository)
    hooks.install_hooks(clone.repository)
    oid = clone.commit("a")
    assert clone.lines() == [f"commit {oid} {clone.top}/.git"]
    hooks.uninstall_hooks(clone.repository)
    assert not clone.hooks.exists()
    assert hooks.read_hook_status(clone.repository).format_lines() == [
        "hooks: not installed: 'git exp init' installs it; git's reflog is read instead"
    ]


def test_edits_since_install_stay(clone: Clone) -> None:
    clone.hook("post-commit", "#!/bin/sh\necho one >>told\n")
    hooks.install_hooks(clone.repository)
    for name in hooks.NAMES:
        with (clone.hooks / name).open("a") as handle:
            handle.write("echo two >>told\n")
    clone.commit("a")
    assert (clone.top / "told").read_text() == "one\ntwo\n"
    hooks.uninstall_hooks(clone.repository)
    assert (
        clone.hooks / "post-commit"
    ).read_text() == "#!/bin/sh\necho one >>told\necho two >>told\n"
    assert (clone.hooks / "post-rewrite").read_text() == "#!/bin/sh\necho two >>told\n"


def test_hook_replaced_or_deleted_since_install(clone: Clone) -> None:
    clone.hook("post-commit", FOREIGN["plain"])
    hooks.install_hooks(clone.repository)
    clone.hook("post-commit", FOREIGN["exec"])
    (clone.hooks / "post-rewrite").unlink()
    assert "'git exp init' adds to it" in hooks.read_hook_status(clone.repository).format_lines()[0]
    before = digest(clone.hooks)
    assert hooks.install_hooks(clone.repository).installed
    hooks.uninstall_hooks(clone.repository)
    assert digest(clone.hooks) == before


def test_foreign_hook_deleted_before_a_second_install(clone: Clone) -> None:
    clone.hook("post-commit", "#!/bin/sh\n")
    hooks.install_hooks(clone.repository)
    (clone.hooks / "post-commit").unlink()
    hooks.install_hooks(clone.repository)
    hooks.uninstall_hooks(clone.repository)
    assert not (clone.hooks / "post-commit").exists()


def test_hook_moved_aside_by_another_installer(clone: Clone) -> None:
    hooks.install_hooks(clone.repository)
    (clone.hooks / "post-commit").rename(clone.hooks / "post-commit.legacy")
    clone.hook("post-commit", "#!/bin/sh\n.git/hooks/post-commit.legacy\n")
    oid = clone.commit("a")
    assert clone.lines() == [f"commit {oid} {clone.top}/.git"]
    hooks.uninstall_hooks(clone.repository)
    assert not (clone.hooks / "post-commit.legacy").exists()
    assert (clone.hooks / "post-commit").exists()


def test_state_folder_lost_before_uninstall(clone: Clone) -> None:
    clone.hook("post-commit", FOREIGN["plain"])
    before = (clone.hooks / "post-commit").read_bytes()
    hooks.install_hooks(clone.repository)
    shutil.rmtree(clone.repository.state_dir)
    assert "its script is missing" in hooks.read_hook_status(clone.repository).format_lines()[0]
    hooks.uninstall_hooks(clone.repository)
    assert (clone.hooks / "post-commit").read_bytes() == before
    assert not (clone.hooks / "post-rewrite").exists()


def test_older_lines_and_scripts_are_renewed(hooked: Clone) -> None:
    for path in (hooked.hooks / "post-commit", hooked.hooks / "post-rewrite"):
        path.write_text(path.read_text().replace("Tells", "Told"))
    (hooked.repository.state_dir / "hooks" / "post-commit").write_text("exit 0\n")
    assert hooks.install_hooks(hooked.repository).installed
    assert "Told" not in (hooked.hooks / "post-commit").read_text()
    assert hooked.commit("a") in hooked.lines()[0]


def test_hooks_folder_that_is_a_file(clone: Clone) -> None:
    shutil.rmtree(clone.hooks)
    clone.hooks.write_text("odd")
    with pytest.raises(StorageError, match="were not installed") as raised:
        hooks.install_hooks(clone.repository)
    assert raised.value.hint
    assert clone.hooks.read_text() == "odd"
    assert not (clone.repository.state_dir / "hooks").exists()


# core.hooksPath


@pytest.mark.parametrize("value", [".husky/_", "githooks", "."])
def test_hooks_path_in_the_work_tree_is_not_touched(clone: Clone, value: str) -> None:
    folder = clone.top / value
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "post-commit").write_text("#!/bin/sh\necho ran >>told\n")
    (folder / "post-commit").chmod(0o755)
    clone.git("config", "core.hooksPath", value)
    before = digest(clone.top)
    report = hooks.install_hooks(clone.repository)
    assert digest(clone.top) == before
    assert len(report.format_lines()) == 1
    assert "is in the work tree; git's reflog is read instead" in report.format_lines()[0]
    hooks.uninstall_hooks(clone.repository)
    assert digest(clone.top) == before


@pytest.mark.parametrize("value", ["~/hooks", "absolute", "/dev/null", "../elsewhere"])
def test_hooks_path_outside_the_repository_is_not_touched(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "global"))
    (tmp_path / "home" / "hooks").mkdir(parents=True)
    clone.git(
        "config",
        "--global",
        "core.hooksPath",
        str(tmp_path / "shared") if value == "absolute" else value,
    )
    before = digest(tmp_path)
    report = hooks.install_hooks(clone.repository)
    assert digest(tmp_path) == before
    assert "is outside the repository; git's reflog is read instead" in report.format_lines()[0]
    assert hooks.read_hook_status(clone.repository) == report


def test_hooks_folder_linked_into_the_work_tree(clone: Clone) -> None:
    shutil.rmtree(clone.hooks)
    (clone.top / "githooks").mkdir()
    clone.hooks.symlink_to("../githooks")
    assert "is in the work tree" in hooks.install_hooks(clone.repository).format_lines()[0]
    assert list((clone.top / "githooks").iterdir()) == []


def test_hooks_path_inside_the_git_folder(clone: Clone) -> None:
    clone.git("config", "core.hooksPath", ".git/my/hooks")
    assert hooks.install_hooks(clone.repository).installed
    assert clone.commit("a") in clone.lines()[0]
    hooks.uninstall_hooks(clone.repository)
    assert not (clone.top / ".git/my").exists()


def test_hooks_path_changed_since_install(clone: Clone) -> None:
    before = digest(clone.hooks)
    hooks.install_hooks(clone.repository)
    clone.git("config", "core.hooksPath", ".husky/_")
    assert not hooks.read_hook_status(clone.repository).installed
    clone.git("config", "core.hooksPath", ".git/other")
    assert hooks.install_hooks(clone.repository).installed
    assert digest(clone.hooks) == before
    clone.git("config", "core.hooksPath", ".husky/_")
    hooks.uninstall_hooks(clone.repository)
    assert not (clone.top / ".git/other").exists()


def test_bare_repository(tmp_path: Path) -> None:
    bare = make(tmp_path / "project.git", "--bare")
    assert hooks.install_hooks(bare.repository).installed
    tree = bare.git("hash-object", "-t", "tree", "-w", "--stdin", data="")
    bare.git("update-ref", "refs/heads/main", bare.git("commit-tree", "-m", "x", tree))
    bare.git("worktree", "add", "-q", str(tmp_path / "tree"), "main")
    linked = Clone(tmp_path / "tree")
    assert linked.lines() == []
    oid = linked.commit("a")
    assert linked.lines() == [f"commit {oid} {bare.top}/worktrees/tree"]
    hooks.uninstall_hooks(bare.repository)
    assert not any((bare.hooks / name).exists() for name in hooks.NAMES)


def test_hooks_folder_that_git_cannot_tell(clone: Clone) -> None:
    clone.git("config", "core.hooksPath", "")
    assert "git does not say" in hooks.install_hooks(clone.repository).format_lines()[0]
    assert hooks.uninstall_hooks(clone.repository).folder is None


def test_user_configuration_is_not_touched(clone: Clone) -> None:
    before = (clone.top / ".git/config").read_bytes()
    hooks.install_hooks(clone.repository)
    assert (clone.top / ".git/config").read_bytes() == before
