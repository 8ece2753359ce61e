"""``git exp diff``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.code_filter import resolve_filter, warn_of_proposal
from gitexp.cli.options import CONTEXT, JSON, OPEN_FOLDS, PATCH, CodeOptions
from gitexp.cli.record import is_recorded, open_record_if_any
from gitexp.cli.style import make_style
from gitexp.cli.verb_table import Verb, argument
from gitexp.history.stand_in import open_follower
from gitexp.history.version_diff import (
    ComparedVersion,
    compare_versions,
    read_compared_version,
)
from gitexp.history.versions import find_version, take_working_tree
from gitexp.render.version_diff import format_comparison

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.history.versions import NamedCommit
    from gitexp.record.record import Record


class DiffOptions(CodeOptions):
    """The table of ``diff``."""

    before: str = argument("A")
    after: str = argument("[B]", required=False)
    patch: bool = PATCH
    context: int | None = CONTEXT
    everything: bool = OPEN_FOLDS
    as_json: bool = JSON


def run(env: Env, options: DiffOptions) -> None:
    """Show what changed from A to B (default: the code as it is now).

    That is: the code that a filter keeps, and the metrics.
    """
    record = open_record_if_any(env)
    code_filter = resolve_filter(record, options)
    warn_of_proposal(env, code_filter)
    older = find_version(record, options.before)
    newer = find_version(record, options.after) if options.after else take_working_tree(record)
    with open_follower(record) as follower:
        comparison = compare_versions(
            follower,
            code_filter,
            _read_compared_version(record, older),
            _read_compared_version(record, newer),
        )
        if options.rules and comparison.is_empty:
            follower.check(code_filter)
    if options.as_json:
        from gitexp.render.json import serialize_comparison

        env.print_json(serialize_comparison(comparison))
        return
    style = make_style(env, options)
    env.print("\n".join(format_comparison(comparison, style)))


def _read_compared_version(record: Record, version: NamedCommit) -> ComparedVersion:
    """Return a version with its metrics; without any in a repository that has no record."""
    if not is_recorded(record):
        return ComparedVersion(*version)
    return read_compared_version(record, version)


VERB = Verb("diff", DiffOptions, run)
