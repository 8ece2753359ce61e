"""What is refused leaves nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitexp.errors import UsageError
from gitexp.record.write.begin import begin_experiment

if TYPE_CHECKING:
    from tests.project import Project


def test_an_id_that_is_taken_leaves_no_ref_behind(begun: Project) -> None:
    begun.write("layers.py", "dirty = 1\n")
    record = begun.record()
    begin_experiment(record, "x")
    begun.write("layers.py", "dirty = 2\n")
    before = begun.git("for-each-ref")
    with pytest.raises(UsageError):
        begin_experiment(record, "x")
    assert begun.git("for-each-ref") == before
