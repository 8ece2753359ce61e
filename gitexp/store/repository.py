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

# Variables that a hook or another git exports. They would point our own git calls elsewhere.
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
"""Options that keep git from fetching an object that it lacks.

Newer versions look at STAY_LOCAL_ENV.
"""

STAY_LOCAL_ENV = {"GIT_NO_LAZY_FETCH": "1"}

# As libgit2 does with ENABLE_FSYNC_GITDIR. Versions before 2.36 know only the first of them.
SYNC = ("-c", "core.fsyncObjectFiles=true", "-c", "core.fsync=committed,reference")
"""Options that have git wait until objects and refs are on the disk."""

_SETTINGS = r"^(gitexp|user)\.|^core\.logallrefupdates$|^extensions\.objectformat$"
_SWITCHED_OFF = ("false", "no", "off", "0")


class _Folders(NamedTuple):
    git_folder: str
    common_folder: str
    top: str | None


class Repository(_Folders):
    """A git repository on disk.

    It has the git folder of the worktree in use, the git folder that all worktrees share, and the
    top of the work tree. They are text here, and paths on demand, because to import pathlib takes
    as long as a git process.
    """

    @classmethod
    def discover(cls, start: str | os.PathLike[str]) -> Repository:
        """Find the repository that holds ``start``.

        Raises RepositoryError when there is none, or when git refuses it.
        """
        top = find_plain_worktree(os.fspath(start))
        if top is not None:
            git_folder = os.path.join(top, ".git")
            return cls(git_folder, git_folder, top)
        return cls._ask_git(start)

    @classmethod
    def _ask_git(cls, start: str | os.PathLike[str]) -> Repository:
        import subprocess

        questions = ["--git-dir", "--git-common-dir", "--is-bare-repository", "--show-toplevel"]
        command = ["git", "rev-parse", *questions]
        try:
            done = subprocess.run(command, cwd=start, capture_output=True, check=False)
        except FileNotFoundError as error:
            raise _make_missing_git_error(error) from None
        answers = os.fsdecode(done.stdout).splitlines()
        if len(answers) < 3:
            raise _make_refusal_error(os.fspath(start), os.fsdecode(done.stderr))
        # Versions before 2.31 name folders only as they are seen from here.
        git_folder = os.path.realpath(os.path.join(start, answers[0]))
        common_folder = os.path.realpath(os.path.join(start, answers[1]))
        _, _, is_bare, *tops = answers
        top = tops[0] if tops and is_bare == "false" else None
        return cls(git_folder, common_folder, top)

    @cached_property
    def git_dir(self) -> Path:
        """Return the git folder of the worktree in use."""
        return _make_path(self.git_folder)

    @cached_property
    def common_dir(self) -> Path:
        """Return the git folder that all worktrees share."""
        return _make_path(self.common_folder)

    @cached_property
    def worktree(self) -> Path | None:
        """Return the top of the work tree; None in a bare repository."""
        return None if self.top is None else _make_path(self.top)

    @property
    def state_dir(self) -> Path:
        """Return the folder of what is local to this clone: spool, active experiments, lock,
        caches.
        """
        return self.common_dir / STATE

    @cached_property
    def is_partial(self) -> bool:
        """Return True for a partial clone: a remote promised objects that it left out."""
        try:
            packs = os.listdir(os.path.join(self.common_folder, "objects", "pack"))
        except OSError:
            return False
        return any(name.endswith(".promisor") for name in packs)

    @cached_property
    def has_reftable(self) -> bool:
        """Return True if refs and reflogs are in a reftable and no files of their own."""
        return os.path.isdir(os.path.join(self.common_folder, "reftable"))

    @cached_property
    def id_bytes(self) -> int:
        """Return how long the ids of objects are: 20 bytes of SHA-1, or 32 of SHA-256."""
        object_format = self.settings.get("extensions.objectformat", "sha1")
        return 32 if object_format.lower() == "sha256" else 20

    @cached_property
    def environment(self) -> dict[str, str]:
        """Return the environment for git calls.

        It names this repository, and has no leaks from a surrounding hook, no optional locks and no
        prompts.
        """
        env = {key: value for key, value in os.environ.items() if key not in _LEAKS}
        env["GIT_DIR"] = self.git_folder
        if self.top is not None:
            env["GIT_WORK_TREE"] = self.top
        env.update(GIT_OPTIONAL_LOCKS="0", GIT_TERMINAL_PROMPT="0", LC_ALL="C.UTF-8", LANGUAGE="")
        return env

    def run_git(
        self, *args: str, data: bytes | None = None, env: Mapping[str, str] | None = None
    ) -> bytes:
        """Run git here and return its output.

        Raises RepositoryError with git's first line of complaint when it fails.
        """
        done = self.try_git(*args, data=data, env=env)
        if done.returncode != 0:
            complaints = os.fsdecode(done.stderr).strip().splitlines()
            reason = complaints[0] if complaints else done.returncode
            raise RepositoryError(f"git {_get_verb(args)} failed: {reason}")
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
            raise _make_missing_git_error(error) from None

    def start(self, *args: str, env: Mapping[str, str] | None = None) -> GitProcess:
        """Start a long-lived git process with pipes on its standard input and output."""
        try:
            return GitProcess(
                ("-C", self.top or self.git_folder, *args), {**self.environment, **(env or {})}
            )
        except FileNotFoundError as error:
            raise _make_missing_git_error(error) from None

    @cached_property
    def settings(self) -> dict[str, str]:
        """Return the git configuration under ``gitexp.`` and ``user.``, the last value of each.

        Two settings besides say how git writes its own files: its reflogs, and its ids. Keys are
        lower-case: the key of ``gitexp.idPattern`` is ``gitexp.idpattern``.
        """
        process = self.start("config", "--null", "--get-regexp", _SETTINGS)
        output = process.stdout.read()
        process.wait()
        settings = {}
        for entry in output.decode("utf-8", "replace").split("\0"):
            name, _, value = entry.partition("\n")
            if name:
                settings[name.lower()] = value
        return settings

    def is_switched_on(self, setting: str) -> bool:
        """Return False where the configuration switches a setting off; it is on by default."""
        return self.settings.get(setting.lower(), "").lower() not in _SWITCHED_OFF

    def find_commit(self, revision: str) -> str | None:
        """Return the full id of the commit that ``revision`` names, or None."""
        if revision == "HEAD":
            commit = read_head_commit(self.git_folder, self.common_folder)
            if commit is not None:
                return commit
        done = self.try_git(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        )
        if done.returncode != 0:
            return None
        return done.stdout.decode().strip() or None


def _get_verb(args: tuple[str, ...]) -> str:
    """Return git's verb: the first word that is neither ``-c`` nor its value."""
    words = iter(args)
    for word in words:
        if word != "-c":
            return word
        next(words, None)
    return ""


def _make_path(text: str) -> Path:
    from pathlib import Path

    return Path(text)


def _make_missing_git_error(error: FileNotFoundError) -> Exception:
    """Return the error for a command that was not found, or for a folder that is gone."""
    if error.filename != "git":  # the folder is gone
        return error
    return RepositoryError("git is not installed or not on PATH", "install git 2.31 or newer")


def _make_refusal_error(start: str, complaint: str) -> RepositoryError:
    """Return the error for git's complaint about the folder ``start``."""
    first_line, _, _ = complaint.strip().partition("\n")
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
    reason = first_line.removeprefix("fatal: ") or "no answer"
    return RepositoryError(f"git cannot open '{start}': {reason}")
