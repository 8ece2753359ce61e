"""Reading the log of a run that wandb keeps offline: ``run-<id>.wandb``.

The file is a head of 7 bytes, then blocks of 32 KiB with records as LevelDB has them: a checksum of
4 bytes, the length in 2, the kind in 1 (whole, first, middle, last), the data. Each record is a
message of protocol buffers (wandb_internal.proto); the numbers below are those of its fields.
"""

from __future__ import annotations

import json
import struct
import zlib
from typing import TYPE_CHECKING, Any

from gitexp.capture.wire_format import make_signed, read_fields
from gitexp.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MARK = b":W&B"
_HEAD_SIZE = 7
_BLOCK = 1 << 15
_RECORD_HEAD = struct.Struct("<IHB")
_DOUBLE = struct.Struct("<d")
_WHOLE, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4

_HISTORY, _SUMMARY, _CONFIG, _RUN, _EXIT = 2, 3, 5, 17, 18
_RUN_TEXTS = {1: "run_id", 3: "project", 8: "name", 9: "notes"}


class WandbLog:
    """What a log says of its run.

    ``rows`` are the logged values, each with ``_step``. ``damage`` says how far the log was read, ""
    where it was read to its end.
    """

    def __init__(self) -> None:
        self.run_id = ""
        self.name = ""
        self.project = ""
        self.notes = ""
        self.commit = ""
        self.tags: list[str] = []
        self.start: float | None = None
        self.config: dict[str, Any] = {}
        self.summary: dict[str, Any] = {}
        self.rows: list[dict[str, Any]] = []
        self.exit_code: int | None = None
        self.damage = ""


def read_wandb_log(path: Path) -> WandbLog:
    """Read a log to its end, or to its last whole record. Raises ContentError for another file."""
    data = path.read_bytes()
    if data[: len(_MARK)] != _MARK:
        raise ContentError(f"'{path}' is no log of wandb", "give a folder offline-run-...")
    log = WandbLog()
    try:
        for record in _read_records(data):
            _take_in(log, record)
    except ValueError as error:
        log.damage = f"{error}: {len(log.rows)} steps before it are read"
    return log


def _read_records(data: bytes) -> Iterator[bytes]:
    """Yield the data of each record. Raises ValueError at a place that is damaged or cut off."""
    place = _HEAD_SIZE
    pieces: list[bytes] = []
    while place < len(data):
        left = _BLOCK - place % _BLOCK
        if left < _RECORD_HEAD.size:
            place += left
            continue
        if place + _RECORD_HEAD.size > len(data):
            raise ValueError("the last record is cut off")
        checksum, length, kind = _RECORD_HEAD.unpack_from(data, place)
        if not checksum and not length and not kind:  # the rest of a block is zeros
            place += left
            continue
        start = place + _RECORD_HEAD.size
        piece = data[start : start + length]
        if len(piece) < length:
            raise ValueError("the last record is cut off")
        if zlib.crc32(bytes([kind]) + piece) != checksum:
            raise ValueError(f"damaged at byte {place}")
        place = start + length
        if kind in (_WHOLE, _FIRST):
            pieces = []
        pieces.append(piece)
        if kind in (_WHOLE, _LAST):
            yield b"".join(pieces)


def _take_in(log: WandbLog, record: bytes) -> None:
    for number, value in read_fields(record):
        if not isinstance(value, bytes):
            continue
        if number == _HISTORY:
            log.rows.append(_read_history(value))
        elif number == _SUMMARY:
            log.summary |= _read_items(value, 1)
        elif number == _CONFIG:
            log.config |= _read_items(value, 1)
        elif number == _RUN:
            _read_run(log, value)
        elif number == _EXIT:
            codes = [code for field, code in read_fields(value) if field == 1]
            log.exit_code = int(codes[0]) if codes else 0


def _read_run(log: WandbLog, data: bytes) -> None:
    for number, value in read_fields(data):
        if not isinstance(value, bytes):
            continue
        if number in _RUN_TEXTS:
            setattr(log, _RUN_TEXTS[number], _decode(value))
        elif number == 4:
            log.config |= _read_items(value, 1)
        elif number == 5:
            log.summary |= _read_items(value, 1)
        elif number == 10:
            log.tags.append(_decode(value))
        elif number == 17:
            log.start = _read_time(value)
        elif number == 21:
            for field, commit in read_fields(value):
                if field == 2 and isinstance(commit, bytes):
                    log.commit = _decode(commit)


def _read_time(data: bytes) -> float | None:
    """Return a time stamp (seconds, and nanoseconds beside them) in seconds since 1970."""
    fields = dict(read_fields(data))
    seconds, nanoseconds = fields.get(1), fields.get(2, 0)
    if isinstance(seconds, int) and isinstance(nanoseconds, int):
        return seconds + nanoseconds / 1e9
    return None


def _read_history(data: bytes) -> dict[str, Any]:
    row = _read_items(data, 1)
    for number, value in read_fields(data):
        if number == 2 and isinstance(value, bytes):
            steps = [step for field, step in read_fields(value) if field == 1]
            row.setdefault("_step", steps[0] if steps else 0)
    return row


def _read_items(data: bytes, field_number: int) -> dict[str, Any]:
    """Return the values of a message of items by their names; nested ones as ``val/loss``."""
    items: dict[str, Any] = {}
    for number, value in read_fields(data):
        if number == field_number and isinstance(value, bytes):
            name, content = _read_item(value)
            if name and not name.startswith("_wandb"):
                items[name] = content
    return items


def _read_item(data: bytes) -> tuple[str, Any]:
    """Return the name and the value of an item, which stands as JSON or under its type."""
    name = ""
    nested = []
    content: Any = None
    for number, value in read_fields(data):
        if number == 1 and isinstance(value, bytes):
            name = _decode(value)
        elif number == 2 and isinstance(value, bytes):
            nested.append(_decode(value))
        elif number in (8, 16) and isinstance(value, bytes):
            content = _read_json(value)
        elif number == 7 and isinstance(value, bytes):
            content = _decode(value)
        elif number == 4:
            content = bool(value)
        elif number == 5 and isinstance(value, int):
            content = make_signed(value)
        elif number == 6 and isinstance(value, bytes) and len(value) == _DOUBLE.size:
            (content,) = _DOUBLE.unpack(value)
    return (name or "/".join(nested)), content


def _read_json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "replace")
