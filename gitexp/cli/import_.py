"""``git exp import``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.cli.pictures import read_pictures
from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Group, Options, Verb, arguments, flag, text_option
from gitexp.errors import ContentError
from gitexp.record.write.imports import import_diary, import_runs
from gitexp.render.echo import format_understood
from gitexp.render.terminal import make_safe, safe_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.cli.env import Env
    from gitexp.model.import_rows import Complaint
    from gitexp.model.picture import Picture
    from gitexp.record.write.imports import ImportResult


class ImportOptions(Options):
    """What every kind of import has."""

    files: tuple[str, ...] = arguments("FILE...")
    dry_run: bool = flag("--dry-run", help="Only show what would be imported.")
    strict: bool = flag("--strict", help="Import nothing if anything cannot be read.")


class TableOptions(ImportOptions):
    """What the tables of runs have."""

    id_column: str = text_option(
        "--id",
        metavar="COLUMN",
        help="The column with the ids (default: id, name, run, model ...).",
    )
    at_column: str = text_option(
        "--at",
        metavar="COLUMN",
        help="The column with the times (default: at, date, time ...).",
    )


_UNREAD_NAMED = 20


class _Noun(NamedTuple):
    """A word for what is counted."""

    singular: str
    plural: str


def run_diary(env: Env, options: ImportOptions) -> None:
    """Import diaries in Markdown or plain text that have dates as headings.

    Each entry keeps its day. Its lines are read as 'git exp note' reads them.
    """
    from gitexp.capture.diary import read_diary

    record = open_record(env)
    passages, complaints = [], []
    pictures: dict[str, Picture] = {}
    for name in options.files:
        file = env.resolve_path(name)
        found, problems, encoding = read_diary(file)
        if encoding != "utf-8":
            env.print(safe_line(f"{name}: read as {encoding}"))
        passages += found
        complaints += problems
        text = "\n\n".join(passage.text for passage in found)
        pictures |= read_pictures(env, record, text, file.resolve().parent)
    _check_complaints(complaints, options)
    imported = import_diary(record, passages, pictures, dry_run=options.dry_run)
    _print_imported(env, imported, complaints, _Noun("entry", "entries"), options)


def run_csv(env: Env, options: TableOptions) -> None:
    """Import tables with a head line (CSV, TSV); each row is a run.

    Columns of numbers become metrics, other columns become text.
    """
    _import_table(env, "csv", options)


def run_jsonl(env: Env, options: TableOptions) -> None:
    """Import JSON Lines; each object is a run.

    Numbers become metrics, other fields become text.
    """
    _import_table(env, "jsonl", options)


def run_notebook(env: Env, options: TableOptions) -> None:
    """Import the tables of runs in a notebook.

    These are Markdown tables, and data frames in outputs, that have a column of ids.
    """
    _import_table(env, "notebook", options)


def _import_table(env: Env, kind: str, options: TableOptions) -> None:
    from gitexp.capture.table import read_table

    record = open_record(env)
    runs, complaints = [], []
    for name in options.files:
        file = env.resolve_path(name)
        found, problems = read_table(file, kind, options.id_column, options.at_column)
        runs += found
        complaints += problems
    _check_complaints(complaints, options)
    imported = import_runs(record, runs, dry_run=options.dry_run)
    _print_imported(env, imported, complaints, _Noun("run", "runs"), options)


def _check_complaints(complaints: Sequence[Complaint], options: ImportOptions) -> None:
    """Raise ContentError where something could not be read and --strict asks for all."""
    if options.strict and complaints:
        more = f" and {len(complaints) - 1} more" if len(complaints) > 1 else ""
        raise ContentError(
            f"{complaints[0]}{more}: nothing was imported",
            "correct the file, or leave out --strict",
        )


def _print_imported(
    env: Env,
    imported: ImportResult,
    complaints: Sequence[Complaint],
    noun: _Noun,
    options: ImportOptions,
) -> None:
    """Print a line for each experiment, what could not be read, and how much came."""
    if imported.understood:
        for line in format_understood(imported.understood):
            env.print(make_safe(line))
    for complaint in (*complaints, *imported.complaints):
        env.warn(f"not understood: {complaint}")
    for unread in imported.unread[:_UNREAD_NAMED]:
        env.warn(f"not read as an id or a metric: {unread}")
    if len(imported.unread) > _UNREAD_NAMED:
        env.warn(f"and {len(imported.unread) - _UNREAD_NAMED} more lines like these")
    verb = "would import" if options.dry_run else "imported"
    count = f"{imported.new} {noun.singular if imported.new == 1 else noun.plural}"
    known = f", {imported.old} were there already" if imported.old else ""
    env.print(f"{verb} {count}{known}")


VERB = Group(
    "import",
    """Import what was recorded elsewhere.

    A second import of the same file, or of one that grew, adds only what is new.
    """,
    (
        Verb("diary", ImportOptions, run_diary),
        Verb("csv", TableOptions, run_csv),
        Verb("jsonl", TableOptions, run_jsonl),
        Verb("notebook", TableOptions, run_notebook),
    ),
)
