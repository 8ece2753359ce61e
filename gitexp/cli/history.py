"""Filtered history, found and printed as the options of ``git exp log`` ask."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from gitexp.cli.choice import chosen
from gitexp.cli.env import (
    at_end,
    bare_record,
    colour,
    moment,
    open_record_if_any,
    page,
    print_json,
    recorded,
)
from gitexp.cli.waiting import Waiting
from gitexp.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitexp.history.follow import Follower
    from gitexp.history.log import LogStep
    from gitexp.history.record import Record
    from gitexp.model.filter import Filter


class Asked:
    """The options of ``git exp log``, by keyword; those that are not given are as below."""

    version: str = ""
    filter_name: str = ""
    rules: tuple[str, ...] = ()
    anchor: str | None = None
    stop: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    depth: int | None = None
    all_versions: bool = False
    experiments: bool = False
    since: str | None = None
    until: str | None = None
    number: int | None = None
    as_of: str | None = None
    stat: bool = False
    commits: bool = False
    reverse: bool = False
    whitespace: bool = False
    as_json: bool = False

    def __init__(self, **given: Any) -> None:
        vars(self).update(given)


def print_history(asked: Asked) -> None:
    """Find the history and print it, as its steps come."""
    record = bare_record() if asked.commits and asked.rules else open_record_if_any(asked.as_of)
    waiting = Waiting()
    follower = _follower(record, waiting, whitespace=asked.whitespace)
    choice = chosen(
        record,
        asked.filter_name,
        asked.rules,
        asked.anchor,
        stop=asked.stop,
        also=asked.also,
        depth=asked.depth,
        known=follower.knows,
    )
    start = (
        ""
        if asked.experiments
        else _start(record, asked.version, choice.anchor if asked.rules and asked.anchor else "")
    )
    steps = _steps(record, follower, choice, start, waiting, asked)
    if asked.commits:
        for step in steps:
            print(step.version.commit, flush=True)
    elif asked.as_json:
        print_json([_values(step, whitespace=asked.whitespace) for step in steps])
    else:
        page(
            printed(record, steps, stat=asked.stat, whitespace=asked.whitespace),
            "no version changed this code",
        )


def _start(record: Record, version: str, anchor: str) -> str:
    """The commit at which the history starts."""
    from gitexp.history.versions import find_version, revision

    if version:
        return find_version(record, version).commit
    return anchor or revision(record.repository, "HEAD")


def _follower(record: Record, waiting: Waiting, *, whitespace: bool) -> Follower:
    from gitexp.history.follow import Follower

    follower = Follower(
        record.repository,
        whitespace=whitespace,
        progress=waiting.on("reading the history, commits"),
    )
    at_end.callback(follower.close)
    follower.objects.prepare()
    return follower


def _steps(
    record: Record, follower: Follower, choice: Filter, start: str, waiting: Waiting, asked: Asked
) -> Iterable[LogStep]:
    from gitexp.history.log import (
        between,
        commit_steps,
        experiment_steps,
        newest_first,
        snapshot_steps,
    )

    if asked.experiments:
        steps = experiment_steps(
            record, follower, choice, waiting.on("cutting the code of experiments")
        )
    else:
        steps = commit_steps(
            record, follower, choice, start, with_record=not asked.commits and recorded(record)
        )
        if asked.all_versions:
            steps = newest_first(
                steps, snapshot_steps(record, follower, choice, waiting.on("cutting snapshots"))
            )
    steps = _checked(steps, follower, choice, start, waiting)
    chosen_steps: Iterable[LogStep] = islice(
        between(steps, moment(asked.since), moment(asked.until)), asked.number
    )
    return reversed(list(chosen_steps)) if asked.reverse else chosen_steps


def _checked(
    steps: Iterable[LogStep], follower: Follower, choice: Filter, start: str, waiting: Waiting
) -> Iterator[LogStep]:
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
        raise NotFoundError(
            f"{searched} has the code of {choice.title}",
            "name another start: git exp log REV, or an experiment",
        )
    if not found and not choice.name:
        follower.check(choice)


def printed(
    record: Record, steps: Iterable[LogStep], *, stat: bool = False, whitespace: bool = False
) -> Iterator[str]:
    """The lines of the history, as its steps come."""
    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.unidiff import compare
    from gitexp.render.history import step_lines

    for step, experiments in steps:
        delta = compare(step.before or Excerpt(()), step.excerpt, whitespace=whitespace)
        labels = [_label(record, name) for name in experiments]
        yield from step_lines(
            step.commit,
            step.time,
            step.title,
            labels,
            delta,
            step.excerpt,
            kinds=step.kinds,
            stat=stat,
            colour=colour(),
        )


def _label(record: Record, name: str) -> str:
    row = record.index.row(name)
    return name + "".join(f" {metric.name}={metric}" for metric in row.metrics) if row else name


def _values(found: LogStep, *, whitespace: bool) -> dict[str, Any]:
    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.unidiff import compare
    from gitexp.render.history import step_values
    from gitexp.render.json import delta_values, excerpt_values

    step, experiments = found
    delta = compare(step.before or Excerpt(()), step.excerpt, whitespace=whitespace)
    details = {**delta_values(delta), "excerpt": excerpt_values(step.excerpt)}
    return step_values(
        step.commit, step.time, step.title, experiments, step.kinds, step.confidence, details
    )
