"""``git exp filter``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.code_filter import make_filter
from gitexp.cli.options import DEPTH, JSON, STOP, WITH
from gitexp.cli.record import open_record
from gitexp.cli.table import Group, Options, Verb, argument, arguments, text_option
from gitexp.record.read.filters import find_filter, read_filters
from gitexp.record.write.filters import remove_filter, save_filter
from gitexp.render.terminal import safe, table

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class AddOptions(Options):
    """The table of ``filter add``."""

    name: str = argument("NAME")
    rules: tuple[str, ...] = arguments("RULE...")
    anchor: str | None = text_option(
        "--at",
        metavar="REV",
        default=None,
        help="The version whose line numbers the rules mean (default: the code as it is now).",
    )
    stop: tuple[str, ...] = STOP
    also: tuple[str, ...] = WITH
    depth: int | None = DEPTH


def run_add(env: Env, options: AddOptions) -> None:
    """Save rules under a name.

    A rule is path, path:10-40, path::symbol, path#heading, path#cell-id or path@symbol; '!' before
    it hides what it chooses.
    """
    from gitexp.follow.follower import Follower

    record = open_record(env)
    code_filter = make_filter(record, options)._replace(name=options.name)
    with Follower(record.repository) as follower:
        follower.check(code_filter)
        excerpt = follower.cut_excerpt(code_filter, code_filter.anchor)
    save_filter(record, code_filter)
    kept = sum(len(part.kept_lines) for part in excerpt.files)
    lines = f"{kept} line{'' if kept == 1 else 's'}"
    hidden = f"{excerpt.hidden_count} hidden" if excerpt.hidden_count else "none hidden"
    env.print(f"filter {options.name}: {lines} kept, {hidden}")


class ListOptions(Options):
    """The table of ``filter list``."""

    as_json: bool = JSON


def run_list(env: Env, options: ListOptions) -> None:
    """List the saved filters."""
    saved = read_filters(open_record(env, reading=True)).values()
    if options.as_json:
        from gitexp.render.json import filter_values

        env.print_json([filter_values(code_filter) for code_filter in saved])
        return
    rows = []
    for code_filter in saved:
        rules = "  ".join(str(rule) for rule in code_filter.rules)
        rows.append((code_filter.name, safe(rules)))
    for line in table(rows, columns=env.columns):
        env.print(line)
    if not rows:
        env.print("no filter is saved yet: git exp filter add model 'train.ipynb::create_model'")


class ShowOptions(Options):
    """The table of ``filter show``."""

    name: str = argument("NAME")
    as_json: bool = JSON


def run_show(env: Env, options: ShowOptions) -> None:
    """Show a filter: its rules, and the version that they were written for."""
    code_filter = find_filter(open_record(env, reading=True), options.name)
    if options.as_json:
        from gitexp.render.json import filter_values

        env.print_json(filter_values(code_filter))
        return
    env.print(safe(f"{code_filter.name}  at {code_filter.anchor[:12]}"))
    for rule in code_filter.rules:
        env.print(safe(f"  {rule}"))
    bounds = [f"--stop {name}" for name in code_filter.stop]
    bounds += [f"--with {name}" for name in code_filter.also]
    if code_filter.depth is not None:
        bounds.append(f"--depth {code_filter.depth}")
    if bounds:
        env.print(safe("  " + " ".join(bounds)))


class RemoveOptions(Options):
    """The table of ``filter remove``."""

    name: str = argument("NAME")


def run_remove(env: Env, options: RemoveOptions) -> None:
    """Remove a filter. It stays in the record, but is used no more."""
    remove_filter(open_record(env), options.name)
    env.print(f"filter {options.name} is removed")


VERB = Group(
    "filter",
    """Save which code you want to see.

    A filter works on every version, before and after the one that it was written for.
    """,
    (
        Verb("add", AddOptions, run_add),
        Verb("list", ListOptions, run_list),
        Verb("show", ShowOptions, run_show),
        Verb("remove", RemoveOptions, run_remove),
    ),
)
