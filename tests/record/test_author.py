"""Who records: whatever the config says, a commit of the record can be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.project import Project


@pytest.mark.parametrize(
    ("name", "recorded"),
    [("<b>Ada</b>", "bAda/b"), ("  ", "gitexp"), ("田中, ", "田中"), ("<>", "gitexp")],
)
def test_a_name_that_no_commit_can_hold_is_cleaned(
    begun: Project, name: str, recorded: str
) -> None:
    begun.git("config", "user.name", name)
    begun.exp("new", "trial", "-m", "trial acc 0.5")
    assert begun.git("log", "-1", "--format=%an", "gitexp") == recorded
    begun.git("fsck", "--strict")
