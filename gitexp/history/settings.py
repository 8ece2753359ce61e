"""The settings of experiments: what their code has in it under a filter, told apart by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import GitExpError
from gitexp.excerpt.settings.command import apply_command, apply_config
from gitexp.excerpt.settings.find import READER, ExcerptSettings, find_settings
from gitexp.excerpt.settings.renames import follow_renames
from gitexp.excerpt.settings.setting import Setting
from gitexp.history.absent import find_absent_ids
from gitexp.history.code_choice import choose_filter_if_any
from gitexp.record.read.runs import read_configs, read_last_commands
from gitexp.store.settings_cache import SettingsCache
from gitexp.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitexp.follow.follower import Follower
    from gitexp.model.experiment import Summary
    from gitexp.model.filter import CodeFilter
    from gitexp.record.record import Record


def read_default_values(record: Record) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the values of each setting under the default filter, by experiment and name."""
    return read_values_by_name(record, choose_filter_if_any(record))


def read_values_by_name(
    record: Record, code_filter: CodeFilter | None
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the values of each setting under a filter, by experiment and name.

    Without a filter they are those that scripts gave alone.
    """
    found = read_settings(record, code_filter, record.read_summaries())
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
    record: Record,
    code_filter: CodeFilter | None,
    summaries: Sequence[Summary],
    follower: Follower | None = None,
) -> ExperimentSettings:
    """Return the settings of some experiments, which are given oldest first.

    A version that was read before is remembered in this clone, also where its code is gone since.
    The options of the last command that was run for an experiment (git exp run) count too, and what
    its script gave to gitexp.init: an experiment without code, and each where there is no filter,
    has that alone.
    """
    by_version: Mapping[str, ExcerptSettings | None] = {}
    absent: tuple[str, ...] = ()
    if code_filter is not None:
        remembered = _RememberedSettings(record, code_filter)
        absent = _read_missing(record, remembered, summaries, follower)
        by_version = remembered.by_version
    commands = read_last_commands(record)
    configs = read_configs(record)
    by_id: dict[str, Mapping[str, Setting]] = {}
    without_code: list[str] = []
    unread: dict[str, None] = {}
    absent_ids = set(absent)
    for summary in summaries:
        if summary.id in absent_ids:
            continue
        found = by_version.get(summary.version)
        config = configs.get(summary.id)
        if found is None and not config:
            without_code.append(summary.id)
            continue
        settings: Mapping[str, Setting] = {}
        if found is not None:
            command = commands.get(summary.id)
            settings = found.settings
            settings = apply_command(settings, command) if command else settings
            unread.update(dict.fromkeys(found.unread))
        by_id[summary.id] = apply_config(settings, config) if config else settings
    renamed = follow_renames(list(by_id.values()))
    return ExperimentSettings(
        dict(zip(by_id, renamed, strict=True)), tuple(without_code), absent, tuple(unread)
    )


def _read_missing(
    record: Record,
    remembered: _RememberedSettings,
    summaries: Sequence[Summary],
    follower: Follower | None,
) -> tuple[str, ...]:
    """Read the settings that are not remembered; return the ids whose code is not in this clone."""
    unread_summaries = [each for each in summaries if each.version not in remembered.by_version]
    if not any(summary.version for summary in unread_summaries):
        return ()
    if follower is not None:
        return remembered.read(follower, unread_summaries)
    # What is remembered is shown without any of the modules that cut code.
    from gitexp.history.stand_in import open_follower

    with open_follower(record) as new_follower:
        return remembered.read(new_follower, unread_summaries)


class _RememberedSettings:
    """The settings of versions under one filter. ``by_version``: None where nothing is kept."""

    def __init__(self, record: Record, code_filter: CodeFilter) -> None:
        self._cache = SettingsCache(record.repository.state_dir)
        self._code_filter = code_filter
        words = [__version__, str(READER), code_filter.anchor, *code_filter.words]
        self._reading = json.dumps(words)
        self.by_version: dict[str, ExcerptSettings | None] = {}
        decoded: dict[str, ExcerptSettings | None] = {}
        for version, text in self._cache.read_texts(self._reading).items():
            if text not in decoded:
                decoded[text] = _decode(text)
            self.by_version[version] = decoded[text]

    def read(self, follower: Follower, summaries: Sequence[Summary]) -> tuple[str, ...]:
        """Read the settings of some experiments, and remember those that are whole.

        Return the ids of those whose code is not in this clone.
        """
        follower.prepare((summary.version for summary in summaries), self._code_filter)
        absent = find_absent_ids(follower, summaries, self._code_filter)
        absent_ids = set(absent)
        texts = {}
        for summary in summaries:
            version = summary.version
            if not version or version in self.by_version or summary.id in absent_ids:
                continue
            try:
                excerpt = follower.cut_excerpt(self._code_filter, version)
            except GitExpError:
                continue
            found = find_settings(excerpt) if excerpt.text else None
            self.by_version[version] = found
            if not excerpt.unread and not follower.stood_in(self._code_filter, version):
                texts[version] = _encode(found)
        if texts:
            self._cache.add_texts(self._reading, texts)
        return absent


def _encode(found: ExcerptSettings | None) -> str:
    if found is None:
        return "null"
    settings = {name: setting.values for name, setting in found.settings.items()}
    return json.dumps([settings, found.unread], ensure_ascii=False, separators=(",", ":"))


def _decode(text: str) -> ExcerptSettings | None:
    values = json.loads(text)
    if values is None:
        return None
    settings, unread = values
    by_name = {name: Setting(name, tuple(row)) for name, row in settings.items()}
    return ExcerptSettings(by_name, tuple(unread))
