"""``git exp import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gitexp.cli.env import open_record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gitexp.history.importing import Imported
    from gitexp.model.imported import Complaint
    from gitexp.model.picture import Picture


def _shared(function: Callable[..., Any]) -> Callable[..., Any]:
    """Arguments that every kind of import has."""
    for option in (
        click.option(
            "--strict", is_flag=True, help="Nothing at all where something cannot be read."
        ),
        click.option("--dry-run", is_flag=True, help="Only show what would come."),
        click.argument("files", metavar="FILE...", nargs=-1, required=True),
    ):
        function = option(function)
    return function


def _columns(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options of tables."""
    for option in (
        click.option(
            "--at",
            "at_column",
            default="",
            metavar="COLUMN",
            help="The column of times (default: at, date, time ...).",
        ),
        click.option(
            "--id",
            "id_column",
            default="",
            metavar="COLUMN",
            help="The column of ids (default: id, name, run, model ...).",
        ),
    ):
        function = option(function)
    return function


@click.group("import")
def command() -> None:
    """Take in what was kept elsewhere. A second import of the same or a grown file adds only what is new."""


@command.command("diary")
@_shared
def diary(files: tuple[str, ...], *, dry_run: bool, strict: bool) -> None:
    """Read diaries in Markdown or plain text with dated headings; each entry keeps its day, lines are understood as in note."""
    from gitexp.capture.diary import read_diary
    from gitexp.cli.echo import pictures_in
    from gitexp.history.importing import import_diary

    record = open_record()
    passages, complaints = [], []
    pictures: dict[str, Picture] = {}
    for file in files:
        found, problems, encoding = read_diary(Path(file))
        if encoding != "utf-8":
            click.echo(f"{file}: read as {encoding}")
        passages += found
        complaints += problems
        pictures |= pictures_in(
            record, "\n\n".join(passage.text for passage in found), Path(file).resolve().parent
        )
    _check(complaints, strict=strict)
    _echo(
        import_diary(record, passages, pictures, dry_run=dry_run),
        complaints,
        "entr",
        ("y", "ies"),
        dry_run=dry_run,
    )


@command.command("csv")
@_shared
@_columns
def csv_table(**options: Any) -> None:
    """Read tables with a head line (CSV, TSV): a row a run, columns of numbers are metrics, others become text."""
    _table("csv", **options)


@command.command("jsonl")
@_shared
@_columns
def json_lines(**options: Any) -> None:
    """Read JSON Lines: an object a run, numbers are metrics, other fields become text."""
    _table("jsonl", **options)


@command.command("notebook")
@_shared
@_columns
def notebook(**options: Any) -> None:
    """Read the tables of runs in a notebook: Markdown tables and data frames in outputs that have a column of ids."""
    _table("notebook", **options)


def _table(
    kind: str,
    files: tuple[str, ...],
    id_column: str,
    at_column: str,
    *,
    dry_run: bool,
    strict: bool,
) -> None:
    from gitexp.capture.table import read_table
    from gitexp.history.importing import import_runs

    record = open_record()
    runs, complaints = [], []
    for file in files:
        found, problems = read_table(Path(file), kind, id_column, at_column)
        runs += found
        complaints += problems
    _check(complaints, strict=strict)
    _echo(import_runs(record, runs, dry_run=dry_run), complaints, "run", ("", "s"), dry_run=dry_run)


def _check(complaints: Sequence[Complaint], *, strict: bool) -> None:
    from gitexp.errors import ContentError

    if strict and complaints:
        more = f" and {len(complaints) - 1} more" if len(complaints) > 1 else ""
        raise ContentError(
            f"{complaints[0]}{more}: nothing was imported", "mend it, or leave --strict out"
        )


def _echo(
    imported: Imported,
    complaints: Sequence[Complaint],
    what: str,
    endings: tuple[str, str],
    *,
    dry_run: bool,
) -> None:
    """A line for each experiment, what could not be read, and the sum."""
    from gitexp.render.echo import kept_lines
    from gitexp.render.terminal import safe

    for line in kept_lines(imported.kept) if imported.kept else ():
        click.echo(safe(line))
    for complaint in (*complaints, *imported.complaints):
        click.echo(safe(f"not understood: {complaint}"), err=True)
    count = f"{imported.new} {what}{endings[imported.new != 1]}"
    known = f", {imported.known} were there already" if imported.known else ""
    click.echo(f"{'would import' if dry_run else 'imported'} {count}{known}")
