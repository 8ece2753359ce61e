"""Pinning what pages, an export or a push shows to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.verb_table import flag
from gitexp.errors import GitExpError

if TYPE_CHECKING:
    from collections.abc import Container

    from gitexp.cli.env import Env
    from gitexp.record.record import Record

NO_PIN = flag("--no-pin", help="Do not pin the code that others will see (git exp pin).")


def pin_shown_code(
    env: Env, record: Record, *, filter_name: str = "", shown: Container[str] | None = None
) -> None:
    """Pin the code of the experiments that are shown (None: all), and say so.

    Nothing is done where no filter is saved, or where config gitexp.pin is false. Where nothing can
    be written (a folder that is read-only), that is said, and the verb goes on.
    """
    from gitexp.cli.waiting import Waiting
    from gitexp.follow.follower import Follower
    from gitexp.history.change import find_filter_if_any
    from gitexp.history.pins import pin_experiments
    from gitexp.render.terminal import make_safe, name_some

    if not record.repository.is_switched_on("gitexp.pin"):
        return
    code_filter = find_filter_if_any(record, filter_name)
    if code_filter is None:
        return
    summaries = record.read_summaries()
    if shown is not None:
        summaries = [summary for summary in summaries if summary.id in shown]
    waiting = Waiting(env.err)
    progress = waiting.watch("pinning code of experiments")
    try:
        with Follower(record.repository) as follower:
            pinned = pin_experiments(
                record, follower, code_filter, summaries, progress, automatic=True
            )
    except GitExpError as error:
        env.warn(make_safe(f"git exp: no code was pinned: {error.message}"))
        return
    finally:
        waiting.end()
    if pinned.kept:
        names = name_some(list(pinned.kept))
        env.print(make_safe(f"pinned: the code of {names} under filter {code_filter.name}"))
