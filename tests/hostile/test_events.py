"""Events that say impossible things: each is named and ignored, and no verb stops."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from gitexp.errors import ContentError
from gitexp.model.event import encode_event
from gitexp.model.fold import fold_events
from gitexp.model.topic import fold_topics
from gitexp.record.index.event_file import read_event
from gitexp.record.index.experiment_rows import encode_row, encode_summary
from tests.hostile.remote import Remote, event_file

if TYPE_CHECKING:
    from pathlib import Path

COMMIT = "1" * 40
SHA = "ab" * 32
PICTURE = f"images/ab/{SHA}.png"
CURVES = f"data/ab/{SHA}.json"
IMAGE: dict[str, Any] = {
    "kind": "image",
    "path": PICTURE,
    "name": "a.png",
    "width": 4,
    "height": 3,
}
SNAPSHOT: dict[str, Any] = {"kind": "snapshot", "commit": COMMIT, "base": "", "left_out": 0}
METRIC: dict[str, Any] = {
    "kind": "metric",
    "name": "acc",
    "value": "0.5",
    "about": False,
    "partial": False,
}
FILTER: dict[str, Any] = {"kind": "filter", "name": "f", "rules": ["a.py"], "anchor": COMMIT}
TOPIC: dict[str, Any] = {"kind": "topic", "name": "t"}
GOOD: list[dict[str, Any]] = [
    {"kind": "new", "parent": "t1"},
    {"kind": "note"},
    METRIC,
    IMAGE,
    {"kind": "series", "path": CURVES, "name": "a.csv", "tags": ["loss"]},
    {"kind": "tag", "add": ["x"], "remove": []},
    {"kind": "rename", "to": "t2"},
    {"kind": "link", "commit": COMMIT, "was": "2" * 40},
    SNAPSHOT,
    FILTER,
    {"kind": "correction", "targets": ["k" * 12], "metrics": [["acc", "0.1", False, False]]},
    {"kind": "retract", "targets": ["k" * 12]},
    {"kind": "undo", "events": ["k" * 12]},
    {**TOPIC, "match": "a|b", "ids": ["t*"], "query": "acc>0.5", "pin": ["t1"]},
]

NO_LISTS_OF_IDS: tuple[Any, ...] = ("t1", [5], [None], [[]], {"t1": 1}, None, 1)

# The thirteen that stopped every verb.
STOPPED: list[dict[str, Any]] = [
    {**IMAGE, "width": "1.5"},
    {**SNAPSHOT, "left_out": "inf"},
    {"lamport": 2**63},
    {"kind": "\ud800"},
    {"exp": ["\ud800"]},
    {"kind": "tag", "add": ["\ud800"], "remove": []},
    {"kind": "rename", "to": "\ud800"},
    {"kind": "link", "commit": "\ud800"},
    {"source": ["\ud800"]},
    {**IMAGE, "path": "\ud800"},
    {"at": b"2026-01-02 03:04:05"},
    {"at": b"2026-01-02"},
    {"exp": b"[2026-01-02]"},
]
IMPOSSIBLE: list[dict[str, Any]] = [
    *STOPPED,
    *({"kind": kind} for kind in ("", "New", "a/b", "../x", "a b", "\x1b[31m", "x" * 41, 5, None)),
    *({"lamport": value} for value in (-1, 2**53 + 1, 1.5, True, "1", None, [1], 1e400)),
    *({"at": value} for value in ("", "yesterday", "2019-06-12", "2019-06-12T15:33:00", 5, None)),
    {"at": "2019-06-12\x1b15:33:00+09:00"},
    {"at": "20190612T153300+0900"},
    {"at": "2019-W24-3T15:33:00+09:00"},
    {"at": "2019-06-12T15:33:00.5+09:00"},
    {"at": "2019-06-12T15:33:00Z"},
    {"at": "0001-01-01T00:00:00+14:00"},
    {"at": "9999-12-31T23:59:59-12:00"},
    {"at": "2019-13-45T15:33:00+09:00"},
    {"at": "２０１９-06-12T15:33:00+09:00"},
    *({"exp": value} for value in NO_LISTS_OF_IDS),
    *({"exp": [value]} for value in ("", "a/b", "..", "../x", "a\nb", "a b", "x" * 201, "a.")),
    *({"exp": [value]} for value in ("\x1b[31m", "a\u202eb", "/renamed", "<b>", "a\0", "-x")),
    *({"kind": "new", "parent": value} for value in ("../x", "a b", 5, ["t1"], "\x1b")),
    *({"kind": "rename", "to": value} for value in ("", "../x", "a b", 5, None, "/renamed")),
    {"kind": "rename"},
    *({**METRIC, "value": value} for value in ("high", "", " 1", "1_0", [1], True, "0x1", "1%%")),
    *({**METRIC, "name": value} for value in ("", 5, ["acc"], "x" * 5000)),
    {**METRIC, "about": "yes"},
    *({**IMAGE, "width": value} for value in (0, -1, 2**31, 1.5, "4", True, None, [4])),
    {**IMAGE, "name": 5},
    {**IMAGE, "path": CURVES},
    {"kind": "series", "path": PICTURE, "name": "a.csv", "tags": []},
    {"kind": "series", "path": CURVES, "name": "a.csv", "tags": "loss"},
    *(
        {"kind": "tag", "add": [value], "remove": []}
        for value in ("", "a b", "#x", "a,b", "a/b", 5)
    ),
    {"kind": "tag", "add": "x", "remove": []},
    {"kind": "tag", "add": ["\x1b[31m"], "remove": []},
    *(
        {"kind": "link", "commit": value}
        for value in ("", "HEAD", "--output=x", "1" * 39, "G" * 40)
    ),
    *({**SNAPSHOT, "commit": value} for value in ("", "main", "../../x", "A" * 40, COMMIT + "\n")),
    {**SNAPSHOT, "base": "HEAD"},
    *({**SNAPSHOT, "left_out": value} for value in ("1", -1, 1.5, 10**400)),
    *({**FILTER, "name": value} for value in ("", "a b", "a/b", "../x", "\x1b", 5, None, "a:b")),
    *({**FILTER, "rules": [value]} for value in ("", "a.py:0", "a.py:9-1", 5, "a\nb", "\x1b.py")),
    *({**FILTER, "rules": [value]} for value in ("../../etc/passwd", "/etc/passwd", ".git/config")),
    *({**FILTER, "rules": [value]} for value in ("a/../../b", "..\\..\\b", "x/.GIT/config", "..")),
    *({**FILTER, "rules": [value]} for value in ("git~1/config", "a\0b", "!../x::f", "a\x9b.py")),
    {**FILTER, "rules": "a.py"},
    {**FILTER, "anchor": "HEAD"},
    {**FILTER, "depth": "1"},
    {**FILTER, "depth": -1},
    {**FILTER, "stop": ["a\x1b"]},
    {**FILTER, "removed": "yes"},
    {"kind": "correction", "targets": ["../x"]},
    {"kind": "correction", "targets": [], "metrics": [["acc"]]},
    {"kind": "correction", "targets": [], "metrics": [["acc", "high", False, False]]},
    {"kind": "correction", "targets": [], "metrics": "acc"},
    {"kind": "retract", "targets": [5]},
    {"kind": "undo", "events": {"k" * 12: 1}},
    *({**TOPIC, "name": value} for value in ("", " ", "a\nb", "[x]", "a#b", "\x1b[31m", 5, None)),
    *({**TOPIC, "query": value} for value in ("acc>", "(", "no:field", 5, "before:never")),
    {**TOPIC, "ids": "t*"},
    {**TOPIC, "match": ["a"]},
    *({**TOPIC, key: value} for key in ("match", "query") for value in ("a\0bcd", "x" * 1001)),
    {**TOPIC, "to": ["x"]},
    {**TOPIC, "removed": 1},
]

# Possible, and odd all the same: none of them stops a verb either.
ODD: list[dict[str, Any]] = [
    {"kind": "of_tomorrow", "anything": {"a": [1, None, {"b": "\ud800"}]}},
    {"kind": "note", "unknown": "\ud800"},
    {"lamport": 2**53},
    {"at": "1888-01-01T00:00:00+09:18:59"},
    {"at": "0002-01-01T00:00:00+14:00"},
    {"at": "9998-12-31T23:59:59-12:00"},
    {"author": "\ud800\x1b[31m <b>", "replica": "\u202e"},
    {**METRIC, "name": "\x1b[31mred\ud800"},
    {**METRIC, "name": "a\nb", "value": "1e999"},
    {**METRIC, "value": "nan%"},
    {**METRIC, "value": 5},
    {**METRIC, "name": "__proto__", "value": "٣"},
    {**IMAGE, "name": "\x1b]0;x\x07\u202egnp.exe"},
    {**IMAGE, "name": "../../x.png", "width": 2**31 - 1, "height": 1},
    {"kind": "series", "path": CURVES, "name": "", "tags": ["", "\x1b", "../x"]},
    {"kind": "rename", "to": "t1"},
    {"kind": "rename", "to": "t9", "exp": []},
    {"kind": "new", "parent": "t1"},
    {"kind": "new", "parent": None, "exp": []},
    {"kind": "undo", "events": ["k" * 12, "k" * 12], "exp": []},
    {"kind": "correction", "targets": ["z" * 12], "exp": []},
    {**FILTER, "name": "f2", "rules": [], "removed": False},
    {**FILTER, "name": "f3", "rules": ["nowhere/at/all.py@f"], "depth": 2**53},
    {**TOPIC, "name": "../../etc", "match": "\u202e|", "ids": ["[", "*" * 200]},
    {**TOPIC, "name": "self", "query": "topic:self"},
    {**TOPIC, "name": "gone", "query": "topic:nowhere"},
    {**TOPIC, "name": "old", "query": "before:9999y"},
    {**TOPIC, "name": "circle", "to": "circle2"},
    {**TOPIC, "name": "circle2", "to": "circle"},
]


def _file(fields: dict[str, Any], text: str = "words #x [[y]]") -> bytes:
    return event_file(text, **fields)


def _label(fields: dict[str, Any]) -> str:
    return ascii(fields)[:60]


@pytest.mark.parametrize("fields", GOOD, ids=_label)
def test_the_honest_ones_are_read(fields: dict[str, Any]) -> None:
    assert (
        read_event(_file(fields), "log/2019-06/12/153300-x-kkkkkkkkkkkk.md").kind == fields["kind"]
    )


@pytest.mark.parametrize("fields", IMPOSSIBLE, ids=_label)
def test_an_impossible_one_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ContentError):
        read_event(_file(fields), "log/2019-06/12/153300-x-kkkkkkkkkkkk.md")


@pytest.mark.parametrize("fields", ODD, ids=_label)
def test_an_odd_one_is_read(fields: dict[str, Any]) -> None:
    event = read_event(_file(fields), "log/2019-06/12/153300-x-kkkkkkkkkkkk.md")
    state = fold_events("t1", [event])
    encode_row(state).encode()
    encode_summary(state.summary).encode()


@pytest.mark.parametrize(
    "name",
    [
        *("x.md", "153300-note-.md", "153300-note-\x1b[31m.md", "153300-note-<script>.md"),
        *("153300-note-kkkkkkkkkkk.md", "153300-note-KKKKKKKKKKKK.md", "-.md", "..md"),
        "153300-note-kkkkkkkkkkkk.md.md",
    ],
)
def test_a_file_that_is_not_named_as_an_event_is_refused(name: str) -> None:
    with pytest.raises(ContentError):
        read_event(_file({}), f"log/2019-06/12/{name}")


# Each on its own line of values, with what YAML has beyond JSON.
EDITED = [
    b"lamport: &a 5\nreplica: *a",
    b"lamport: 5\nx: !!python/object/apply:os.system ['touch ran']",
    b"lamport: 5\nx: !!int ''",
    b"lamport: 5\nx: !!timestamp x",
    b"lamport: 5\nx: !!bool maybe",
    b"lamport: 5\n? [a]\n: b",
    b"lamport: 5\n? {a: b}\n: c",
    b"lamport: 0x7fffffffffffffff1",
    b"lamport: 5\nx: 2019-99-99",
    b'lamport: 5\nx: "\\ud800"',
    b"lamport: 5\nx: " + b"[" * 900 + b"]" * 900,
    b"lamport: 5\nx: &a [1]\ny: &b [*a, *a]\nz: [*b, *b]",
    b"lamport: .inf",
    b"lamport: 190:20:30",
    b"lamport: " + b"9" * 5000,
    b"lamport: 5\n\tx: tab",
    b"lamport: 5\n%TAG ! x",
    b"lamport: 5\n<<: {lamport: 6}",
]


@pytest.mark.parametrize("lines", EDITED, ids=lambda lines: ascii(lines)[:50])
def test_what_a_person_or_an_attacker_edited_ends_in_an_event_or_a_refusal(lines: bytes) -> None:
    data = (
        b"---\nkind: note\nat: 2019-06-23T10:15:00+09:00\nreplica: x\nauthor: me\nexp: [t1]\n"
        + lines
        + b"\n---\n\nwords\n"
    )
    try:
        event = read_event(data, "log/2019-06/12/153300-x-kkkkkkkkkkkk.md")
    except ContentError:
        return
    encode_row(fold_events("t1", [event])).encode()


def test_no_mutation_of_an_event_file_is_a_crash(*, long: bool) -> None:
    chance = random.Random(14)
    seeds = [_file(fields) for fields in (*GOOD, *ODD)]
    pieces = [json.dumps(value).encode() for fields in IMPOSSIBLE for value in _values(fields)]
    pieces += [
        b'"\\ud800"',
        b"\x00",
        b"\n",
        b"---\n",
        b": ",
        b"[",
        b"]",
        b'"',
        b"\xff",
        b"\xc2\x9b",
    ]
    read = 0
    for _ in range(60_000 if long else 3_000):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.choice((1, 1, 2, 4))):
            start = chance.randrange(len(data) + 1)
            stop = start + chance.choice((0, 0, 1, 5, 30))
            data[start:stop] = chance.choice(pieces)
        try:
            event = read_event(bytes(data), "log/2019-06/12/153300-x-kkkkkkkkkkkk.md")
        except ContentError:
            continue
        read += 1
        state = fold_events("t1", [event._replace(experiments=("t1",))])
        encode_row(state).encode()
        encode_summary(state.summary).encode()
        fold_topics([event])
        if event.kind in {fields["kind"] for fields in GOOD if "kind" in fields}:
            encode_event(event)
    assert read > 100


def _values(fields: dict[str, Any]) -> list[Any]:
    return [value for value in fields.values() if not isinstance(value, bytes)]


def _append(remote: Remote, shapes: list[dict[str, Any]]) -> list[str]:
    return [remote.add_event(_file({"lamport": 100 + n, **f})) for n, f in enumerate(shapes)]


def test_no_verb_stops_and_status_names_them(tmp_path: Path) -> None:
    remote = Remote.create(tmp_path / "remote")
    bad = _append(remote, IMPOSSIBLE)
    _append(remote, [fields for fields in ODD if fields.get("lamport") != 2**53])
    remote.commit()
    victim = remote.clone(tmp_path / "victim")
    victim.exp("init")
    assert set(victim.json("status")["broken"]) == set(bad)
    said = victim.exp("status")
    assert all(f"cannot be read: {path}" in said for path in bad)
    for verb in VERBS:
        victim.exp(*verb)
    for verb in RECORDING:
        victim.exp(*verb)
    (honest,) = (item for item in victim.json("list") if item["id"] == "t1")
    assert {"t1 acc 0.5 #honest", "goes on"} <= {entry["text"] for entry in honest["entries"]}


def test_an_event_of_many_megabytes_is_named_and_left_alone(tmp_path: Path) -> None:
    remote = Remote.create(tmp_path / "remote")
    huge = remote.add_event(event_file("a" * (40 << 20)))
    remote.commit()
    victim = remote.clone(tmp_path / "victim")
    victim.exp("init")
    assert victim.json("status")["broken"] == [huge]
    victim.exp("note", "t1", "-m", "goes on")
    assert "goes on" in victim.exp("journal")


VERBS = [
    *(["list"], ["list", "--json"], ["status"], ["journal"], ["show", "t1"], ["topic"]),
    *(["topic", "self"], ["topic", "gone"], ["topic", "old"], ["topic", "suggest"], ["log"]),
    *(["filter", "list"], ["filter", "show", "f3"], ["search", "words"], ["similar", "t1"]),
    *(["lineage", "t1"], ["compare", "t1", "t1"], ["image", "list"], ["snapshot", "list"]),
    *(["series", "list", "t1"], ["excerpt", "t1"], ["list", "--as-of", "2020-01-01"]),
    *(["list", "--where", "topic:gone"], ["pages"], ["export", "out"], ["log", "--experiments"]),
]
RECORDING = [
    *(["note", "t1", "-m", "goes on"], ["metric", "t1", "acc=0.6"], ["tag", "t1", "x"]),
    *(["new", "t5", "-m", "new"], ["rename", "t5", "t6"], ["use", "t1"], ["undo"]),
    *(["correct", "t1", "-m", "no"], ["topic", "write", "self", "-m", "all of it"]),
]


def test_a_lamport_at_its_end_stops_no_writer(tmp_path: Path) -> None:
    remote = Remote.create(tmp_path / "remote")
    remote.add_event(_file({"lamport": 2**53}))
    remote.commit()
    victim = remote.clone(tmp_path / "victim")
    victim.exp("init")
    for number in range(3):
        victim.exp("note", "t1", "-m", f"note {number}")
    assert victim.json("status")["broken"] == []
    (honest,) = victim.json("list")
    assert len(honest["entries"]) == 5
