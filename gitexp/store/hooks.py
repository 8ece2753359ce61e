"""The hooks of a clone: put in beside those that are there, taken out to the byte, and their
status.

A hook file gets a few marked lines that read the script in ``<common dir>/gitexp/hooks``. So it
keeps working when the Python package moves, and does nothing once that folder is gone. Hooks only
make things exact, since without them the reflog is read. So a foreign hook is left as it is
wherever it is not plainly safe to add lines.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import StorageError
from gitexp.store.atomic import write_atomically
from gitexp.store.hookfile import EMPTY, add_lines, find_objection, has_our_lines, remove_lines

if TYPE_CHECKING:
    from gitexp.store.repository import Repository

NAMES = ("post-commit", "post-rewrite")
_INSTALLATION = "place.json"


@dataclass(frozen=True, slots=True)
class HookState:
    """One hook.

    ``installed``: it reports commits. ``detail``: what a person should know about it.
    """

    name: str
    installed: bool
    detail: str = ""

    def __str__(self) -> str:
        if self.installed:
            return f"installed, {self.detail}" if self.detail else "installed"
        return f"not installed: {self.detail}; git's reflog is read instead"


@dataclass(frozen=True, slots=True)
class HookReport:
    """The hooks of a clone and the folder that git runs them from."""

    folder: Path | None
    hooks: tuple[HookState, ...]

    @property
    def installed(self) -> bool:
        """Return True if every hook reports commits."""
        return all(hook.installed for hook in self.hooks)

    def format_lines(self) -> list[str]:
        """Return what to show: one line when all hooks have the same status, else one a hook."""
        first = self.hooks[0]
        if all(
            (hook.installed, hook.detail) == (first.installed, first.detail) for hook in self.hooks
        ):
            return [f"hooks: {first}"]
        return [f"hook {hook.name}: {hook}" for hook in self.hooks]


class _HooksFolder(NamedTuple):
    """The folder that git runs hooks from; None where git does not say.

    ``refusal``: why nothing may be written there; "" where it may.
    """

    folder: Path | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class _Installation:
    """Where hooks were put, and the folders made for them, all below the common git folder."""

    folder: Path
    made: tuple[Path, ...] = ()


def install_hooks(repository: Repository) -> HookReport:
    """Put the hooks in, beside any that are there. It can be repeated.

    Raises StorageError when a file cannot be written.
    """
    folder, refusal = _find_hooks_folder(repository)
    if folder is None or refusal:
        return read_hook_status(repository)
    earlier = _read_installation(repository)
    if earlier is not None and earlier.folder != folder:
        uninstall_hooks(repository)
        earlier = None
    try:
        for name in NAMES:
            _write_file(get_script(repository, name), _find_packaged(name).read_bytes(), 0o644)
        _make_folder(repository, folder, earlier)
        for name in NAMES:
            _add_to_hook(repository, folder, name)
    except OSError as error:
        if earlier is None:
            with suppress(OSError):
                _remove_from_all(repository, folder)
        raise StorageError(
            f"the hooks were not installed: '{error.filename}' cannot be written: {error.strerror}",
            "make the folder writable, then 'git exp init' again;"
            " until then git's reflog is read instead",
        ) from None
    return read_hook_status(repository)


def uninstall_hooks(repository: Repository) -> HookReport:
    """Take the hooks out. What was there before comes back to the byte; later edits of it stay.

    Raises StorageError when a file cannot be written.
    """
    installation = _read_installation(repository)
    folder, refusal = _find_hooks_folder(repository)
    if installation is not None:
        folder = installation.folder
    elif refusal:
        folder = None
    try:
        _remove_from_all(repository, folder)
    except OSError as error:
        raise StorageError(
            f"the hooks were not removed: '{error.filename}' cannot be written: {error.strerror}",
            "make the folder writable, then 'git exp uninit' again; until then they do no harm",
        ) from None
    return read_hook_status(repository)


def read_hook_status(repository: Repository) -> HookReport:
    """Return the status of the hooks, as git would run them now. Writes nothing."""
    folder, refusal = _find_hooks_folder(repository)
    if folder is None or refusal:
        return HookReport(folder, tuple(HookState(name, False, refusal) for name in NAMES))
    return HookReport(folder, tuple(_read_state(repository, folder / name) for name in NAMES))


def _read_state(repository: Repository, path: Path) -> HookState:
    """Return the status of the hook at ``path``."""
    name = path.name
    if not os.path.lexists(path):
        return HookState(name, False, "'git exp init' installs it")
    text = _read_hook(path)
    if not has_our_lines(text):
        objection = find_objection(path, text)
        return HookState(
            name, False, objection or "your own hook is there, 'git exp init' adds to it"
        )
    if not path.stat().st_mode & 0o111:
        return HookState(name, False, f"'{path}' is not executable")
    if not get_script(repository, name).is_file():
        return HookState(name, False, "its script is missing, 'git exp init' brings it back")
    return HookState(name, True, "" if remove_lines(text) == EMPTY else "beside your own hook")


def _find_hooks_folder(repository: Repository) -> _HooksFolder:
    """Find the folder that git runs hooks from.

    Only folders of the repository itself are ours to write in. Others hold tracked files, or are
    shared with other repositories.
    """
    done = repository.try_git("rev-parse", "--git-path", "hooks")
    answer = os.fsdecode(done.stdout).removesuffix("\n")
    if done.returncode != 0 or answer in ("", "./"):  # "./" stands for an empty setting
        return _HooksFolder(
            None, "git does not say where its hooks are, see 'git config core.hooksPath'"
        )
    # Seen from the folder that git runs in; versions before 2.31 name it in no other way.
    start = repository.worktree or repository.git_dir
    folder = (start / answer).resolve()
    common_dir = repository.common_dir.resolve()
    worktree = repository.worktree.resolve() if repository.worktree else None
    is_in_common_dir = folder.is_relative_to(common_dir)
    if worktree and folder.is_relative_to(worktree):
        # The git folder lies in the work tree, or the work tree in the git folder.
        if not is_in_common_dir or worktree.is_relative_to(common_dir):
            return _HooksFolder(folder, f"git's hooks folder '{folder}' is in the work tree")
    if not is_in_common_dir:
        return _HooksFolder(folder, f"git's hooks folder '{folder}' is outside the repository")
    return _HooksFolder(folder)


def _add_to_hook(repository: Repository, folder: Path, name: str) -> None:
    """Add our lines to the hook ``name``; keep a copy of a foreign one.

    A missing hook is made. A hook with an objection stays as it is.
    """
    path = folder / name
    up = os.path.relpath(repository.common_dir.resolve(), folder)
    copy = _get_copy(repository, name)
    if not os.path.lexists(path):
        copy.unlink(missing_ok=True)
        _write_file(path, add_lines(name, EMPTY, up), 0o755)
        return
    text = _read_hook(path)
    if not has_our_lines(text):
        if find_objection(path, text):
            return
        info = path.stat()
        _write_file(copy, text, info.st_mode & 0o7777, info.st_mtime_ns)
    _write_file(path, add_lines(name, text, up), path.stat().st_mode & 0o7777)


def _remove_from_all(repository: Repository, folder: Path | None) -> None:
    """Take our lines out of every hook in ``folder``, then remove what was made for them."""
    if folder is not None:
        for name in NAMES:
            # Other installers move a hook aside and go on running it: post-commit.legacy, .old.
            for path in sorted(folder.glob(f"{name}*")):
                copy = _get_copy(repository, name) if path.name == name else None
                _remove_from_hook(path, copy)
    installation = _read_installation(repository)
    for made in reversed(installation.made if installation else ()):
        with suppress(OSError):  # someone else's files are in it by now
            made.rmdir()
    if _get_own_folder(repository).exists():
        shutil.rmtree(_get_own_folder(repository))


def _remove_from_hook(path: Path, copy: Path | None) -> None:
    """Take our lines out of one hook. A file that held nothing else is removed.

    ``copy``: the file that keeps the hook as it was before our lines.
    """
    if path.is_symlink() or not path.is_file():
        return
    text = path.read_bytes()
    foreign_text = remove_lines(text)
    if foreign_text == text:
        return
    old_text = old_mtime = None
    if copy is not None and copy.is_file():
        old_text = copy.read_bytes()
        old_mtime = copy.stat().st_mtime_ns
    if foreign_text == EMPTY and old_text is None:
        path.unlink()
        return
    mtime = old_mtime if foreign_text == old_text else None
    _write_file(path, foreign_text, path.stat().st_mode & 0o7777, mtime)


def _make_folder(repository: Repository, folder: Path, earlier: _Installation | None) -> None:
    """Make the hooks folder where it is missing, and write down where the hooks are."""
    common_dir = repository.common_dir.resolve()
    missing = [
        path
        for path in (folder, *folder.parents)
        if path.is_relative_to(common_dir) and not path.exists()
    ]
    made = (*(earlier.made if earlier else ()), *reversed(missing))
    note = {
        "folder": str(folder.relative_to(common_dir)),
        "made": [str(path.relative_to(common_dir)) for path in dict.fromkeys(made)],
    }
    _write_file(_get_own_folder(repository) / _INSTALLATION, json.dumps(note).encode(), 0o644)
    folder.mkdir(parents=True, exist_ok=True)


def _read_installation(repository: Repository) -> _Installation | None:
    """Return where hooks were put earlier, or None."""
    common_dir = repository.common_dir.resolve()
    try:
        note = json.loads((_get_own_folder(repository) / _INSTALLATION).read_bytes())
        made = tuple(common_dir / name for name in note["made"])
        return _Installation(common_dir / note["folder"], made)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _get_own_folder(repository: Repository) -> Path:
    return repository.state_dir / "hooks"


def get_script(repository: Repository, name: str) -> Path:
    """Return the script that the marked lines read."""
    return _get_own_folder(repository) / name


def _get_copy(repository: Repository, name: str) -> Path:
    """Return the copy of a foreign hook as it was before our lines."""
    return _get_own_folder(repository) / "kept" / name


def _find_packaged(name: str) -> Path:
    """Return the script of this package: inside it when installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "hooks" / name
    return inside if inside.is_file() else package.parent / "hooks" / name


def _read_hook(path: Path) -> bytes:
    """Return the bytes of a hook; none for what is not a file."""
    return path.read_bytes() if path.is_file() else b""


def _write_file(path: Path, data: bytes, mode: int, mtime_ns: int | None = None) -> None:
    """Write a file whole or not at all. A file that is already so is left alone."""
    if path.is_file() and path.read_bytes() == data and path.stat().st_mode & 0o7777 == mode:
        return
    write_atomically(path, data, mode=mode, mtime_ns=mtime_ns)
