"""``git exp image``."""

from __future__ import annotations

from pathlib import Path

import click

from gitexp.cli.env import moment, open_record, print_json
from gitexp.cli.options import at_option, json_option


@click.group("image")
def command() -> None:
    """Attach pictures to an experiment, and list them."""


@command.command("add")
@click.argument("ident", metavar="ID")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@at_option
def add(ident: str, files: tuple[str, ...], at: str | None) -> None:
    """Attach pictures (PNG, JPEG, GIF, WebP) to an experiment."""
    from gitexp.capture.picture import read_picture, size_limit
    from gitexp.history.trials import add_images

    record = open_record()
    record.resolve(ident)
    limit = size_limit(record.repository.settings.get("gitexp.maximage"))
    pictures = [read_picture(Path(file), limit) for file in files]
    name = add_images(record, ident, pictures, at=moment(at))
    for picture in pictures:
        click.echo(f"· {name} {picture.name} {picture.width}x{picture.height}")


@command.command("list")
@click.argument("ident", metavar="[ID]", default="")
@json_option
def list_images(ident: str, *, as_json: bool) -> None:
    """List pictures, of one experiment or of all, with their paths on the record branch."""
    from gitexp.render.json import image_values
    from gitexp.render.terminal import safe

    record = open_record(reading=True)
    shown = [record.experiment(ident)] if ident else record.experiments()
    rows = [(experiment.id, image) for experiment in shown for image in experiment.images]
    branch = record.branch_name
    if as_json:
        print_json([{"experiment": name, **image_values(image, branch)} for name, image in rows])
        return
    for name, image in rows:
        click.echo(
            safe(f"{name}  {image.name}  {image.width}x{image.height}  {branch}:{image.path}")
        )
    if not rows:
        click.echo("no pictures yet: git exp image add ID loss.png")
