"""What each kind of event says: its fields, and what each of them must be.

The values of a fact stand in the front matter of the event's file under the names they have here. A
field that is None is not written. Every reader of the record works on these types, never on a front
matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, dataclass_transform

from gitexp.model.event.values import (
    CorrectedMetric,
    list_of,
    read_commit_id,
    read_corrected_metric,
    read_count,
    read_event_id,
    read_excerpt_path,
    read_experiment_id,
    read_figure,
    read_filter_name,
    read_flag,
    read_name,
    read_optional_commit_id,
    read_optional_experiment_id,
    read_optional_name,
    read_picture_path,
    read_pixels,
    read_plain_name,
    read_query,
    read_rule,
    read_search_words,
    read_series_path,
    read_tag,
    read_tie,
    read_topic_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gitexp.model.branch_layout import AttachmentPath

FactType = TypeVar("FactType", bound="type[BaseFact]")


class Shape(NamedTuple):
    """What an event of a kind says: a reader for each field, and those that must be there."""

    fact: type[BaseFact]
    readers: Mapping[str, Callable[[Any], Any]]
    required: frozenset[str]


SHAPES: dict[str, Shape] = {}
"""What events say, by their kind. Events of other kinds are kept and ignored."""


@dataclass_transform(kw_only_default=True, frozen_default=True)
class BaseFact:
    """What an event says, a value for each field that it gives.

    No dataclass and no named tuple: Python takes as long to make one of those classes as to read a
    hundred events, and there are eighteen.
    """

    def __init__(self, **values: Any) -> None:
        vars(self).update(values)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({vars(self)})"


def _fact_of(kind: str, **readers: Callable[[Any], Any]) -> Callable[[FactType], FactType]:
    """Enter a class as what events of a kind say. ``readers`` check its fields; a field without a
    default must be there.
    """

    def enter(fact: FactType) -> FactType:
        required = [name for name in readers if not hasattr(fact, name)]
        SHAPES[kind] = Shape(fact, readers, frozenset(required))
        return fact

    return enter


@_fact_of("new", parent=read_optional_experiment_id, presumed=read_flag)
class NewFact(BaseFact):
    """The experiment exists. ``parent``: the id of the one that it changed a part of.

    ``presumed``: nobody said so; it is the one before it in a diary.
    """

    parent: str | None = None
    presumed: bool | None = None


@_fact_of("parent", parent=read_optional_experiment_id)
class ParentFact(BaseFact):
    """The experiment changed a part of ``parent``; "" where it changed none."""

    parent: str


@_fact_of("note")
class NoteFact(BaseFact):
    """The event's text is an entry of the journal."""


@_fact_of("metric", name=read_name, value=read_figure, about=read_flag, partial=read_flag)
class MetricFact(BaseFact):
    """A number of the experiment. ``value`` is as it was typed."""

    name: str
    value: str
    about: bool | None = None
    partial: bool | None = None


@_fact_of(
    "image", path=read_picture_path, name=read_optional_name, width=read_pixels, height=read_pixels
)
class ImageFact(BaseFact):
    """A picture of the experiment. ``name``: of the file that it came from."""

    path: AttachmentPath
    name: str
    width: int
    height: int


@_fact_of(
    "series", path=read_series_path, name=read_optional_name, tags=list_of(read_optional_name)
)
class SeriesFact(BaseFact):
    """Curves of a run. ``name``: of the file that they came from; ``tags``: of the curves."""

    path: AttachmentPath
    name: str
    tags: tuple[str, ...] | None = None


@_fact_of("tag", add=list_of(read_tag), remove=list_of(read_tag))
class TagFact(BaseFact):
    """Tags of the experiment."""

    add: tuple[str, ...] | None = None
    remove: tuple[str, ...] | None = None


@_fact_of("rename", to=read_experiment_id)
class RenameFact(BaseFact):
    """The experiment has another id from now on; the old one goes on working."""

    to: str


@_fact_of("part", clone=read_plain_name, to=read_experiment_id)
class PartFact(BaseFact):
    """Two clones chose one id for different trials: that of ``clone`` has the id ``to``."""

    clone: str
    to: str


@_fact_of(
    "link",
    commit=read_commit_id,
    was=read_optional_commit_id,
    tie=read_tie,
    said=read_flag,
)
class LinkFact(BaseFact):
    """A commit holds the experiment's code. ``was``: the commit that it was rewritten from.

    ``tie``: "base" where the trial only ran on changes on top of the commit, "code" where the commit
    holds the same code but was not made for it. ``said``: a person said so, later: it counts before
    the snapshots that there were.
    """

    commit: str
    was: str | None = None
    tie: str | None = None
    said: bool | None = None


@_fact_of(
    "snapshot",
    commit=read_commit_id,
    base=read_optional_commit_id,
    left_out=read_count,
    lacks=list_of(read_name),
)
class SnapshotFact(BaseFact):
    """A commit holds the experiment's working tree. ``base``: the commit that it was made on;
    ``left_out``: how many files were too large; ``lacks``: what the commit does not hold as it was
    in the working tree, as ``a.ipynb (cannot run nbstripout)``.
    """

    commit: str
    base: str | None = None
    left_out: int | None = None
    lacks: tuple[str, ...] | None = None


