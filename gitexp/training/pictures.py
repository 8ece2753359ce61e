"""Pictures as training code has them, drawn at once: a figure may change later."""

from __future__ import annotations

import os
import sys
from io import BytesIO
from typing import Any

_DOTS_PER_INCH = 100


def draw_picture(source: Any) -> bytes:
    """Return the bytes of a picture: a figure of matplotlib, or pyplot, an image of Pillow, an array
    or a tensor, a path.

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
    array = _find_array(source)
    if array is not None:
        from PIL import Image

        Image.fromarray(_make_pixels(array)).save(file, format="png")
        return file.getvalue()
    raise TypeError(f"a {type(source).__name__} is no picture")


def is_figure(value: Any) -> bool:
    """Return True for a figure of matplotlib, and for pyplot, which means the figure of now."""
    return hasattr(value, "savefig")


def _find_array(source: Any) -> Any:
    """Return an array of numpy, or a tensor as one; None for anything else."""
    if hasattr(source, "detach"):  # PyTorch, which may compute a gradient of it
        source = source.detach().cpu()
    if not hasattr(source, "__array_interface__") and hasattr(source, "numpy"):
        source = source.numpy()
    numpy = sys.modules.get("numpy")
    return source if numpy is not None and isinstance(source, numpy.ndarray) else None


def _make_pixels(array: Any) -> Any:
    """Return an array as bytes from 0 to 255, colours last.

    Colours may stand first, as PyTorch has them. Fractions are from 0 to 1; where some are below 0
    (normalised pictures), or all too large, the smallest is black and the largest white.
    """
    channels = (1, 3, 4)
    if array.ndim == 3 and array.shape[0] in channels and array.shape[2] not in channels:
        array = array.transpose(1, 2, 0)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.dtype.kind == "b":
        return array.astype("uint8") * 255
    if array.dtype.kind != "f" or not array.size:
        return array
    low, high = float(array.min()), float(array.max())
    if low < 0 or high > 1:
        array = (array - low) / ((high - low) or 1)
    return (array * 255).round().astype("uint8")
