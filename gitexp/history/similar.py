"""Have I tried this? The earlier experiments that are nearest to one, by code, text and id."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import GitExpError
from gitexp.excerpt.settings.setting import list_changed_names
from gitexp.history.absent import find_absent_ids
from gitexp.history.settings import read_settings
from gitexp.history.stand_in import open_follower
from gitexp.model.experiment import read_timestamp
from gitexp.model.note_marks import drop_images
from gitexp.model.search_results import Nearest, SimilarExperiment
from gitexp.model.term_weights import measure_overlap, split_id, split_words, weigh_rarity

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.settings.setting import Setting
    from gitexp.follow.follower import Follower
    from gitexp.model.experiment import Experiment, Summary
    from gitexp.model.filter import CodeFilter
    from gitexp.record.record import Record

# How much each kind of likeness counts. A kind that cannot be had leaves its share to the others.
_SHARES = {"code": 0.35, "settings": 0.25, "text": 0.25, "id": 0.15}
# Below this score two experiments have nothing to do with each other.
_LEAST_SCORE = 0.12
# Settings that differ, as a reason: of more the number is said.
_NAMED_SETTINGS = 3
# Words that both say, as a reason: more do not say more.
_SHARED_WORDS = 3


class _Kind(NamedTuple):
    """One kind of likeness: of each experiment a set by its id, and how much each element says."""

    share: float
    sets: Mapping[str, Collection[str]]
    weights: Mapping[str, float]


class _ComparedCode(NamedTuple):
    """The excerpts and settings of experiments by id, and the ids whose code is not here."""

    excerpts: Mapping[str, Excerpt]
    settings: Mapping[str, Mapping[str, Setting]]
    absent: tuple[str, ...]


class _Scored(NamedTuple):
    """An earlier experiment and how near it is, 0 to 1."""

    score: float
    summary: Summary


def find_similar(
    record: Record, experiment: Experiment, code_filter: CodeFilter | None, count: int = 5
) -> Nearest:
    """Return the nearest experiments that began before this one, nearest first.

    Lines of the excerpts, settings with their values, words of the entries and parts of the ids are
    compared as sets. What is rare in the record counts more.
    """
    earlier = _list_earlier(record, experiment)
    if not earlier:
        return Nearest(())
    summaries = [experiment.summary, *earlier]
    code = _read_code(record, summaries, code_filter)
    words = _weigh("text", _collect_words(record))
    kinds = (
        _weigh("code", {ident: _list_lines(excerpt) for ident, excerpt in code.excerpts.items()}),
        _weigh("settings", {ident: _list_values(row) for ident, row in code.settings.items()}),
        words,
        _weigh("id", {summary.id: split_id(summary.id) for summary in summaries}),
    )
    scored = [_Scored(_score(kinds, experiment.id, summary.id), summary) for summary in earlier]
    near = [each for each in scored if each.score >= _LEAST_SCORE]
    near.sort(key=lambda each: (-each.score, each.summary.at))
    similar = []
    for score, summary in near[:count]:
        ids = (summary.id, experiment.id)
        reasons = (
            _explain_code(code.excerpts, *ids),
            _explain_settings(code.settings, *ids),
            _explain_words(words, *ids),
        )
        reason = "; ".join(filter(None, reasons))
        similar.append(SimilarExperiment(summary, round(score, 3), reason))
    return Nearest(tuple(similar), code.absent)


def _list_earlier(record: Record, experiment: Experiment) -> list[Summary]:
    """Return the other experiments that began no later than this one."""
    began = read_timestamp(experiment.at)
    return [
        summary
        for summary in record.read_summaries()
        if summary.id != experiment.id and read_timestamp(summary.at) <= began
    ]


def _weigh(name: str, sets: Mapping[str, Collection[str]]) -> _Kind:
    return _Kind(_SHARES[name], sets, weigh_rarity(sets.values()))


def _score(kinds: Sequence[_Kind], ident: str, earlier: str) -> float:
    """Return how near two experiments are, 0 to 1: the mean over what both have, by its share."""
    total = shares = 0.0
    for share, sets, weights in kinds:
        newer_set, earlier_set = sets.get(ident), sets.get(earlier)
        if newer_set and earlier_set:
            total += share * measure_overlap(newer_set, earlier_set, weights)
            shares += share
    return total / shares if shares else 0.0


def _explain_code(excerpts: Mapping[str, Excerpt], earlier: str, ident: str) -> str:
    """Say how much the code of two experiments differs; "" where it cannot be compared."""
    from gitexp.excerpt.delta.read import read_delta

    if earlier not in excerpts or ident not in excerpts:
        return ""
    delta = read_delta(excerpts[earlier], excerpts[ident])
    if not delta.changed_count:
        return "the same code"
    return f"code differs in {delta.summary}"


def _explain_settings(
    settings: Mapping[str, Mapping[str, Setting]], earlier: str, ident: str
) -> str:
    """Say which settings of two experiments differ: ``FILTERS 50 → 10``; "" where none does."""
    older, newer = settings.get(earlier), settings.get(ident)
    if older is None or newer is None:
        return ""
    names = list_changed_names(older, newer)
    changes = []
    for name in names[:_NAMED_SETTINGS]:
        before = str(older[name]) if name in older else "–"
        after = str(newer[name]) if name in newer else "–"
        changes.append(f"{name} {before} → {after}")
    if len(names) > _NAMED_SETTINGS:
        changes.append(f"{len(names) - _NAMED_SETTINGS} more settings differ")
    return ", ".join(changes)


def _list_values(settings: Mapping[str, Setting]) -> frozenset[str]:
    """Return each setting with its values as one text."""
    return frozenset(f"{name}={setting}" for name, setting in settings.items())


def _explain_words(kind: _Kind, earlier: str, ident: str) -> str:
    """Say which words the entries of two experiments share, the rarest first; "" for none."""
    shared = set(kind.sets.get(earlier, ())) & set(kind.sets.get(ident, ()))
    rarest = sorted(shared, key=lambda word: (-kind.weights[word], word))
    return f"both say {', '.join(rarest[:_SHARED_WORDS])}" if rarest else ""


def _collect_words(record: Record) -> dict[str, set[str]]:
    """Return the words of the entries by experiment."""
    ids = record.index.read_names()
    words_by_id: dict[str, set[str]] = {}
    for event in record.index.read_entries():
        words = split_words(drop_images(event.text)) if event.experiments else set()
        for name in event.experiments:
            words_by_id.setdefault(ids.get(name, name), set()).update(words)
    return words_by_id


def _read_code(
    record: Record, summaries: Sequence[Summary], code_filter: CodeFilter | None
) -> _ComparedCode:
    """Return what a filter leaves of some experiments; nothing where there is no filter."""
    if code_filter is None:
        return _ComparedCode({}, {}, ())
    in_time_order = sorted(summaries, key=lambda summary: read_timestamp(summary.at))
    with open_follower(record) as follower:
        excerpts = _cut_excerpts(follower, code_filter, summaries)
        settings = read_settings(record, code_filter, in_time_order, follower).by_id
        absent = find_absent_ids(follower, summaries, code_filter)
    return _ComparedCode(excerpts, settings, absent)


def _cut_excerpts(
    follower: Follower, code_filter: CodeFilter, summaries: Sequence[Summary]
) -> dict[str, Excerpt]:
    """Return the excerpts by experiment.

    An excerpt that cannot be read whole is left out: it would seem less alike than it is.
    """
    follower.prepare((summary.version for summary in summaries), code_filter)
    excerpts = {}
    for summary in summaries:
        if not summary.version:
            continue
        try:
            excerpt = follower.cut_excerpt(code_filter, summary.version)
        except GitExpError:
            continue
        if excerpt.text and not excerpt.unread:
            excerpts[summary.id] = excerpt
    return excerpts


def _list_lines(excerpt: Excerpt) -> frozenset[str]:
    """Return the kept lines without indentation, each once; blank ones are left out."""
    texts: set[str] = set()
    for _, lines in excerpt.text:
        texts.update(line.strip() for line in lines)
    texts.discard("")
    return frozenset(texts)
