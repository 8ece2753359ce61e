"""The world that tests run in: no git configuration of the machine, a fixed author and time
zone.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

FORGOTTEN = (
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
    "EDITOR",
    "VISUAL",
    "GIT_EDITOR",
    "COLUMNS",
    "NO_COLOR",
)
SEALED = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@example.invalid",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@example.invalid",
    "TZ": "Asia/Tokyo",
}


def seal(patch: pytest.MonkeyPatch, folders: pytest.TempPathFactory) -> None:
    """Set the environment of the tests, with two empty folders for what git and others look for.

    The time zone is set in this process too: verbs run in it.
    """
    for name in FORGOTTEN:
        patch.delenv(name, raising=False)
    for name, value in SEALED.items():
        patch.setenv(name, value)
    patch.setenv("HOME", str(folders.mktemp("home")))
    patch.setenv("XDG_CONFIG_HOME", str(folders.mktemp("config")))
    time.tzset()
