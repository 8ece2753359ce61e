"""Have I tried this? The earlier experiments that are nearest to one, by code, text and id."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from gitexp.errors import GitExpError
from gitexp.follow.follower import Follower
from gitexp.history.absent import absent_ids
from gitexp.model.results import Nearest, SimilarExperiment
from gitexp.model.term_weights import measure_overlap, split_id, split_words, weigh_rarity
from gitexp.record.read.filters import find_filter, read_filters

if TYPE_CHECKING:
    from gitexp.excerpt.cut import Excerpt
    from gitexp.model.experiment import Experiment, Summary
    from gitexp.record.record import Record

# How much each likeness counts; one that cannot be had leaves its share to the others.
_CODE, _TEXT, _ID = 0.5, 0.3, 0.2
# Below this two experiments have nothing to do with each other.
_LEAST = 0.12


def find_similar(
    record: Record, experiment: Experiment, filter_name: str = "", count: int = 5
) -> Nearest:
    """The nearest experiments that began before this one, nearest first.

    Lines of the excerpts, words of the entries and parts of the ids are compared as sets, what is rare in the record counting more.
    """
    began = datetime.fromisoformat(experiment.at).timestamp()
    earlier = [
        one
        for one in record.read_summaries()
        if one.id != experiment.id and datetime.fromisoformat(one.at).timestamp() <= began
    ]
    if not earlier:
        return Nearest(())
    texts = _words(record)
    ids = {one.id: split_id(one.id) for one in (experiment.summary, *earlier)}
    codes, absent = _excerpts(record, [experiment.summary, *earlier], filter_name)
    lines = {name: _lines(excerpt) for name, excerpt in codes.items()}
    weights = (
        weigh_rarity(lines.values()),
        weigh_rarity(texts.values()),
        weigh_rarity(ids.values()),
    )
    mine = (
        lines.get(experiment.id, frozenset()),
        texts.get(experiment.id, set()),
        ids[experiment.id],
    )
    found = []
    for one in earlier:
        theirs = (lines.get(one.id, frozenset()), texts.get(one.id, set()), ids[one.id])
        shares = [
            (share, measure_overlap(left, right, weight))
            for share, left, right, weight in zip(
                (_CODE, _TEXT, _ID), mine, theirs, weights, strict=True
            )
            if left and right
        ]
        score = (
            sum(share * value for share, value in shares) / sum(share for share, _ in shares)
            if shares
            else 0.0
        )
        if score >= _LEAST:
            found.append((score, one))
    found.sort(key=lambda item: (-item[0], item[1].at))
    near = [
        _near(record, experiment, one, score, codes, texts, weights[1])
        for score, one in found[:count]
    ]
    return Nearest(tuple(near), absent)


def _near(
    record: Record,
    experiment: Experiment,
    one: Summary,
    score: float,
    codes: dict[str, Excerpt],
    texts: dict[str, set[str]],
    weights: dict[str, float],
) -> SimilarExperiment:
    """A near experiment with the reasons why."""
    from gitexp.excerpt.delta.delta import compare_excerpts

    reasons = []
    if experiment.id in codes and one.id in codes:
        size = compare_excerpts(codes[one.id], codes[experiment.id], whitespace=False).summary
        reasons.append("the same code" if size == "no change" else f"code differs in {size}")
    shared = sorted(
        texts.get(experiment.id, set()) & texts.get(one.id, set()),
        key=lambda word: (-weights[word], word),
    )
    if shared:
        reasons.append(f"both say {', '.join(shared[:3])}")
    return SimilarExperiment(one, round(score, 3), "; ".join(reasons))


def _words(record: Record) -> dict[str, set[str]]:
    """The words of each experiment's entries."""
    known = record.index.read_names()
    found: dict[str, set[str]] = {}
    for event in record.index.read_entries():
        words = split_words(event.text) if event.experiments else set()
        for name in event.experiments:
            found.setdefault(known.get(name, name), set()).update(words)
    return found


def _excerpts(
    record: Record, summaries: list[Summary], filter_name: str
) -> tuple[dict[str, Excerpt], tuple[str, ...]]:
    """Return the code of each experiment as the filter leaves it, and the ids of those whose code is not in this clone.

    What cannot be read whole is left out: it would seem less alike than it is.
    """
    if not filter_name and not read_filters(record):
        return {}, ()
    choice = find_filter(record, filter_name)
    found = {}
    with Follower(record.repository) as follower:
        follower.prepare((one.version for one in summaries), choice)
        for one in summaries:
            try:
                excerpt = follower.cut_excerpt(choice, one.version) if one.version else None
            except GitExpError:
                continue
            if excerpt is not None and excerpt.text and not excerpt.unread:
                found[one.id] = excerpt
        return found, absent_ids(follower, summaries)


def _lines(excerpt: Excerpt) -> frozenset[str]:
    return frozenset(line.strip() for _, lines in excerpt.text for line in lines if line.strip())
