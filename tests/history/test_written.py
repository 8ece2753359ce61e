"""A record that an earlier gitexp wrote: every kind of event, as it was on the branch then, and
what it was read as.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitexp.model.event import decode_event, encode_event
from gitexp.model.event.facts import SHAPES

if TYPE_CHECKING:
    from tests.project import Project

WRITTEN: dict[str, Any] = json.loads(
    Path(__file__).with_name("written.json").read_text(encoding="utf-8")
)
FILES: dict[str, str] = WRITTEN["files"]


def test_it_has_every_kind() -> None:
    assert {decode_event(text.encode()).kind for text in FILES.values()} == SHAPES.keys()


def test_it_is_written_again_to_the_byte() -> None:
    for path, text in FILES.items():
        event = decode_event(text.encode())
        assert encode_event(event) == text.encode()
        assert event.path == path


def test_it_is_read_as_it_was_read_then(begun: Project) -> None:
    record = begun.record()
    record.branch.append({path: text.encode() for path, text in FILES.items()}, "all\n")
    assert record.index.list_broken_files() == []
    for verb, answer in WRITTEN["said"].items():
        assert begun.json(*verb.split()) == answer, verb
