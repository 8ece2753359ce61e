"""The records of TensorBoard's event files, and how far a file can be read.

A record is its length in 8 bytes, a checksum of that in 4, the data, and a checksum of the data in 4.
The checksum is CRC-32C, turned and shifted as the TFRecord format says.
"""

from __future__ import annotations

import struct
from functools import cache
from typing import NamedTuple

_HEAD_SIZE = 12
_FOOT_SIZE = 4
_POLYNOMIAL = 0x82F63B78  # CRC-32C, bits reversed
_MASK_DELTA = 0xA282EAD8
_LARGEST_CHECKED = 64 << 20
"""Bytes of the largest file whose data are summed up: that takes Python a second for 25 MB."""


class EventRecords(NamedTuple):
    """The data of the records up to the first that cannot be read.

    ``damage`` says what is lost behind them; "" where the file was read to its end.
    """

    records: list[bytes]
    damage: str


def split_records(data: bytes) -> EventRecords:
    """Return the records of an event file, given as its bytes."""
    records: list[bytes] = []
    place = 0
    size = len(data)
    checks_data = size <= _LARGEST_CHECKED
    sums_of_lengths: dict[bytes, int] = {}  # most records of a file are of a few lengths
    while place < size:
        if place + _HEAD_SIZE > size:
            return EventRecords(records, _describe_torn_end(place, size, len(records)))
        length_bytes = data[place : place + 8]
        length, length_sum = struct.unpack_from("<QI", data, place)
        if length_bytes not in sums_of_lengths:
            sums_of_lengths[length_bytes] = compute_checksum(length_bytes)
        if sums_of_lengths[length_bytes] != length_sum:
            return EventRecords(records, _describe_damage(place, size, len(records)))
        start = place + _HEAD_SIZE
        stop = start + length
        if stop + _FOOT_SIZE > size:
            return EventRecords(records, _describe_torn_end(place, size, len(records)))
        record = data[start:stop]
        (data_sum,) = struct.unpack_from("<I", data, stop)
        if checks_data and compute_checksum(record) != data_sum:
            return EventRecords(records, _describe_damage(place, size, len(records)))
        records.append(record)
        place = stop + _FOOT_SIZE
    return EventRecords(records, "")


def compute_checksum(data: bytes) -> int:
    """Return the masked CRC-32C of some bytes."""
    table = _make_table()
    crc = 0xFFFFFFFF
    pairs = len(data) // 2
    for pair in struct.unpack_from(f"<{pairs}H", data):
        crc = table[(crc ^ pair) & 0xFFFF] ^ (crc >> 16)
    if len(data) % 2:
        crc = _shift_byte((crc ^ data[-1]) & 0xFF) ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    turned = crc >> 15 | crc << 17
    return (turned + _MASK_DELTA) & 0xFFFFFFFF


@cache
def _make_table() -> list[int]:
    """Return the checksums of all pairs of bytes: one look-up for two bytes."""
    of_bytes = [_shift_byte(byte) for byte in range(256)]
    table = []
    for pair in range(1 << 16):
        crc = of_bytes[pair & 0xFF] ^ (pair >> 8)
        table.append(of_bytes[crc & 0xFF] ^ (crc >> 8))
    return table


def _shift_byte(crc: int) -> int:
    for _ in range(8):
        crc = (crc >> 1) ^ (_POLYNOMIAL if crc & 1 else 0)
    return crc


def _describe_torn_end(place: int, size: int, records: int) -> str:
    return (
        f"the last record is cut off (the run was killed, or still writes): "
        f"{records} records are read, {size - place} bytes are not"
    )


def _describe_damage(place: int, size: int, records: int) -> str:
    return (
        f"damaged at byte {place} of {size}: {records} records before it are read, "
        f"{size - place} bytes are lost"
    )
