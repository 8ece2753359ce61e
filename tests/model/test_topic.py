"""Topics fold from events in whatever order a clone heard of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, strategies as st

from gitexp.model.event import Event, draft_event
from gitexp.model.topic import fold_topics

if TYPE_CHECKING:
    import random

NAMES = st.sampled_from(["a", "b", "c", "学習率"])
CHANGES = st.one_of(
    st.fixed_dictionaries({"match": st.sampled_from(["x", "y|z"])}),
    st.fixed_dictionaries(
        {"ids": st.lists(st.sampled_from(["t_*", "g_*"]), min_size=1, max_size=2)}
    ),
    st.fixed_dictionaries({"pin": st.lists(st.sampled_from(["p", "q"]), min_size=1)}),
    st.fixed_dictionaries({"unpin": st.lists(st.sampled_from(["p", "q"]), min_size=1)}),
    st.fixed_dictionaries({"to": NAMES}),
    st.fixed_dictionaries({"into": NAMES}),
    st.just({"removed": True}),
    st.just({}),
)


def event(number: int, name: str, text: str = "", **fields: object) -> Event:
    at = f"2019-06-{1 + number % 28:02d}T10:00:00+09:00"
    draft = draft_event("topic", at, (), {"name": name, **fields}, text)
    return draft.sign(number, "klmnopqr", "A")


@given(
    st.lists(st.tuples(NAMES, CHANGES, st.sampled_from(["", "words"])), max_size=12), st.randoms()
)
def test_the_order_of_hearing_does_not_matter(
    changes: list[tuple[str, dict[str, object], str]], chance: random.Random
) -> None:
    events = [
        event(number // 2, name, text, **fields)
        for number, (name, fields, text) in enumerate(changes)
    ]
    mixed = list({one.id: one for one in events}.values())
    chance.shuffle(mixed)
    assert fold_topics(mixed) == fold_topics({one.id: one for one in events}.values())
    names = [name for topic in fold_topics(mixed).values() for name in topic.names]
    assert len(names) == len(set(names)), "no name leads to two topics"


def test_a_topic_is_renamed_merged_and_called_back() -> None:
    events = [
        event(1, "enc", "first", match="conv"),
        event(2, "enc", to="encoder"),
        event(3, "enc", "second", pin=["x"]),
    ]
    topics = fold_topics(events)
    assert list(topics) == ["encoder"]
    assert (topics["encoder"].summary, topics["encoder"].names) == ("second", {"enc", "encoder"})
    topics = fold_topics(
        [*events, event(4, "decoder", ids=["d_*"]), event(5, "decoder", into="encoder")]
    )
    assert list(topics) == ["encoder"]
    assert (topics["encoder"].match, topics["encoder"].ids, list(topics["encoder"].pinned)) == (
        ["conv"],
        ["d_*"],
        ["x"],
    )
    assert list(fold_topics([*events, event(6, "encoder", to="enc")])) == ["enc"]
    assert fold_topics([*events, event(7, "encoder", removed=True)]) == {}
    back = fold_topics([*events, event(7, "encoder", removed=True), event(8, "encoder", "new")])
    assert (back["encoder"].match, back["encoder"].summary) == ([], "new")
