"""Events: the file form and its round trip."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gitexp.errors import ContentError
from gitexp.model.event import Event, clean_text, decode_event, encode_event, split_front_matter

_TEXT = st.text(max_size=60)
_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXT, lambda inner: st.lists(inner, max_size=3), max_leaves=5
)
EVENTS = st.builds(
    Event,
    kind=st.sampled_from(["new", "note", "metric", "later"]),
    at=st.datetimes(timezones=st.timezones()).map(lambda when: when.isoformat(timespec="seconds")).filter(lambda at: len(at) <= 25),
    experiments=st.lists(_TEXT, max_size=3).map(tuple),
    fields=st.dictionaries(
        st.from_regex(r"[a-z][a-z_]{3,8}", fullmatch=True).filter(lambda name: name not in {"kind", "replica", "author", "lamport"}),
        _VALUES,
        max_size=4,
    ),
    text=_TEXT.map(clean_text),
)


@given(EVENTS, st.integers(0, 2**40))
def test_an_event_survives_its_file(event: Event, lamport: int) -> None:
    signed = event.sign(lamport, "klmnopqr", "名前 <a@b>")
    assert decode_event(encode_event(signed)) == signed


@given(EVENTS)
def test_any_yaml_tool_reads_the_front_matter(event: Event) -> None:
    signed = event.sign(1, "klmnopqr", "me")
    head, _ = split_front_matter(encode_event(signed).decode())
    values = yaml.safe_load(head)
    assert values["kind"] == signed.kind
    assert values["exp"] == list(signed.experiments)
    assert {name: values[name] for name in signed.fields} == dict(signed.fields)


@given(EVENTS)
def test_the_id_is_made_of_the_bytes(event: Event) -> None:
    first, second = event.sign(1, "k", "me"), event.sign(2, "k", "me")
    assert first.id != second.id
    assert len(first.id) == 12
    assert set(first.id) <= set("klmnopqrstuvwxyz")


@pytest.mark.parametrize(
    "data", [b"", b"---\n", b"no front matter", b"---\nkind: note\n---\n", b"---\nkind: {\n---\nx\n", b"\xff\xfe", b"---\nat: 1\n---\n"]
)
def test_what_is_no_event_is_refused(data: bytes) -> None:
    with pytest.raises(ContentError):
        decode_event(data)


def test_text_is_kept_to_the_letter() -> None:
    text = "  indented\n---\nkind: note\n\n\tタブ　全角  "
    event = Event("note", "2019-06-23T10:15:00+09:00", text=clean_text(text)).sign(1, "k", "me")
    assert decode_event(encode_event(event)).text == text
    assert event.path == f"log/2019-06/23/101500-note-{event.id}.md"
