"""What is chosen and resolved before it is written: under the lock, and nothing is left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitexp.errors import UsageError
from gitexp.model.metric_syntax import parse_metric
from gitexp.record.record import Record
from gitexp.record.write.begin import (
    TrialContent,
    add_to_experiment,
    begin_experiment,
    rename_experiment,
    use_experiment,
)
from gitexp.record.write.entries import add_note
from gitexp.record.write.snapshot import add_snapshot
from gitexp.record.write.topics import keep_out_of_topic, pin_to_topic
from gitexp.record.write.values import add_images, add_metrics, add_series, change_tags

if TYPE_CHECKING:
    from collections.abc import Callable

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


RESOLVING: dict[str, Callable[[Record], object]] = {
    "add_images": lambda record: add_images(record, "x", []),
    "add_metrics": lambda record: add_metrics(record, "x", [parse_metric("acc=1")]),
    "add_note": lambda record: add_note(record, ["x"], "words"),
    "add_series": lambda record: add_series(record, "x", []),
    "add_snapshot": lambda record: add_snapshot(record, "x"),
    "add_to_experiment": lambda record: add_to_experiment(record, "x", TrialContent(text="words")),
    "begin_experiment": lambda record: begin_experiment(record, "y", parent="x"),
    "change_tags": lambda record: change_tags(record, "x", ["late"]),
    "keep_out_of_topic": lambda record: keep_out_of_topic(record, "encoder", ["xy"]),
    "pin_to_topic": lambda record: pin_to_topic(record, "encoder", ["xy"]),
    "rename_experiment": lambda record: rename_experiment(record, "x", "z"),
    "use_experiment": lambda record: use_experiment(record, "x"),
}


@pytest.mark.parametrize("name", RESOLVING)
def test_a_name_is_resolved_under_the_lock(
    begun: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    record = begun.record()
    begin_experiment(record, "xyz", TrialContent(text="first"))
    resolve_id = Record.resolve_id
    was_held: list[bool] = []

    def resolve_and_note(self: Record, text: str) -> str:
        was_held.append(self._holds_lock)
        return resolve_id(self, text)

    monkeypatch.setattr(Record, "resolve_id", resolve_and_note)
    RESOLVING[name](record)
    assert was_held
    assert all(was_held)
