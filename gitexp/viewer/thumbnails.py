"""Contact sheets: the thumbnails of a chunk as one picture, one under the other. A cache that can be deleted."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

from gitexp.store.atomic import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

CELL = (128, 80)
"""Size of a thumbnail, in the pixels of a page."""


def sheet(
    cache: Path, name: str, density: int, pictures: Callable[[], Sequence[bytes | None]]
) -> bytes:
    """The sheet of a chunk for a screen with ``density`` dots a pixel; a browser keeps it in memory unpacked, so none is larger than seen.

    Kept in ``cache`` under its fingerprint; ``pictures`` are read when it is not there yet.
    """
    kept = cache / f"{name}-{density}.webp"
    try:
        return kept.read_bytes()
    except OSError:
        data = _draw(pictures(), (CELL[0] * density, CELL[1] * density))
    with contextlib.suppress(OSError):  # a read-only clone: drawn again next time
        write_atomically(kept, data)
    return data


def _draw(pictures: Sequence[bytes | None], cell: tuple[int, int]) -> bytes:
    from PIL import Image, ImageOps

    whole = Image.new("RGB", (cell[0], cell[1] * max(1, len(pictures))), "white")
    for number, data in enumerate(pictures):
        if data is None:
            continue
        try:
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP")) as image:
                small = ImageOps.pad(
                    image.convert("RGB"), cell, Image.Resampling.LANCZOS, color="white"
                )
        except Exception:  # noqa: BLE001, S112 - Pillow's decoders raise anything on hostile bytes; one bad picture spoils no sheet
            continue
        whole.paste(small, (0, cell[1] * number))
    out = io.BytesIO()
    whole.save(out, "WEBP", quality=82, method=2)
    return out.getvalue()
