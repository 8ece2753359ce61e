"""The fold: the same state whatever the order in which events arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from gitexp.model.event import Event
from gitexp.model.experiment import fold_events

if TYPE_CHECKING:
    import random


def _at(minute: int) -> str:
    return f"2019-06-{1 + minute // 1440:02d}T{minute // 60 % 24:02d}:{minute % 60:02d}:00+09:00"


def _events(draw: list[tuple[str, int, int, int]]) -> list[Event]:
    made = []
    for kind, minute, lamport, number in draw:
        known: dict[str, dict[str, Any]] = {
            "new": {"parent": f"p{number}"},
            "metric": {"name": f"m{number % 2}", "value": str(number)},
            "tag": {"add": [f"t{number}"], "remove": [f"t{number + 1}"]},
            "link": {"commit": f"c{number}", "was": f"c{number + 1}" if number % 2 else ""},
            "note": {},
        }
        made.append(
            Event(kind, _at(minute), lamport, "k", "me", ("x",), known[kind], f"text {number}" if kind == "note" else "").sign(
                lamport, "k", "me"
            )
        )
    return made


_DRAWS = st.lists(
    st.tuples(st.sampled_from(["new", "metric", "tag", "link", "note"]), st.integers(0, 20000), st.integers(1, 9), st.integers(0, 5)),
    max_size=12,
)


@given(_DRAWS, st.randoms())
def test_order_of_arrival_does_not_matter(draw: list[tuple[str, int, int, int]], chance: random.Random) -> None:
    events = list({event.id: event for event in _events(draw)}.values())
    shuffled = events[:]
    chance.shuffle(shuffled)
    assert fold_events("x", events) == fold_events("x", shuffled)


@given(_DRAWS)
def test_the_latest_metric_is_in_force(draw: list[tuple[str, int, int, int]]) -> None:
    events = _events(draw)
    state = fold_events("x", events)
    for metric in state.metrics:
        same = [event for event in events if event.kind == "metric" and event.fields["name"] == metric.name]
        latest = max(same, key=lambda event: (event.lamport, event.id))
        assert metric.value == latest.fields["value"]


def test_entries_are_in_the_order_of_time_not_of_writing() -> None:
    late = Event("note", _at(500), experiments=("x",), text="evening").sign(1, "k", "me")
    early = Event("note", _at(10), experiments=("x",), text="morning").sign(2, "k", "me")
    assert [entry.text for entry in fold_events("x", [late, early]).entries] == ["morning", "evening"]


def test_a_rewritten_commit_takes_the_place_of_the_old() -> None:
    events = [
        Event("link", _at(1), experiments=("x",), fields={"commit": "old"}).sign(1, "k", "me"),
        Event("link", _at(2), experiments=("x",), fields={"commit": "new", "was": "old"}).sign(2, "k", "me"),
    ]
    assert fold_events("x", events).links == ("new",)
