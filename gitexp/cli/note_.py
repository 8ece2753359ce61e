"""``git exp note``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.echo import print_recorded
from gitexp.cli.found_log import find_log_reader
from gitexp.cli.moment import parse_moment
from gitexp.cli.options import AT
from gitexp.cli.pictures import read_pictures
from gitexp.cli.record import open_record
from gitexp.cli.typed import read_text
from gitexp.cli.verb_table import Options, Verb, arguments, text_option, texts_option
from gitexp.record.write.entries import add_note, read_note
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.record.record import Record

_STANDARD_INPUT = "-"


class NoteOptions(Options):
    """The table of ``note``."""

    idents: tuple[str, ...] = arguments("[ID]...", required=False)
    messages: tuple[str, ...] = texts_option(
        "-m", metavar="TEXT", help="The text. Each -m is a paragraph."
    )
    file: str | None = text_option(
        "-F",
        metavar="FILE",
        default=None,
        help="Read the text from a file; - is standard input.",
    )
    at: str | None = AT


def run(env: Env, options: NoteOptions) -> None:
    """Add a note: to the IDs given, else to those that begin its lines, else to the active one.

    A line 'ID acc 0.857' records the metric, and starts the experiment if the id is new; the lines
    below it belong to it. '#tag' adds a tag; '![](loss.png)', or a path alone on its line, attaches
    the picture. Without -m or -F the editor opens. 'git exp undo' takes back what was understood
    wrongly.

    The output of a training may be piped in: python train.py | git exp note ID -F - records the
    metrics and curves in its lines. The TensorBoard log that config gitexp.logdirPattern finds in
    the code is taken in as well, if it grew since the experiment began.
    """
    record = open_record(env)
    if options.file == _STANDARD_INPUT and not options.messages:
        _read_piped(env, record, options)
        return
    _add_text(env, record, options, read_text(env, record, options.messages, options.file))


def _add_text(env: Env, record: Record, options: NoteOptions, text: str) -> None:
    """Add a text, with what the log folder gave of the experiment that it is about."""
    pictures = read_pictures(env, record, text)
    at = parse_moment(options.at)
    log_reader = find_log_reader(record) if at is None else None
    if log_reader:
        log_reader.read_ahead(read_note(record, options.idents, text))
    read_values = log_reader.read if log_reader else None
    recorded = add_note(
        record,
        options.idents,
        text,
        at=at,
        pictures=pictures,
        overlay=env.session_code,
        read_values=read_values,
    )
    print_recorded(env, recorded)
    if log_reader and recorded.understood:
        log_reader.finish(env, recorded.understood[0].experiment)


def _read_piped(env: Env, record: Record, options: NoteOptions) -> None:
    """Record what comes through a pipe: a text, or the values in the output of a training.

    Which of both it is, a curve in it tells: a name with a number in three lines or more.
    """
    idents = [record.resolve_id(ident) for ident in options.idents]  # before a long training
    text = read_text(env, record, (), options.file)
    at = parse_moment(options.at)
    if len(idents) == 1:
        from gitexp.cli.log_values import describe_values, read_log_text
        from gitexp.record.write.values import TrialValues, add_trial_values, join_values

        values = read_log_text(text)
        if values.series:
            log_reader = find_log_reader(record) if at is None else None
            logged = log_reader.read(idents[0], is_new=False) if log_reader else TrialValues()
            add_trial_values(record, idents[0], join_values(values, logged), at=at)
            for line in describe_values(idents[0], values):
                env.print(make_safe(line))
            if log_reader:
                log_reader.finish(env, idents[0])
            return
    _add_text(env, record, options, text)


VERB = Verb("note", NoteOptions, run)
