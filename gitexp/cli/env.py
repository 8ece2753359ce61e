"""What every verb needs: the record of this repository, the time, the width of the terminal, printing."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from itertools import chain
from typing import TYPE_CHECKING, Any

from gitexp.errors import StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from gitexp.history.record import Record

at_end = ExitStack()
"""What a verb has opened: ``run`` closes it when the verb is over."""


def open_record(*, reading: bool = False, as_of: str | None = None) -> Record:
    """The record of the repository around the current folder, with new commits tied in.

    ``as_of``: read it as of that time.
    A reading verb goes on where those ties cannot be written (read-only .git). A clone that has the branch but no folder of
    ours yet gets one here.
    """
    from gitexp.history.reconcile import reconcile
    from gitexp.history.record import Record
    from gitexp.store.repository import Repository

    record = Record(Repository.discover(os.getcwd()), progress=_progress())
    at_end.callback(record.close)
    record.index  # noqa: B018 - refuses here and now when there is no record
    try:
        if not record.repository.state_dir.exists():
            from gitexp.history.setup import begin

            begin(record)
        reconcile(record)
    except StorageError:
        if not reading:
            raise
    if (until := moment(as_of, end=True)) is not None:
        record.look_back(until.timestamp())
    return record


def open_record_if_any(as_of: str | None = None) -> Record:
    """The record for a verb that can also cut code where nothing is recorded: rules on the spot, plain git revisions."""
    record = bare_record()
    if recorded(record):
        return open_record(reading=True, as_of=as_of)
    return record


def recorded(record: Record) -> bool:
    """Whether this repository has a record at all."""
    from gitexp.store.refs import branch_ref, read_ref

    return read_ref(record.repository, branch_ref(record.repository)) is not None


def colour() -> bool:
    """Whether to colour: on a terminal that does not ask otherwise (https://no-color.org)."""
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def bare_record() -> Record:
    """The record of a repository that may not have one yet."""
    from gitexp.history.record import Record
    from gitexp.store.repository import Repository

    record = Record(Repository.discover(os.getcwd()))
    at_end.callback(record.close)
    return record


def _progress() -> Callable[[int], None] | None:
    """Counts events on a terminal while the index is built; silent for a small number and for scripts."""
    if not sys.stderr.isatty():
        return None

    def show(number: int) -> None:
        if number >= 2000:
            print(f"\rreading the record: {number} events", end="", file=sys.stderr, flush=True)

    return show


def columns() -> int:
    """Width of the terminal; 80 where there is none to ask, or what COLUMNS says."""
    import shutil

    return shutil.get_terminal_size((80, 24)).columns


def moment(text: str | None, *, end: bool = False) -> datetime | None:
    """The time that an option names, in the local zone where it names none; of a bare day its ``end`` if asked. Raises UsageError."""
    if text is None:
        return None
    from datetime import datetime

    try:
        when = datetime.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        raise UsageError(
            f"'{text}' is not a time",
            "write 2019-06-23, '2019-06-23 10:15' or 2019-06-23T10:15:00+09:00",
        ) from None
    if end and len(text.strip()) <= len("2019-06-23"):
        when = when.replace(hour=23, minute=59, second=59)
    return when if when.tzinfo else when.astimezone()


def page(lines: Iterable[str], otherwise: str) -> None:
    """Print lines as they come, on a terminal through a pager; ``otherwise`` where there are none."""
    stream = iter(lines)
    first = next(stream, None)
    if first is None:
        print(otherwise)
    elif colour():
        import click

        os.environ.setdefault("LESS", "FRX")
        click.echo_via_pager((line + "\n" for line in chain([first], stream)), color=True)
    else:
        for line in chain([first], stream):
            print(line, flush=True)


def print_json(value: Any) -> None:
    """Print a JSON value, readable and in the user's own letters."""
    import json

    print(json.dumps(value, ensure_ascii=False, indent=2))


def typed_text(message: str | None, file: str | None, template: str = "") -> str:
    """The text of ``-m``, ``-F FILE``, ``-F -``, or of the editor. Raises UsageError where no person could answer."""
    if message is not None:
        return message
    if file == "-":
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    if file is not None:
        from pathlib import Path

        try:
            return Path(file).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise UsageError(
                f"'{file}' cannot be read: {error.strerror}",
                "give a text file, or - for standard input",
            ) from None
    if not sys.stdin.isatty():
        raise UsageError(
            "there is no text and no terminal to ask on", "pass -m TEXT, -F FILE or -F -"
        )
    import click

    edited = click.edit(template, extension=".md", require_save=True)
    return edited or ""
