"""Pictures as they go into the record: upright, without hidden data, no larger than a screen."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

LONGEST_SIDE = 1600  # pixels

_ROTATION = 0x0112
_HIDDEN = ("exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif", "photoshop", "comment")
"""Data in a picture that say where, when and with what it was made."""


def clean_picture(data: bytes) -> bytes:
    """Return a picture turned as its EXIF data say, without such data, of at most 1,600 pixels.

    A picture that is so already is returned as it is; so is one that moves, for its frames.
    """
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data)) as image:
        image.load()
        is_large = max(image.size) > LONGEST_SIDE
        if getattr(image, "is_animated", False) or not (is_large or _has_hidden_data(image)):
            return data
        form = str(image.format)
        is_upright = image.getexif().get(_ROTATION, 1) == 1
        options: dict[str, Any] = {}
        if form == "JPEG":
            options["quality"] = "keep" if is_upright and not is_large else 90
        profile = image.info.get("icc_profile")
        if profile:
            options["icc_profile"] = profile  # without it the colours are others
        cleaned: PillowImage = image
        if not is_upright:
            cleaned = ImageOps.exif_transpose(image)
        if is_large:
            cleaned = _shrink(cleaned)
        for key in list(cleaned.info):
            if key != "transparency":
                del cleaned.info[key]
        if form == "WEBP":
            options["exif"] = b""
        stream = io.BytesIO()
        cleaned.save(stream, form, **options)
    return stream.getvalue()


def _has_hidden_data(image: PillowImage) -> bool:
    texts = getattr(image, "text", None)
    return bool(texts) or bool(image.getexif()) or any(key in image.info for key in _HIDDEN)


def _shrink(image: PillowImage) -> PillowImage:
    """Return a picture whose longest side has 1,600 pixels."""
    from PIL import Image

    if image.mode in ("P", "1"):
        # Colours of a palette cannot be mixed.
        has_transparency = "transparency" in image.info
        image = image.convert("RGBA" if has_transparency else "RGB")
    factor = LONGEST_SIDE / max(image.size)
    width, height = (max(1, round(side * factor)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)
