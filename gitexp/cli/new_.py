"""``git exp new``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.echo import print_recorded
from gitexp.cli.found_log import find_log_reader
from gitexp.cli.moment import parse_moment
from gitexp.cli.options import AT
from gitexp.cli.pictures import read_pictures
from gitexp.cli.record import open_record
from gitexp.cli.typed import join_messages
from gitexp.cli.verb_table import Options, Verb, argument, flag, text_option, texts_option
from gitexp.errors import UsageError
from gitexp.record.write.begin import TrialContent, begin_experiment, begin_or_continue
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.record.record import Record


class NewOptions(Options):
    """The table of ``new``."""

    ident: str = argument("[ID]", required=False)
    messages: tuple[str, ...] = texts_option(
        "-m", metavar="TEXT", help="The first note about it. Each -m is a paragraph."
    )
    parent: str | None = text_option(
        "--parent",
        metavar="ID",
        default=None,
        help="The experiment that it changes a part of"
        " (default: the one whose code is nearest; '' for none).",
    )
    continues: bool = flag(
        "--continue",
        help="Go on with the experiment if it is recorded already: its code is kept again.",
    )
    at: str | None = AT
    no_snapshot: bool = flag("--no-snapshot", help="Do not keep the working tree.")


def run(env: Env, options: NewOptions) -> None:
    """Start an experiment: keep the code as it is now, and make the experiment the active one.

    No commit is needed, and your working tree is not touched. Without ID the id is taken from the
    code by the pattern in config gitexp.idPattern; without a pattern it is a number and
    four letters: e1-hkmn. Type e1 for it. With --continue and without an id in the code it is the
    active experiment. A TensorBoard log that config gitexp.logdirPattern finds in the code is taken
    in, if it is new.
    """
    record = open_record(env)
    text = join_messages(options.messages) or ""
    pictures = read_pictures(env, record, text)
    at = parse_moment(options.at)
    snapshot = not options.no_snapshot
    trial = TrialContent(text, at, snapshot, pictures, env.session_code)
    log_reader = None
    if options.continues:
        if options.parent is not None:
            raise UsageError(
                "--continue and --parent were both given",
                "say the parent afterwards: git exp parent ID PARENT",
            )
        recorded = begin_or_continue(record, options.ident, trial)
    else:
        log_reader = find_log_reader(record) if at is None else None
        if log_reader:
            trial = trial._replace(values=log_reader.read_before())
        recorded = begin_experiment(record, options.ident, trial, parent=options.parent)
    print_recorded(env, recorded)
    if log_reader:
        log_reader.finish(env, recorded.understood[0].experiment)
    if snapshot and recorded.understood[0].created:
        _print_unchanged(env, record, recorded.understood[0].experiment)


def _print_unchanged(env: Env, record: Record, ident: str) -> None:
    """Say that the code is that of the trial before, where a notebook may hold unsaved cells."""
    from gitexp.record.read.unchanged import find_unchanged_notebook

    notebook = find_unchanged_notebook(record, ident)
    if notebook:
        env.print(
            make_safe(
                f"  {notebook} is on the disk as it was at the trial before. Not saved? "
                f"%keep {ident} in the notebook records what was executed"
            )
        )


VERB = Verb("new", NewOptions, run)
