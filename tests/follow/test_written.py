"""Hold how well histories that are written by hand are followed; ``written/README.md`` says what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.follow.follower import Follower
from gitexp.model.filter import CodeFilter, parse_rule
from tests.follow.accuracy import Accuracy, compare_commits
from tests.follow.written import WrittenHistory, read_all

if TYPE_CHECKING:
    from pathlib import Path

MEASURED_F1 = 0.9803
"""F1 over all histories as it is today: a change that lowers it is a step back, one that raises it raises this too."""


def follow(history: WrittenHistory, folder: Path) -> set[int]:
    """Return the commits, numbered from 1, that we say changed the code."""
    repository, ids = history.past.write(folder)
    tip = ids[-1]
    with Follower(repository) as follower:
        steps = follower.walk_history(CodeFilter("", (parse_rule(history.rule),), tip), tip)
        return {ids.index(step.commit) + 1 for step in steps}


def test_histories_written_by_hand_are_followed_as_well_as_measured(tmp_path: Path) -> None:
    """Where we are wrong is printed (``-rP`` shows it)."""
    total = Accuracy()
    for history in read_all():
        reported = follow(history, tmp_path / history.name)
        accuracy = compare_commits(reported, history.changed, history.either)
        total += accuracy
        if not accuracy.is_perfect:
            print(f"{history.name}: reported {sorted(reported)}, true {sorted(history.changed)}")
    print(total)
    assert total.f1 >= MEASURED_F1, total


def test_each_kind_of_language_is_among_them() -> None:
    languages = {history.language for history in read_all()}
    assert {"Python", "notebook"} <= languages
    assert len(languages) >= 12
