"""Packs of git: some objects in one file, and a second file that says where each begins.

See gitformat-pack(5): a pack of version 2, its index of version 2. No object is a delta of another.
Ids and checksums are as long as those of the repository: 20 bytes of SHA-1, or 32 of SHA-256.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

KIND_NUMBERS = {"commit": 1, "tree": 2, "blob": 3}
_HEAD = b"PACK" + struct.pack(">L", 2)
_INDEX_HEAD = b"\xfftOc" + struct.pack(">L", 2)
_FANOUT = 256
_SHA1_BYTES = 20


class Pack(NamedTuple):
    """The bytes of a pack, and those of its index in ``lookup``."""

    data: bytes
    lookup: bytes


def hash_object(kind: str, data: bytes, id_bytes: int = _SHA1_BYTES) -> str:
    """Return the id of an object, of so many bytes."""
    head = f"{kind} {len(data)}\0".encode()
    return _hash(head + data, id_bytes).hex()


def _hash(data: bytes, id_bytes: int) -> bytes:
    if id_bytes == _SHA1_BYTES:
        return hashlib.sha1(data, usedforsecurity=False).digest()
    return hashlib.sha256(data).digest()


def encode_object(kind: str, data: bytes) -> bytes:
    """Return an object as it stands in a pack: kind and size, then the compressed bytes.

    The size has four bits in the first byte and seven in each that follows, the lowest first.
    """
    size = len(data)
    byte = KIND_NUMBERS[kind] << 4 | size & 0x0F
    size >>= 4
    head = bytearray()
    while size:
        head.append(byte | 0x80)
        byte = size & 0x7F
        size >>= 7
    head.append(byte)
    return bytes(head) + zlib.compress(data)


def build_pack(encoded: Mapping[str, bytes], id_bytes: int = _SHA1_BYTES) -> Pack:
    """Return a pack of encoded objects, given by their ids."""
    offsets: dict[str, int] = {}
    pieces = [_HEAD, struct.pack(">L", len(encoded))]
    position = sum(len(piece) for piece in pieces)
    for oid, piece in encoded.items():
        offsets[oid] = position
        pieces.append(piece)
        position += len(piece)
    content = b"".join(pieces)
    checksum = _hash(content, id_bytes)
    lookup = _build_index(encoded, offsets, checksum)
    return Pack(content + checksum, lookup + _hash(lookup, id_bytes))


def _build_index(
    encoded: Mapping[str, bytes], offsets: Mapping[str, int], checksum: bytes
) -> bytes:
    """Return the index, but for its own checksum: how many ids begin with a byte up to each, ids,
    checksums, offsets, and the checksum of the pack.
    """
    oids = sorted(encoded)
    counts = [0] * _FANOUT
    for oid in oids:
        counts[int(oid[:2], 16)] += 1
    pieces = [_INDEX_HEAD]
    total = 0
    for count in counts:
        total += count
        pieces.append(struct.pack(">L", total))
    pieces += [bytes.fromhex(oid) for oid in oids]
    pieces += [struct.pack(">L", zlib.crc32(encoded[oid])) for oid in oids]
    pieces += [struct.pack(">L", offsets[oid]) for oid in oids]
    return b"".join([*pieces, checksum])


def split_pack(data: bytes, index: bytes, id_bytes: int = _SHA1_BYTES) -> dict[str, bytes]:
    """Return the encoded objects of a pack, by their ids.

    Raises ValueError for one that is damaged, or that ``build_pack`` did not make.
    """
    start = len(_INDEX_HEAD)
    ids_start = start + 4 * _FANOUT
    if not index.startswith(_INDEX_HEAD) or not data.startswith(_HEAD) or len(index) < ids_start:
        raise ValueError("no pack")
    (count,) = struct.unpack_from(">L", index, ids_start - 4)
    offsets_start = ids_start + count * (id_bytes + 4)
    if len(index) != offsets_start + count * 4 + 2 * id_bytes:
        raise ValueError("an index of another length")
    content, checksum = data[:-id_bytes], data[-id_bytes:]
    if _hash(content, id_bytes) != checksum:
        raise ValueError("a damaged pack")
    offsets = struct.unpack_from(f">{count}L", index, offsets_start)
    oids = [
        index[place : place + id_bytes].hex()
        for place in range(ids_start, ids_start + count * id_bytes, id_bytes)
    ]
    in_order = sorted(zip(offsets, oids, strict=True))
    ends = [offset for offset, _ in in_order[1:]] + [len(content)]
    return {oid: content[offset:end] for (offset, oid), end in zip(in_order, ends, strict=True)}
