"""The pictures that a text names, and what is said of a picture."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from gitexp.errors import ContentError, UsageError
from gitexp.model.note_marks import read_images
from gitexp.render.terminal import make_safe, safe_line

if TYPE_CHECKING:
    from pathlib import Path

    from gitexp.cli.env import Env
    from gitexp.model.picture import Picture
    from gitexp.record.record import Record

_MOST_FAILURES = 5
"""Pictures that cannot be read and are named each; a diary that was moved lacks all of its own."""


def read_pictures(
    env: Env, record: Record, text: str, folder: Path | None = None
) -> dict[str, Picture]:
    """Return the pictures that a text names, by path as it is written there.

    Paths are relative to ``folder`` (default: that of the verb). Of a file that is not there or is
    no picture a line is printed; the text is recorded all the same.
    """
    pictures: dict[str, Picture] = {}
    failures: list[str] = []
    for path in read_images(text):
        from gitexp.capture.picture import read_picture, read_size_limit

        file = _find_file(path, folder or env.resolve_path(env.folder))
        limit = read_size_limit(record.repository.settings.get("gitexp.maximage"))
        try:
            pictures[path] = read_picture(file, limit)
        except (ContentError, UsageError) as error:
            failures.append(error.message)
    for message in failures[:_MOST_FAILURES]:
        env.print(make_safe(f"  picture not attached: {message}"))
    if len(failures) > _MOST_FAILURES:
        env.print(f"  and {len(failures) - _MOST_FAILURES} more pictures")
    return pictures


def print_picture(env: Env, ident: str, picture: Picture) -> None:
    """Print ``· tcn_filter10 loss.png 640x480``."""
    size = f"{picture.width}x{picture.height}"
    env.print(safe_line(f"· {ident} {picture.name} {size}"))


def _find_file(path: str, folder: Path) -> Path:
    """Return the file that a path in a text means.

    It is read as it stands; where there is no such file, ``%20`` and the like are read as in an
    address.
    """
    from pathlib import Path
    from urllib.parse import unquote

    written = Path(path)
    with suppress(RuntimeError):  # of a user who is not here
        written = written.expanduser()
    file = folder / written
    unquoted = folder / unquote(path)
    if "%" in path and not file.exists() and unquoted.exists():
        return unquoted
    return file
