"""Corrections, retractions and undos: what holds depends on what was said, not on the order in
which a clone heard it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, strategies as st

from gitexp.model.event import Event, draft_event
from gitexp.model.event.facts import RetractFact, UndoFact
from gitexp.model.fold import fold_events
from gitexp.model.retractions import Retractions
from gitexp.model.threads import sort_into_threads

if TYPE_CHECKING:
    import random


def event(kind: str, lamport: int, *, text: str = "", **fields: object) -> Event:
    at = f"2019-06-{1 + lamport % 28:02d}T10:00:00+09:00"
    return draft_event(kind, at, ("x",), fields, text).sign(lamport, "klmnopqr", "A <a@b>")


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Events each of which may speak of earlier ones."""
    made = [
        event("new", 1),
        event("metric", 2, name="acc", value="0.5", about=False, partial=False),
        event("note", 3, text="first"),
    ]
    for number in range(draw(st.integers(0, 10))):
        targets = [
            one.id
            for one in draw(
                st.lists(
                    st.sampled_from(made), min_size=1, max_size=2, unique_by=lambda one: one.id
                )
            )
        ]
        kind = draw(st.sampled_from(["note", "correction", "retract", "undo", "metric"]))
        lamport = 4 + number - draw(st.integers(0, 1))  # two clones may give the same
        if kind == "undo":
            made.append(event(kind, lamport, events=targets))
        elif kind == "metric":
            made.append(
                event(kind, lamport, name="acc", value=f"0.{number}", about=False, partial=False)
            )
        elif kind == "correction":
            values = [["acc", f"0.{number}5", False, False]] if draw(st.booleans()) else []
            made.append(event(kind, lamport, text=f"no {number}", targets=targets, metrics=values))
        else:
            made.append(
                event(
                    kind,
                    lamport,
                    text=f"{kind} {number}",
                    **({"targets": targets} if kind == "retract" else {}),
                )
            )
    return made


def _taken_back_by(taker: Event) -> tuple[str, ...]:
    match taker.fact:
        case RetractFact(targets=targets):
            return targets or ()
        case UndoFact(events=events):
            return events or ()
    return ()


@given(histories(), st.randoms())
def test_any_order_and_any_split_between_two_clones_folds_to_the_same(
    history: list[Event], chance: random.Random
) -> None:
    mixed = [
        *history,
        *chance.sample(history, len(history) // 2),
    ]  # what both clones have comes twice
    chance.shuffle(mixed)
    once = {one.id: one for one in mixed}
    assert fold_events("x", once.values()) == fold_events("x", history)


@given(histories())
def test_what_holds_is_what_nothing_that_holds_takes_back(history: list[Event]) -> None:
    standing = Retractions(history)
    for one in history:
        takers = [taker for taker in history if one.id in _taken_back_by(taker)]
        assert standing.holds(one.id) == (not any(standing.holds(other.id) for other in takers))


@given(histories())
def test_no_text_is_lost_but_what_was_undone(history: list[Event]) -> None:
    standing = Retractions(history)
    shown = {entry.id for entry in fold_events("x", history).entries}
    texts = {one.id for one in history if one.text and one.kind != "undo"}
    assert shown == {ident for ident in texts if not standing.is_undone(ident)}
    threads = sort_into_threads(fold_events("x", history).entries)
    assert {entry.id for _, entry in threads} == shown
    assert all(depth == 0 or entry.targets for depth, entry in threads)


def test_the_order_of_two_that_take_back_does_not_matter() -> None:
    """The second takes back the first, and both take back the note."""
    note = event("note", 1, text="first")
    undo = event("undo", 2, events=[note.id])
    retract = event("retract", 3, targets=[note.id, undo.id])
    for history in ([note, undo, retract], [retract, undo, note]):
        retractions = Retractions(history)
        assert not retractions.is_undone(note.id)
        assert not retractions.holds(note.id)


def test_a_metric_shows_what_it_was() -> None:
    base = [
        event("new", 1),
        event("metric", 2, name="acc", value="0.857", about=False, partial=False),
    ]
    first = event(
        "correction",
        3,
        text="256 in truth",
        targets=[base[1].id],
        metrics=[["acc", "0.2", True, False]],
    )
    (metric,) = fold_events("x", [*base, first]).metrics
    assert (str(metric), metric.was) == ("~0.2*", ("0.857",))
    second = event(
        "correction", 4, text="no: 0.3", targets=[first.id], metrics=[["acc", "0.3", False, False]]
    )
    (metric,) = fold_events("x", [*base, first, second]).metrics
    assert (str(metric), metric.was) == ("0.3*", ("0.857", "0.2"))
    entries = {entry.text: entry for entry in fold_events("x", [*base, first, second]).entries}
    assert entries["256 in truth"].corrected
    back = event("retract", 5, targets=[second.id], text="it was right")
    state = fold_events("x", [*base, first, second, back])
    assert state.metrics[0].was == ("0.857",)
    assert {entry.text: (entry.corrected, entry.retracted) for entry in state.entries} == {
        "256 in truth": (False, False),
        "no: 0.3": (False, True),
        "it was right": (False, False),
    }
    again = event("retract", 6, targets=[back.id])
    assert fold_events("x", [*base, first, second, back, again]).metrics[0].value == "0.3"


def test_a_thousand_undos_of_undos_exhaust_nothing() -> None:
    chain = [event("note", 1, text="x")]
    for number in range(2, 3000):
        chain.append(event("undo", number, events=[chain[-1].id]))
    assert Retractions(chain).is_undone(chain[0].id) == (len(chain) % 2 == 0)


def test_an_event_made_by_hand_that_takes_itself_back_ends() -> None:
    first, second = "kkkkkkkkkkkk", "llllllllllll"
    circle = [
        event("undo", 1, events=[first])._replace(id=first),
        event("undo", 2, events=[first, second])._replace(id=second),
    ]
    assert isinstance(Retractions(circle).holds(first), bool)
