"""Reading messages of protocol buffers without their package: fields by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_BITS_OF_LONGEST_VARINT = 70  # ten bytes


def read_fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the number and the value of each field of a message.

    Numbers of a fixed size are their 8 or 4 bytes. Raises ValueError for what is no message.
    """
    place, size = 0, len(message)
    while place < size:
        key, place = _read_varint(message, place)
        field, kind = key >> 3, key & 7
        if kind == _VARINT:
            number, place = _read_varint(message, place)
            yield field, number
            continue
        if kind == _BYTES:
            length, place = _read_varint(message, place)
        elif kind in (_FIXED_64, _FIXED_32):
            length = 8 if kind == _FIXED_64 else 4
        else:
            raise ValueError(f"a field of kind {kind}")
        if place + length > size:
            raise ValueError("a field that does not end")
        yield field, message[place : place + length]
        place += length


def decode_varint(data: bytes) -> int:
    """Return the signed number that some bytes begin with. Raises ValueError where it is cut off."""
    return make_signed(_read_varint(data, 0)[0])


def make_signed(number: int) -> int:
    """Return a number of 64 bits with its sign."""
    return number - (1 << 64) if number >= 1 << 63 else number


def _read_varint(message: bytes, place: int) -> tuple[int, int]:
    """Return the number at a place, seven bits a byte, and the place behind it."""
    number = 0
    try:
        for shift in range(0, _BITS_OF_LONGEST_VARINT, 7):
            byte = message[place]
            place += 1
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number, place
    except IndexError:
        pass
    raise ValueError("a number that does not end")
