"""One repository: where its folders are, and the git command line in it."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import RepositoryError
from gitexp.store.discover import find_plain_worktree, read_head_commit
from gitexp.store.process import GitProcess

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping
    from pathlib import Path

STATE = "gitexp"
"""Name of the folder of what is local to a clone, in its common git folder."""

# Variables that a hook or another git exports and that would point our own git calls at the wrong place.
_LEAKS = (
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
)


STAY_LOCAL = ("-c", "protocol.allow=never")
"""Options that keep git from fetching an object that it lacks. Newer versions look at STAY_LOCAL_ENV."""

STAY_LOCAL_ENV = {"GIT_NO_LAZY_FETCH": "1"}


class _Folders(NamedTuple):
    git_folder: str
    common_folder: str
    top: str | None


class Repository(_Folders):
    """A git repository on disk: the git folder of the worktree in use, the one it shares with others, the work tree's top.

    They are text here, and paths on demand: importing pathlib takes as long as a git process.
    """

    @classmethod
    def discover(cls, start: str | os.PathLike[str]) -> Repository:
        """Find the repository that holds ``start``. Raises RepositoryError when there is none or git refuses it."""
        top = find_plain_worktree(os.fspath(start))
        if top is not None:
            return cls(os.path.join(top, ".git"), os.path.join(top, ".git"), top)
        import subprocess

        command = [
            "git",
            "rev-parse",
            "--path-format=absolute",
            "--git-dir",
            "--git-common-dir",
            "--is-bare-repository",
            "--show-toplevel",
        ]
        try:
            done = subprocess.run(command, cwd=start, capture_output=True, check=False)
        except FileNotFoundError as error:
            raise _no_git(error) from None
        lines = os.fsdecode(done.stdout).splitlines()
        if len(lines) < 3:
            raise _refusal(os.fspath(start), os.fsdecode(done.stderr))
        return cls(lines[0], lines[1], lines[3] if len(lines) > 3 and lines[2] == "false" else None)

    @cached_property
    def git_dir(self) -> Path:
        """The git folder of the worktree in use."""
        return _path(self.git_folder)

    @cached_property
    def common_dir(self) -> Path:
        """The git folder that all worktrees share."""
        return _path(self.common_folder)

    @cached_property
    def worktree(self) -> Path | None:
        """Top of the work tree; None in a bare repository."""
        return None if self.top is None else _path(self.top)

    @property
    def state_dir(self) -> Path:
        """Folder of what is local to this clone: spool, active experiments, lock, caches."""
        return self.common_dir / STATE

    @cached_property
    def is_partial(self) -> bool:
        """Whether this is a partial clone: a remote promised objects that it left out."""
        try:
            packs = os.listdir(os.path.join(self.common_folder, "objects", "pack"))
        except OSError:
            return False
        return any(name.endswith(".promisor") for name in packs)

    @cached_property
    def environment(self) -> dict[str, str]:
        """Environment for git calls: this repository, no leaks from a surrounding hook, no optional locks, no prompts."""
        env = {key: value for key, value in os.environ.items() if key not in _LEAKS}
        env["GIT_DIR"] = self.git_folder
        if self.top is not None:
            env["GIT_WORK_TREE"] = self.top
        env.update(GIT_OPTIONAL_LOCKS="0", GIT_TERMINAL_PROMPT="0", LC_ALL="C.UTF-8", LANGUAGE="")
        return env

    def run_git(
        self, *args: str, data: bytes | None = None, env: Mapping[str, str] | None = None
    ) -> bytes:
        """Run git here and return its output. Raises RepositoryError with git's first line of complaint when it fails."""
        done = self.try_git(*args, data=data, env=env)
        if done.returncode != 0:
            complaint = os.fsdecode(done.stderr).strip().splitlines()
            reason = complaint[0] if complaint else done.returncode
            raise RepositoryError(f"git {_verb(args)} failed: {reason}")
        return done.stdout

    def try_git(
        self, *args: str, data: bytes | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git here and return the finished process, whatever its exit code."""
        import subprocess

        try:
            return subprocess.run(
                ["git", *args],
                cwd=self.top or self.git_folder,
                env={**self.environment, **(env or {})},
                input=data,
                stdin=subprocess.DEVNULL if data is None else None,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError as error:
            raise _no_git(error) from None

    def start(self, *args: str, env: Mapping[str, str] | None = None) -> GitProcess:
        """Start a long-lived git process with pipes on its standard input and output."""
        try:
            return GitProcess(
                ("-C", self.top or self.git_folder, *args), {**self.environment, **(env or {})}
            )
        except FileNotFoundError as error:
            raise _no_git(error) from None

    @cached_property
    def settings(self) -> dict[str, str]:
        """The git configuration under ``gitexp.`` and ``user.``: lower-case section and name, the last value of each.

        Of ``gitexp.idPattern`` this is key ``gitexp.idpattern``.
        """
        done = self.try_git("config", "--null", "--get-regexp", r"^(gitexp|user)\.")
        pairs = (
            item.partition("\n")
            for item in done.stdout.decode("utf-8", "replace").split("\0")
            if item
        )
        return {name.lower(): value for name, _, value in pairs}

    def find_commit(self, revision: str) -> str | None:
        """Full id of the commit that ``revision`` names, or None."""
        if (
            revision == "HEAD"
            and (commit := read_head_commit(self.git_folder, self.common_folder)) is not None
        ):
            return commit
        done = self.try_git(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        )
        return done.stdout.decode().strip() or None if done.returncode == 0 else None


def _verb(args: tuple[str, ...]) -> str:
    """Return git's verb: the first word that is neither ``-c`` nor its value."""
    words = iter(args)
    for word in words:
        if word != "-c":
            return word
        next(words, None)
    return ""


def _path(text: str) -> Path:
    from pathlib import Path

    return Path(text)


def _no_git(error: FileNotFoundError) -> Exception:
    if error.filename != "git":  # the folder is gone
        return error
    return RepositoryError("git is not installed or not on PATH", "install git 2.31 or newer")


def _refusal(start: str, complaint: str) -> RepositoryError:
    """The error for git's complaint about ``start``."""
    first = (complaint.strip().splitlines() or ["no answer"])[0]
    if "dubious ownership" in complaint:
        return RepositoryError(
            f"git refuses '{start}': it belongs to another user",
            "git config --global --add safe.directory <folder>",
        )
    if "not a git repository" in complaint:
        return RepositoryError(
            f"'{start}' is not inside a git repository",
            "run 'git init' first, or go into your project's folder",
        )
    return RepositoryError(f"git cannot open '{start}': {first.removeprefix('fatal: ')}")
