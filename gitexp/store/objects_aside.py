"""Objects that git writes for a snapshot, set aside until they are in a pack that no gc removes."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.store.lock import make_write_error, remove_objects_aside
from gitexp.store.refs import OBJECTS_ASIDE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitexp.store.database import Database
    from gitexp.store.repository import Repository

_ALTERNATES = "GIT_ALTERNATE_OBJECT_DIRECTORIES"


@contextmanager
def set_objects_aside(
    repository: Repository, database: Database, env: Mapping[str, str]
) -> Iterator[Mapping[str, str]]:
    """Give git an environment in which new objects go to a folder of their own.

    ``env`` is what it has besides. At the end the database gathers them. The lock of the clone is held,
    so a folder that is there already is that of a killed process. Raises StorageError.
    """
    try:
        repository.state_dir.mkdir(parents=True, exist_ok=True)
        remove_objects_aside(repository)
        with tempfile.TemporaryDirectory(prefix=OBJECTS_ASIDE, dir=repository.state_dir) as folder:
            alternates = [_quote(str(repository.common_dir / "objects"))]
            if inherited := repository.environment.get(_ALTERNATES):
                alternates.append(inherited)
            yield {
                **env,
                "GIT_OBJECT_DIRECTORY": folder,
                _ALTERNATES: os.pathsep.join(alternates),
            }
            with database.gather():
                database.take_in_objects(Path(folder))
    except OSError as error:
        raise make_write_error(repository.state_dir, error) from None


def _quote(path: str) -> str:
    """Return a path as git reads it in a list of paths with colons between."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
