"""Which code: what the options of the verbs that show excerpts mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.history.record import Record
    from gitexp.model.filter import Filter


def chosen(
    record: Record,
    filter_name: str,
    rules: tuple[str, ...],
    anchor: str | None,
    *,
    stop: tuple[str, ...] = (),
    also: tuple[str, ...] = (),
    depth: int | None = None,
    known: Callable[[str], bool] = lambda _: False,
) -> Filter:
    """The saved filter, or the rules given on the spot; ``known`` tells full ids of commits. Raises UsageError when both are given."""
    from gitexp.history.filters import anchor_now, find_filter
    from gitexp.history.versions import find_version
    from gitexp.model.filter import Filter, parse_rule

    if rules and filter_name:
        raise UsageError(
            "--filter and --rule were both given",
            "use one of them, or save the rules: git exp filter add NAME RULE...",
        )
    if not rules:
        if anchor:
            raise UsageError(
                "--at says which version the rules of --rule mean",
                "give --rule as well, or leave --at out",
            )
        saved = find_filter(record, filter_name)
        return saved._replace(
            stop=(*saved.stop, *stop),
            also=(*saved.also, *also),
            depth=saved.depth if depth is None else depth,
        )
    choice = Filter("", tuple(parse_rule(rule) for rule in rules), "", stop, also, depth)
    if anchor is None:
        return choice._replace(anchor=anchor_now(record, choice))
    commit = anchor if known(anchor) else record.repository.commit_id(anchor)
    return choice._replace(anchor=commit or find_version(record, anchor).commit)
