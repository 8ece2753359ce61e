"""Events: immutable facts, the only thing that is ever stored; and the file form of one."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.errors import ContentError, UsageError
from gitexp.model.characters import replace_surrogates
from gitexp.model.event.facts import SHAPES, NoteFact, UnknownFact, list_fields, read_fact
from gitexp.model.event.values import (
    LARGEST_COUNT,
    list_of,
    read_count,
    read_experiment_id,
    read_kind,
    read_name,
    read_optional_name,
    read_time,
)
from gitexp.model.ids import make_event_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitexp.model.event.facts import Fact

LONGEST_TEXT = 4_000_000
"""Letters of the longest text that is recorded: a month of diary has less than a hundredth of it."""

_HEAD = ("kind", "at", "lamport", "replica", "author", "exp")
# Characters that YAML does not take raw inside a quoted string, though JSON does.
_NOT_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")

_read_experiment_ids = list_of(read_experiment_id)


class Event(NamedTuple):
    """One fact, when it happened and what it is about.

    ``at`` is when it happened (ISO 8601 with an offset); ``lamport`` and the id order what concerns
    the same thing. ``experiments`` are the ids it is about, ``text`` is free text. What was imported
    has a ``source``, by which it is known again, and from a diary a ``passage``: the moment of its
    heading. An event that is not yet recorded has no id.
    """

    kind: str
    at: str
    lamport: int = 0
    replica: str = ""
    author: str = ""
    experiments: tuple[str, ...] = ()
    fact: Fact = NoteFact()
    text: str = ""
    id: str = ""
    source: str | None = None
    passage: str | None = None

    @property
    def when(self) -> datetime:
        """``at`` as a datetime with its offset."""
        return datetime.fromisoformat(self.at)

    def sign(self, lamport: int, replica: str, author: str) -> Event:
        """Return the same fact with its place in the record; only now has it an id.

        Lamport times end where readers refuse them: from there on ids alone decide the order.
        """
        event = self._replace(
            lamport=min(lamport, LARGEST_COUNT),
            replica=replica,
            author=read_optional_name(author),
        )
        return event._replace(id=make_event_id(encode_event(event)))

    @property
    def path(self) -> str:
        """Where the event's file lies on the record branch."""
        when = self.when
        return f"log/{when:%Y-%m}/{when:%d}/{when:%H%M%S}-{self.kind}-{self.id}.md"


def draft_event(
    kind: str,
    at: str,
    experiments: Iterable[str] = (),
    fields: Mapping[str, Any] | None = None,
    text: str = "",
) -> Event:
    """Return an event that is not yet in the record. ``fields`` are what its front matter says.

    Raises UsageError for what a reader of the record would refuse, and for a text that is too long.
    """
    check_length(text)
    head = {"kind": kind, "at": at, "lamport": 0, "replica": "", "author": ""}
    try:
        return _build({**head, "exp": tuple(experiments), **(fields or {})}, text, "")
    except ValueError as error:
        raise UsageError(f"{kind}: {error}", "nothing was recorded") from None


def check_length(text: str) -> None:
    """Raise UsageError for a text that is too long to be read again."""
    if len(text) > LONGEST_TEXT:
        raise UsageError(
            f"the text has {len(text) / 1e6:.1f} million letters, more than {LONGEST_TEXT // 10**6}; "
            "nothing was recorded",
            "keep it as a file of the repository, and name the file in a note",
        )


def clean_text(text: str) -> str:
    """Return free text as it is stored: NFC, LF, no lone surrogates, no blank lines at its end.

    Nothing else is touched.
    """
    joined = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", replace_surrogates(joined)).rstrip("\n")


def encode_event(event: Event) -> bytes:
    """Return the canonical bytes of an event's file: the front matter in YAML's JSON subset, then
    the text as it was typed.
    """
    common = (
        event.kind,
        event.at,
        event.lamport,
        event.replica,
        event.author,
        event.experiments,
    )
    fields = list_fields(event.fact)
    if event.source is not None:
        fields["source"] = event.source
    if event.passage is not None:
        fields["passage"] = event.passage
    lines = [f"{name}: {_json(value)}" for name, value in zip(_HEAD, common, strict=True)]
    lines += [f"{name}: {_json(fields[name])}" for name in sorted(fields)]
    return "\n".join(["---", *lines, "---", event.text, ""]).encode()


def decode_event(data: bytes) -> Event:
    """Read an event's file in its canonical form.

    Raises ContentError for any other: a person may have edited it, or a remote sent anything.
    """
    try:
        opening, head, text = _split(data.decode())
        # A line that is no field makes no JSON.
        pairs = ['"' + line.replace(": ", '":', 1) for line in head]
        values: dict[str, Any] = json.loads("{" + ",".join(pairs) + "}")
    except (ValueError, RecursionError):
        raise ContentError("an event file is not in its canonical form") from None
    if opening != "---":
        raise ContentError("an event file has no front matter")
    return build_event(values, text, make_event_id(data))


def build_event(values: Mapping[str, Any], text: str, ident: str) -> Event:
    """Build an event from the values of its front matter.

    Raises ContentError when one of them is impossible.
    """
    try:
        return _build(values, text, ident)
    except ValueError as error:
        raise ContentError(f"event {ident}: {error}") from None


def _build(values: Mapping[str, Any], text: str, ident: str) -> Event:
    """Build an event. Raises ValueError for an impossible value, with the name of its field."""
    name = "kind"
    try:
        kind = read_kind(values[name])
        at = read_time(values[name := "at"])
        lamport = read_count(values[name := "lamport"])
        replica = read_optional_name(values[name := "replica"])
        author = read_optional_name(values[name := "author"])
        experiments = _read_experiment_ids(values[name := "exp"])
        source = read_name(values[name := "source"]) if "source" in values else None
        passage = read_name(values[name := "passage"]) if "passage" in values else None
    except KeyError:
        raise ValueError(f"'{name}' is missing") from None
    except ValueError as error:
        raise ValueError(f"'{name}' {error}") from None
    fact: Fact
    if kind in SHAPES:
        fact = read_fact(kind, values)
    else:
        common = (*_HEAD, "source", "passage")
        fields = {name: value for name, value in values.items() if name not in common}
        fact = UnknownFact(fields=fields)
    return Event(
        kind, at, lamport, replica, author, experiments, fact, text, ident, source, passage
    )


def split_front_matter(data: str) -> tuple[str, str]:
    """Return the front matter and the text of a file that may have been edited by hand.

    Raises ValueError without front matter.
    """
    opening, head, text = _split(data.replace("\r\n", "\n"))
    if opening != "---":
        raise ValueError("no front matter")
    return "\n".join(head), text


def sort_by_effect(events: Iterable[Event]) -> list[Event]:
    """Return events in the order in which they take effect: by Lamport time, then id."""
    return sorted(events, key=lambda event: (event.lamport, event.id))


def _split(data: str) -> tuple[str, list[str], str]:
    head, separator, text = data.partition("\n---\n")
    if not separator:
        raise ValueError("no end of front matter")
    opening, *lines = head.split("\n")
    return opening, lines, text.removesuffix("\n")


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(", ", ": "))
    return _NOT_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