@_fact_of(
    "filter",
    name=read_filter_name,
    rules=list_of(read_rule),
    anchor=read_optional_commit_id,
    stop=list_of(read_plain_name),
    also=list_of(read_plain_name),
    depth=read_count,
    removed=read_flag,
)
class FilterFact(BaseFact):
    """A saved choice of code; see ``gitexp.model.filter.CodeFilter``."""

    name: str
    rules: tuple[str, ...] | None = None
    anchor: str | None = None
    stop: tuple[str, ...] | None = None
    also: tuple[str, ...] | None = None
    depth: int | None = None
    removed: bool | None = None


@_fact_of("correction", targets=list_of(read_event_id), metrics=list_of(read_corrected_metric))
class CorrectionFact(BaseFact):
    """What is right. ``targets``: events that were wrong, none where whole experiments are."""

    targets: tuple[str, ...] | None = None
    metrics: tuple[CorrectedMetric, ...] | None = None


@_fact_of("retract", targets=list_of(read_event_id))
class RetractFact(BaseFact):
    """Corrections that are taken back."""

    targets: tuple[str, ...] | None = None


@_fact_of("undo", events=list_of(read_event_id), forgets=read_flag)
class UndoFact(BaseFact):
    """Events in which what was understood no longer counts; their text stays.

    ``forgets``: the experiment was none. Earlier events about others too count for those alone.
    """

    events: tuple[str, ...] | None = None
    forgets: bool | None = None


@_fact_of(
    "topic",
    name=read_topic_name,
    match=read_search_words,
    ids=list_of(read_plain_name),
    query=read_query,
    pin=list_of(read_plain_name),
    unpin=list_of(read_plain_name),
    to=read_plain_name,
    into=read_plain_name,
    removed=read_flag,
)
class TopicFact(BaseFact):
    """One thing said of a topic; the event's text is its summary. See ``gitexp.model.topic``."""

    name: str
    match: str | None = None
    ids: tuple[str, ...] | None = None
    query: str | None = None
    pin: tuple[str, ...] | None = None
    unpin: tuple[str, ...] | None = None
    to: str | None = None
    into: str | None = None
    removed: bool | None = None


@_fact_of("setting", name=read_plain_name, pinned=read_flag, label=read_optional_name)
class SettingFact(BaseFact):
    """How a setting of the code is shown. ``label``: its title; "" takes the label away."""

    name: str
    pinned: bool | None = None
    label: str | None = None


@_fact_of(
    "pin",
    commit=read_commit_id,
    files=list_of(read_excerpt_path),
    filter=read_optional_name,
    rules=list_of(read_rule),
    edited=read_flag,
    automatic=read_flag,
)
class PinFact(BaseFact):
    """The code of the experiment as a filter cut it at ``commit``, kept in files on the branch.

    ``edited``: a person wrote the file; it is text, no excerpt of the commit. ``automatic``: it was
    kept because pages, an export or a push showed the code, nobody asked for it.
    """

    commit: str
    files: tuple[AttachmentPath, ...]
    filter: str | None = None
    rules: tuple[str, ...] | None = None
    edited: bool | None = None
    automatic: bool | None = None


@_fact_of(
    "run",
    command=list_of(read_optional_name),
    milliseconds=read_count,
    exit=read_count,
    signal=read_count,
)
class RunFact(BaseFact):
    """A command that was run for the experiment, how long it took, and how it ended.

    ``exit`` is its exit code; ``signal`` is the number of the signal that stopped it instead.
    """

    command: tuple[str, ...]
    milliseconds: int
    exit: int | None = None
    signal: int | None = None


@_fact_of("config", settings=list_of(read_name))
class ConfigFact(BaseFact):
    """Settings that a training script gave to ``gitexp.init``, each as ``name=value``.

    A later value of a name is in force.
    """

    settings: tuple[str, ...]


class UnknownFact(BaseFact):
    """What an event says whose kind a newer gitexp knows: kept as it is, and never looked at."""

    fields: Mapping[str, Any]


Fact = (
    NewFact
    | ParentFact
    | NoteFact
    | MetricFact
    | ImageFact
    | SeriesFact
    | TagFact
    | RenameFact
    | PartFact
    | LinkFact
    | SnapshotFact
    | FilterFact
    | CorrectionFact
    | RetractFact
    | UndoFact
    | TopicFact
    | SettingFact
    | PinFact
    | RunFact
    | ConfigFact
    | UnknownFact
)


def read_fact(kind: str, values: Mapping[str, Any]) -> Fact:
    """Return what an event of a kind among SHAPES says in its front matter. Raises ValueError for
    what it cannot say, with the name of the field. Fields that are not known are passed over.
    """
    shape = SHAPES[kind]
    checked = {}
    for name, read in shape.readers.items():
        value = values.get(name)
        try:
            if value is not None:
                checked[name] = read(value)
            elif name in shape.required:
                raise ValueError("is missing")
        except ValueError as error:
            raise ValueError(f"'{name}' {error}") from None
    fact: Fact = shape.fact(**checked)  # type: ignore[assignment]
    return fact


def list_fields(fact: Fact) -> dict[str, Any]:
    """Return the fields of a fact by name, as they stand in a front matter."""
    return dict(fact.fields if isinstance(fact, UnknownFact) else vars(fact))
