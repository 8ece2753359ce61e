"""Reading a picture: what it is, checked before anything is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import ContentError, UsageError
from gitexp.model.layout import IMAGES, make_attachment_path
from gitexp.model.picture import Picture

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT_LIMIT = 5 << 20
_ENDINGS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}


def read_picture(file: Path, limit: int = DEFAULT_LIMIT) -> Picture:
    """Read and check a picture of at most ``limit`` bytes. Raises UsageError (missing, too large), ContentError (no picture)."""
    try:
        size = file.stat().st_size
        if size > limit:
            raise UsageError(
                f"'{file}' has {size / 2**20:.1f} MiB, more than {limit / 2**20:.0f} MiB",
                "shrink it, or raise the limit: git config gitexp.maxImage 20m",
            )
        data = file.read_bytes()
    except ValueError:
        raise UsageError(
            f"'{file}' cannot be the name of a file", "give the path of a picture"
        ) from None
    except OSError as error:
        raise UsageError(
            f"'{file}' cannot be read: {error.strerror}", "give the path of a picture"
        ) from None
    return check_picture(str(file), file.name, data)


def check_picture(source: str, name: str, data: bytes) -> Picture:
    """Check bytes that should be a picture; ``source`` names them in a complaint. Raises ContentError."""
    kind, width, height = _inspect(source, data)
    return Picture(name, data, make_attachment_path(IMAGES, data, kind), width, height)


def _inspect(file: str, data: bytes) -> tuple[str, int, int]:
    """Ending, width and height. The whole picture is decoded, so that a broken one is refused now and not when it is shown."""
    import io
    import warnings

    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=tuple(_ENDINGS)) as image:
                image.load()
                return _ENDINGS[str(image.format)], image.width, image.height
        except Exception as error:  # noqa: BLE001 - Pillow's decoders raise anything on hostile bytes
            raise ContentError(
                f"'{file}' is no readable picture ({type(error).__name__})",
                "PNG, JPEG, GIF and WebP are taken",
            ) from None


def read_size_limit(text: str | None) -> int:
    """Bytes that config ``gitexp.maxImage`` allows: ``800k``, ``20m``, or plain bytes. Raises UsageError."""
    if not text:
        return DEFAULT_LIMIT
    number, unit = (text[:-1], text[-1].lower()) if text[-1:].isalpha() else (text, "")
    if not number.isdigit() or unit not in ("", "k", "m", "g"):
        raise UsageError(
            f"config gitexp.maxImage is no size: '{text}'", "git config gitexp.maxImage 20m"
        )
    return int(number) << {"": 0, "k": 10, "m": 20, "g": 30}[unit]
