"""``git exp demo``."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from gitexp.cli.log_ import format_steps
from gitexp.cli.verb_table import Options, Verb, argument

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.record.record import Record


class DemoOptions(Options):
    """The table of ``demo``."""

    folder: str = argument("[DIR]", required=False, default="gitexp-demo")


def run(env: Env, options: DemoOptions) -> None:
    """Build a small example: a repository with a notebook and a month of trials.

    Its list and a filtered history are shown, and what to type next.
    """
    from gitexp.demo.build import build

    record = build(env.resolve_path(options.folder))
    env.close_at_end(record.close)
    env.print(f"$ cd {options.folder} && git exp")
    _print_list(env, record)
    env.print("\n$ git exp log --filter model -n 2")
    _print_log(env, record)
    env.print(
        f"next:  cd {options.folder}\n"
        "       git exp show tcn_filter10\n"
        "       git exp excerpt tcn_filter10 --filter model\n"
        "       git exp diff tcn_filter50 tcn_filter10 --filter model\n"
        "       git exp log --filter model\n"
        "       git log --notes=gitexp"
    )


def _print_list(env: Env, record: Record) -> None:
    from gitexp.record.read.progress import read_progress
    from gitexp.render.listing import ListContext, choose_columns, format_list

    summaries = record.read_summaries()
    names = choose_columns(summaries)
    progress = read_progress(summaries, "", record.repository.settings)
    context = ListContext(record.active, record.clock(), env.columns, progress)
    lines = format_list(summaries, names, context)
    env.print("\n".join(lines))


def _print_log(env: Env, record: Record) -> None:
    from gitexp.follow.follower import Follower
    from gitexp.history.log import walk_commit_steps
    from gitexp.record.read.filters import find_filter
    from gitexp.render.terminal import TextStyle

    code_filter = find_filter(record, "model")
    with Follower(record.repository) as follower:
        steps = walk_commit_steps(
            record, follower, code_filter, code_filter.anchor, with_record=True
        )
        style = TextStyle(env.columns, colour=env.colours)
        for line in format_steps(record, islice(steps, 2), style):
            env.print(line)


VERB = Verb("demo", DemoOptions, run)
