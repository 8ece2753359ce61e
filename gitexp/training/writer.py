"""The process that writes what a training script logged, through the one door to the record."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from typing import IO, TYPE_CHECKING, Any

from gitexp.capture.picture import check_picture
from gitexp.cli.env import Env
from gitexp.cli.record import find_or_begin_record
from gitexp.errors import GitExpError
from gitexp.model.metric import Metric
from gitexp.model.series import build_series
from gitexp.record.secrets import hide_secrets
from gitexp.record.write.begin import TrialContent, begin_experiment, begin_or_continue
from gitexp.record.write.configs import add_config
from gitexp.record.write.entries import add_note
from gitexp.record.write.values import TrialValues, add_trial_values, change_tags

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitexp.model.picture import Picture
    from gitexp.record.record import Record

_SOURCE = "log"
"""What the curves that were logged are called after."""


def main(batch_file: IO[bytes], answer_file: IO[str]) -> None:
    """Read a batch, write it, and print the answer as JSON."""
    import sys

    env = Env(".", stdin=sys.stdin, out=sys.stderr, err=sys.stderr, variables=os.environ)
    answer: dict[str, Any]
    try:
        answer = _write(env, json.load(batch_file))
    except Exception as error:  # noqa: BLE001 - an answer is owed, whatever went wrong
        from gitexp.cli.failure import explain

        answer = {"error": explain(error, env).line.removeprefix("git exp: ")}
    finally:
        env.close()
    print(json.dumps(answer), file=answer_file, flush=True)


def _write(env: Env, batch: Mapping[str, Any]) -> dict[str, Any]:
    record, has_begun = find_or_begin_record(env)
    remarks = []
    if has_begun:
        remarks.append("recording in this repository begins ('git exp uninit' ends it)")
    text = hide_secrets(record.repository, batch["text"])
    ident = batch["ident"]
    resumed = not ident and batch["resumes"] and batch["name"] in record.index.read_names()
    if not ident:
        ident = _begin(record, batch, text)
    elif text:
        add_note(record, [ident], text)
    if batch["config"]:
        add_config(record, ident, batch["config"])
    if batch["tags"]:
        change_tags(record, ident, batch["tags"])
    for note in batch["notes"]:
        add_note(record, [ident], hide_secrets(record.repository, note))
    pictures = _check_pictures(batch["pictures"], remarks)
    metrics = [Metric(name, value, partial=batch["partial"]) for name, value in batch["metrics"]]
    series = [build_series(name, dict(points)) for name, points in batch["series"].items()]
    values = TrialValues(metrics, [(_SOURCE, series)] if series else (), pictures)
    if metrics or series or pictures:
        add_trial_values(record, ident, values)
    remarks += record.warnings
    record.warnings.clear()
    return {"ident": record.resolve_id(ident), "remark": "; ".join(remarks), "resumed": resumed}


def _begin(record: Record, batch: Mapping[str, Any], text: str) -> str:
    """Begin the experiment of a run and return its id.

    A name that is in use gets a number, unless the run resumes that experiment.
    """
    name = batch["name"]
    names = record.index.read_names()
    if name in names and not batch["resumes"]:
        number = 2
        while f"{name}_{number}" in names:
            number += 1
        name = f"{name}_{number}"
    overlay = {path: content.encode() for path, content in batch["files"].items()}
    has_code = bool(overlay) or record.repository.worktree is not None
    trial = TrialContent(text=text, snapshot=has_code, overlay=overlay)
    begin = begin_or_continue if name in names else begin_experiment
    recorded = begin(record, name, trial)
    return recorded.understood[0].experiment


def _check_pictures(raw: list[list[str]], remarks: list[str]) -> list[Picture]:
    pictures = []
    for name, data in raw:
        try:
            pictures.append(check_picture(name, f"{name}.png", b64decode(data)))
        except GitExpError as error:
            remarks.append(error.message)
    return pictures
