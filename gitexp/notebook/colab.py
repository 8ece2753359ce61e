"""``gitexp.start``: recording on a machine that will be gone, with a copy in a folder that stays."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.cli.env import Env
from gitexp.cli.record import RECORD_FOLDER, find_or_begin_record
from gitexp.errors import RepositoryError
from gitexp.notebook.session import find_shell
from gitexp.store.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.record.write.pull import PullResult

LOCAL = "/content/gitexp.git"
"""Where the record is while the machine lives, outside of any repository."""

_DRIVE_FOLDER = "MyDrive"


def start(folder: str, local: str = LOCAL) -> None:
    """Record from now on, and append each record to a folder: ``start("/content/drive/MyDrive/exp")``.

    In a repository (the folder of the notebook is in one, or one lies beside ``local``) the record is
    that of the repository, else a bare one at ``local``. What the folder has already is read in.
    An error is a line.
    """
    top = _find_repository_top(Path(local))
    if top is None:
        os.environ.pop(RECORD_FOLDER, None)
    else:
        os.environ[RECORD_FOLDER] = str(top)
    silent = io.StringIO()
    env = Env(".", stdin=io.StringIO(), out=silent, err=silent, variables=os.environ)
    try:
        for line in _start(env, Path(folder).expanduser(), Path(local)):
            print(line)
    except Exception as error:  # noqa: BLE001 - a cell of the user never ends by an error of ours
        from gitexp.cli.failure import explain

        print(explain(error, env).line)
    finally:
        env.close()
    _load_magics()


def _start(env: Env, folder: Path, local: Path) -> Iterator[str]:
    from gitexp.record.folder_copy import APPEND_TO, copy_to_folder
    from gitexp.record.write.pull import pull_record
    from gitexp.store.remote_places import make_folder_place

    _mount_drive(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if os.environ.get(RECORD_FOLDER) == str(local) and not (local / "HEAD").exists():
        subprocess.run(["git", "init", "--quiet", "--bare", str(local)], check=True)
    record, _ = find_or_begin_record(env)
    repository = record.repository
    repository.run_git("config", "--local", APPEND_TO, str(folder.absolute()))
    repository.__dict__.pop("settings", None)  # it was read before
    place = make_folder_place(folder, str(folder))
    result = pull_record(record, place, with_snapshots=False)
    copy_to_folder(repository, record.replica)
    where = repository.top or repository.git_folder
    yield f"recording in {where}; a copy of each record goes to {folder}"
    yield from _describe_pulled(result)


def _describe_pulled(result: PullResult) -> Iterator[str]:
    if result.experiments:
        noun = "experiment" if result.experiments == 1 else "experiments"
        yield f"from earlier sessions: {result.experiments} {noun}"
    yield from result.remarks


def _find_repository_top(local: Path) -> Path | None:
    """Return where the record is, None for the repository around the folder of the process.

    Where there is none: the one clone beside ``local``, else ``local`` itself.
    """
    try:
        Repository.discover(".")
    except RepositoryError:
        pass
    else:
        return None
    clones = [path.parent for path in local.parent.glob("*/.git")]
    return clones[0] if len(clones) == 1 else local


def _mount_drive(folder: Path) -> None:
    """Mount Google Drive where the folder lies in one that is not there: Colab asks the person."""
    for parent in folder.parents:
        if parent.name == _DRIVE_FOLDER and not parent.exists():
            from google.colab import drive

            drive.mount(str(parent.parent))


def _load_magics() -> None:
    """Make ``%keep`` and ``%exp`` known, inside a kernel."""
    shell = find_shell()
    if shell is not None:
        shell.extension_manager.load_extension("gitexp")
