"""Reading messages of protocol buffers without their package: fields by number."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_LONGEST_VARINT = 10


def read_fields(data: bytes) -> Iterator[tuple[int, int | float | bytes]]:
    """Yield the number and the value of each field of a message.

    Fixed numbers of 8 and 4 bytes are floats. Raises ValueError for what is no message.
    """
    place = 0
    while place < len(data):
        key, place = _read_varint(data, place)
        kind = key & 7
        value: int | float | bytes
        if kind == _VARINT:
            value, place = _read_varint(data, place)
        elif kind == _BYTES:
            size, place = _read_varint(data, place)
            value = _cut(data, place, size)
            place += size
        elif kind == _FIXED_64:
            (value,) = struct.unpack("<d", _cut(data, place, 8))
            place += 8
        elif kind == _FIXED_32:
            (value,) = struct.unpack("<f", _cut(data, place, 4))
            place += 4
        else:
            raise ValueError(f"a field of kind {kind}")
        yield key >> 3, value


def _read_varint(data: bytes, place: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and the place behind it."""
    number = 0
    for index in range(_LONGEST_VARINT):
        if place + index >= len(data):
            break
        byte = data[place + index]
        number |= (byte & 0x7F) << (7 * index)
        if not byte & 0x80:
            return number, place + index + 1
    raise ValueError("a number that does not end")


def _cut(data: bytes, place: int, size: int) -> bytes:
    if place + size > len(data):
        raise ValueError("a field that does not end")
    return data[place : place + size]
