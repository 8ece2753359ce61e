"""The records of TensorBoard's event files: how far a file can be read.

A record is its length in 8 bytes, a checksum of that in 4, the data, and a checksum of the data in 4.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_HEAD_SIZE = 12
_FOOT_SIZE = 4
_LARGEST_CHECKED = 16 << 20
"""Bytes of the largest file whose data are summed up: in Python that takes a second for 10 MB."""


def find_damage(path: Path) -> list[str]:
    """Return a line for each event file, at a path or below it, that cannot be read to its end.

    TensorBoard passes over what stands behind the place in silence.
    """
    files = sorted(path.rglob("*tfevents*")) if path.is_dir() else [path]
    lines = []
    for file in files:
        if file.is_file() and (damage := _find_damage_of_file(file.read_bytes())):
            lines.append(f"{file.name}: {damage}")
    return lines


def _find_damage_of_file(data: bytes) -> str:
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

    place = 0
    records = 0
    size = len(data)
    checks_data = size <= _LARGEST_CHECKED
    while place < size:
        if place + _HEAD_SIZE > size:
            return _describe_torn_end(place, size, records)
        length, length_sum = struct.unpack_from("<QI", data, place)
        if masked_crc32c(data[place : place + 8]) != length_sum:
            return _describe_damage(place, size, records)
        stop = place + _HEAD_SIZE + length
        if stop + _FOOT_SIZE > size:
            return _describe_torn_end(place, size, records)
        (data_sum,) = struct.unpack_from("<I", data, stop)
        if checks_data and masked_crc32c(data[place + _HEAD_SIZE : stop]) != data_sum:
            return _describe_damage(place, size, records)
        place = stop + _FOOT_SIZE
        records += 1
    return ""


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
