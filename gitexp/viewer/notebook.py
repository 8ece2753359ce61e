"""Cards in a notebook: the same as on the page, as one piece of HTML without script, server or port.

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
from gitexp.history.deltas import compute_parent_delta
from gitexp.model.layout import PICTURE_TYPES
from gitexp.record.record import Record
from gitexp.render.html import experiment_html
from gitexp.store.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gitexp.model.layout import AttachmentPath

MOST = 20
"""Cards of one cell; a notebook is not the place for more."""


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
    """Cards of some experiments (default: the active one) of the repository around ``folder``.

    Raises UsageError for none or too many, NotFoundError for one that is not there.
    """
    with closing(Record(Repository.discover(Path(folder)))) as record:
        return _cards_of(record, idents)


def _cards_of(record: Record, idents: Sequence[str]) -> Cards:
    names = [record.resolve_id(ident) for ident in idents] or [
        name for name in [record.active] if name
    ]
    if not 1 <= len(names) <= MOST:
        raise UsageError(
            f"{len(names)} experiments cannot be shown in a cell",
            f"name 1 to {MOST}: show('tcn_filter10')",
        )
    cards, lines = [], []
    for name in names:
        one = record.read_experiment(name)
        change = compute_parent_delta(record, one)
        hidden = change.excerpt.hidden_count if change.excerpt else 0
        pictures = {str(image.path): _inline(record, image.path) for image in one.images}
        card = experiment_html(
            one, (), change.delta, change.title, hidden, _places(pictures), remedy=change.remedy
        )
        cards.append(card)
        lines.append("  ".join([one.id, *(f"{metric.name}={metric}" for metric in one.metrics)]))
    style = (files("gitexp.viewer") / "static" / "style.css").read_text(encoding="utf-8")
    inner = f'<!doctype html><meta charset="utf-8"><style>{style}</style><main class="reading"><div>{"".join(cards)}</div></main>'
    frame = f'<iframe sandbox srcdoc="{escape(inner)}" width="100%" height="{420 if len(names) == 1 else 720}" style="border:0"></iframe>'
    return Cards(frame, "\n".join(lines))


def _places(pictures: Mapping[str, str]) -> Callable[[str, str], str]:
    """Pictures are where ``pictures`` says; a cell leads nowhere else."""
    return lambda kind, name: pictures.get(name, "#") if kind == "picture" else "#"


def _inline(record: Record, path: AttachmentPath) -> str:
    """A picture as an address that holds it whole: a sandboxed frame reaches no file."""
    data = record.branch.read(path) or b""
    return f"data:{PICTURE_TYPES[path.ending]};base64,{base64.b64encode(data).decode()}"
