"""What was understood of a text, by experiment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.model.metric import Metric


@dataclass(slots=True)
class Understood:
    """What was understood of one experiment.

    ``created``: nobody had recorded it before. ``images`` counts the pictures that were taken in.
    ``twin``: another id that is easily taken for this new one. ``parent``: the experiment that this
    new one changes a part of.
    """

    experiment: str
    created: bool = False
    metrics: list[Metric] = field(default_factory=list)
    tags: dict[str, None] = field(default_factory=dict)
    images: int = 0
    twin: str = ""
    parent: str = ""
