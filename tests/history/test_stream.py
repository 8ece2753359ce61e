"""The stream of posts: what stands together, in which order, and that a chunk's fingerprint is all
that it shows.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gitexp.follow.follower import Follower
from gitexp.history.lineup import LineupRequest, build_lineup
from gitexp.record.read.resolve import resolve_target
from gitexp.record.read.stream import CHUNK, read_chunk, read_stream
from gitexp.record.write.begin import TrialContent, begin_experiment, rename_experiment
from gitexp.record.write.corrections import add_correction
from gitexp.record.write.entries import add_note
from gitexp.record.write.undo import undo_last_command

if TYPE_CHECKING:
    from gitexp.record.read.stream import Stream
    from gitexp.record.record import Record
    from tests.project import Project

_FIRST = datetime.fromisoformat("2019-06-01T10:00:00+09:00")


def test_a_day_of_one_experiment_is_one_post(begun: Project) -> None:
    record = begun.record()
    begin_experiment(record, "tcn_1", TrialContent(at=_FIRST, snapshot=False))
    add_note(record, (), "tcn_2 acc 0.5\n学習", at=_FIRST + timedelta(minutes=1))
    add_note(record, ("tcn_2",), "more of it", at=_FIRST + timedelta(minutes=2))
    add_note(record, ("tcn_2",), "the day after", at=_FIRST + timedelta(days=1))
    add_note(record, ("tcn_1", "tcn_2"), "of both", at=_FIRST + timedelta(days=1, minutes=1))
    stream = read_stream(record)
    assert [
        (post.day, post.experiments, len(post.entries), post.opens) for post in stream.posts
    ] == [
        ("2019-06-01", ("tcn_1",), 0, True),
        ("2019-06-01", ("tcn_2",), 2, True),
        ("2019-06-02", ("tcn_2",), 1, False),
        ("2019-06-02", ("tcn_1", "tcn_2"), 1, False),
    ]
    texts = [
        [entry.text for entry in entries]
        for _, entries in read_chunk(record, stream.list_posts_of(0)).posts
    ]
    assert texts == [[], ["tcn_2 acc 0.5\n学習", "more of it"], ["the day after"], ["of both"]]
    assert (stream.metric, stream.best) == ("acc", "tcn_2")


def test_only_the_chunk_that_reads_otherwise_has_another_fingerprint(begun: Project) -> None:
    record = begun.record()
    for number in range(3 * CHUNK):
        # Enough words that each post has a slot of its own.
        text = f"tcn_{number} acc 0.{900 - number}\nhalf the width, because the layers were idle"
        add_note(record, (), text, at=_FIRST + timedelta(days=number))
    before = read_stream(record)
    assert before.best == "tcn_0"
    entry = record.read_experiment(f"tcn_{CHUNK}").entries[0]
    add_correction(
        record, resolve_target(record, entry.id), "wrong", at=_FIRST + timedelta(days=100)
    )
    after = read_stream(record)
    assert after.prints[0] == before.prints[0]
    assert after.prints[1] != before.prints[1]
    assert after.prints[2] == before.prints[2]
    assert len(after.prints) == 4
    assert read_stream(begun.record()).prints == after.prints


def test_the_best_of_a_loss_is_the_least(begun: Project) -> None:
    record = begun.record()
    for name, value in (("tcn_1", "0.5"), ("tcn_2", "0.4"), ("tcn_3", "~0.1")):
        add_note(record, (), f"{name} loss {value}", at=_FIRST)
    assert read_stream(record).best == "tcn_2"


def test_which_way_is_better_can_be_said(begun: Project) -> None:
    begun.git("config", "gitexp.better", "seconds=lower")
    record = begun.record()
    for name, value in (("tcn_1", "5"), ("tcn_2", "4")):
        add_note(record, (), f"{name} seconds={value}", at=_FIRST)
    assert read_stream(record).best == "tcn_2"
    request = LineupRequest(tuple(record.read_experiments()), None)
    with Follower(record.repository) as follower:
        (row,) = build_lineup(record, follower, request).metrics
    assert row.best == 1


def test_short_posts_share_slots_and_chunks_hold_them_all(begun: Project) -> None:
    record = begun.record()
    for number in range(60):
        thought = "\nhalf the width, because the layers were idle" if number % 10 == 0 else ""
        add_note(
            record, (), f"tcn_{number} acc 0.{number}{thought}", at=_FIRST + timedelta(days=number)
        )
    stream = read_stream(record)
    # Of ten posts the first stands alone, nine share three slots.
    assert stream.slots[:5] == [0, 1, 4, 7, 10]
    assert len(stream.slots) == 6 * 4 + 1
    assert len(stream.prints) == 2
    posts = [post for number in range(2) for post in stream.list_posts_of(number)]
    assert posts == list(stream.posts)


def _same(grown: Stream, whole: Stream) -> None:
    assert grown.posts == whole.posts
    assert grown.prints == whole.prints
    assert grown.timeline.entries == whole.timeline.entries


def test_a_stream_that_grew_is_one_read_whole(begun: Project) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    dice = random.Random(seed)
    record = begun.record()
    stream = read_stream(record)
    for number in range(60):
        at = _FIRST + timedelta(
            hours=6 * number - (dice.randrange(400) if dice.random() < 0.2 else 0)
        )
        _anything(record, dice, number, at)
        stream = read_stream(record, stream)
        _same(stream, read_stream(record))


def _anything(record: Record, dice: random.Random, number: int, at: datetime) -> None:
    known = sorted(record.index.read_names())
    deed = (
        dice.choice(["new", "note", "both", "loose", "undo", "rename", "correct"])
        if len(known) > 2
        else "new"
    )
    if deed == "new":
        add_note(record, (), f"tcn_{number} acc 0.{number + 1}", at=at)
    elif deed == "note":
        add_note(record, (dice.choice(known),), f"見直した {dice.choice(known)}", at=at)
    elif deed == "both":
        add_note(record, dice.sample(known, 2), "both", at=at)
    elif deed == "loose":
        add_note(record, (), "独り言", at=at)
    elif deed == "undo":
        undo_last_command(record)
    elif deed == "rename":
        rename_experiment(record, dice.choice(known), f"named_{number}")
    else:
        add_correction(record, resolve_target(record, dice.choice(known)), "違う", at=at)


def test_a_stream_of_a_branch_that_was_set_back_is_read_whole(begun: Project) -> None:
    """The last event goes and another takes its number."""
    record = begun.record()
    add_note(record, (), "tcn_1 acc 0.1", at=_FIRST)
    kept = begun.git("rev-parse", "gitexp").strip()
    add_note(record, ("tcn_1",), "goes", at=_FIRST + timedelta(days=1))
    before = read_stream(record)
    begun.git("update-ref", "refs/heads/gitexp", kept)
    add_note(record, ("tcn_1",), "comes", at=_FIRST + timedelta(days=2))
    stream = read_stream(record, before)
    _same(stream, read_stream(record))
    assert [
        entry.text for _, entries in read_chunk(record, stream.posts).posts for entry in entries
    ][-1] == "comes"
