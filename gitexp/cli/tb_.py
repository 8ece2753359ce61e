"""``git exp tb``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gitexp.cli.event_log_values import METRICS_SETTING, collect_scalars, compile_tags
from gitexp.cli.log_values import describe_values
from gitexp.cli.pictures import print_picture
from gitexp.cli.record import name_experiment, open_record, split_subject
from gitexp.cli.verb_table import Options, Verb, arguments, text_option
from gitexp.errors import GitExpError, UsageError
from gitexp.record.write.event_logs import add_event_log
from gitexp.record.write.log_folders import SETTING, find_log_folder
from gitexp.record.write.taken_logs import describe_logs, remember_taken_logs
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence
    from pathlib import Path

    from gitexp.capture.tensorboard import EventLog
    from gitexp.cli.env import Env
    from gitexp.model.picture import Picture
    from gitexp.record.record import Record

_AXES = ("step", "wall")
_MOST_PICTURES = 6
_LONGEST_TEXT = 2000  # characters


class TbOptions(Options):
    """The table of ``tb``."""

    words: tuple[str, ...] = arguments("[ID] [LOGDIR]", required=False)
    tags: str = text_option("--tags", metavar="RE", help="Only tags that a pattern finds.")
    x_axis: str = text_option(
        "--xaxis",
        metavar="AXIS",
        default="step",
        help="step, or wall: the seconds since the log began.",
    )


def run(env: Env, options: TbOptions) -> None:
    """Record what TensorBoard shows of a log folder: it stays when the log is gone.

    Recorded are the last and the best value of each metric of the validation (config
    gitexp.tbMetrics: a pattern for others), each curve in at most 500 points, a picture of the
    curves, the last picture and text of each tag. Without ID it is the active experiment, without
    LOGDIR the folder that config gitexp.logdirPattern finds in the code.
    """
    from gitexp.capture.tensorboard import list_event_files, read_event_log

    if options.x_axis not in _AXES:
        raise UsageError(f"there is no axis '{options.x_axis}'", "--xaxis step or --xaxis wall")
    tags = compile_tags(options.tags, "--tags")
    record = open_record(env)
    subject, folder = _find_subject(env, record, options.words)
    ident = record.resolve_id(subject)
    files = describe_logs(list_event_files(folder.resolve()))
    try:
        log = read_event_log(folder)
    except OSError as error:
        raise UsageError(
            f"'{folder}' cannot be read: {error.strerror}", "give the folder of a TensorBoard log"
        ) from None
    _leave_out(log, tags)
    if not (log.curves or log.images or log.texts):
        hint = "tags are chosen by --tags" if options.tags else "event files are named *tfevents*"
        raise UsageError(f"there is nothing of TensorBoard in '{folder}'", hint)
    metrics_text = record.repository.settings.get(METRICS_SETTING.lower(), "")
    metrics_pattern = compile_tags(metrics_text, f"config {METRICS_SETTING}")
    values = collect_scalars(log, metrics_pattern.pattern, folder, is_time=options.x_axis == "wall")
    pictures, notes = _check_pictures(log)
    values = values._replace(pictures=[*values.pictures, *pictures])
    add_event_log(record, ident, values, _write_text(log))
    remember_taken_logs(record, ident, files)
    for line in describe_values(ident, values):
        env.print(make_safe(line))
    for picture in values.pictures:
        print_picture(env, ident, picture)
    for line in [*notes, *log.losses]:
        env.warn(f"git exp: {line}")


def _find_subject(env: Env, record: Record, words: Sequence[str]) -> tuple[str, Path]:
    """Return the experiment and the log folder that are meant."""
    usage = "git exp tb ID LOGDIR"
    if len(words) > 2:
        raise UsageError("more than one log folder is named", usage)
    if words and (len(words) == 2 or _exists(env, words[0])):
        subject, names = split_subject(record, words, partial(_exists, env), usage)
        return subject, env.resolve_path(names[0])
    subject = name_experiment(record, words[0] if words else "", usage)
    folder = find_log_folder(record)
    if folder is None:
        raise UsageError(
            "no log folder is named, and none is found in the code",
            f'git exp tb ID LOGDIR, or git config {SETTING} \'LOG_DIR = "([^"]+)"\'',
        )
    return subject, folder


def _exists(env: Env, word: str) -> bool:
    return env.resolve_path(word).exists()


def _leave_out(log: EventLog, tags: re.Pattern[str]) -> None:
    """Leave out the tags that a pattern does not find."""
    log.curves = {name: curve for name, curve in log.curves.items() if tags.search(name)}
    log.images = {name: image for name, image in log.images.items() if tags.search(name)}
    log.texts = {name: text for name, text in log.texts.items() if tags.search(name)}


def _check_pictures(log: EventLog) -> tuple[list[Picture], list[str]]:
    """Return the first logged pictures, and a line for each that is not taken."""
    from gitexp.capture.picture import check_picture

    pictures, notes = [], []
    for tag, image in list(log.images.items())[:_MOST_PICTURES]:
        name = f"{tag.replace('/', '-')} step {image.step}.png"
        try:
            pictures.append(check_picture(tag, name, image.data))
        except GitExpError as error:
            notes.append(error.message)
    left = len(log.images) - _MOST_PICTURES
    if left > 0:
        notes.append(f"{left} more tags have pictures: choose them by --tags")
    return pictures, notes


def _write_text(log: EventLog) -> str:
    """Return the logged texts as one entry: each as code, which is not read as a note."""
    blocks = []
    for tag, text in log.texts.items():
        written = text.data.decode("utf-8", "replace")
        if len(written) > _LONGEST_TEXT:
            written = f"{written[:_LONGEST_TEXT]}\n…"
        fence = "~" * 4
        while fence in written:
            fence += "~"
        blocks.append(f"TensorBoard `{tag}`, step {text.step}:\n\n{fence}\n{written}\n{fence}")
    return "\n\n".join(blocks)


VERB = Verb("tb", TbOptions, run)
