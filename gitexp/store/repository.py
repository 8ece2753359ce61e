"""One repository: where its folders are, and the git command line in it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.errors import RepositoryError
from gitexp.store.discover import head_commit, plain_worktree

if TYPE_CHECKING:
    from collections.abc import Mapping

# Variables that a hook or another git exports and that would point our own git calls at the wrong place.
_LEAKS = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE")


@dataclass(frozen=True)
class Repository:
    """A git repository on disk. ``worktree`` is None for a bare one; ``git_dir`` is that of the worktree in use."""

    git_dir: Path
    common_dir: Path
    worktree: Path | None

    @classmethod
    def discover(cls, start: Path) -> Repository:
        """Find the repository that holds ``start``. Raises RepositoryError when there is none or git refuses it."""
        plain = plain_worktree(start)
        if plain is not None:
            return cls(plain / ".git", plain / ".git", plain)
        command = ["git", "rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir", "--is-bare-repository", "--show-toplevel"]
        try:
            done = subprocess.run(command, cwd=start, capture_output=True, check=False)
        except FileNotFoundError as error:
            raise _no_git(error) from None
        lines = os.fsdecode(done.stdout).splitlines()
        if len(lines) < 3:
            raise _refusal(start, os.fsdecode(done.stderr))
        top = Path(lines[3]) if len(lines) > 3 and lines[2] == "false" else None
        return cls(Path(lines[0]), Path(lines[1]), top)

    @property
    def state_dir(self) -> Path:
        """Folder of what is local to this clone: spool, active experiments, lock, caches."""
        return self.common_dir / "gitexp"

    @cached_property
    def environment(self) -> dict[str, str]:
        """Environment for git calls: this repository, no leaks from a surrounding hook, no optional locks, no prompts."""
        env = {key: value for key, value in os.environ.items() if key not in _LEAKS}
        env["GIT_DIR"] = str(self.git_dir)
        if self.worktree is not None:
            env["GIT_WORK_TREE"] = str(self.worktree)
        env.update(GIT_OPTIONAL_LOCKS="0", GIT_TERMINAL_PROMPT="0", LC_ALL="C.UTF-8", LANGUAGE="")
        return env

    def git(self, *args: str, data: bytes | None = None, env: Mapping[str, str] | None = None) -> bytes:
        """Run git here and return its output. Raises RepositoryError with git's first line of complaint when it fails."""
        done = self.try_git(*args, data=data, env=env)
        if done.returncode != 0:
            complaint = os.fsdecode(done.stderr).strip().splitlines()
            raise RepositoryError(f"git {args[0]} failed: {complaint[0] if complaint else done.returncode}")
        return done.stdout

    def try_git(self, *args: str, data: bytes | None = None, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
        """Run git here and return the finished process, whatever its exit code."""
        try:
            return subprocess.run(
                ["git", *args],
                cwd=self.worktree or self.git_dir,
                env={**self.environment, **(env or {})},
                input=data,
                stdin=subprocess.DEVNULL if data is None else None,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError as error:
            raise _no_git(error) from None

    def popen(self, *args: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a long-lived git process with pipes on its standard input and output."""
        try:
            return subprocess.Popen(
                ["git", *args],
                cwd=self.worktree or self.git_dir,
                env={**self.environment, **(env or {})},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except FileNotFoundError as error:
            raise _no_git(error) from None

    @cached_property
    def settings(self) -> dict[str, str]:
        """The git configuration under ``gitexp.`` and ``user.``: lower-case section and name, the last value of each.

        Of ``gitexp.idPattern`` this is key ``gitexp.idpattern``.
        """
        done = self.try_git("config", "--null", "--get-regexp", r"^(gitexp|user)\.")
        pairs = (item.partition("\n") for item in done.stdout.decode("utf-8", "replace").split("\0") if item)
        return {name.lower(): value for name, _, value in pairs}

    def commit_id(self, revision: str) -> str | None:
        """Full id of the commit that ``revision`` names, or None."""
        if revision == "HEAD" and (commit := head_commit(self.git_dir, self.common_dir)) is not None:
            return commit
        done = self.try_git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        return done.stdout.decode().strip() or None if done.returncode == 0 else None


def _no_git(error: FileNotFoundError) -> Exception:
    if error.filename != "git":  # the folder is gone
        return error
    return RepositoryError("git is not installed or not on PATH", "install git 2.31 or newer")


def _refusal(start: Path, complaint: str) -> RepositoryError:
    """The error for git's complaint about ``start``."""
    first = (complaint.strip().splitlines() or ["no answer"])[0]
    if "dubious ownership" in complaint:
        return RepositoryError(f"git refuses '{start}': it belongs to another user", "git config --global --add safe.directory <folder>")
    if "not a git repository" in complaint:
        return RepositoryError(f"'{start}' is not inside a git repository", "run 'git init' first, or go into your project's folder")
    return RepositoryError(f"git cannot open '{start}': {first.removeprefix('fatal: ')}")
