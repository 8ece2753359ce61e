"""What was understood and done, a line for each experiment: said by the verbs and by the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.event.facts import MetricFact, UndoFact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitexp.model.event import Event
    from gitexp.model.metric import Metric
    from gitexp.model.note_unread import UnreadLine
    from gitexp.model.understood import Understood

# Events that need no word of their own when they are undone: the line says them already.
_SILENT_KINDS = ("new", "metric", "note", "link")
_UNREAD_NAMED = 5  # lines; a note with more of them is prose about numbers


def format_understood(parts: Iterable[Understood]) -> list[str]:
    """Return ``+ tcn_filter10 acc=0.645 #tcn`` for each experiment.

    ``+`` stands before a new one, ``·`` before one that was there.
    """
    lines = [_format_part(understood) for understood in parts]
    return lines or ["· added to the journal"]


def _format_part(understood: Understood) -> str:
    words = ["+" if understood.created else "·", understood.experiment]
    words += [f"{metric.name}={metric}" for metric in understood.metrics]
    words += [f"#{tag}" for tag in understood.tags]
    if understood.images:
        words.append(_count(understood.images, "picture"))
    if understood.parent:
        words.append(f"<- {understood.parent}")
    if understood.twin:
        words.append(f"(near to {understood.twin}, which is another experiment)")
    return " ".join(words)


def format_unread(unread: Sequence[UnreadLine]) -> list[str]:
    """Return ``? not read, line 3: acc 0,85`` for each line that looks like an id or a metric."""
    lines = [f"? not read, line {row.line}: {row.text}" for row in unread[:_UNREAD_NAMED]]
    if len(unread) > _UNREAD_NAMED:
        lines.append(f"? and {len(unread) - _UNREAD_NAMED} more lines")
    return lines


def format_corrected(
    names: Iterable[str],
    corrected: Sequence[Metric],
    before: Mapping[str, Mapping[str, str]],
) -> list[str]:
    """Return ``✗ tcn_filter10  acc=0.645* (was 0.654)`` for each experiment.

    ``before``: the values that stood, by experiment and name.
    """
    lines = []
    for name in names:
        words = [f"✗ {name}"]
        earlier = before.get(name, {})
        for metric in corrected:
            was = f"* (was {earlier[metric.name]})" if metric.name in earlier else ""
            words.append(f"{metric.name}={metric}{was}")
        lines.append("  ".join(words))
    return lines


def format_topic_size(name: str, experiments: int, entries: int) -> str:
    """Return ``· topic encoder: 3 experiments, 1 entry``: how much gathers under a topic."""
    return f"· topic {name}: {count_members(experiments, entries)}"


def count_members(experiments: int, entries: int) -> str:
    """Return ``3 experiments, 1 entry``."""
    return f"{_count(experiments, 'experiment')}, {entries} entr{'y' if entries == 1 else 'ies'}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def format_undone(events: Sequence[Event]) -> list[str]:
    """Return ``- tcn_filter10 acc=0.645 tag, the experiment itself`` for each experiment.

    ``events``: those that were undone. Where they are about no experiment, one line says so.
    """
    names: dict[str, None] = {}
    lines = []
    for event in events:
        if isinstance(event.fact, UndoFact):
            # What was forgotten: the id in use, and behind it the former ones.
            lines.append(f"+ {event.experiments[0]} is an experiment again")
        else:
            names.update(dict.fromkeys(event.experiments))
    if not names and not lines:
        return [_format_undone_events("the last entry", events)]
    for name in names:
        about = [event for event in events if name in event.experiments]
        line = _format_undone_events(name, about)
        is_created = any(event.kind == "new" for event in about)
        lines.append(f"{line}, the experiment itself" if is_created else line)
    return lines


def format_forgotten(name: str, events: Sequence[Event], children: Sequence[str]) -> list[str]:
    """Return what was forgotten of an experiment, and which others still name it as parent."""
    about = [event for event in events if name in event.experiments]
    lines = [f"{_format_undone_events(name, about)}: forgotten"]
    if any(event.text for event in events):
        lines.append("  the text stays in the journal")
    lines += [f"  {child} names it as its parent: git exp parent {child} ID" for child in children]
    return lines


def _format_undone_events(name: str, events: Sequence[Event]) -> str:
    words = [f"- {name}"]
    facts = [event.fact for event in events]
    words += [f"{fact.name}={fact.value}" for fact in facts if isinstance(fact, MetricFact)]
    kinds = dict.fromkeys(event.kind for event in events)
    words += [kind for kind in kinds if kind not in _SILENT_KINDS]
    return " ".join(words)
