"""``git exp import history``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.importing import ImportOptions, Noun, check_complaints, print_imported
from gitexp.cli.record import open_record
from gitexp.cli.verb_table import argument, text_option
from gitexp.cli.waiting import Waiting
from gitexp.errors import UsageError

if TYPE_CHECKING:
    import re

    from gitexp.cli.env import Env
    from gitexp.record.record import Record


class HistoryOptions(ImportOptions):
    """The table of ``import history``."""

    path: str = argument("[PATH]", required=False)
    id_pattern: str = text_option(
        "--id-pattern",
        metavar="REGEX",
        help="What an id looks like in code, in brackets (default: config gitexp.idPattern).",
    )


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
    check_complaints(past.complaints, options)
    imported = import_versions(record, past.versions, dry_run=options.dry_run)
    print_imported(env, imported, past.complaints, Noun("commit", "commits"), options)


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
