"""Compare the commits that we report with those that changed the code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

Commit = TypeVar("Commit", int, str)


@dataclass(frozen=True)
class Accuracy:
    """Numbers of commits: reported and true, reported only, true only."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, more: Accuracy) -> Accuracy:
        return Accuracy(self.right + more.right, self.wrong + more.wrong, self.missed + more.missed)

    def __str__(self) -> str:
        ratios = f"{self.precision:.3f}  {self.recall:.3f}  {self.f1:.4f}"
        return f"{ratios}  {self.right:4} right {self.wrong:3} wrong {self.missed:3} missed"

    @property
    def is_perfect(self) -> bool:
        return self.wrong == self.missed == 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def compare_commits(
    reported: AbstractSet[Commit],
    true: AbstractSet[Commit],
    either: AbstractSet[Commit] = frozenset(),
) -> Accuracy:
    """Count reported against true commits; those in ``either`` do not count."""
    return Accuracy(
        len(reported & true), len(reported - true - either), len(true - reported - either)
    )
