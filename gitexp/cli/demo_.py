"""``git exp demo``."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import click

from gitexp.cli.env import columns


@click.command("demo")
@click.argument("folder", metavar="[DIR]", default="gitexp-demo", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Build a small repository with a notebook and a month of trials, show it, and say what to type next."""
    from gitexp.cli.history import printed
    from gitexp.demo.build import build
    from gitexp.history.filters import find_filter
    from gitexp.history.follow import Follower
    from gitexp.history.log import commit_steps
    from gitexp.render.listing import columns_of, listing

    record = build(folder)
    experiments = record.summaries()
    click.echo(f"$ cd {folder} && git exp")
    click.echo(
        "\n".join(
            listing(experiments, columns_of(experiments), record.active, record.clock(), columns())
        )
    )
    click.echo("\n$ git exp log --filter model -n 2")
    choice = find_filter(record, "model")
    steps = commit_steps(
        record, Follower(record.repository), choice, choice.anchor, with_record=True
    )
    for line in printed(record, islice(steps, 2)):
        click.echo(line)
    click.echo(
        f"next:  cd {folder}\n"
        "       git exp show tcn_filter10\n"
        "       git exp excerpt tcn_filter10 --filter model\n"
        "       git exp diff tcn_filter50 tcn_filter10 --filter model\n"
        "       git exp log --filter model\n"
        "       git log --notes=gitexp"
    )
