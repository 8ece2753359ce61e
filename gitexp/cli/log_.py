"""``git exp log``."""

from __future__ import annotations

import os
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from gitexp.cli.choice import choice_options, chosen
from gitexp.cli.env import as_of_option, bare_record, colour, moment, open_record_if_any, print_json, recorded
from gitexp.cli.waiting import Waiting
from gitexp.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitexp.history.follow import Follower
    from gitexp.history.log import LogStep
    from gitexp.history.record import Record
    from gitexp.model.filter import Filter


@click.command("log")
@click.argument("version", metavar="[ID|REV]", default="")
@choice_options
@click.option("--all-versions", is_flag=True, help="Kept working trees too, not only commits.")
@click.option("--experiments", is_flag=True, help="Experiments, each against its parent, instead of commits.")
@click.option("--since", metavar="TIME", help="Not older than this.")
@click.option("--until", metavar="TIME", help="Not newer than this.")
@click.option("-n", "number", type=click.IntRange(1), metavar="N", help="At most N.")
@as_of_option
@click.option("--stat", is_flag=True, help="Only how much changed.")
@click.option("--commits", is_flag=True, help="Only full commit ids, for scripts.")
@click.option("--reverse", is_flag=True, help="Oldest first.")
@click.option("--whitespace", is_flag=True, help="A change of white space counts too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/json.md).")
def command(version: str, filter_name: str, rules: tuple[str, ...], anchor: str | None, **options: Any) -> None:
    """Filtered history: only the versions whose excerpt changed, newest first, each with what changed.

    Starts at REV (default: HEAD; with --rule and --at, that version).
    """
    record = bare_record() if options["commits"] and rules else open_record_if_any(options["as_of"])
    waiting = Waiting()
    follower = _follower(record, waiting, whitespace=options["whitespace"])
    reach = {name: options[name] for name in ("stop", "also", "depth")}
    choice = chosen(record, filter_name, rules, anchor, known=follower.knows, **reach)
    start = "" if options["experiments"] else _start(record, version, choice.anchor if rules and anchor else "")
    steps = _steps(record, follower, choice, start, waiting, options)
    if options["commits"]:
        for step in steps:
            click.echo(step.commit)
    elif options["as_json"]:
        print_json([_values(step, whitespace=options["whitespace"]) for step in steps])
    else:
        _print(record, steps, stat=options["stat"], whitespace=options["whitespace"])


def _start(record: Record, version: str, anchor: str) -> str:
    """The commit at which the history starts."""
    from gitexp.history.versions import find_version, revision

    if version:
        return find_version(record, version).commit
    return anchor or revision(record.repository, "HEAD")


def _follower(record: Record, waiting: Waiting, *, whitespace: bool) -> Follower:
    from gitexp.history.follow import Follower

    follower = Follower(record.repository, whitespace=whitespace, progress=waiting.on("reading the history, commits"))
    click.get_current_context().call_on_close(follower.close)
    follower.objects.prepare()
    return follower


def _steps(record: Record, follower: Follower, choice: Filter, start: str, waiting: Waiting, options: dict[str, Any]) -> Iterable[LogStep]:
    from gitexp.history.log import between, commit_steps, experiment_steps, newest_first, snapshot_steps

    if options["experiments"]:
        steps = experiment_steps(record, follower, choice, waiting.on("cutting the code of experiments"))
    else:
        steps = commit_steps(record, follower, choice, start, with_record=not options["commits"] and recorded(record))
        if options["all_versions"]:
            steps = newest_first(steps, snapshot_steps(record, follower, choice, waiting.on("cutting snapshots")))
    steps = _checked(steps, follower, choice, start, waiting)
    chosen_steps: Iterable[LogStep] = islice(between(steps, moment(options["since"]), moment(options["until"])), options["number"])
    return reversed(list(chosen_steps)) if options["reverse"] else chosen_steps


def _checked(steps: Iterable[LogStep], follower: Follower, choice: Filter, start: str, waiting: Waiting) -> Iterator[LogStep]:
    """The steps; where the history of commits has none, an error that says what was searched."""
    found = False
    for step in steps:
        waiting.done()
        found = True
        yield step
    waiting.done()
    if not found and start:
        searched = f"none of the {follower.reachable(start):,} commits from {start[:12]} back"
        try:
            follower.check(choice)
        except NotFoundError as error:
            raise NotFoundError(f"{error.message}, and {searched} has it", error.hint) from None
        raise NotFoundError(f"{searched} has the code of {choice.title}", "name another start: git exp log REV, or an experiment")
    if not found and not choice.name:
        follower.check(choice)


def _print(record: Record, steps: Iterable[LogStep], *, stat: bool, whitespace: bool) -> None:
    """Print steps as they come, through a pager on a terminal."""
    lines = printed(record, steps, stat=stat, whitespace=whitespace)
    if colour():
        os.environ.setdefault("LESS", "FRX")
        click.echo_via_pager((line + "\n" for line in lines), color=True)
        return
    for line in lines:
        click.echo(line)


def printed(record: Record, steps: Iterable[LogStep], *, stat: bool = False, whitespace: bool = False) -> Iterator[str]:
    """The lines of the history, as its steps come."""
    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.unidiff import compare
    from gitexp.render.history import step_lines

    found = False
    for step in steps:
        found = True
        delta = compare(step.before or Excerpt(()), step.excerpt, whitespace=whitespace)
        labels = [_label(record, name) for name in step.experiments]
        yield from step_lines(step.commit, step.time, step.title, labels, delta, step.excerpt, kinds=step.kinds, stat=stat, colour=colour())
    if not found:
        yield "no version changed this code"


def _label(record: Record, name: str) -> str:
    row = record.index.row(name)
    return name + "".join(f" {metric.name}={metric}" for metric in row.metrics) if row else name


def _values(step: LogStep, *, whitespace: bool) -> dict[str, Any]:
    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.unidiff import compare
    from gitexp.render.history import step_values
    from gitexp.render.json import delta_values, excerpt_values

    delta = compare(step.before or Excerpt(()), step.excerpt, whitespace=whitespace)
    details = {**delta_values(delta), "excerpt": excerpt_values(step.excerpt)}
    return step_values(step.commit, step.time, step.title, step.experiments, step.kinds, step.confidence, details)
