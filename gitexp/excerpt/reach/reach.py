"""Reach: a symbol and every definition, constant and import of the repository that it needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from gitexp.errors import NotFoundError
from gitexp.excerpt.reach.imports import Library
from gitexp.excerpt.reach.reasons import Reason
from gitexp.excerpt.reach.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gitexp.excerpt.cut import Span
    from gitexp.excerpt.source import Source

__all__ = ["Reached", "Reason", "near", "reach"]


@dataclass(frozen=True, slots=True)
class Reached:
    """What reach keeps: ``spans`` by path (the root's file first), one reason for each name, in the order they were found.

    ``stopped``: names that were met and left out because they were asked to be. ``absent``: names to take in as well that
    this version does not define. ``guesses``: the lines that only guesses keep.
    """

    spans: dict[str, tuple[Span, ...]]
    reasons: tuple[Reason, ...]
    stopped: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    guesses: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    def why(self, name: str) -> tuple[Reason, ...]:
        """The chains by which ``name`` (plain, or ``path::name``; of a method also its last part) came in; empty when it did not."""
        path, _, symbol = name.rpartition("::")
        found = [reason for reason in self.reasons if path in ("", reason.path)]
        return tuple(reason for reason in found if reason.name == symbol or reason.name.endswith(f".{symbol}"))


def reach(
    load: Callable[[str], Source | None],
    path: str,
    symbol: str,
    *,
    stop: Iterable[str] = (),
    also: Iterable[str] = (),
    depth: int | None = None,
) -> Reached:
    """Find what ``symbol`` of file ``path`` needs, over all files that ``load`` knows (None: not in this version).

    A dotted symbol (``Net.run``) keeps the head of the class, that method and what it needs of the class. Names in
    ``stop`` are left out, with what only they need; names in ``also`` (of the same file, or ``path::name``) are taken in;
    ``depth`` bounds the steps from the root (0: the root alone). Raises NotFoundError when the file or the symbol is not there.
    """
    library = Library(load, path)
    search = Search(library, path, frozenset(stop), depth)
    module = library.module(path)
    if module is None:
        raise NotFoundError(f"'{path}@{symbol}': no file '{path}' in this version", "check the path, from the repository's top folder")
    if not search.start(module, symbol):
        raise NotFoundError(f"'{path}@{symbol}': '{path}' does not define '{symbol}'", _hint(symbol, list(module.bindings)))
    absent = tuple(name for name in also if not search.take(path, name))
    search.run()
    return Reached(search.spans(), tuple(search.reasons.values()), tuple(search.stopped), absent, search.guesses())


def near(symbol: str, names: list[str]) -> list[str]:
    """The names that ``symbol`` may be a slip of."""
    return get_close_matches(symbol, names, n=3, cutoff=0.6) or [name for name in names if symbol.lower() in name.lower()][:3]


def _hint(symbol: str, names: list[str]) -> str:
    found = near(symbol, names)
    return f"near: {', '.join(found)}" if found else "choose a function, class or assignment at the top level"
