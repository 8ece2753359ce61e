"""Steps of a filtered history for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.render.code import format_delta, format_notes
from gitexp.render.terminal import make_safe, paint

if TYPE_CHECKING:
    from gitexp.history.log import StepView
    from gitexp.model.experiment import Experiment
    from gitexp.render.terminal import TextStyle

# Where the history ends only because this clone has no more of it.
_ENDS = {
    "shallow": "    this is not the beginning: the shallow clone ends here (git fetch --unshallow)",
    "pinned": "    code: pinned excerpt, the snapshot is not in this clone",
    "gap": "    this is not the beginning: the version before cannot be read in this clone",
}
_SHORT_ID = 7
_YELLOW = "33"


def format_step(step: StepView, style: TextStyle, *, stat: bool = False) -> list[str]:
    """Return commit, day, title and experiments, then the delta, or with ``stat`` its size alone."""
    labels = ", ".join(_label_experiment(experiment) for experiment in step.experiments)
    head = f"{step.at[:10]}  {step.title}" + (f"  [{labels}]" if labels else "")
    commit = paint(step.commit[:_SHORT_ID], _YELLOW, colour=style.colour)
    lines = [f"{commit} {make_safe(head)}"]
    lines += [_ENDS[kind] for kind in step.kinds if kind in _ENDS]
    if stat:
        return [*lines, f"    {make_safe(step.delta.summary)}"]
    lines += format_delta(step.delta, style)
    return [*lines, *format_notes(step.excerpt), ""]


def _label_experiment(experiment: Experiment) -> str:
    """Return the id with its metrics: ``tcn_filter10 acc=0.645``."""
    metrics = (f"{metric.name}={metric}" for metric in experiment.metrics)
    return " ".join((experiment.id, *metrics))
