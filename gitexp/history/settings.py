"""The settings of experiments: what their code has in it under a filter, told apart by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import GitExpError
from gitexp.excerpt.settings.find import find_settings
from gitexp.excerpt.settings.renames import follow_renames
from gitexp.history.absent import find_absent_ids
from gitexp.history.code_choice import choose_filter_if_any
from gitexp.history.stand_in import open_follower

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitexp.excerpt.settings.find import ExcerptSettings
    from gitexp.excerpt.settings.setting import Setting
    from gitexp.follow.follower import Follower
    from gitexp.model.experiment import Summary
    from gitexp.model.filter import CodeFilter
    from gitexp.record.record import Record


def read_values_by_name(record: Record) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the values of each setting, by experiment and name, under the default filter.

    It is empty where no filter is saved or proposed.
    """
    code_filter = choose_filter_if_any(record)
    if code_filter is None:
        return {}
    with open_follower(record) as follower:
        found = read_settings(follower, code_filter, record.read_summaries())
    values: dict[str, dict[str, tuple[str, ...]]] = {}
    for ident, settings in found.by_id.items():
        values[ident] = {name: setting.values for name, setting in settings.items()}
    return values


class ExperimentSettings(NamedTuple):
    """The settings of each experiment, by id and name; a renamed setting has its newest name.

    ``without_code``: ids to which no code is tied, or whose code the filter cannot cut.
    ``absent``: ids whose code is not in this clone. ``unread``: files of which some code could not
    be read as settings.
    """

    by_id: Mapping[str, Mapping[str, Setting]]
    without_code: tuple[str, ...]
    absent: tuple[str, ...]
    unread: tuple[str, ...]


def read_settings(
    follower: Follower, code_filter: CodeFilter, summaries: Sequence[Summary]
) -> ExperimentSettings:
    """Return the settings of some experiments, which are given oldest first."""
    follower.prepare((summary.version for summary in summaries), code_filter)
    absent = find_absent_ids(follower, summaries, code_filter)
    by_version: dict[str, ExcerptSettings | None] = {}
    by_id: dict[str, Mapping[str, Setting]] = {}
    without_code: list[str] = []
    unread: dict[str, None] = {}
    for summary in summaries:
        if summary.id in absent:
            continue
        if summary.version not in by_version:
            by_version[summary.version] = _read_version(follower, code_filter, summary.version)
        found = by_version[summary.version]
        if found is None:
            without_code.append(summary.id)
        else:
            by_id[summary.id] = found.settings
            unread.update(dict.fromkeys(found.unread))
    renamed = follow_renames(list(by_id.values()))
    return ExperimentSettings(
        dict(zip(by_id, renamed, strict=True)), tuple(without_code), absent, tuple(unread)
    )


def _read_version(
    follower: Follower, code_filter: CodeFilter, version: str
) -> ExcerptSettings | None:
    """Return the settings of a commit ("": there is none), or None where nothing of it is kept."""
    if not version:
        return None
    try:
        excerpt = follower.cut_excerpt(code_filter, version)
    except GitExpError:
        return None
    return find_settings(excerpt) if excerpt.text else None
