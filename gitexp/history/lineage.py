"""How an experiment came about: the line of its ancestors, and the tree that they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.history.change import compute_change, explain_absence, find_remedy
from gitexp.history.experiment_view import ExperimentView

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gitexp.follow.follower import Follower
    from gitexp.model.experiment import Experiment, Summary
    from gitexp.model.filter import CodeFilter
    from gitexp.record.record import Record

# Of a larger tree only the line itself is given: nobody reads more at once.
_MOST_NODES = 400


class TreeNode(NamedTuple):
    """An experiment in the tree below the first generation.

    It comes from the node above it that has the same ``indent``. Where it begins a branch, it comes
    from the node above it with one indent less. So a straight line has one indent.
    """

    indent: int
    summary: Summary
    is_on_line: bool
    begins_branch: bool


class Lineage(NamedTuple):
    """The generations from the first ancestor to an experiment, each against the one before.

    ``earlier``: ids of the oldest generations, where these are left out. ``tree``: what descends
    from the first generation: parents before children, branches before the line goes on.
    """

    generations: tuple[ExperimentView, ...]
    earlier: tuple[str, ...]
    tree: tuple[TreeNode, ...]

    @property
    def remedy(self) -> str:
        """What would bring code that is not in this clone; "" where all is here."""
        return find_remedy(view.change for view in self.generations)

    @property
    def absence(self) -> str:
        """The line that says whose code is not in this clone; "" where all is here."""
        return explain_absence([view.change for view in self.generations])


def build_lineage(
    record: Record,
    follower: Follower,
    ident: str,
    code_filter: CodeFilter | None,
    most: int | None = None,
) -> Lineage:
    """Return the lineage of an experiment; only the newest generations where there are over ``most``."""
    summaries = {summary.id: summary for summary in record.read_summaries()}
    line = _list_ancestors(summaries, ident)
    first = len(line) - most if most is not None and len(line) > most else 0
    experiments = [record.read_experiment(name) for name in line[first:]]
    generations = _view_generations(follower, code_filter, experiments)
    tree = _build_tree(summaries, [experiment.id for experiment in experiments])
    return Lineage(generations, tuple(line[:first]), tree)


def _list_ancestors(summaries: Mapping[str, Summary], ident: str) -> list[str]:
    """Return the ids from the first ancestor down to an experiment, along parents.

    Parents may form a circle, which any later event can close: each id stands there once.
    """
    line = {ident: None}
    parent = summaries[ident].parent
    while parent in summaries and parent not in line:
        line[parent] = None
        parent = summaries[parent].parent
    return list(line)[::-1]


def _view_generations(
    follower: Follower, code_filter: CodeFilter | None, experiments: Sequence[Experiment]
) -> tuple[ExperimentView, ...]:
    """Return each experiment of a line with its change against the one before."""
    if code_filter is not None:
        versions = [experiment.version for experiment in experiments]
        follower.prepare(versions, code_filter)
    generations = []
    origin = None
    for experiment in experiments:
        change = compute_change(follower, code_filter, experiment, origin)
        if origin is None:
            change = change.as_beginning()
        generations.append(ExperimentView(experiment, change))
        origin = experiment
    return tuple(generations)


def _build_tree(summaries: Mapping[str, Summary], line: Sequence[str]) -> tuple[TreeNode, ...]:
    """Return what descends from the first of a line; of a very large tree the line alone."""
    children: dict[str, list[str]] = {}
    for summary in summaries.values():
        children.setdefault(summary.parent, []).append(summary.id)
    root, on_line = line[0], set(line)
    nodes = []
    seen = {root}
    to_visit = [TreeNode(0, summaries[root], is_on_line=True, begins_branch=False)]
    while to_visit:
        node = to_visit.pop()
        nodes.append(node)
        unseen = [child for child in children.get(node.summary.id, ()) if child not in seen]
        seen.update(unseen)
        heir = _choose_heir(unseen, on_line)
        if heir is not None:
            to_visit.append(
                node._replace(
                    summary=summaries[heir], is_on_line=heir in on_line, begins_branch=False
                )
            )
        for child in reversed(unseen):
            if child != heir:
                branch = TreeNode(node.indent + 1, summaries[child], child in on_line, True)
                to_visit.append(branch)
    if len(nodes) > _MOST_NODES:
        nodes = [node for node in nodes if node.is_on_line]
    return tuple(nodes)


def _choose_heir(children: Sequence[str], on_line: Collection[str]) -> str | None:
    """Return the child that goes on without a new indent: that on the line, else the newest."""
    for child in children:
        if child in on_line:
            return child
    return children[-1] if children else None
