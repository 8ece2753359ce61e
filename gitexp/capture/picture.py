"""Reading a picture: what it is, checked before anything is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import ContentError, UsageError
from gitexp.model.branch_layout import IMAGES, make_attachment_path
from gitexp.model.characters import make_plain
from gitexp.model.picture import Picture

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT_LIMIT = 5 << 20
"""Bytes of the largest picture, unless config ``gitexp.maxImage`` says another size."""

_MIB = 1 << 20
_LARGEST_SOURCE = 64 * _MIB
"""Bytes of the largest file that is opened: a photo may be small when its sides are."""

_ENDINGS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
_BITS_OF_UNITS = {"": 0, "k": 10, "m": 20, "g": 30}


class _Inspection(NamedTuple):
    """The ending of a picture's name and its size in pixels."""

    ending: str
    width: int
    height: int


def read_picture(file: Path, limit: int = DEFAULT_LIMIT) -> Picture:
    """Read, clean and check a picture of at most ``limit`` bytes.

    Raises UsageError (missing, too large) or ContentError (no picture).
    """
    hint = "give the path of a picture"
    try:
        if file.exists() and not file.is_file():
            raise UsageError(f"'{file}' is no file", hint)  # a pipe would be waited for
        size = file.stat().st_size
        if size > max(limit, _LARGEST_SOURCE):
            raise _make_size_error(str(file), size, limit)
        data = file.read_bytes()
    except ValueError:
        raise UsageError(f"'{file}' cannot be the name of a file", hint) from None
    except OSError as error:
        raise UsageError(f"'{file}' cannot be read: {error.strerror}", hint) from None
    return take_picture(str(file), file.name, data, limit)


def take_picture(source: str, name: str, data: bytes, limit: int = DEFAULT_LIMIT) -> Picture:
    """Clean and check the bytes of a picture, of at most ``limit`` bytes when it is clean.

    It is turned upright, has no data about camera and place, and at most 1,600 pixels a side.
    ``source`` names it in a complaint. Raises UsageError (too large) or ContentError (no picture).
    """
    from gitexp.capture.picture_cleaning import clean_picture

    _inspect(source, data)
    cleaned = clean_picture(data)
    if len(cleaned) > limit:
        raise _make_size_error(source, len(cleaned), limit)
    return check_picture(source, name, cleaned)


def _make_size_error(source: str, size: int, limit: int) -> UsageError:
    return UsageError(
        f"'{source}' has {size / _MIB:.1f} MiB, more than {limit / _MIB:.0f} MiB",
        "shrink it, or raise the limit: git config gitexp.maxImage 20m",
    )


def check_picture(source: str, name: str, data: bytes) -> Picture:
    """Check bytes that should be a picture; ``source`` names them in a complaint.

    Raises ContentError for bytes that are none.
    """
    inspection = _inspect(source, data)
    path = make_attachment_path(IMAGES, data, inspection.ending)
    return Picture(make_plain(name), data, path, inspection.width, inspection.height)


def _inspect(source: str, data: bytes) -> _Inspection:
    """Decode the whole picture, so that a broken one is refused now and not when it is shown."""
    import io
    import warnings

    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=tuple(_ENDINGS)) as image:
                image.load()
                return _Inspection(_ENDINGS[str(image.format)], image.width, image.height)
        except Exception as error:  # noqa: BLE001 - Pillow's decoders raise anything on hostile bytes
            raise ContentError(
                f"'{source}' is no readable picture ({type(error).__name__})",
                "PNG, JPEG, GIF and WebP are taken",
            ) from None


def read_size_limit(text: str | None) -> int:
    """Return the bytes that config ``gitexp.maxImage`` allows: ``800k``, ``20m``, or plain bytes.

    Raises UsageError for a text that is no size.
    """
    if not text:
        return DEFAULT_LIMIT
    has_unit = text[-1].isalpha()
    number = text[:-1] if has_unit else text
    unit = text[-1].lower() if has_unit else ""
    if not number.isdigit() or unit not in _BITS_OF_UNITS:
        raise UsageError(
            f"config gitexp.maxImage is no size: '{text}'", "git config gitexp.maxImage 20m"
        )
    return int(number) << _BITS_OF_UNITS[unit]
