"""Which code is meant: the filter of the options of a verb that shows excerpts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gitexp.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Protocol

    from gitexp.cli.env import Env
    from gitexp.cli.options import CodeOptions
    from gitexp.follow.follower import Follower
    from gitexp.model.filter import CodeFilter
    from gitexp.record.record import Record

    class _RuleOptions(Protocol):
        """Rules, the version that they mean, and how far reach rules go."""

        rules: tuple[str, ...]
        anchor: str | None
        stop: tuple[str, ...]
        also: tuple[str, ...]
        depth: int | None


def resolve_filter(
    record: Record, options: CodeOptions, is_commit: Callable[[str], bool] | None = None
) -> CodeFilter:
    """Return the saved filter that is named, or one of the rules that are given.

    ``is_commit`` saves a git process where the version is a full commit id. Raises UsageError
    where both are given.
    """
    if not options.rules:
        return _find_saved(record, options)
    if options.filter_name:
        raise UsageError(
            "--filter and --rule were both given",
            "use one of them, or save the rules: git exp filter add NAME RULE...",
        )
    return make_filter(record, options, is_commit)


def make_filter(
    record: Record, options: _RuleOptions, is_commit: Callable[[str], bool] | None = None
) -> CodeFilter:
    """Return a filter without a name, of rules that are given."""
    from gitexp.history.typed_rules import read_typed_rules
    from gitexp.model.filter import CodeFilter

    typed = options.anchor
    anchor = "" if typed is None else _find_commit(record, typed, is_commit)
    rules = read_typed_rules(record.repository, options.rules, anchor)
    code_filter = CodeFilter("", rules, anchor, options.stop, options.also, options.depth)
    if anchor:
        return code_filter
    from gitexp.record.write.filters import find_anchor

    return code_filter._replace(anchor=find_anchor(record, code_filter))


def _find_commit(record: Record, version: str, is_commit: Callable[[str], bool] | None) -> str:
    """Return the commit that ``--at`` names."""
    if is_commit is not None and is_commit(version):
        return version
    from gitexp.history.versions import find_version

    return record.repository.find_commit(version) or find_version(record, version).commit


def _find_saved(record: Record, options: CodeOptions) -> CodeFilter:
    """Return a saved filter with the bounds that the options add to its own."""
    from gitexp.history.code_choice import choose_filter

    if options.anchor:
        raise UsageError(
            "--at says which version the rules of --rule mean",
            "give --rule as well, or leave --at out",
        )
    saved = choose_filter(record, options.filter_name)
    return saved._replace(
        stop=(*saved.stop, *options.stop),
        also=(*saved.also, *options.also),
        depth=saved.depth if options.depth is None else options.depth,
    )


def choose_code_filter(env: Env, record: Record, name: str) -> CodeFilter:
    """Return a saved filter, else the proposed one, and say so. Raises NotFoundError for none."""
    from gitexp.history.code_choice import choose_filter

    code_filter = choose_filter(record, name)
    warn_of_proposal(env, code_filter)
    return code_filter


def choose_code_filter_if_any(env: Env, record: Record, name: str) -> CodeFilter | None:
    """Return what ``choose_code_filter`` returns; None where no filter is saved or proposed."""
    from gitexp.history.code_choice import choose_filter_if_any

    code_filter = choose_filter_if_any(record, name)
    if code_filter is not None:
        warn_of_proposal(env, code_filter)
    if not name:
        # What queries test in the code is what this filter keeps: it need not be chosen again.
        record.read_settings = partial(_read_values, record, code_filter)
    return code_filter


def _read_values(
    record: Record, code_filter: CodeFilter | None
) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    # Few queries ask for settings.
    from gitexp.history.settings import read_values_by_name

    return read_values_by_name(record, code_filter)


def warn_of_proposal(env: Env, code_filter: CodeFilter) -> None:
    """Say that a filter is proposed, where nobody saved it."""
    if code_filter.is_proposed:
        from gitexp.history.code_choice import describe_proposal

        env.warn(describe_proposal(code_filter))


def warn_of_reach(env: Env, follower: Follower, code_filter: CodeFilter, version: str) -> None:
    """Say how large a cut is, and where it ends in its own library.

    Nothing is said of a filter without reach rules, or of a small cut.
    """
    if all(rule.kind != "reach" for rule in code_filter.rules):
        return
    from gitexp.render.reach_size import describe_doors, describe_large_cut
    from gitexp.render.terminal import make_safe

    for reached in follower.find_reached(code_filter, version):
        for remark in (describe_doors(reached), describe_large_cut(reached)):
            if remark:
                env.warn(make_safe(f"git exp: {remark}"))
