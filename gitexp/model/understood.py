"""What was understood of a text, by experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.model.metric import Metric


class Understood:
    """What was understood of one experiment.

    ``created``: nobody had recorded it before. ``images`` counts the pictures that were taken in.
    ``twin``: another id that is easily taken for this new one. ``parent``: the experiment that this
    new one changes a part of.
    """

    __slots__ = ("created", "experiment", "images", "metrics", "parent", "tags", "twin")

    def __init__(
        self, experiment: str, *, created: bool = False, twin: str = "", parent: str = ""
    ) -> None:
        """Nothing but its beginning is understood of the experiment yet."""
        self.experiment = experiment
        self.created = created
        self.twin = twin
        self.parent = parent
        self.metrics: list[Metric] = []
        self.tags: dict[str, None] = {}
        self.images = 0
