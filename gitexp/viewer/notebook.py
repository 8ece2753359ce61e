"""Cards and line-ups in a notebook: as on the page, as HTML without script, server or port.

``from gitexp.viewer.notebook import show``, then ``show("tcn_filter10")`` as the last line of a cell.
"""

from __future__ import annotations

import base64
from contextlib import closing
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.errors import UsageError
from gitexp.history.change import compute_parent_change
from gitexp.history.code_choice import choose_filter_if_any
from gitexp.history.experiment_view import ExperimentPage, ExperimentView
from gitexp.history.lineup import MOST_COLUMNS, LineupRequest, build_lineup
from gitexp.history.stand_in import open_follower
from gitexp.model.branch_layout import PICTURE_TYPES
from gitexp.record.record import Record
from gitexp.render.html_views import render_experiment, render_lineup
from gitexp.render.lineup import format_lineup
from gitexp.store.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.model.branch_layout import AttachmentPath
    from gitexp.model.experiment import Experiment
    from gitexp.render.html import FindAddress

MOST = 20
"""Cards of one cell; a notebook is not the place for more."""

# Pixels of the frame around one card, and around several.
_LOW, _HIGH = 420, 720

_WITHOUT_SCRIPT = ".lineup button.away, .lineup button.step { display: none }"
"""What only a script would answer to is not shown."""

_FEWEST_COLUMNS = 2
_TEXT_COLUMNS = 100
"""Letters of a line, where the cell is shown as text."""


@dataclass(frozen=True, slots=True)
class Cards:
    """What a cell ends with: HTML for the notebook, plain text for terminals and diffs."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def show(*idents: str, folder: str = ".") -> Cards:
    """Return cards of some experiments of the repository around ``folder``.

    Without any id, of the active one. Raises UsageError for none or too many, NotFoundError for
    one that is not there.
    """
    with closing(Record(Repository.discover(Path(folder)))) as record:
        return _render_cards(record, idents)


def compare(*idents: str, folder: str = ".") -> Cards:
    """Return experiments of the repository around ``folder`` side by side.

    Raises UsageError for one alone or too many, NotFoundError for one that is not there.
    """
    if not _FEWEST_COLUMNS <= len(idents) <= MOST_COLUMNS:
        raise UsageError(
            f"compare takes {_FEWEST_COLUMNS} to {MOST_COLUMNS} experiments, not {len(idents)}",
            "compare('tcn_filter50', 'tcn_filter10')",
        )
    with closing(Record(Repository.discover(Path(folder)))) as record:
        experiments = tuple(record.read_experiment(ident) for ident in idents)
        request = LineupRequest(experiments, choose_filter_if_any(record), with_curves=True)
        with open_follower(record) as follower:
            lineup = build_lineup(record, follower, request)
        table = render_lineup(lineup, to=_find_pictures(record, *experiments))
        text = "\n".join(format_lineup(lineup, _TEXT_COLUMNS))
    return Cards(_frame(table, _HIGH), text)


def _render_cards(record: Record, idents: Sequence[str]) -> Cards:
    names = [record.resolve_id(ident) for ident in idents]
    if not names and record.active:
        names = [record.active]
    if not 1 <= len(names) <= MOST:
        raise UsageError(
            f"{len(names)} experiments cannot be shown in a cell",
            f"name 1 to {MOST}: show('tcn_filter10')",
        )
    code_filter = choose_filter_if_any(record)
    cards, lines = [], []
    with open_follower(record) as follower:
        for name in names:
            experiment = record.read_experiment(name)
            change = compute_parent_change(record, follower, experiment, code_filter)
            page = ExperimentPage(ExperimentView(experiment, change), (), ())
            cards.append(render_experiment(page, to=_find_pictures(record, experiment)))
            metrics = [f"{metric.name}={metric}" for metric in experiment.metrics]
            lines.append("  ".join([name, *metrics]))
    height = _LOW if len(names) == 1 else _HIGH
    return Cards(_frame("".join(cards), height), "\n".join(lines))


def _frame(cards: str, height: int) -> str:
    """Return cards in a frame without script that needs no other file."""
    style = (files("gitexp.viewer") / "static" / "style.css").read_text(encoding="utf-8")
    document = (
        f'<!doctype html><meta charset="utf-8"><style>{style}{_WITHOUT_SCRIPT}</style>'
        f'<main class="reading"><div>{cards}</div></main>'
    )
    return (
        f'<iframe sandbox srcdoc="{escape(document)}" width="100%" height="{height}" '
        'style="border:0"></iframe>'
    )


def _find_pictures(record: Record, *experiments: Experiment) -> FindAddress:
    """Return what finds the address of a picture; a cell leads nowhere else."""
    pictures = {}
    for experiment in experiments:
        for image in experiment.images:
            pictures[str(image.path)] = _inline(record, image.path)

    def find_address(kind: str, name: str) -> str:
        return pictures.get(name, "#") if kind == "picture" else "#"

    return find_address


def _inline(record: Record, path: AttachmentPath) -> str:
    """Return a picture as an address that holds it whole: a sandboxed frame reaches no file."""
    data = record.branch.read(path) or b""
    return f"data:{PICTURE_TYPES[path.ending]};base64,{base64.b64encode(data).decode()}"
