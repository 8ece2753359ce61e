"""``git exp series``."""

from __future__ import annotations

from pathlib import Path

import click

from gitexp.cli.env import moment, open_record, print_json
from gitexp.cli.options import at_option, json_option


@click.group("series")
def command() -> None:
    """Attach the series of a run (loss by step, ...), and list them."""


@command.command("add")
@click.argument("ident", metavar="ID")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@at_option
def add(ident: str, files: tuple[str, ...], at: str | None) -> None:
    """Attach series: CSV, TSV, JSON Lines, TensorBoard event files or folders of them. Long ones are thinned to 2,000 points."""
    from gitexp.capture.series import read_series
    from gitexp.history.trials import add_series
    from gitexp.render.terminal import safe

    record = open_record()
    record.resolve(ident)
    found = [(Path(file).name, read_series(Path(file))) for file in files]
    name = add_series(record, ident, found, at=moment(at))
    for file, series in found:
        for one in series:
            click.echo(safe(f"· {name} {file}: {one.tag}, {len(one.steps)} points"))


@command.command("list")
@click.argument("ident", metavar="ID")
@json_option
def list_series(ident: str, *, as_json: bool) -> None:
    """List the series of an experiment: points, first, last and best value of each."""
    from gitexp.history.curves import read_curves
    from gitexp.render.terminal import safe

    record = open_record(reading=True)
    series = read_curves(record, record.experiment(ident))
    if as_json:
        print_json([{"tag": one.tag, "steps": one.steps, "values": one.values} for one in series])
        return
    for one in series:
        values = [value for value in one.values if value is not None]
        span = (
            f"{values[0]:.4g} → {values[-1]:.4g}  (min {min(values):.4g}, max {max(values):.4g})"
            if values
            else "no number"
        )
        click.echo(safe(f"{one.tag}  {len(one.steps)} points  {span}"))
    if not series:
        click.echo(f"no series yet: git exp series add {ident} FILE")
