"""How reach came to a name, and from where it looks a name up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.excerpt.reach.moment import END, Moment

if TYPE_CHECKING:
    from gitexp.excerpt.reach.moment import Branch
    from gitexp.excerpt.scope.doubt import Doubt


@dataclass(frozen=True, slots=True)
class Reason:
    """Why ``name`` of file ``path`` is kept: the names from the root down to it.

    ``doubt``: the cause of the first step that is not certain. ``depth``: steps from the root.
    ``line_count``: the lines that came with the name first.
    """

    name: str
    path: str
    chain: tuple[str, ...]
    doubt: Doubt | None
    depth: int = 0
    line_count: int = 0

    @property
    def guess(self) -> bool:
        """True if a step is not certain."""
        return self.doubt is not None

    def __str__(self) -> str:
        chain = " -> ".join(self.chain)
        if self.doubt is None:
            return chain
        return f"{chain} (guess: {self.doubt.value})"


@dataclass(frozen=True, slots=True)
class Trail:
    """How the search came to a statement: names from the root, steps, the cause of a guess."""

    chain: tuple[str, ...]
    depth: int
    doubt: Doubt | None = None

    def step_to(self, name: str, doubt: Doubt | None = None) -> Trail:
        """Return the trail one step further, to ``name``.

        An import and what it brings in under the same name are one step.
        """
        return Trail(self._extend(name), self.depth + 1, self.doubt or doubt)

    def step_beside(self, name: str, doubt: Doubt | None = None) -> Trail:
        """Return the trail to what is kept beside the last step.

        Such is what configures a name, or what an import leads to.
        """
        return Trail(self._extend(name), self.depth, self.doubt or doubt)

    def _extend(self, name: str) -> tuple[str, ...]:
        return self.chain if self.chain[-1] == name else (*self.chain, name)


@dataclass(frozen=True, slots=True)
class Vantage:
    """From where a name is looked up: ``at`` a moment, in a ``branch``.

    ``called_at``: the moment at which a function that is found by the name is called.
    """

    at: Moment = END
    called_at: Moment = END
    branch: Branch = ()
