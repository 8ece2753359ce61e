"""The stream of posts: what stands together, in which order, and that a chunk's fingerprint is all that it shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gitexp.history.corrections import correct, reach_of
from gitexp.history.stream import CHUNK, read_chunk, read_stream
from gitexp.history.trials import note, start

if TYPE_CHECKING:
    from tests.project import Project

_FIRST = datetime.fromisoformat("2019-06-01T10:00:00+09:00")


def test_a_day_of_one_experiment_is_one_post(begun: Project) -> None:
    record = begun.record()
    start(record, "tcn_1", at=_FIRST, snapshot=False)
    note(record, (), "tcn_2 acc 0.5\n学習", at=_FIRST + timedelta(minutes=1))
    note(record, ("tcn_2",), "more of it", at=_FIRST + timedelta(minutes=2))
    note(record, ("tcn_2",), "the day after", at=_FIRST + timedelta(days=1))
    note(record, ("tcn_1", "tcn_2"), "of both", at=_FIRST + timedelta(days=1, minutes=1))
    stream = read_stream(record)
    assert [(post.day, post.experiments, len(post.entries), post.opens) for post in stream.posts] == [
        ("2019-06-01", ("tcn_1",), 0, True),
        ("2019-06-01", ("tcn_2",), 2, True),
        ("2019-06-02", ("tcn_2",), 1, False),
        ("2019-06-02", ("tcn_1", "tcn_2"), 1, False),
    ]
    texts = [[entry.text for entry in entries] for _, entries in read_chunk(record, stream.posts_of(0)).posts]
    assert texts == [[], ["tcn_2 acc 0.5\n学習", "more of it"], ["the day after"], ["of both"]]
    assert (stream.metric, stream.best) == ("acc", "tcn_2")


def test_only_the_chunk_that_reads_otherwise_has_another_fingerprint(begun: Project) -> None:
    record = begun.record()
    for number in range(3 * CHUNK):
        note(record, (), f"tcn_{number} acc 0.{900 - number}", at=_FIRST + timedelta(days=number))
    before = read_stream(record)
    assert before.best == "tcn_0"
    entry = record.experiment(f"tcn_{CHUNK}").entries[0]
    correct(record, reach_of(record, entry.id), "wrong", at=_FIRST + timedelta(days=100))
    after = read_stream(record)
    assert after.prints[0] == before.prints[0]
    assert after.prints[1] != before.prints[1]
    assert after.prints[2] == before.prints[2]
    assert len(after.prints) == 4
    assert read_stream(begun.record()).prints == after.prints


def test_the_best_of_a_loss_is_the_least(begun: Project) -> None:
    record = begun.record()
    for name, value in (("tcn_1", "0.5"), ("tcn_2", "0.4"), ("tcn_3", "~0.1")):
        note(record, (), f"{name} loss {value}", at=_FIRST)
    assert read_stream(record).best == "tcn_2"
