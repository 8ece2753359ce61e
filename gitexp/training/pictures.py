"""Pictures as training code has them, drawn at once: a figure may change later."""

from __future__ import annotations

import os
from io import BytesIO
from typing import Any

_DOTS_PER_INCH = 100


def draw_picture(source: Any) -> bytes:
    """Return the bytes of a picture: a figure of matplotlib, an image of Pillow, an array, a path.

    Raises TypeError for anything else, OSError for a file that cannot be read.
    """
    if isinstance(source, bytes):
        return source
    if isinstance(source, str | os.PathLike):
        with open(source, "rb") as picture_file:
            return picture_file.read()
    figure: Any = source if hasattr(source, "savefig") else getattr(source, "figure", None)
    file = BytesIO()
    if hasattr(figure, "savefig"):
        figure.savefig(file, format="png", dpi=_DOTS_PER_INCH)
        return file.getvalue()
    if hasattr(source, "convert") and hasattr(source, "save"):
        source.save(file, format="png")
        return file.getvalue()
    if hasattr(source, "__array_interface__"):
        from PIL import Image

        Image.fromarray(source).save(file, format="png")
        return file.getvalue()
    raise TypeError(f"a {type(source).__name__} is no picture")
