"""The commands that were run for experiments, and the settings that training scripts gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.event.facts import ConfigFact, RunFact

if TYPE_CHECKING:
    from gitexp.record.record import Record


class CommandRun(NamedTuple):
    """A command that was run, when it ended, how long it took and how it ended."""

    at: str
    command: tuple[str, ...]
    seconds: float
    exit_code: int
    signal: int


def read_runs(record: Record, ident: str) -> list[CommandRun]:
    """Return the commands that were run for an experiment, in the order in which they ended."""
    names = record.index.read_names()
    runs = []
    for event in record.index.read_events_of_kind("run"):
        fact = event.fact
        if not isinstance(fact, RunFact):
            continue
        if any(names.get(name, name) == ident for name in event.experiments):
            run = CommandRun(
                event.at, fact.command, fact.milliseconds / 1000, fact.exit or 0, fact.signal or 0
            )
            runs.append(run)
    return runs


def read_last_commands(record: Record) -> dict[str, tuple[str, ...]]:
    """Return the last command that was run for each experiment, by id."""
    names = record.index.read_names()
    commands = {}
    for event in record.index.read_events_of_kind("run"):
        if isinstance(event.fact, RunFact):
            for name in event.experiments:
                commands[names.get(name, name)] = event.fact.command
    return commands


def read_configs(record: Record) -> dict[str, dict[str, str]]:
    """Return the settings that the script of each experiment gave: values by name, by id."""
    names = record.index.read_names()
    configs: dict[str, dict[str, str]] = {}
    for event in record.index.read_events_of_kind("config"):
        if not isinstance(event.fact, ConfigFact):
            continue
        pairs = [setting.partition("=") for setting in event.fact.settings]
        for name in event.experiments:
            config = configs.setdefault(names.get(name, name), {})
            config.update((setting, value) for setting, _, value in pairs)
    return configs
