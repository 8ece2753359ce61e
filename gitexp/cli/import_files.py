"""``git exp import`` of files: diaries, tables of runs, notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.importing import (
    MOST_NAMED_LINES,
    ImportOptions,
    Noun,
    check_complaints,
    print_imported,
    record_runs,
)
from gitexp.cli.pictures import read_pictures
from gitexp.cli.record import open_record
from gitexp.cli.verb_table import arguments, flag, text_option
from gitexp.errors import ContentError, UsageError
from gitexp.record.write.imports import import_diary, import_runs
from gitexp.render.terminal import safe_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gitexp.cli.env import Env
    from gitexp.model.import_rows import Complaint
    from gitexp.model.picture import Picture
    from gitexp.record.record import Record


class FileOptions(ImportOptions):
    """What imports of files have."""

    files: tuple[str, ...] = arguments("FILE...")


class DiaryOptions(FileOptions):
    """What diaries have."""

    lenient: bool = flag(
        "--lenient", help="Leave out the text below headings that look like dates and are not read."
    )
    date_order: str = text_option(
        "--date-order",
        metavar="dmy|mdy",
        help="What 07/01/2024 means (default: config gitexp.dateOrder, else other dates of the file).",
    )


class TableOptions(FileOptions):
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
    commit_column: str = text_option(
        "--commit",
        metavar="COLUMN",
        help="The column with the commits that hold the code; without ids they are the ids.",
    )


def run_diary(env: Env, options: DiaryOptions) -> None:
    """Import diaries in Markdown, org or plain text that have dates as headings.

    Each entry keeps its day. Its lines are read as 'git exp note' reads them. A heading that looks
    like a date and cannot be read stops the import, so that no text gets the day before; --lenient
    leaves out what stands below it. Each trial has the one before it as its presumed parent.
    """
    from gitexp.capture.diary import read_diary

    record = open_record(env)
    date_order = _choose_date_order(record, options.date_order)
    passages, complaints = [], []
    pictures: dict[str, Picture] = {}
    for name in options.files:
        file = env.resolve_path(name)
        diary = read_diary(file, date_order)
        if diary.encoding != "utf-8":
            env.print(safe_line(f"{name}: read as {diary.encoding}"))
        passages += diary.passages
        complaints += diary.complaints
        text = "\n\n".join(passage.text for passage in diary.passages)
        pictures |= read_pictures(env, record, text, file.resolve().parent)
    check_complaints(complaints, options)
    if not options.lenient:
        _check_dates(complaints)
    imported = import_diary(record, passages, pictures, dry_run=options.dry_run)
    print_imported(env, imported, complaints, Noun("entry", "entries"), options)


def run_csv(env: Env, options: TableOptions) -> None:
    """Import tables with a head line (CSV, TSV, tables in Markdown); each row is a run.

    Columns of numbers become metrics, other columns become text; what was put into a run (lr,
    batch_size, seed, and what config gitexp.settingColumns names) is a setting besides. With
    --commit the rows have the code of their commits, and change what the nearest commit before that
    has a row did.
    """
    _import_tables(env, open_record(env), "csv", options.files, options)


def run_jsonl(env: Env, options: TableOptions) -> None:
    """Import JSON Lines; each object is a run.

    Numbers become metrics, other fields become text, what was put in (lr, cfg.seed) is a setting.
    """
    _import_tables(env, open_record(env), "jsonl", options.files, options)


def run_notebook(env: Env, options: TableOptions) -> None:
    """Import the tables of runs in a notebook; without tables, the notebook as a run.

    Tables are Markdown tables, and data frames in outputs, that have a column of ids. As a run, a
    notebook gives what its cells printed (metrics, series) and their PNG pictures, and says which
    cells were executed; its id is the one in its code (config gitexp.idPattern), else its name.
    """
    from gitexp.capture.executed_notebook import read_executed_notebook
    from gitexp.capture.table_rows import read_notebook_rows

    record = open_record(env)
    tables = []
    for name in options.files:
        file = env.resolve_path(name)
        if any(True for _ in read_notebook_rows(file)):
            tables.append(name)
            continue
        run = read_executed_notebook(file, _find_id_in_notebook(record, file))
        record_runs(env, record, run, options)
    if tables:
        _import_tables(env, record, "notebook", tables, options)


def _find_id_in_notebook(record: Record, file: Path) -> str:
    from gitexp.excerpt.idpattern import compile_pattern, find_id_in_file

    configured = record.repository.settings.get("gitexp.idpattern")
    if not configured:
        return ""
    return find_id_in_file(compile_pattern(configured), file.name, file.read_bytes())


def _choose_date_order(record: Record, wanted: str) -> str:
    """Return ``dmy`` or ``mdy`` as the option or the config says, "" where neither does."""
    order = (wanted or record.repository.settings.get("gitexp.dateorder", "")).lower()
    if order not in ("", "dmy", "mdy"):
        raise UsageError(
            f"'{order}' is no order of a date", "write dmy (7 January) or mdy (July 1)"
        )
    return order


def _check_dates(complaints: Sequence[Complaint]) -> None:
    """Raise ContentError, which names the lines, where headings look like dates and are not read."""
    unread = [complaint for complaint in complaints if complaint.stops]
    if not unread:
        return
    others = ", ".join(f"{each.file}:{each.line}" for each in unread[1:MOST_NAMED_LINES])
    also = f"; also {others}" if others else ""
    raise ContentError(
        f"{unread[0]}{also}: nothing was imported",
        "write it as 2024-01-08, or as a year above it; --date-order dmy or mdy says what "
        "07/01/2024 means; --lenient leaves out what stands below it",
    )


def _import_tables(
    env: Env, record: Record, kind: str, files: Sequence[str], options: TableOptions
) -> None:
    from gitexp.capture.table import NamedColumns, read_table

    named = NamedColumns(options.id_column, options.at_column, options.commit_column)
    configured = record.repository.settings.get("gitexp.settingcolumns", "")
    setting_columns = [name.strip() for name in configured.split(",") if name.strip()]
    runs, complaints = [], []
    for name in files:
        path = env.resolve_path(name)
        runs_of_file, complaints_of_file = read_table(path, kind, named, setting_columns)
        runs += runs_of_file
        complaints += complaints_of_file
    check_complaints(complaints, options)
    imported = import_runs(record, runs, dry_run=options.dry_run)
    print_imported(env, imported, complaints, Noun("run", "runs"), options)
