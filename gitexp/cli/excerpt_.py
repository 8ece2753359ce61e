"""``git exp excerpt``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.code_filter import resolve_filter, warn_of_proposal, warn_of_reach
from gitexp.cli.options import JSON, CodeOptions
from gitexp.cli.record import is_recorded, open_record_if_any
from gitexp.cli.verb_table import Verb, argument, flag, text_option
from gitexp.errors import NotFoundError
from gitexp.follow.follower import Follower
from gitexp.history.pinned import find_edited_pin, find_pin, read_edited_text, read_pinned_excerpt
from gitexp.history.versions import find_version, require_code, take_working_tree
from gitexp.render.code import explain_guess_mark, format_excerpt, format_hidden_count
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.cli.env import Env
    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.reach.reach import Reached
    from gitexp.history.versions import NamedCommit
    from gitexp.model.filter import CodeFilter
    from gitexp.record.read.pins import Pin
    from gitexp.record.record import Record

# So many of the names that a reach rule takes in are listed.
_LISTED_NAMES = 20


class ExcerptOptions(CodeOptions):
    """The table of ``excerpt``."""

    version: str = argument("[ID|REV]", required=False)
    everything: bool = flag("--all", help="Show the hidden lines too; a bar marks the kept ones.")
    why: str = text_option(
        "--why",
        metavar="NAME",
        help="Show how a reach rule comes to NAME, instead of the code.",
    )
    pinned: bool = flag("--pinned", help="Show the code that git exp pin kept.")
    as_json: bool = JSON


def run(env: Env, options: ExcerptOptions) -> None:
    """Show the code of an experiment or version (default: as it is now), cut by a filter."""
    record = open_record_if_any(env)
    code_filter = resolve_filter(record, options)
    warn_of_proposal(env, code_filter)
    version = (
        find_version(record, options.version) if options.version else take_working_tree(record)
    )
    with Follower(record.repository) as follower:
        if options.pinned or not follower.holds(version.commit):
            pinned = _find_pinned(record, version, code_filter)
            if pinned is not None:
                _print_pinned(env, record, pinned, as_json=options.as_json)
                return
            if options.pinned:
                hint = f"git exp pin {version.label}"
                raise NotFoundError(f"no code of '{version.label}' is kept", hint)
        require_code(follower, version)
        if options.why:
            _print_reasons(env, follower.find_reached(code_filter, version.commit), options.why)
            return
        excerpt = follower.cut_excerpt(code_filter, version.commit)
        if options.rules and not excerpt.files:
            follower.check(code_filter)
        warn_of_reach(env, follower, code_filter, version.commit)
        if code_filter.stop or code_filter.also:
            _warn_of_names(env, code_filter, follower.find_reached(code_filter, version.commit))
    if options.as_json:
        from gitexp.render.json import serialize_excerpt

        values = {"version": version.commit, "label": version.label, **serialize_excerpt(excerpt)}
        env.print_json(values)
        return
    _print_excerpt(env, excerpt, everything=options.everything)


def _find_pinned(record: Record, version: NamedCommit, code_filter: CodeFilter) -> Pin | None:
    """Return what is kept of an experiment: the text of a person first; None where nothing is."""
    if not is_recorded(record):
        return None
    edited = find_edited_pin(record, version.label)
    return edited or find_pin(record, version.label, code_filter.name)


def _print_pinned(env: Env, record: Record, pin: Pin, *, as_json: bool) -> None:
    """Print what is kept of an experiment."""
    if pin.edited:
        text = read_edited_text(record, pin)
        if as_json:
            env.print_json({"version": pin.commit, "label": pin.experiment, "text": text})
        else:
            env.print("\n".join(make_safe(line) for line in text.rstrip("\n").split("\n")))
        return
    excerpt = read_pinned_excerpt(record, pin)
    if as_json:
        from gitexp.render.json import serialize_excerpt

        values = {"version": pin.commit, "label": pin.experiment, **serialize_excerpt(excerpt)}
        env.print_json(values)
        return
    env.print("\n".join(format_excerpt(excerpt, colour=env.colours)))
    env.print(
        make_safe(f"as git exp pin kept it on {pin.at[:10]}, filter {pin.filter or '(rules)'}")
    )


def _print_excerpt(env: Env, excerpt: Excerpt, *, everything: bool) -> None:
    """Print the excerpt, and what it hides or guesses."""
    lines = format_excerpt(excerpt, everything=everything, colour=env.colours)
    env.print("\n".join(lines))
    if excerpt.hidden_count and not everything:
        env.print(f"{format_hidden_count(excerpt.hidden_count)} in all (--all shows them)")
    guess = explain_guess_mark(excerpt)
    if guess:
        env.print(guess)


def _warn_of_names(env: Env, code_filter: CodeFilter, reached: Sequence[Reached]) -> None:
    """Warn of names of --stop and --with that mean nothing here: they may be misspelt."""
    from gitexp.excerpt.reach.reach import find_near_names

    for name in code_filter.stop:
        if all(name not in each.stopped for each in reached):
            close = ", ".join(find_near_names(name, _list_names(reached)))
            advice = f" (did you mean {close}?)" if close else ""
            env.warn(
                f"git exp: --stop {name}: no reach rule comes to that name in this version{advice}"
            )
    for name in code_filter.also:
        if all(name in each.absent for each in reached):
            env.warn(
                f"git exp: --with {name}: this version has no such name "
                "(write path::name for a name of another file)"
            )


def _print_reasons(env: Env, reached: Sequence[Reached], name: str) -> None:
    """Print the chains by which reach rules take a name in. Raises NotFoundError for none."""
    reasons = [reason for each in reached for reason in each.explain(name)]
    for reason in reasons:
        env.print(make_safe(f"{reason.path}: {reason}"))
    if not reasons:
        names = _list_names(reached)
        if names:
            hint = f"taken in are: {', '.join(names[:_LISTED_NAMES])}"
        else:
            hint = "the filter has no reach rule, as path@symbol is one"
        raise NotFoundError(f"no reach rule takes in '{name}' in this version", hint)


def _list_names(reached: Sequence[Reached]) -> list[str]:
    """Return the names that reach rules take in, sorted."""
    names: set[str] = set()
    for each in reached:
        names.update(reason.name for reason in each.reasons)
    return sorted(names)


VERB = Verb("excerpt", ExcerptOptions, run)
