"""``git exp import``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.cli.pictures import read_pictures
from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Group, Options, Verb, argument, arguments, flag, text_option
from gitexp.cli.waiting import Waiting
from gitexp.errors import ContentError, UsageError
from gitexp.record.write.imports import import_diary, import_runs
from gitexp.render.echo import format_understood
from gitexp.render.terminal import make_safe, safe_line

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gitexp.capture.trackers.tracked_values import TrackedRuns
    from gitexp.cli.env import Env
    from gitexp.model.import_rows import Complaint
    from gitexp.model.picture import Picture
    from gitexp.record.record import Record
    from gitexp.record.write.import_result import ImportResult


class ImportOptions(Options):
    """What every kind of import has."""

    files: tuple[str, ...] = arguments("FILE...")
    dry_run: bool = flag("--dry-run", help="Only show what would be imported.")
    strict: bool = flag("--strict", help="Import nothing if anything cannot be read.")


class DiaryOptions(ImportOptions):
    """What diaries have."""

    lenient: bool = flag(
        "--lenient", help="Leave out the text below headings that look like dates and are not read."
    )
    date_order: str = text_option(
        "--date-order",
        metavar="dmy|mdy",
        help="What 07/01/2024 means (default: config gitexp.dateOrder, else other dates of the file).",
    )


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
    commit_column: str = text_option(
        "--commit",
        metavar="COLUMN",
        help="The column with the commits that hold the code; without ids they are the ids.",
    )


class HistoryOptions(Options):
    """The table of ``import history``."""

    path: str = argument("[PATH]", required=False)
    id_pattern: str = text_option(
        "--id-pattern",
        metavar="REGEX",
        help="What an id looks like in code, in brackets (default: config gitexp.idPattern).",
    )
    dry_run: bool = flag("--dry-run", help="Only show what would be imported.")
    strict: bool = flag("--strict", help="Import nothing if anything cannot be read.")


class CheckedOptions(Options):
    """What every import of runs has."""

    dry_run: bool = flag("--dry-run", help="Only show what would be imported.")
    strict: bool = flag("--strict", help="Import nothing if anything cannot be read.")


class StoreOptions(CheckedOptions):
    """What the stores of trackers have."""

    path: str = argument("PATH")


_UNREAD_NAMED = 20


class _Noun(NamedTuple):
    """A word for what is counted."""

    singular: str
    plural: str


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
        found, problems, encoding = read_diary(file, date_order)
        if encoding != "utf-8":
            env.print(safe_line(f"{name}: read as {encoding}"))
        passages += found
        complaints += problems
        text = "\n\n".join(passage.text for passage in found)
        pictures |= read_pictures(env, record, text, file.resolve().parent)
    _check_complaints(complaints, options)
    if not options.lenient:
        _check_dates(complaints)
    imported = import_diary(record, passages, pictures, dry_run=options.dry_run)
    _print_imported(env, imported, complaints, _Noun("entry", "entries"), options)


def run_csv(env: Env, options: TableOptions) -> None:
    """Import tables with a head line (CSV, TSV); each row is a run.

    Columns of numbers become metrics, other columns become text. With --commit the rows have the
    code of their commits, and change what the nearest commit before that has a row did.
    """
    _import_table(env, "csv", options)


def run_jsonl(env: Env, options: TableOptions) -> None:
    """Import JSON Lines; each object is a run.

    Numbers become metrics, other fields become text.
    """
    _import_table(env, "jsonl", options)


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
        _record_runs(env, record, run, options)
    if tables:
        _import_table(env, "notebook", options, tables)


def _find_id_in_notebook(record: Record, file: Path) -> str:
    from gitexp.excerpt.idpattern import compile_pattern, find_id_in_file

    configured = record.repository.settings.get("gitexp.idpattern")
    if not configured:
        return ""
    return find_id_in_file(compile_pattern(configured), file.name, file.read_bytes())


def run_history(env: Env, options: HistoryOptions) -> None:
    """Tie the commits of the history to the experiments that their code names.

    Each commit that changes a script or a notebook with an id in it becomes that experiment's code,
    dated by the commit; the id that stood there before is the parent. What the notebooks of the
    commit print and show comes along: metrics and PNG pictures. An experiment that is there already,
    from a diary, gets code and parent. PATH: only files below it are read.
    """
    from gitexp.history.past_versions import read_past_versions
    from gitexp.record.write.import_history import import_versions

    record = open_record(env)
    pattern = _choose_id_pattern(record, options.id_pattern)
    waiting = Waiting(env.err)
    progress = waiting.watch("reading the history, commits")
    past = read_past_versions(record, pattern, _find_folder(env, record, options.path), progress)
    waiting.end()
    _check_complaints(past.complaints, options)
    imported = import_versions(record, past.versions, dry_run=options.dry_run)
    _print_imported(env, imported, past.complaints, _Noun("commit", "commits"), options)


def _choose_id_pattern(record: Record, text: str) -> re.Pattern[str]:
    """Return the pattern of the option or of the config. Raises UsageError where there is none."""
    from gitexp.excerpt.idpattern import compile_pattern

    if text:
        return compile_pattern(text, "--id-pattern")
    configured = record.repository.settings.get("gitexp.idpattern")
    if not configured:
        raise UsageError(
            "nothing says what an id looks like in the code",
            'git exp import history --id-pattern \'MODEL_ID = "([^"]+)"\'',
        )
    return compile_pattern(configured)


def _find_folder(env: Env, record: Record, path: str) -> str:
    """Return a path as it stands in the repository, "" for its top. It need not be there today.

    Raises UsageError for a path outside.
    """
    if not path:
        return ""
    top = record.repository.worktree
    if top is None:
        return path.strip("/")
    try:
        folder = env.resolve_path(path).absolute().relative_to(top.absolute()).as_posix()
    except ValueError:
        raise UsageError(
            f"'{path}' is outside the repository", f"give a path below {top}"
        ) from None
    return "" if folder == "." else folder


def _import_table(env: Env, kind: str, options: TableOptions, files: Sequence[str] = ()) -> None:
    from gitexp.capture.table import NamedColumns, read_table

    record = open_record(env)
    runs, complaints = [], []
    for name in files or options.files:
        file = env.resolve_path(name)
        named = NamedColumns(options.id_column, options.at_column, options.commit_column)
        found, problems = read_table(file, kind, named)
        runs += found
        complaints += problems
    _check_complaints(complaints, options)
    imported = import_runs(record, runs, dry_run=options.dry_run)
    _print_imported(env, imported, complaints, _Noun("run", "runs"), options)


def run_mlflow(env: Env, options: StoreOptions) -> None:
    """Import the runs of MLflow: a SQLite file (mlflow.db), or a folder of files (mlruns).

    Metrics and their series come, PNG pictures, the commit that the run names; parameters and tags
    become text. A nested run has the run above it as parent.
    """
    from gitexp.capture.trackers.mlflow_store import read_mlflow

    _import_store(env, options, read_mlflow)


def run_wandb(env: Env, options: StoreOptions) -> None:
    """Import the offline runs of wandb: the folder 'wandb', or one run in it.

    Metrics and their series come, tags, pictures, the commit; notes and config become text.
    """
    from gitexp.capture.trackers.wandb_store import read_wandb

    _import_store(env, options, read_wandb)


def run_trackio(env: Env, options: StoreOptions) -> None:
    """Import the runs of trackio: the folder with its .db files, or one of them.

    Metrics and their series come, and pictures; the config becomes text.
    """
    from gitexp.capture.trackers.trackio_store import read_trackio

    _import_store(env, options, read_trackio)


def run_tensorboard(env: Env, options: StoreOptions) -> None:
    """Import a folder of TensorBoard runs: each folder in it is an experiment.

    Folders of a run ('train', 'validation') stand before the tags of its series.
    """
    from gitexp.capture.trackers.tensorboard_runs import read_tensorboard_runs

    _import_store(env, options, read_tensorboard_runs)


def run_dvc(env: Env, options: CheckedOptions) -> None:
    """Import the experiments that DVC keeps in this repository, under refs/exps.

    Metrics come from the files that dvc.yaml names; parameters become text. The commit of an
    experiment is its code, and stays when DVC removes the experiment.
    """
    from gitexp.history.dvc_experiments import read_dvc_experiments

    record = open_record(env)
    _record_runs(env, record, read_dvc_experiments(record), options)


def _import_store(
    env: Env, options: StoreOptions, read_store: Callable[[Path], TrackedRuns]
) -> None:
    _record_runs(env, open_record(env), read_store(env.resolve_path(options.path)), options)


def _record_runs(
    env: Env, record: Record, found: TrackedRuns, options: CheckedOptions | ImportOptions
) -> None:
    from gitexp.record.write.import_tracked import import_tracked_runs

    _check_complaints(found.complaints, options)
    waiting = Waiting(env.err)
    progress = waiting.watch("importing runs")
    imported = import_tracked_runs(record, found.runs, progress, dry_run=options.dry_run)
    waiting.end()
    _print_imported(env, imported, found.complaints, _Noun("run", "runs"), options)


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
    others = ", ".join(f"{each.file}:{each.line}" for each in unread[1:_UNREAD_NAMED])
    also = f"; also {others}" if others else ""
    raise ContentError(
        f"{unread[0]}{also}: nothing was imported",
        "write it as 2024-01-08, or as a year above it; --date-order dmy or mdy says what "
        "07/01/2024 means; --lenient leaves out what stands below it",
    )


def _check_complaints(
    complaints: Sequence[Complaint], options: ImportOptions | HistoryOptions | CheckedOptions
) -> None:
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
    options: ImportOptions | HistoryOptions | CheckedOptions,
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
    grown = f", {imported.grown} have grown" if imported.grown else ""
    known = f", {imported.old} were there already" if imported.old else ""
    env.print(f"{verb} {count}{grown}{known}")


VERB = Group(
    "import",
    """Import what was recorded elsewhere.

    A second import of the same file, or of one that grew, adds only what is new.
    """,
    (
        Verb("diary", DiaryOptions, run_diary),
        Verb("csv", TableOptions, run_csv),
        Verb("jsonl", TableOptions, run_jsonl),
        Verb("notebook", TableOptions, run_notebook),
        Verb("history", HistoryOptions, run_history),
        Verb("mlflow", StoreOptions, run_mlflow),
        Verb("wandb", StoreOptions, run_wandb),
        Verb("trackio", StoreOptions, run_trackio),
        Verb("tensorboard", StoreOptions, run_tensorboard),
        Verb("dvc", CheckedOptions, run_dvc),
    ),
)
