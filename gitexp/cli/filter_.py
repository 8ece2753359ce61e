"""``git exp filter``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.code_filter import make_filter, warn_of_reach
from gitexp.cli.options import DEPTH, JSON, STOP, WITH
from gitexp.cli.record import open_record, open_record_if_any
from gitexp.cli.verb_table import (
    Group,
    Options,
    Verb,
    argument,
    arguments,
    number_option,
    text_option,
)
from gitexp.errors import UsageError
from gitexp.record.read.filters import find_filter, read_filters
from gitexp.record.write.filters import remove_filter, save_filter
from gitexp.render.terminal import format_table, make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.history.filter_proposals import FilterProposal


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
    with record.hold(), Follower(record.repository) as follower:
        code_filter = make_filter(record, options)._replace(name=options.name)
        follower.check(code_filter)
        excerpt = follower.cut_excerpt(code_filter, code_filter.anchor)
        warn_of_reach(env, follower, code_filter, code_filter.anchor)
        save_filter(record, code_filter)
    kept = sum(len(part.kept_lines) for part in excerpt.files)
    lines = f"{kept} line{'' if kept == 1 else 's'}"
    hidden = f"{excerpt.hidden_count} hidden" if excerpt.hidden_count else "none hidden"
    env.print(f"filter {options.name}: {lines} kept, {hidden}")


class SuggestOptions(Options):
    """The table of ``filter suggest``."""

    paths: tuple[str, ...] = arguments("[PATH...]", required=False)
    keep: int | None = number_option("--keep", least=1, help="Save the proposal of this number.")
    name: str = text_option(
        "--name", metavar="NAME", help="Its name (default: the last part of its rule)."
    )
    as_json: bool = JSON


def run_suggest(env: Env, options: SuggestOptions) -> None:
    """Propose filters: which code to look at, found from what was tried.

    A proposal is a function or class with all that it needs (path@symbol). It comes from what the
    last cells call, what is trained, and what changed between experiments.
    """
    from gitexp.follow.follower import Follower
    from gitexp.history.code_choice import choose_proposal_name
    from gitexp.history.filter_proposals import propose_filters

    record = open_record(env, reading=options.keep is None)
    with Follower(record.repository) as follower:
        proposals = propose_filters(record, follower, options.paths)
    if options.as_json:
        env.print_json([_proposal_values(proposal) for proposal in proposals])
        return
    if not proposals:
        env.print("no Python code to propose a filter for: git exp filter add NAME RULE...")
        return
    if options.keep is None:
        for number, proposal in enumerate(proposals, 1):
            size = f"{proposal.kept_count} of {proposal.line_count} lines"
            env.print(make_safe(f"{number}  {proposal.filter.rules[0]}  ({size})"))
            if proposal.reasons:
                env.print(make_safe(f"   {', '.join(proposal.reasons)}"))
        env.print("git exp filter suggest --keep 1 saves the first")
        return
    if options.keep > len(proposals):
        raise UsageError(f"there is no proposal {options.keep}", f"1 to {len(proposals)} are there")
    proposal = proposals[options.keep - 1]
    name = options.name or choose_proposal_name(proposal.filter)
    save_filter(record, proposal.filter._replace(name=name))
    size = f"{proposal.kept_count} of {proposal.line_count} lines"
    env.print(make_safe(f"filter {name}: {proposal.filter.rules[0]} ({size})"))


def _proposal_values(proposal: FilterProposal) -> dict[str, object]:
    return {
        "rules": [str(rule) for rule in proposal.filter.rules],
        "reasons": list(proposal.reasons),
        "kept": proposal.kept_count,
        "lines": proposal.line_count,
    }


class NamesOptions(Options):
    """The table of ``filter names``."""

    path: str = argument("PATH")
    version: str = argument("[ID|REV]", required=False)
    as_json: bool = JSON


def run_names(env: Env, options: NamesOptions) -> None:
    """List the names that rules can take in a file: symbols, keys, cells, headings.

    The file is read as it is now, or in a version.
    """
    from gitexp.history.rule_names import list_rule_names
    from gitexp.history.versions import find_version, read_source_at, take_working_tree

    record = open_record_if_any(env)
    version = (
        find_version(record, options.version) if options.version else take_working_tree(record)
    )
    names = list_rule_names(read_source_at(record.repository, version, options.path))
    if options.as_json:
        env.print_json([name._asdict() for name in names])
        return
    rows = [("name", "kind", "lines")]
    rows += [
        (make_safe(name.rule), name.kind, f"{name.start}-{name.start + max(name.size, 1) - 1}")
        for name in names
    ]
    if not names:
        env.print(make_safe(f"'{options.path}' has no names: write {options.path}:1-20"))
        return
    for line in format_table(rows, columns=env.columns):
        env.print(line)


class ListOptions(Options):
    """The table of ``filter list``."""

    as_json: bool = JSON


def run_list(env: Env, options: ListOptions) -> None:
    """List the saved filters."""
    saved = read_filters(open_record(env, reading=True)).values()
    if options.as_json:
        from gitexp.render.json import serialize_filter

        env.print_json([serialize_filter(code_filter) for code_filter in saved])
        return
    rows = []
    for code_filter in saved:
        rules = "  ".join(str(rule) for rule in code_filter.rules)
        rows.append((code_filter.name, make_safe(rules)))
    for line in format_table(rows, columns=env.columns):
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
        from gitexp.render.json import serialize_filter

        env.print_json(serialize_filter(code_filter))
        return
    env.print(make_safe(f"{code_filter.name}  at {code_filter.anchor[:12]}"))
    for rule in code_filter.rules:
        env.print(make_safe(f"  {rule}"))
    bounds = [f"--stop {name}" for name in code_filter.stop]
    bounds += [f"--with {name}" for name in code_filter.also]
    if code_filter.depth is not None:
        bounds.append(f"--depth {code_filter.depth}")
    if bounds:
        env.print(make_safe("  " + " ".join(bounds)))


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
        Verb("suggest", SuggestOptions, run_suggest),
        Verb("names", NamesOptions, run_names),
        Verb("list", ListOptions, run_list),
        Verb("show", ShowOptions, run_show),
        Verb("remove", RemoveOptions, run_remove),
    ),
)
