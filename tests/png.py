"""A small picture, written without any library."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_png(path: Path, width: int = 3, height: int = 2) -> Path:
    """Write a grey PNG and return its path."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    row = b"\0" + b"\x80" * width
    pixels = zlib.compress(row * height)
    signature = b"\x89PNG\r\n\x1a\n"
    path.write_bytes(
        signature + _chunk(b"IHDR", head) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
    )
    return path


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
