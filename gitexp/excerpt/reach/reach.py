"""Reach: a symbol, and each definition, constant and import of the repository that it needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from gitexp.errors import NotFoundError
from gitexp.excerpt.reach.agenda import Limits
from gitexp.excerpt.reach.imports import Library
from gitexp.excerpt.reach.opened_settings import find_opened_settings
from gitexp.excerpt.reach.other_files import OtherFiles
from gitexp.excerpt.reach.public_doors import PublicDoors
from gitexp.excerpt.reach.reasons import Reason
from gitexp.excerpt.reach.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gitexp.excerpt.cut import Span
    from gitexp.excerpt.reach.import_lines import ShortLines
    from gitexp.excerpt.source import Source

__all__ = ["Reached", "Reason", "find_near_names", "reach"]


@dataclass(frozen=True, slots=True)
class Reached:
    """What reach keeps.

    ``spans``: lines by path, the root's file first. ``reasons``: one for each name, in the order in
    which they were found. ``stopped``: names that were met and left out because they were asked to
    be. ``absent``: names to be kept as well that this version does not define. ``guesses``: the
    lines that only guesses keep. ``library``: the package that the root's file belongs to, where the
    cut ends at public names of it; ``doors``: these names. ``short_lines``: the lines of imports that
    read without some of their names, for nothing of these is kept.
    """

    spans: dict[str, tuple[Span, ...]]
    reasons: tuple[Reason, ...]
    stopped: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    guesses: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    library: str = ""
    doors: tuple[str, ...] = ()
    short_lines: ShortLines = field(default_factory=dict)

    def explain(self, name: str) -> tuple[Reason, ...]:
        """Return the reasons why ``name`` is kept; none when it is not.

        ``name`` is plain or ``path::name``; of a method also its last part.
        """
        path, _, symbol = name.rpartition("::")
        reasons = []
        for reason in self.reasons:
            if path and path != reason.path:
                continue
            if reason.name == symbol or reason.name.endswith(f".{symbol}"):
                reasons.append(reason)
        return tuple(reasons)


def reach(
    load: Callable[[str], Source | None],
    path: str,
    symbol: str,
    *,
    stop: Iterable[str] = (),
    also: Iterable[str] = (),
    depth: int | None = None,
) -> Reached:
    """Find what ``symbol`` of file ``path`` needs, over all files that ``load`` knows.

    ``load`` gives None for a file that is not in this version. A dotted symbol (``Net.run``) keeps
    the head of the class, that method and what the method needs of the class. Names in ``stop`` are
    left out, with what only they need. Names in ``also`` (of the same file, or ``path::name``) are
    kept as well. ``depth`` bounds the steps from the root (0: the root alone). Without it a reach
    that begins inside of a library ends at the names that the library exports. Raises NotFoundError
    when the file or the symbol is not there.
    """
    library = Library(load, path)
    module = library.read_module(path)
    if module is None:
        raise NotFoundError(
            f"'{path}@{symbol}': no file '{path}' in this version",
            "check the path, from the repository's top folder",
        )
    limits = Limits(frozenset(stop), depth)
    doors = PublicDoors(library, load, path) if depth is None else None
    search = Search(library, path, limits, doors)
    if not search.add_root(module, symbol):
        raise NotFoundError(
            f"'{path}@{symbol}': '{path}' does not define '{symbol}'",
            _make_hint(symbol, list(module.bindings)),
        )
    absent = [name for name in also if not _add_named_root(search, path, name)]
    _run(search)
    settings = find_opened_settings(search.file_namings, load, limits)
    spans_of_settings = {path: (opened.span,) for path, opened in settings.items()}
    return Reached(
        search.kept.list_spans(library) | spans_of_settings,
        (*search.kept.reasons.values(), *(opened.reason for opened in settings.values())),
        tuple(limits.stopped),
        tuple(absent),
        search.kept.list_guesses(library) | spans_of_settings,
        doors.package if doors is not None else "",
        tuple(doors.met) if doors is not None else (),
        search.kept.list_short_lines(library),
    )


def find_near_names(symbol: str, names: list[str]) -> list[str]:
    """Return up to three names of which ``symbol`` may be a slip."""
    near = get_close_matches(symbol, names, n=3, cutoff=0.6)
    if near:
        return near
    holding = [name for name in names if symbol.lower() in name.lower()]
    return holding[:3]


def _run(search: Search) -> None:
    """Search until nothing new is found."""
    other_files = OtherFiles(search)
    while search.has_steps:
        _run_to_the_end(search, other_files)
        search.keep_fillers()


def _run_to_the_end(search: Search, other_files: OtherFiles) -> None:
    while search.has_steps:
        search.expand_all()
        other_files.keep_spelled_names()
        other_files.keep_names_of_values()
        other_files.keep_changes()
        other_files.keep_members_of_libraries()
        other_files.keep_environment()


def _add_named_root(search: Search, path: str, name: str) -> bool:
    """Add ``name`` of ``path``, or ``path::name``, as a root; False when it is not there."""
    other_path, _, symbol = name.rpartition("::")
    module = search.library.read_module(other_path or path)
    return module is not None and search.add_root(module, symbol)


def _make_hint(symbol: str, names: list[str]) -> str:
    near = find_near_names(symbol, names)
    if near:
        return f"near: {', '.join(near)}"
    return "choose a function, class or assignment at the top level"
