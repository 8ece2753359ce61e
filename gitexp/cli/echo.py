"""Between what a person typed and what was kept: the pictures a text names, a line for each experiment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitexp.errors import ContentError, UsageError
from gitexp.render.echo import kept_lines
from gitexp.render.terminal import safe

if TYPE_CHECKING:
    from gitexp.history.record import Record
    from gitexp.history.trials import Recorded
    from gitexp.model.picture import Picture


def pictures_in(record: Record, text: str, folder: Path) -> dict[str, Picture]:
    """The pictures that a text names, by path as it is written there; paths are relative to ``folder``.

    What is no picture or not there is said; the text is kept all the same.
    """
    from gitexp.model.diary import read_images

    found: dict[str, Picture] = {}
    for path in read_images(text):
        from gitexp.capture.picture import read_picture, size_limit

        try:
            found[path] = read_picture(
                _named(path, folder), size_limit(record.repository.settings.get("gitexp.maximage"))
            )
        except (ContentError, UsageError) as error:
            click.echo(safe(f"  not taken in: {error.message}"))
    return found


def _named(path: str, folder: Path) -> Path:
    """The file that a path in a text means: as it stands there, else with ``%20`` and the like read as in an address."""
    from contextlib import suppress
    from urllib.parse import unquote

    file = Path(path)
    with suppress(RuntimeError):  # of a user who is not here
        file = file.expanduser()
    file = folder / file
    plain = folder / unquote(path)
    return plain if "%" in path and not file.exists() and plain.exists() else file


def echo_recorded(recorded: Recorded) -> None:
    """What was kept, and what the snapshot left out."""
    for line in kept_lines(recorded.kept):
        click.echo(safe(line))
    if recorded.left_out:
        shown = ", ".join(recorded.left_out[:3]) + (" ..." if len(recorded.left_out) > 3 else "")
        click.echo(safe(f"  left out of the snapshot, over 1 MiB and not in git: {shown}"))
