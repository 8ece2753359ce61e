"""``git exp series``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gitexp.cli.moment import parse_moment
from gitexp.cli.options import AT, JSON
from gitexp.cli.record import name_experiment, open_record, split_subject
from gitexp.cli.verb_table import Group, Options, Verb, argument, arguments
from gitexp.record.read.curves import read_curves
from gitexp.record.write.values import add_series
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.model.series import Series


class AddOptions(Options):
    """The table of ``series add``."""

    words: tuple[str, ...] = arguments("[ID] FILE...")
    at: str | None = AT


def run_add(env: Env, options: AddOptions) -> None:
    """Attach series: CSV, TSV, JSON, JSON Lines, TensorBoard event files, or folders of them.

    Without ID they are those of the active experiment. JSON may be the history of Keras,
    trainer_state.json of transformers, or an array. A series with more than 2,000 points is thinned
    to 2,000.
    """
    from gitexp.capture.series import read_series_file

    record = open_record(env)
    usage = "git exp series add ID FILE"
    subject, names = split_subject(record, options.words, partial(_is_file, env), usage)
    record.resolve_id(subject)
    series_of_files = []
    losses = []
    for name in names:
        file = env.resolve_path(name)
        series_file = read_series_file(file)
        series_of_files.append((file.name, series_file.series))
        losses += series_file.losses
    ident = add_series(record, subject, series_of_files, at=parse_moment(options.at))
    for name, all_series in series_of_files:
        for series in all_series:
            count = len(series.steps)
            points = f"{count} point{'' if count == 1 else 's'}{_describe_divergence(series)}"
            env.print(make_safe(f"· {ident} {name}: {series.tag}, {points}"))
    for loss in losses:
        env.warn(f"git exp: {loss}")


def _is_file(env: Env, word: str) -> bool:
    return env.resolve_path(word).exists()


class ListOptions(Options):
    """The table of ``series list``."""

    ident: str = argument("[ID]", required=False)
    as_json: bool = JSON


def run_list(env: Env, options: ListOptions) -> None:
    """List the series of an experiment: points, first, last, smallest and largest value."""
    record = open_record(env, reading=True)
    ident = name_experiment(record, options.ident, "git exp series list ID")
    all_series = read_curves(record, record.read_experiment(ident))
    if options.as_json:
        rows = [
            {
                "tag": series.tag,
                "steps": series.steps,
                "values": series.values,
                "not_finite": {f"{step:g}": word for step, word in series.words.items()},
            }
            for series in all_series
        ]
        env.print_json(rows)
        return
    for series in all_series:
        points = len(series.steps)
        env.print(make_safe(f"{series.tag}  {points} points  {_describe_values(series)}"))
    if not all_series:
        env.print(make_safe(f"no series yet: git exp series add {ident} FILE"))


def _describe_values(series: Series) -> str:
    """Return ``2.3 → 0.4  (min 0.38, max 2.3)``; where the run diverged ``2.3 → nan``, from when."""
    values = [value for value in series.values if value is not None]
    divergence = _describe_divergence(series)
    if not values:
        return f"no number{divergence}"
    first = _format_value(series, 0)
    last = _format_value(series, -1)
    return f"{first} → {last}  (min {min(values):.4g}, max {max(values):.4g}){divergence}"


def _format_value(series: Series, index: int) -> str:
    value = series.values[index]
    return series.words.get(series.steps[index], "nan") if value is None else f"{value:.4g}"


def _describe_divergence(series: Series) -> str:
    """Return ``, diverged: nan from step 2 on``, or how many of the points are no numbers."""
    missing = series.values.count(None)
    if not missing:
        return ""
    words = dict.fromkeys(series.words.values())
    word = " and ".join(words) or "nan or inf"
    if not series.is_diverged:
        return f", {word} at {missing} of {len(series.values)} points"
    last_number = max((i for i, value in enumerate(series.values) if value is not None), default=-1)
    return f", diverged: {word} from step {series.steps[last_number + 1]:g} on"


VERB = Group(
    "series",
    "Attach the series of a run (loss by step, ...), or list them.",
    (Verb("add", AddOptions, run_add), Verb("list", ListOptions, run_list)),
)
