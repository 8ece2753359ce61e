"""Read the experiments that DVC keeps as commits under ``refs/exps``."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.capture.trackers.tracked_values import (
    TrackedRuns,
    format_settings,
    list_settings,
    make_metrics,
    make_name,
    read_number,
)
from gitexp.errors import ContentError
from gitexp.model.import_rows import Complaint, TrackedRun

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitexp.record.record import Record

_REFS = "refs/exps"
_REF_PARTS = 5  # refs/exps/<2 digits>/<38 digits>/<name>; others are DVC's own state
_PIPELINE = "dvc.yaml"
_METRIC_FILES = ("metrics.json", "metrics.yaml", "dvclive/metrics.json")
_PARAM_FILES = ("params.yaml",)
_SHORT = 9  # digits of a commit in a text


class _Ref(NamedTuple):
    """An experiment: its name, its commit, and the commit that it was run on."""

    name: str
    commit: str
    base: str
    at: datetime


def read_dvc_experiments(record: Record) -> TrackedRuns:
    """Return the experiments of this repository that DVC has. Raises ContentError for none."""
    refs = _list_refs(record)
    if not refs:
        raise ContentError("there is nothing under refs/exps", "'dvc exp run' makes experiments")
    tracked = TrackedRuns([], [])
    for ref in refs:
        with tracked.pass_over_broken(ref.name):
            tracked.runs.append(_read_run(record, ref, tracked.complaints))
    return tracked


def _list_refs(record: Record) -> list[_Ref]:
    form = "--format=%(objectname) %(authordate:iso-strict) %(refname)"
    listed = record.repository.run_git("for-each-ref", form, _REFS)
    refs = []
    for line in listed.decode("utf-8", "replace").splitlines():
        commit, time, name = line.split(" ", 2)
        parts = name.split("/", _REF_PARTS - 1)
        if len(parts) == _REF_PARTS and len(parts[2]) == 2:
            base = parts[2] + parts[3]
            refs.append(_Ref(parts[4], commit, base, datetime.fromisoformat(time)))
    return refs


def _read_run(record: Record, ref: _Ref, complaints: list[Complaint]) -> TrackedRun:
    listed = record.repository.run_git("ls-tree", "-r", "-z", "--name-only", ref.commit)
    paths = set(listed.decode("utf-8", "surrogateescape").split("\0"))
    metric_files, param_files = _list_files(record, ref, paths, complaints)
    curves: dict[str, dict[float, float]] = {}
    params: dict[str, Any] = {}
    for path in metric_files:
        content = _read_file(record, ref, path, complaints)
        for name, number in _list_numbers("", content):
            curves.setdefault(name, {0.0: number})
    for path in param_files:
        params |= _read_file(record, ref, path, complaints)
    lines = format_settings(params)
    lines.append(f"DVC experiment on {ref.base[:_SHORT]}")
    return TrackedRun(
        origin=f"dvc {ref.commit}",
        name=make_name(ref.name, f"dvc_{ref.commit[:_SHORT]}"),
        at=ref.at,
        text="\n".join(lines),
        settings=list_settings(params),
        metrics=make_metrics(curves),
        commit=ref.commit,
        keeps_commit=True,
        file=ref.name,
    )


def _list_files(
    record: Record, ref: _Ref, paths: set[str], complaints: list[Complaint]
) -> tuple[list[str], list[str]]:
    """Return the files of metrics and of parameters that the pipelines of a commit name."""
    metric_files: dict[str, None] = {}
    param_files: dict[str, None] = {}
    folders = [str(PurePosixPath(path).parent) for path in paths if path.endswith(_PIPELINE)]
    for folder in sorted({".", *folders}):
        pipeline = str(PurePosixPath(folder, _PIPELINE))
        content = _read_file(record, ref, pipeline, complaints) if pipeline in paths else {}
        metric_names = [*_METRIC_FILES, *_list_names(content.get("metrics"))]
        param_names = [*_PARAM_FILES, *_list_names(content.get("params"))]
        stages = content.get("stages")
        for stage in stages.values() if isinstance(stages, dict) else ():
            if isinstance(stage, dict):
                metric_names += _list_names(stage.get("metrics"))
        for name in metric_names:
            metric_files[str(PurePosixPath(folder, name))] = None
        for name in param_names:
            param_files[str(PurePosixPath(folder, name))] = None
    return (
        [path for path in metric_files if path in paths],
        [path for path in param_files if path in paths],
    )


def _list_names(content: Any) -> list[str]:
    """Return the paths of a list in ``dvc.yaml``: ``a.json``, or ``{a.json: {cache: false}}``."""
    names: list[str] = []
    for row in content if isinstance(content, list) else ():
        if isinstance(row, dict):
            names += [str(name) for name in row]
        else:
            names.append(str(row))
    return names


def _read_file(record: Record, ref: _Ref, path: str, complaints: list[Complaint]) -> dict[str, Any]:
    data = record.repository.run_git("cat-file", "blob", f"{ref.commit}:{path}")
    try:
        return _parse(data, path)
    except ContentError as error:
        complaints.append(Complaint(f"{path} of {ref.name}", 0, error.message))
        return {}


def _parse(data: bytes, path: str) -> dict[str, Any]:
    """Return what a file of JSON, YAML or TOML holds. Raises ContentError for what is none."""
    import tomllib

    import yaml

    try:
        if path.endswith(".json"):
            content = json.loads(data)
        elif path.endswith(".toml"):
            content = tomllib.loads(data.decode())
        else:
            content = yaml.safe_load(data)
    except (ValueError, RecursionError, yaml.YAMLError):
        raise ContentError("cannot be read", "it is left out") from None
    return content if isinstance(content, dict) else {}


def _list_numbers(prefix: str, content: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name, value in content.items():
        number = read_number(value)
        if isinstance(value, dict):
            yield from _list_numbers(f"{prefix}{name}/", value)
        elif number is not None:
            yield f"{prefix}{name}", number
