"""The record that a verb works on: that of the repository around its folder."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gitexp.cli.moment import parse_moment
from gitexp.errors import RepositoryError, StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gitexp.cli.env import Env
    from gitexp.model.experiment import Experiment, Summary
    from gitexp.record.record import Record
    from gitexp.store.repository import Repository

RECORD_FOLDER = "GITEXP_DIR"
"""Variable that names a repository to record in where the folder lies in none."""

# Reading fewer events than this is over before a person would look for a sign of life.
_MANY_EVENTS = 2000


def open_record(env: Env, *, reading: bool = False, as_of: str | None = None) -> Record:
    """Return the record, with new commits tied to their experiments.

    ``as_of``: read it as it was believed at that time. A reading verb goes on where the ties
    cannot be written (a .git folder that is read-only). Raises RepositoryError without a record.
    """
    record = find_record(env)
    _prepare(record, reading=reading, as_of=as_of)
    return record


def open_record_if_any(env: Env, as_of: str | None = None) -> Record:
    """Return the record for a verb that can also cut code where nothing is recorded."""
    record = find_record(env)
    if is_recorded(record) or _is_fetched(record):
        _prepare(record, reading=True, as_of=as_of)
    return record


def find_or_begin_record(env: Env) -> tuple[Record, bool]:
    """Return the record, and True where it was begun just now: in a repository without one."""
    from gitexp.record.write.setup import begin_record

    record = find_record(env)
    is_new = not is_recorded(record) and not _is_fetched(record)
    if is_new:
        begin_record(record)
    _prepare(record, reading=False, as_of=None)
    return record, is_new


def find_record(env: Env) -> Record:
    """Return the record of a repository that may not have one yet."""
    from gitexp.record.record import Record

    repository = find_repository(env)
    record = Record(repository, env.clock, _count_events(env))
    record.read_settings = partial(_read_settings, record)
    env.close_at_end(record.close)
    env.close_at_end(lambda: _print_warnings(record, env))
    return record


def find_repository(env: Env) -> Repository:
    """Return the repository around the folder, else the one that GITEXP_DIR names."""
    from gitexp.store.repository import Repository
    from gitexp.store.shared import share_as_git_does

    try:
        repository = Repository.discover(env.folder)
    except RepositoryError:
        named = env.variables.get(RECORD_FOLDER, "")
        if not named:
            raise
        repository = Repository.discover(named)
    share_as_git_does(repository)
    return repository


def _read_settings(record: Record) -> dict[str, dict[str, tuple[str, ...]]]:
    from gitexp.history.settings import read_default_values

    return read_default_values(record)


def _prepare(record: Record, *, reading: bool, as_of: str | None) -> None:
    """Bring the record up to date, or back to an earlier time.

    A clone that has the branch but no folder of ours yet gets one.
    """
    from gitexp.record.write.reconcile import tie_new_commits

    try:
        record.index  # noqa: B018 - refuses at once where there is no record
    except RepositoryError:
        if is_recorded(record):
            raise
        _begin_with_fetched(record)
    try:
        if not record.repository.state_dir.exists():
            from gitexp.record.write.setup import begin_record

            begin_record(record)
        if record.index.read_events_of_kind("part"):
            from gitexp.record.write.parting import hear_of_partings

            hear_of_partings(record)
        tie_new_commits(record)
    except StorageError:
        if not reading:
            raise
    until = parse_moment(as_of, end=True)
    if until is not None:
        record.look_back(until.timestamp())


def _is_fetched(record: Record) -> bool:
    """Return True if a record came with the clone."""
    from gitexp.record.read.fetched import find_fetched_record

    return find_fetched_record(record) is not None


def _begin_with_fetched(record: Record) -> None:
    """Begin with the record that came with the clone. Raises RepositoryError where none came."""
    from gitexp.record.read.fetched import find_fetched_record
    from gitexp.record.write.setup import begin_record
    from gitexp.store.remote_places import find_default_remote

    fetched = find_fetched_record(record)
    if fetched is None:
        remote = find_default_remote(record.repository)
        if not remote:
            raise RepositoryError(
                "nothing is recorded in this repository yet", "run 'git exp init'"
            )
        raise RepositoryError(
            "nothing is recorded in this clone yet",
            f"'git exp pull' looks for a record on '{remote}', 'git exp init' begins a new one",
        )
    begin_record(record)
    number = len(set(record.index.read_names().values()))
    experiments = f"{number} experiment{'' if number == 1 else 's'}"
    record.warnings.append(f"this clone begins with the record of {fetched.place}: {experiments}")


def name_experiment(record: Record, ident: str, usage: str) -> str:
    """Return the id that was typed, else that of the active experiment.

    ``usage`` is the hint of the UsageError that is raised where there is neither.
    """
    name = ident or record.active
    if not name:
        raise UsageError("no experiment is active", usage)
    return name


def split_subject(
    record: Record,
    words: Sequence[str],
    is_value: Callable[[str], bool],
    usage: str,
    missing: str = "",
) -> tuple[str, tuple[str, ...]]:
    """Return the experiment and the values of words ``[ID] VALUE...``.

    The first word is the id unless ``is_value`` takes it for a value and no experiment has it; a
    word alone is a value. Without an id the active experiment is meant. ``missing`` names the values
    that a word alone cannot stand for. Raises UsageError where they are missing or none is active.
    """
    first = words[0]
    if missing and len(words) == 1 and not is_value(first):
        verb = " ".join(usage.split()[:3])
        raise UsageError(f"Missing argument '{missing}'", f"{verb} -h")
    is_known = first in record.index.read_names()
    names_subject = len(words) > 1 and (is_known or not is_value(first))
    if names_subject:
        return first, tuple(words[1:])
    return name_experiment(record, "", usage), tuple(words)


def find_summaries(record: Record, query: str) -> list[Summary]:
    """Return the experiments that a query finds, all of them for "", oldest first."""
    summaries = record.read_summaries()
    if not query:
        return summaries
    from gitexp.record.read.search import find

    idents = set(find(record, query))
    return [summary for summary in summaries if summary.id in idents]


def read_experiments(record: Record, ident: str) -> list[Experiment]:
    """Return the experiment of an id, or all of them for ""."""
    return [record.read_experiment(ident)] if ident else record.read_experiments()


def is_recorded(record: Record) -> bool:
    """Return True if the repository has a record at all."""
    return record.is_begun


def _print_warnings(record: Record, env: Env) -> None:
    """Print what failed although it was recorded.

    The exit code stays 0: whoever runs the command again records it twice.
    """
    for warning in record.warnings:
        env.warn(f"git exp: {warning}".replace("\n", " "))


def _count_events(env: Env) -> Callable[[int], None] | None:
    """Return a function that shows on a terminal how many events were read; None for scripts."""
    if not env.err.isatty():
        return None

    def show(number: int) -> None:
        if number >= _MANY_EVENTS:
            line = f"\rreading the record: {number} events"
            print(line, end="", file=env.err, flush=True)

    return show
