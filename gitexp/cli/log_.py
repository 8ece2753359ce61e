"""``git exp log``: filtered history, found and printed as its options ask."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from gitexp.cli.code_filter import resolve_filter, warn_of_proposal, warn_of_reach
from gitexp.cli.moment import parse_moment
from gitexp.cli.options import AS_OF, CONTEXT, JSON, OPEN_FOLDS, PATCH, CodeOptions
from gitexp.cli.record import find_record, is_recorded, open_record_if_any
from gitexp.cli.verb_table import Verb, argument, flag, number_option, text_option
from gitexp.cli.waiting import Waiting
from gitexp.errors import AbsentError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gitexp.cli.env import Env
    from gitexp.follow.follower import Follower
    from gitexp.history.log import LogStep
    from gitexp.model.filter import CodeFilter
    from gitexp.record.record import Record
    from gitexp.render.terminal import TextStyle


class LogOptions(CodeOptions):
    """The table of ``log``."""

    version: str = argument("[ID|REV]", required=False)
    all_versions: bool = flag(
        "--all-versions", help="Show kept working trees too, not only commits."
    )
    experiments: bool = flag(
        "--experiments", help="Show experiments, each against its parent, instead of commits."
    )
    since: str | None = text_option(
        "--since", metavar="TIME", default=None, help="Only versions from this time on."
    )
    until: str | None = text_option(
        "--until", metavar="TIME", default=None, help="Only versions up to this time."
    )
    number: int | None = number_option("-n", help="At most N; -3 means -n 3.", bare=True)
    as_of: str | None = AS_OF
    stat: bool = flag("--stat", help="Show only how much changed.")
    commits: bool = flag("--commits", help="Print only full commit ids, for scripts.")
    reverse: bool = flag("--reverse", help="Show the oldest first.")
    whitespace: bool = flag("--whitespace", help="Count changes of white space too.")
    patch: bool = PATCH
    context: int | None = CONTEXT
    everything: bool = OPEN_FOLDS
    as_json: bool = JSON


def run(env: Env, options: LogOptions) -> None:
    """Show the versions that changed the code that a filter keeps, newest first, with each change.

    The history starts at REV (default: HEAD; with --rule and --at, that version).
    """
    if options.commits and options.rules:
        record = find_record(env)
    else:
        record = open_record_if_any(env, options.as_of)
    waiting = Waiting(env.err)
    follower = _open_follower(env, record, waiting, options)
    code_filter = resolve_filter(record, options, follower.is_indexed)
    warn_of_proposal(env, code_filter)
    start = _find_start(record, follower, code_filter, options)
    follower.prepare([start], code_filter)
    remarks = _describe_left_out(record, follower, code_filter)
    steps = _find_steps(record, follower, code_filter, start, waiting, options)
    if start:
        warn_of_reach(env, follower, code_filter, start)
    absent = _list_absent(record, follower, code_filter, options)
    if absent:
        from gitexp.history.absent import explain_absent_code

        remarks.append(explain_absent_code(record.repository, absent))
        if options.experiments:
            steps = _require_steps(steps, record, absent)
    if options.commits:
        env.print_lines(step.version.commit for step in steps)
    elif options.as_json:
        env.print_json(_serialize_steps(record, steps, options))
    else:
        from gitexp.cli.style import make_style

        style = make_style(env, options)._replace(whitespace=options.whitespace)
        lines = format_steps(record, steps, style, stat=options.stat)
        env.print_paged(lines, "no version changed this code")
    _print_remarks(env, remarks, options)


def _serialize_steps(
    record: Record, steps: Iterable[LogStep], options: LogOptions
) -> list[dict[str, Any]]:
    """Return the steps for ``--json``."""
    from gitexp.history.log import view_step
    from gitexp.render.json import serialize_step

    views = (view_step(record, step) for step in steps)
    return [serialize_step(view, whitespace=options.whitespace) for view in views]


def _print_remarks(env: Env, remarks: Sequence[str], options: LogOptions) -> None:
    """Print what the history leaves out; beside output for programs on standard error."""
    if not remarks:
        return  # without importing what a terminal needs
    from gitexp.render.terminal import make_safe

    for remark in remarks:
        if options.commits or options.as_json:
            env.warn(make_safe(remark))
        else:
            env.print(make_safe(remark))


def _describe_left_out(record: Record, follower: Follower, code_filter: CodeFilter) -> list[str]:
    """Say which rules only a version could place that is not in this clone.

    Raises AbsentError where all rules are such.
    """
    rules = follower.list_unplaced_rules(code_filter)
    if not rules:
        return []
    from gitexp.store.absent import describe_remedy

    if not code_filter.without(rules).rules:
        follower.check(code_filter)
    names = ", ".join(str(rule) for rule in rules)
    cause = "the version that the filter was written for is not in this clone"
    return [f"left out: {names}: {cause} ({describe_remedy(record.repository)})"]


def _list_absent(
    record: Record, follower: Follower, code_filter: CodeFilter, options: LogOptions
) -> tuple[str, ...]:
    """Return the ids of the experiments that would be steps, were their code in this clone."""
    if not options.experiments and not options.all_versions:
        return ()
    from gitexp.history.absent import find_absent_ids

    return find_absent_ids(follower, record.read_experiments(), code_filter)


def _require_steps(
    steps: Iterable[LogStep], record: Record, absent: Sequence[str]
) -> Iterator[LogStep]:
    """Yield the steps. Raises AbsentError where there are none, since code is not in this clone."""
    from gitexp.history.absent import describe_absent_code
    from gitexp.store.absent import describe_remedy

    is_empty = True
    for step in steps:
        is_empty = False
        yield step
    if is_empty:
        raise AbsentError(describe_absent_code(absent), describe_remedy(record.repository))


def format_steps(
    record: Record, steps: Iterable[LogStep], style: TextStyle, *, stat: bool = False
) -> Iterator[str]:
    """Yield the lines of a history, as its steps come."""
    from gitexp.history.log import view_step
    from gitexp.render.log import format_step

    for step in steps:
        yield from format_step(view_step(record, step), style, stat=stat)


def _open_follower(env: Env, record: Record, waiting: Waiting, options: LogOptions) -> Follower:
    progress = waiting.watch("reading commits")
    if options.experiments or options.all_versions:
        from gitexp.history.stand_in import open_follower

        follower = open_follower(record, whitespace=options.whitespace, progress=progress)
    else:
        from gitexp.follow.follower import Follower

        follower = Follower(record.repository, whitespace=options.whitespace, progress=progress)
    env.close_at_end(follower.close)
    follower.objects.prepare()
    return follower


def _find_start(
    record: Record, follower: Follower, code_filter: CodeFilter, options: LogOptions
) -> str:
    """Return the commit at which the history starts; "" for a history of experiments.

    Raises AbsentError when it is not in this clone.
    """
    if options.experiments:
        return ""
    if options.rules and options.anchor and not options.version:
        return code_filter.anchor
    from gitexp.history.versions import find_version, require_code, resolve_revision

    if options.version:
        version = find_version(record, options.version)
        require_code(follower, version)
        return version.commit
    return resolve_revision(record.repository, "HEAD")


def _find_steps(
    record: Record,
    follower: Follower,
    code_filter: CodeFilter,
    start: str,
    waiting: Waiting,
    options: LogOptions,
) -> Iterable[LogStep]:
    """Return the steps that the options ask for, in their order."""
    from gitexp.history import log

    if options.experiments:
        progress = waiting.watch("cutting the code of experiments")
        steps = log.walk_experiment_steps(record, follower, code_filter, progress)
    else:
        with_record = not options.commits and is_recorded(record)
        steps = log.walk_commit_steps(record, follower, code_filter, start, with_record=with_record)
        if options.all_versions:
            progress = waiting.watch("cutting snapshots")
            snapshots = log.walk_snapshot_steps(record, follower, code_filter, progress)
            steps = log.merge_newest_first(steps, snapshots)
    steps = _check_steps(steps, follower, code_filter, start, waiting)
    steps = log.select_between(steps, parse_moment(options.since), parse_moment(options.until))
    steps = islice(steps, options.number)
    return reversed(list(steps)) if options.reverse else steps


def _check_steps(
    steps: Iterable[LogStep],
    follower: Follower,
    code_filter: CodeFilter,
    start: str,
    waiting: Waiting,
) -> Iterator[LogStep]:
    """Yield the steps. Raises NotFoundError, naming what was searched, where commits have none."""
    is_empty = True
    for step in steps:
        waiting.end()
        is_empty = False
        yield step
    waiting.end()
    if not is_empty:
        return
    if start:
        count = follower.count_reachable(start)
        searched = f"none of the {count:,} commits from {start[:12]} back"
        try:
            follower.check(code_filter)
        except NotFoundError as error:
            message = f"{error.message}, and {searched} has it"
            raise NotFoundError(message, error.hint) from None
        raise NotFoundError(
            f"{searched} has the code of {code_filter.title}",
            "name another start: git exp log REV, or an experiment",
        )
    if not code_filter.name:
        follower.check(code_filter)


VERB = Verb("log", LogOptions, run)
