"""``git exp demo``."""

from __future__ import annotations

from pathlib import Path

import click

from gitexp.cli.env import columns


@click.command("demo")
@click.argument("folder", metavar="[DIR]", default="gitexp-demo", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Build a small repository with a notebook and a month of trials, show it, and say what to type next."""
    from gitexp.demo.build import build
    from gitexp.history.filters import find_filter
    from gitexp.history.follow import Follower
    from gitexp.render.history import step_lines
    from gitexp.render.listing import columns_of, listing
    from gitexp.store.hooks import install

    record = build(folder)
    install(record.repository)
    experiments = record.experiments()
    click.echo(f"$ cd {folder} && git exp")
    click.echo("\n".join(listing(experiments, columns_of(experiments), record.active, record.clock(), columns())))
    click.echo("\n$ git exp log --filter model -n 2")
    choice = find_filter(record, "model")
    steps = Follower(record.repository).history(choice, record.repository.commit_id("HEAD") or "")
    for _, step in zip(range(2), steps, strict=False):
        click.echo("\n".join(step_lines(step, record.index.linked([step.commit]).get(step.commit, []))))
        click.echo()
    click.echo(
        f"next:  cd {folder}\n"
        "       git exp show tcn_filter10\n"
        "       git exp excerpt tcn_filter10 --filter model\n"
        "       git exp diff tcn_filter50 tcn_filter10 --filter model\n"
        "       git exp log --filter model\n"
        "       git log --notes=gitexp"
    )
