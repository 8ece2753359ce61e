"""``git exp metric``."""

from __future__ import annotations

import click

from gitexp.cli.env import moment, open_record
from gitexp.cli.options import at_option


@click.command("metric")
@click.argument("ident", metavar="ID")
@click.argument("values", metavar="NAME=NUMBER...", nargs=-1, required=True)
@click.option("--about", is_flag=True, help="You are unsure of it.")
@click.option("--partial", is_flag=True, help="The run was stopped or goes on.")
@at_option
def command(
    ident: str, values: tuple[str, ...], at: str | None, *, about: bool, partial: bool
) -> None:
    """Record numbers of an experiment: git exp metric tcn_filter10 acc=0.857."""
    from gitexp.history.trials import measure
    from gitexp.model.metric import parse_metric

    metrics = [parse_metric(value, about=about, partial=partial) for value in values]
    record = open_record()
    name = measure(record, ident, metrics, at=moment(at))
    click.echo(f"· {name}" + "".join(f" {metric.name}={metric}" for metric in metrics))
