"""The hooks of a clone: putting them in beside what is there, taking them out to the byte, and how they stand.

A hook file gets a few marked lines that read the script kept in ``<common dir>/gitexp/hooks``; so it keeps working when the
Python package moves, and does nothing once that folder is gone. Hooks only make things exact: without them the reflog is
read, so wherever adding lines is not plainly safe the foreign hook is left as it is.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.errors import StorageError
from gitexp.store.atomic import write_atomically
from gitexp.store.hookfile import EMPTY, add_lines, find_objection, has_our_lines, remove_lines

if TYPE_CHECKING:
    from gitexp.store.repository import Repository

NAMES = ("post-commit", "post-rewrite")


@dataclass(frozen=True, slots=True)
class HookState:
    """One hook: whether it tells us of commits, and what a person should know about it."""

    name: str
    installed: bool
    detail: str = ""

    def __str__(self) -> str:
        if self.installed:
            return f"installed{self.detail and ', '}{self.detail}"
        return f"not installed: {self.detail}; git's reflog is read instead"


@dataclass(frozen=True, slots=True)
class HookReport:
    """The hooks of a clone and the folder that git runs them from."""

    folder: Path | None
    hooks: tuple[HookState, ...]

    @property
    def installed(self) -> bool:
        """Whether every hook tells us of commits."""
        return all(hook.installed for hook in self.hooks)

    def format_lines(self) -> list[str]:
        """What to show: one line when all hooks stand alike, else one a hook."""
        if len({(hook.installed, hook.detail) for hook in self.hooks}) == 1:
            return [f"hooks: {self.hooks[0]}"]
        return [f"hook {hook.name}: {hook}" for hook in self.hooks]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where hooks were put, and the folders made for them, all below the common dir."""

    folder: Path
    made: tuple[Path, ...] = ()


def install_hooks(repository: Repository) -> HookReport:
    """Put the hooks in, beside any that are there. Can be repeated. Raises StorageError when a file cannot be written."""
    folder, refusal = _hooks_folder(repository)
    if folder is None or refusal:
        return read_hook_status(repository)
    earlier = _read_place(repository)
    if earlier is not None and earlier.folder != folder:
        uninstall_hooks(repository)
        earlier = None
    try:
        for name in NAMES:
            _write(_script(repository, name), _packaged(name).read_bytes(), 0o644)
        _make(repository, folder, earlier)
        for name in NAMES:
            _put_in(repository, folder, name)
    except OSError as error:
        if earlier is None:
            with suppress(OSError):
                _take_out_all(repository, folder)
        raise StorageError(
            f"the hooks were not installed: '{error.filename}' cannot be written: {error.strerror}",
            "make the folder writable, then 'git exp init' again; until then git's reflog is read instead",
        ) from None
    return read_hook_status(repository)


def uninstall_hooks(repository: Repository) -> HookReport:
    """Take the hooks out: what was there before comes back to the byte, what was edited since keeps its edits.

    Raises StorageError when a file cannot be written.
    """
    place = _read_place(repository)
    folder, refusal = _hooks_folder(repository)
    if place is not None:
        folder = place.folder
    elif refusal:
        folder = None
    try:
        _take_out_all(repository, folder)
    except OSError as error:
        raise StorageError(
            f"the hooks were not removed: '{error.filename}' cannot be written: {error.strerror}",
            "make the folder writable, then 'git exp uninit' again; until then they do no harm",
        ) from None
    return read_hook_status(repository)


def read_hook_status(repository: Repository) -> HookReport:
    """How the hooks stand now, as git would run them. Writes nothing."""
    folder, refusal = _hooks_folder(repository)
    if folder is None or refusal:
        return HookReport(folder, tuple(HookState(name, False, refusal) for name in NAMES))
    return HookReport(folder, tuple(_state(repository, folder / name) for name in NAMES))


def _state(repository: Repository, path: Path) -> HookState:
    """How the hook at ``path`` stands."""
    if not os.path.lexists(path):
        return HookState(path.name, False, "'git exp init' installs it")
    text = _content(path)
    if not has_our_lines(text):
        return HookState(
            path.name,
            False,
            find_objection(path, text) or "your own hook is there, 'git exp init' adds to it",
        )
    if not path.stat().st_mode & 0o111:
        return HookState(path.name, False, f"'{path}' is not executable")
    if not _script(repository, path.name).is_file():
        return HookState(path.name, False, "its script is missing, 'git exp init' brings it back")
    return HookState(path.name, True, "" if remove_lines(text) == EMPTY else "beside your own hook")


