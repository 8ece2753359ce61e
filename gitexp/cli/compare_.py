"""``git exp compare``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.code_filter import choose_code_filter
from gitexp.cli.options import FILTER, JSON
from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb, arguments, flag
from gitexp.errors import UsageError
from gitexp.history.lineup import MOST_COLUMNS, LineupRequest, build_lineup
from gitexp.history.stand_in import open_follower
from gitexp.render.lineup import format_lineup

if TYPE_CHECKING:
    from gitexp.cli.env import Env

_FEWEST_COLUMNS = 2


class CompareOptions(Options):
    """The table of ``compare``."""

    idents: tuple[str, ...] = arguments("ID ID...")
    filter_name: str = FILTER
    to_parent: bool = flag("--parent", help="Show the changes of each against its parent.")
    to_first: bool = flag("--first", help="Show the changes of each against the first.")
    everything: bool = flag("--all", help="Show what is the same in all, and what is folded.")
    as_json: bool = JSON


def run(env: Env, options: CompareOptions) -> None:
    """Show 2 to 12 experiments side by side.

    That is: metrics that differ, the last entry of each, settings that differ, and how much of each
    definition changed. "=" stands for what the column on the left says, "–" for what is not there.
    Each is compared with its parent where each is the parent of the next, else with the first.
    """
    if options.to_parent and options.to_first:
        raise UsageError("--parent and --first were both given", "use one of them")
    count = len(options.idents)
    if not _FEWEST_COLUMNS <= count <= MOST_COLUMNS:
        raise UsageError(f"compare takes 2 to 12 experiments, not {count}", "git exp compare ID ID")
    record = open_record(env, reading=True)
    request = LineupRequest(
        tuple(record.read_experiment(ident) for ident in options.idents),
        choose_code_filter(env, record, options.filter_name),
        against_parents=_choose_base(options),
    )
    with open_follower(record) as follower:
        lineup = build_lineup(record, follower, request)
    if options.as_json:
        from gitexp.render.json import serialize_lineup

        env.print_json(serialize_lineup(lineup, record.branch_name))
        return
    lines = format_lineup(lineup, env.columns, everything=options.everything, colour=env.colours)
    env.print("\n".join(lines))


def _choose_base(options: CompareOptions) -> bool | None:
    """Return what ``LineupRequest.against_parents`` takes; None where nothing was said."""
    if options.to_parent:
        return True
    return False if options.to_first else None


VERB = Verb("compare", CompareOptions, run)
