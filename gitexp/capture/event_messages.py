"""The protocol buffers in event files: numbers, pictures and texts by tag.

Only the fields that are read here have a name; all others are passed over. The definitions are
``event.proto``, ``summary.proto`` and ``tensor.proto`` of TensorFlow.
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

from gitexp.capture.wire_format import decode_varint, make_signed, read_fields

# Fields of Event.
_WALL_TIME, _STEP, _SUMMARY, _SESSION_LOG = 1, 2, 5, 7
_SESSION_START = 1
# Fields of Summary.Value.
_TAG, _SIMPLE_VALUE, _IMAGE, _TENSOR, _METADATA = 1, 2, 4, 8, 9
_ENCODED_IMAGE = 4
# Fields of TensorProto.
_DTYPE, _SHAPE, _CONTENT, _STRINGS = 1, 2, 4, 8

_FORMATS = {
    1: "f",
    2: "d",
    3: "i",
    4: "B",
    5: "h",
    6: "b",
    9: "q",
    17: "H",
    19: "e",
    22: "I",
    23: "Q",
}
"""The form of a number in ``tensor_content`` by type of tensor, for ``struct``."""

_FLOAT_FIELDS = {5: "f", 6: "d"}
_INTEGER_FIELDS = (7, 10, 16, 17)

# A record with one simple value, as most writers make them: read as a whole, for its speed.
_ONE_NUMBER = re.compile(
    rb"\x09(?P<time>.{8})(?:\x10(?P<step>[\x80-\xff]{0,9}[\x00-\x7f]))?"
    rb"\x2a(?P<summary>[\x00-\x7f])\x0a(?P<value>[\x00-\x7f])"
    rb"\x0a(?P<tag_size>[\x00-\x7f])(?P<tag>.*)\x15(?P<number>.{4})",
    re.DOTALL,
)
_BYTES_AROUND_TAG = 7


class LoggedValue(NamedTuple):
    """What was logged under a tag: a number, a picture as its bytes, a tensor as its message.

    ``plugin`` is the part of TensorBoard that shows it: ``scalars``, ``images``, ``text``, or "".
    """

    tag: str
    number: float | None = None
    image: bytes = b""
    tensor: bytes = b""
    plugin: str = ""


class LoggedEvent(NamedTuple):
    """A record of an event file. ``wall_time``: seconds since 1970.

    ``restarts``: the run begins again at this step; what it had logged from there on is void.
    """

    wall_time: float
    step: int
    values: tuple[LoggedValue, ...] = ()
    restarts: bool = False


def parse_event(record: bytes) -> LoggedEvent:
    """Return the event in a record. Raises ValueError for a record that is none."""
    match = _ONE_NUMBER.fullmatch(record)
    if match is not None:
        stated = match["tag_size"][0]
        size = len(match["tag"])
        fits = match["value"][0] == size + _BYTES_AROUND_TAG
        if stated == size and fits and match["summary"][0] == size + _BYTES_AROUND_TAG + 2:
            (wall_time,) = struct.unpack("<d", match["time"])
            (number,) = struct.unpack("<f", match["number"])
            step = decode_varint(match["step"] or b"\0")
            tag = match["tag"].decode("utf-8", "replace")
            return LoggedEvent(wall_time, step, (LoggedValue(tag, number),))
    try:
        return _parse_any_event(record)
    except struct.error as error:
        raise ValueError("the record is no event") from error


def _parse_any_event(record: bytes) -> LoggedEvent:
    wall_time, step, restarts = 0.0, 0, False
    values: list[LoggedValue] = []
    for field, content in read_fields(record):
        if field == _WALL_TIME and isinstance(content, bytes):
            (wall_time,) = struct.unpack("<d", content)
        elif field == _STEP and isinstance(content, int):
            step = make_signed(content)
        elif field == _SUMMARY and isinstance(content, bytes):
            for _, value in read_fields(content):
                if isinstance(value, bytes):
                    values.append(_parse_value(value))
        elif field == _SESSION_LOG and isinstance(content, bytes):
            restarts = (1, _SESSION_START) in read_fields(content)
    return LoggedEvent(wall_time, step, tuple(values), restarts)


def _parse_value(message: bytes) -> LoggedValue:
    tag, number, image, tensor, plugin = "", None, b"", b"", ""
    for field, content in read_fields(message):
        if not isinstance(content, bytes):
            continue
        if field == _TAG:
            tag = content.decode("utf-8", "replace")
        elif field == _SIMPLE_VALUE:
            (number,) = struct.unpack("<f", content)
        elif field == _IMAGE:
            image = _find_bytes(content, _ENCODED_IMAGE)
        elif field == _TENSOR:
            tensor = content
        elif field == _METADATA:
            plugin = _find_bytes(_find_bytes(content, 1), 1).decode("utf-8", "replace")
    return LoggedValue(tag, number, image, tensor, plugin)


def read_number(tensor: bytes) -> float | None:
    """Return the number in a tensor of one number; None for any other."""
    try:
        return _read_number(tensor)
    except (ValueError, struct.error):
        return None


def _read_number(tensor: bytes) -> float | None:
    dtype = 0
    numbers: list[float] = []
    for field, content in read_fields(tensor):
        if field == _DTYPE and isinstance(content, int):
            dtype = content
        elif field == _SHAPE and isinstance(content, bytes):
            if _count_elements(content) != 1:
                return None
        elif field == _CONTENT and isinstance(content, bytes) and dtype in _FORMATS:
            numbers += struct.unpack(f"<{_FORMATS[dtype]}", content)
        elif field in _FLOAT_FIELDS and isinstance(content, bytes):
            numbers += struct.unpack(f"<{_FLOAT_FIELDS[field]}", content)
        elif field in _INTEGER_FIELDS:
            packed = content if isinstance(content, int) else decode_varint(content)
            numbers.append(make_signed(packed))
    return float(numbers[0]) if len(numbers) == 1 else None


def _count_elements(shape: bytes) -> int:
    elements = 1
    for field, dimension in read_fields(shape):
        if field == 2 and isinstance(dimension, bytes):
            sizes = [size for number, size in read_fields(dimension) if number == 1]
            elements *= sizes[0] if sizes and isinstance(sizes[0], int) else 0
    return elements


def read_strings(tensor: bytes) -> list[bytes]:
    """Return the strings in a tensor; none of a tensor of anything else."""
    strings = []
    try:
        for field, content in read_fields(tensor):
            if field == _STRINGS and isinstance(content, bytes):
                strings.append(content)
    except ValueError:
        return []
    return strings


def _find_bytes(message: bytes, wanted: int) -> bytes:
    """Return the last content of a field of a message, b"" without one."""
    last_content = b""
    for field, content in read_fields(message):
        if field == wanted and isinstance(content, bytes):
            last_content = content
    return last_content
