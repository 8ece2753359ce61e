"""What the verbs that pull and push share: their options, their place, what they print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.pinning import NO_PIN, pin_shown_code
from gitexp.cli.verb_table import Options, argument, flag
from gitexp.errors import UsageError

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.record.record import Record
    from gitexp.record.write.pull import PullResult
    from gitexp.record.write.push import PushResult
    from gitexp.store.remote_places import Place


class TogetherOptions(Options):
    """The table of ``pull``, ``push`` and ``sync``."""

    place: str = argument("[PLACE]", required=False)
    snapshots: bool = flag("--snapshots", help="Take the code of trials along.")
    no_snapshots: bool = flag("--no-snapshots", help="Leave the code of trials out.")


class PushOptions(TogetherOptions):
    """The table of ``push`` and ``sync``."""

    no_pin: bool = NO_PIN


def find_place_of(env: Env, options: TogetherOptions, record: Record) -> Place:
    """Return the place that was typed, or the one that the record goes to by default."""
    from pathlib import Path

    from gitexp.store.remote_places import find_place

    return find_place(record.repository, options.place, Path(env.folder))


def takes_snapshots(record: Record, options: TogetherOptions, setting: str) -> bool:
    """Return True if the code of trials goes along: as typed, else as configured, else always."""
    if options.snapshots and options.no_snapshots:
        raise UsageError("--snapshots and --no-snapshots exclude each other", "give one of them")
    if options.snapshots or options.no_snapshots:
        return options.snapshots
    return record.repository.is_switched_on(setting)


def pull(env: Env, record: Record, place: Place, options: TogetherOptions) -> None:
    """Pull, and print what came."""
    from gitexp.record.write.pull import pull_record

    with_snapshots = takes_snapshots(record, options, "gitexp.pullSnapshots")
    absent_before = _count_absent(record)
    result = pull_record(record, place, with_snapshots=with_snapshots)
    _print_pulled(env, place, result)
    if result.has_record:
        _print_code(env, record, place, absent_before, with_snapshots=with_snapshots)


def push(
    env: Env,
    record: Record,
    place: Place,
    options: PushOptions,
    *,
    replace_purged: bool = False,
) -> None:
    """Push, and print what went."""
    from gitexp.record.write.push import push_record

    def prepare(record: Record) -> None:
        if not options.no_pin:
            pin_shown_code(env, record)
        renew_pages(record)

    result = push_record(
        record,
        place,
        with_snapshots=takes_snapshots(record, options, "gitexp.pushSnapshots"),
        prepare=prepare,
        replace_purged=replace_purged,
    )
    if result.pulled.events or result.pulled.remarks:
        _print_pulled(env, place, result.pulled)
    _print_pushed(env, place, result)


def renew_pages(record: Record) -> None:
    """Bring the pages on the record branch up to date, where there are any."""
    from gitexp.store.refs import FRONT_PAGE

    if record.branch.read(FRONT_PAGE) is None:
        return
    from gitexp.viewer.pages import write_pages

    write_pages(record)


def count(number: int, noun: str) -> str:
    """Return ``1 event``, ``2 events``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _print_pulled(env: Env, place: Place, result: PullResult) -> None:
    from gitexp.render.terminal import make_safe

    experiments = count(result.experiments, "experiment")
    events = count(result.events, "event")
    if not result.has_record:
        line = f"{place.name} has no record yet"
    elif result.is_first:
        line = f"{place.name}: the record is here now, {experiments}, {events}"
    elif result.events:
        line = f"{place.name}: new here: {experiments}, {events}"
    else:
        line = f"{place.name}: nothing new"
    env.print(make_safe(line))
    for remark in result.remarks:
        env.print(make_safe(remark))


def _print_pushed(env: Env, place: Place, result: PushResult) -> None:
    from gitexp.render.terminal import make_safe

    if result.commits or result.snapshots:
        commits = count(result.commits, "commit")
        snapshots = count(result.snapshots, "snapshot")
        line = f"{place.name}: pushed {commits} of the record, {snapshots}"
    else:
        line = f"{place.name} has everything"
    env.print(make_safe(line))
    for remark in result.remarks:
        env.print(make_safe(remark))


def _count_absent(record: Record) -> int:
    """Return of how many experiments the code is not in this clone."""
    from gitexp.cli.record import is_recorded
    from gitexp.record.read.status import find_code_places

    return len(find_code_places(record).absent) if is_recorded(record) else 0


def _print_code(
    env: Env, record: Record, place: Place, absent_before: int, *, with_snapshots: bool
) -> None:
    """Print of whose code came along, and whose is missing still."""
    from gitexp.record.read.status import find_code_places
    from gitexp.render.terminal import make_safe

    absent = len(find_code_places(record).absent)
    if with_snapshots and absent < absent_before:
        env.print(f"the code of {count(absent_before - absent, 'experiment')} came along")
    if not absent:
        return
    whose = f"the code of {count(absent, 'experiment')}"
    if with_snapshots:
        next_step = "git exp push where it was recorded"
        env.print(make_safe(f"{whose} is not on {place.name} ({next_step})"))
    else:
        env.print(f"{whose} is not in this clone (git exp pull --snapshots)")
