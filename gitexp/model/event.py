"""Events: immutable facts, the only thing that is ever stored; and the file form of one."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.errors import ContentError
from gitexp.model.ids import make_event_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

# What a reader may meet. Others are kept and ignored: a newer gitexp may have written them.
KINDS = (
    *("new", "note", "metric", "image", "series", "tag", "rename", "link", "snapshot", "filter"),
    *("correction", "retract", "undo", "topic"),
)

_HEAD = ("kind", "at", "lamport", "replica", "author", "exp")
# Characters that YAML does not take raw inside a quoted string, though JSON does.
_NOT_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class Event(NamedTuple):
    """One fact. ``at`` is when it happened (ISO 8601 with an offset); ``lamport`` and the id order what concerns the same thing.

    ``experiments`` are the ids it is about, ``fields`` what the kind says more (JSON values), ``text`` the free text.
    """

    kind: str
    at: str
    lamport: int = 0
    replica: str = ""
    author: str = ""
    experiments: tuple[str, ...] = ()
    fields: Mapping[str, Any] = MappingProxyType({})
    text: str = ""
    id: str = ""

    @property
    def when(self) -> datetime:
        """``at`` as a datetime with its offset."""
        return datetime.fromisoformat(self.at)

    def sign(self, lamport: int, replica: str, author: str) -> Event:
        """The same fact with its place in the record; only now has it an id."""
        event = self._replace(lamport=lamport, replica=replica, author=author)
        return event._replace(id=make_event_id(encode_event(event)))

    @property
    def path(self) -> str:
        """Where the event's file lies on the record branch."""
        when = self.when
        return f"log/{when:%Y-%m}/{when:%d}/{when:%H%M%S}-{self.kind}-{self.id}.md"


def clean_text(text: str) -> str:
    """Free text as it is stored: NFC, LF, no lone surrogates, no blank lines at the end. Nothing else is touched."""
    joined = text.replace("\r\n", "\n").replace("\r", "\n")
    whole = joined.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", whole).rstrip("\n")


def encode_event(event: Event) -> bytes:
    """The canonical bytes of an event's file: front matter in YAML's JSON subset, then the text as it was typed."""
    head: dict[str, Any] = dict(
        zip(_HEAD, (event.kind, event.at, event.lamport, event.replica, event.author, list(event.experiments)), strict=True)
    )
    lines = [f"{name}: {_json(value)}" for name, value in head.items()]
    lines += [f"{name}: {_json(event.fields[name])}" for name in sorted(event.fields)]
    return "\n".join(["---", *lines, "---", event.text, ""]).encode()


def decode_event(data: bytes) -> Event:
    """Read an event's file in its canonical form. Raises ContentError for any other; a person may have edited it."""
    try:
        opening, head, text = _split(data.decode())
        # A line that is no field makes no JSON.
        values: dict[str, Any] = json.loads("{" + ",".join(['"' + line.replace(": ", '":', 1) for line in head]) + "}")
    except (ValueError, RecursionError):
        raise ContentError("an event file is not in its canonical form") from None
    if opening != "---":
        raise ContentError("an event file has no front matter")
    return build_event(values, text, make_event_id(data))


def build_event(values: Mapping[str, Any], text: str, ident: str) -> Event:
    """Build an event from the values of its front matter. Raises ContentError when one of them is impossible."""
    try:
        kind, at, lamport, replica, author, names = (values[name] for name in _HEAD)
        datetime.fromisoformat(at)
        if not (isinstance(lamport, int) and isinstance(kind, str) and _is_words(names)):
            raise TypeError
        if any(name in _FITS and not _FITS[name](value) for name, value in values.items()):
            raise TypeError
    except (KeyError, TypeError, ValueError):
        raise ContentError(f"event {ident} lacks a field or has an impossible one") from None
    fields = {name: value for name, value in values.items() if name not in _HEAD}
    return Event(kind, at, lamport, str(replica), str(author), tuple(names), fields, text, ident)


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_metrics(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, list) and len(item) == 4 and _is_number(item[1]) for item in value)


def _is_number(value: Any) -> bool:
    try:
        float(str(value).removesuffix("%"))
    except ValueError:
        return False
    return True


# What the fields of the known kinds must be, so that the fold need not doubt them.
_FITS: Mapping[str, Callable[[Any], bool]] = {
    "value": _is_number,
    "width": _is_number,
    "height": _is_number,
    "left_out": _is_number,
    "add": _is_words,
    "remove": _is_words,
    **dict.fromkeys(("rules", "tags", "targets", "events", "ids", "pin", "unpin"), _is_words),
    "metrics": _is_metrics,
}


def split_front_matter(data: str) -> tuple[str, str]:
    """Front matter and text of a file that may have been edited by hand. Raises ValueError without front matter."""
    opening, head, text = _split(data.replace("\r\n", "\n"))
    if opening != "---":
        raise ValueError("no front matter")
    return "\n".join(head), text


def sort_by_effect(events: Iterable[Event]) -> list[Event]:
    """Events in the order in which they take effect: by Lamport time, then id."""
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
