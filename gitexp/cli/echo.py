"""Between what a person typed and what was kept: the pictures a text names, a line for each experiment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitexp.errors import ContentError, UsageError
from gitexp.render.terminal import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.history.record import Record
    from gitexp.history.trials import Recorded
    from gitexp.history.writing import Kept
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
            found[path] = read_picture(_named(path, folder), size_limit(record.repository.settings.get("gitexp.maximage")))
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
    echo_kept(recorded.kept)
    if not recorded.kept:
        click.echo("· in the journal")
    if recorded.left_out:
        shown = ", ".join(recorded.left_out[:3]) + (" ..." if len(recorded.left_out) > 3 else "")
        click.echo(safe(f"  left out of the snapshot, over 1 MiB and not in git: {shown}"))


def echo_kept(every: Iterable[Kept]) -> None:
    """``+ tcn_filter10 acc=0.645 #tcn`` for each experiment; ``+`` where it is new, ``·`` where it was known."""
    for kept in every:
        values = "".join(f" {metric.name}={metric}" for metric in kept.metrics) + "".join(f" #{tag}" for tag in kept.tags)
        pictures = f" {kept.images} picture{'' if kept.images == 1 else 's'}" if kept.images else ""
        click.echo(safe(f"{'+' if kept.created else '·'} {kept.experiment}{values}{pictures}"))