def _hooks_folder(repository: Repository) -> tuple[Path | None, str]:
    """The folder git runs hooks from, and why nothing may be written there (empty when it may).

    Only folders of the repository itself are ours to write in: others are tracked files, or shared with other repositories.
    """
    done = repository.try_git("rev-parse", "--path-format=absolute", "--git-path", "hooks")
    if done.returncode != 0:
        return None, "git does not say where its hooks are, see 'git config core.hooksPath'"
    folder = Path(os.fsdecode(done.stdout).removesuffix("\n")).resolve()
    common = repository.common_dir.resolve()
    worktree = repository.worktree.resolve() if repository.worktree else None
    if (
        worktree
        and folder.is_relative_to(worktree)
        and (not folder.is_relative_to(common) or worktree.is_relative_to(common))
    ):
        return folder, f"git's hooks folder '{folder}' is in the work tree"
    if not folder.is_relative_to(common):
        return folder, f"git's hooks folder '{folder}' is outside the repository"
    return folder, ""


def _put_in(repository: Repository, folder: Path, name: str) -> None:
    """Add our lines to the hook ``name``, made if need be; keep a copy of a foreign one. A hook with an objection stays as it is."""
    path = folder / name
    up = os.path.relpath(repository.common_dir.resolve(), folder)
    kept = _kept(repository, name)
    if not os.path.lexists(path):
        kept.unlink(missing_ok=True)
        _write(path, add_lines(name, EMPTY, up), 0o755)
        return
    text = _content(path)
    if not has_our_lines(text):
        if find_objection(path, text):
            return
        _write(kept, text, path.stat().st_mode & 0o7777, path.stat().st_mtime_ns)
    _write(path, add_lines(name, text, up), path.stat().st_mode & 0o7777)


def _take_out_all(repository: Repository, folder: Path | None) -> None:
    """Take our lines out of every hook in ``folder``, then remove what was made for them."""
    if folder is not None:
        for name in NAMES:
            # Other installers move a hook aside and go on running it: post-commit.legacy, post-commit.old.
            for path in sorted(folder.glob(f"{name}*")):
                _take_out(path, _kept(repository, name) if path.name == name else None)
    place = _read_place(repository)
    for made in reversed(place.made if place else ()):
        with suppress(OSError):  # someone else's files are in it by now
            made.rmdir()
    if _own_folder(repository).exists():
        shutil.rmtree(_own_folder(repository))


def _take_out(path: Path, kept: Path | None) -> None:
    """Take our lines out of one hook. A file that held nothing else is removed."""
    if path.is_symlink() or not path.is_file():
        return
    text = path.read_bytes()
    rest = remove_lines(text)
    if rest == text:
        return
    copy = kept.read_bytes() if kept is not None and kept.is_file() else None
    if rest == EMPTY and copy is None:
        path.unlink()
        return
    before = kept.stat().st_mtime_ns if kept is not None and rest == copy else None
    _write(path, rest, path.stat().st_mode & 0o7777, before)


def _make(repository: Repository, folder: Path, earlier: _Place | None) -> None:
    """Make the hooks folder where it is missing, and note down where the hooks are."""
    common = repository.common_dir.resolve()
    missing = [
        path
        for path in (folder, *folder.parents)
        if path.is_relative_to(common) and not path.exists()
    ]
    made = (*(earlier.made if earlier else ()), *reversed(missing))
    names = [str(path.relative_to(common)) for path in dict.fromkeys(made)]
    note = json.dumps({"folder": str(folder.relative_to(common)), "made": names})
    _write(_own_folder(repository) / "place.json", note.encode(), 0o644)
    folder.mkdir(parents=True, exist_ok=True)


def _read_place(repository: Repository) -> _Place | None:
    """Where hooks were put earlier, or None."""
    common = repository.common_dir.resolve()
    try:
        note = json.loads((_own_folder(repository) / "place.json").read_bytes())
        return _Place(common / note["folder"], tuple(common / name for name in note["made"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _own_folder(repository: Repository) -> Path:
    return repository.state_dir / "hooks"


def _script(repository: Repository, name: str) -> Path:
    """The script that the marked lines read."""
    return _own_folder(repository) / name


def _kept(repository: Repository, name: str) -> Path:
    """The copy of a foreign hook as it was before our lines."""
    return _own_folder(repository) / "kept" / name


def _packaged(name: str) -> Path:
    """The script that comes with us: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "hooks" / name
    return inside if inside.is_file() else package.parent / "hooks" / name


def _content(path: Path) -> bytes:
    """The bytes of a hook; none for what is not a file."""
    return path.read_bytes() if path.is_file() else b""


def _write(path: Path, data: bytes, mode: int, mtime_ns: int | None = None) -> None:
    """Write a file whole or not at all; left alone when it is already so."""
    if path.is_file() and path.read_bytes() == data and path.stat().st_mode & 0o7777 == mode:
        return
    write_atomically(path, data, mode=mode, mtime_ns=mtime_ns)
