"""Contact sheets: the thumbnails of a chunk as one picture, one below the next.

The sheets are a cache that can be deleted.
"""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

from gitexp.store.atomic import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PIL.Image import Image

CELL_SIZES = {1: (128, 80), 2: (256, 160), 3: (320, 200), 6: (640, 400)}
"""Width and height of a thumbnail in dots.

1 and 2 are of small and middle cards, for a screen with 1 or 2 dots a pixel. 3 and 6 are of large
cards: the axes of a plot can be read there.
"""

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


def load_sheet(
    cache: Path, name: str, density: int, read_pictures: Callable[[], Sequence[bytes | None]]
) -> bytes:
    """Return the sheet of a chunk, as WEBP; ``density`` is a key of CELL_SIZES.

    It is kept in ``cache`` under its fingerprint ``name``. Where it is not there yet,
    ``read_pictures`` gives the pictures. A browser unpacks a sheet in memory, so a sheet has no
    more pixels than the screen shows.
    """
    path = cache / f"{name}-{density}.webp"
    try:
        return path.read_bytes()
    except OSError:
        data = _draw_sheet(read_pictures(), CELL_SIZES[density])
    # In a clone that cannot be written the sheet is drawn again next time.
    with contextlib.suppress(OSError):
        write_atomically(path, data)
    return data


def _draw_sheet(pictures: Sequence[bytes | None], cell_size: tuple[int, int]) -> bytes:
    from PIL import Image

    width, height = cell_size
    sheet = Image.new("RGB", (width, height * max(1, len(pictures))), "white")
    for number, data in enumerate(pictures):
        thumbnail = _draw_thumbnail(data, cell_size) if data is not None else None
        if thumbnail is not None:
            sheet.paste(thumbnail, (0, height * number))
    out = io.BytesIO()
    sheet.save(out, "WEBP", quality=82, method=2)
    return out.getvalue()


def _draw_thumbnail(data: bytes, cell_size: tuple[int, int]) -> Image | None:
    """Return a picture fitted into a cell, or None where it cannot be read."""
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            return ImageOps.pad(
                image.convert("RGB"), cell_size, Image.Resampling.LANCZOS, color="white"
            )
    except Exception:  # noqa: BLE001 - decoders raise anything; one bad picture spoils no sheet
        return None
