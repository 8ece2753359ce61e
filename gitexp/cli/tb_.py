"""``git exp tb``."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from gitexp.cli.log_values import describe_values
from gitexp.cli.pictures import print_picture
from gitexp.cli.record import name_experiment, open_record, split_subject
from gitexp.cli.verb_table import Options, Verb, arguments, text_option
from gitexp.errors import GitExpError, UsageError
from gitexp.record.write.event_logs import add_event_log
from gitexp.record.write.log_folders import SETTING, find_log_folder
from gitexp.record.write.values import TrialValues
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from gitexp.capture.tensorboard import EventLog, LoggedCurve
    from gitexp.cli.env import Env
    from gitexp.model.picture import Picture
    from gitexp.model.series import Series
    from gitexp.record.record import Record

_POINTS = 500
"""Points kept of a curve: as many as a plot has pixels."""

_AXES = ("step", "wall")
_METRICS_SETTING = "gitexp.tbMetrics"
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
    from gitexp.capture.tensorboard import read_event_log

    if options.x_axis not in _AXES:
        raise UsageError(f"there is no axis '{options.x_axis}'", "--xaxis step or --xaxis wall")
    tags = _compile(options.tags, "--tags")
    record = open_record(env)
    subject, folder = _find_subject(env, record, options.words)
    ident = record.resolve_id(subject)
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
    metrics_text = record.repository.settings.get(_METRICS_SETTING.lower(), "")
    metrics_pattern = _compile(metrics_text, f"config {_METRICS_SETTING}")
    values, notes = _collect(log, metrics_pattern.pattern, folder, options.x_axis)
    add_event_log(record, ident, values, _write_text(log))
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


def _compile(text: str, source: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise UsageError(f"{source} is no regular expression: {error}", "'loss|acc'") from None


def _leave_out(log: EventLog, tags: re.Pattern[str]) -> None:
    """Leave out the tags that a pattern does not find."""
    log.curves = {name: curve for name, curve in log.curves.items() if tags.search(name)}
    log.images = {name: image for name, image in log.images.items() if tags.search(name)}
    log.texts = {name: text for name, text in log.texts.items() if tags.search(name)}


def _collect(
    log: EventLog, metrics_pattern: str, folder: Path, x_axis: str
) -> tuple[TrialValues, list[str]]:
    """Return what a log gave, and a line for each thing in it that is not taken."""
    from gitexp.capture.curve_choice import choose_curves, measure_curves
    from gitexp.model.series import thin_series

    metrics = measure_curves(choose_curves(log.curves, metrics_pattern))
    full = _build_series(log.curves.values(), x_axis)
    thinned = [thin_series(series, _POINTS) for series in full.values()]
    pictures, notes = _check_pictures(log)
    if log.curves:
        name = f"{folder.resolve().name} curves.png"
        pictures.insert(0, _draw_curves(log, full, name, is_time=x_axis == "wall"))
    return TrialValues(metrics, [(folder.name, thinned)] if thinned else (), pictures), notes


def _build_series(curves: Collection[LoggedCurve], x_axis: str) -> dict[str, Series]:
    from gitexp.model.series import build_series

    start = min((min(curve.times) for curve in curves), default=0.0)
    series = {}
    for curve in curves:
        by_time = x_axis == "wall"
        points = curve.get_points_by_time(start) if by_time else curve.get_points()
        series[curve.name] = build_series(curve.name, points)
    return series


def _draw_curves(log: EventLog, series: dict[str, Series], name: str, *, is_time: bool) -> Picture:
    from gitexp.capture.curve_choice import group_into_plots
    from gitexp.capture.curve_picture import DrawnPlot, draw_plots
    from gitexp.capture.picture import check_picture

    plots = []
    for plot in group_into_plots(log.curves.values()):
        lines = [series[curve.name] for curve in plot.curves]
        plots.append(DrawnPlot(plot.title, lines, plot.labels))
    return check_picture(name, name, draw_plots(plots, is_time=is_time))


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
