"""Ways: how reach came to a name, and from where it looks one up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.excerpt.reach.module import END

if TYPE_CHECKING:
    from gitexp.excerpt.reach.module import Branch


@dataclass(frozen=True, slots=True)
class Reason:
    """Why ``name`` of file ``path`` is kept: the names from the root down to it; ``guess`` when a step is not certain."""

    name: str
    path: str
    chain: tuple[str, ...]
    guess: bool

    def __str__(self) -> str:
        return " -> ".join(self.chain) + (" (guess)" if self.guess else "")


@dataclass(frozen=True, slots=True)
class Way:
    """How the search came to a statement: names from the root, number of steps, whether a step was a guess."""

    chain: tuple[str, ...]
    depth: int
    guess: bool = False

    def to(self, name: str, guess: bool = False) -> Way:
        """One step further, to ``name``. An import and what it brings in under the same name are one step."""
        chain = self.chain if self.chain[-1] == name else (*self.chain, name)
        return Way(chain, self.depth + 1, self.guess or guess)

    def beside(self, name: str, guess: bool = False) -> Way:
        """Something that comes along with the last step: what configures a name, what an import leads to."""
        chain = self.chain if self.chain[-1] == name else (*self.chain, name)
        return Way(chain, self.depth, self.guess or guess)


@dataclass(frozen=True, slots=True)
class View:
    """From where a name is looked up: position and branch; and the time at which a function found by it is called."""

    at: float = END
    time: float = END
    branch: Branch = ()
