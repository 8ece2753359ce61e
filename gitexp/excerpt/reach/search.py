"""The search behind reach: from a root along free variables, each looked up as the binding in force when it is read.

A free variable is a name that no enclosing scope binds (Python language reference, "Naming and binding"). The search goes
over pairs of a statement and a time: a function reads its module's names when it is called, everything else when it runs.
"""

from __future__ import annotations

import builtins
import heapq
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.excerpt.cut import Span, combine_spans
from gitexp.excerpt.reach.call_time import call_time
from gitexp.excerpt.reach.effects import changed_by_calling, changed_names, changes, rewriting, switches
from gitexp.excerpt.reach.guards import deciding
from gitexp.excerpt.reach.imports import fitting
from gitexp.excerpt.reach.methods import Partial, part_of_class
from gitexp.excerpt.reach.module import END, Item, Module
from gitexp.excerpt.reach.reasons import Reason, View, Way
from gitexp.excerpt.reach.side_effect_imports import Lines, run_by_import
from gitexp.excerpt.scope.facts import ELEMENT, Import, Use, values

if TYPE_CHECKING:
    from gitexp.excerpt.reach.imports import Library
    from gitexp.excerpt.scope.facts import Change, Facts, Lookup

_BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True)
class _Step:
    module: Module
    item: Item
    time: float
    way: Way
    facts: Facts


class Search:
    """One reach under way. ``reasons`` and ``stopped`` fill as it runs."""

    def __init__(self, library: Library, path: str, stop: frozenset[str], depth: int | None) -> None:
        self.library = library
        self.stop = stop
        self.depth = depth
        self.reasons: dict[tuple[str, str], Reason] = {}
        self.stopped: dict[str, None] = {}
        self._root = path
        self._run: dict[str, Lines] | None = None
        self._spans: dict[str, list[Span]] = {path: []}
        self._certain: dict[str, list[Span]] = {}
        self._kept: set[tuple[str, int]] = set()
        self._strings: list[tuple[Way, set[str]]] = []
        self._dynamic: dict[str, Way] = {}
        self._queue: list[tuple[bool, int, int, _Step]] = []
        self._numbers = itertools.count()
        self._seen: dict[tuple[str, int, float, bool], int] = {}
        self._needed: dict[tuple[str, str, tuple[str, ...], View, bool], int] = {}
        self._changing: dict[tuple[str, str], tuple[tuple[Item, Change], ...]] = {}
        self._done: dict[tuple[str, float], frozenset[str]] = {}
        self._until: dict[str, float] = {}

    def take(self, path: str, name: str) -> bool:
        """Take in one more root, ``name`` of ``path`` or ``path::name``; False when this version has no such name."""
        where, _, symbol = name.rpartition("::")
        module = self.library.module(where or path)
        return module is not None and self.start(module, symbol)

    def start(self, module: Module, symbol: str) -> bool:
        """Take in a root; False when the module has no such symbol."""
        name, _, member = symbol.partition(".")
        items, _ = module.in_force(name, END)
        way = Way((symbol,), 0)
        if not items:
            return self._by_star(module, name, (), way)
        moment = call_time(module, name, items[-1])
        time = moment.time
        self._until[module.path] = max(time, self._until.get(module.path, time))
        if moment.done:
            self._done[module.path, time] = moment.done
        for item in items:
            partial = part_of_class(self.library, module, item, member, time, self._leaves_out) if member else ()
            if member and not partial and item.kind == "class":
                return False
            for piece in partial:
                self._keep_partial(piece, way, time if piece.module is module else END)
            if not partial:
                self._keep(module, item, (name,), time, way.beside(symbol, guess=item.kind == "text"))
        self._keep_deciding(module, items, time, way)
        if not member:
            self._keep_changes(module, (name,), items, time, way)
        return True

    def run(self) -> None:
        """Search until nothing new is found."""
        while self._queue:
            while self._queue:
                self._expand(heapq.heappop(self._queue)[-1])
            self._spelled()
            self._changed_elsewhere()

    def spans(self) -> dict[str, tuple[Span, ...]]:
        """What is kept so far, by path."""
        return {path: self.library.modules[path].whole(kept) for path, kept in self._spans.items() if kept}

    def guesses(self) -> dict[str, tuple[Span, ...]]:
        """What of it is kept by guesses alone, by path."""
        found = {path: combine_spans(spans, self._certain.get(path, ())) for path, spans in self._spans.items()}
        return {path: spans for path, spans in found.items() if spans}

    # Reading

    def _expand(self, step: _Step) -> None:
        if self.depth is not None and step.way.depth >= self.depth:
            return
        for use in step.facts.uses:
            self._use(step, use)
        for prefix, suffix in step.facts.patterns:
            for name in step.module.bindings:
                if name.startswith(prefix) and name.endswith(suffix) and len(name) > len(prefix) + len(suffix):
                    self._need(step.module, name, (), View(step.time, step.time), step.way.to(name, guess=True))
        for lookup in step.facts.lookups:
            self._look_up(step, lookup)
        self._strings.append((step.way, step.facts.strings))
        if step.facts.dynamic:
            self._dynamic.setdefault(step.module.path, step.way)

    def _look_up(self, step: _Step, lookup: Lookup) -> None:
        """A name of another module that is spelled in part, or by other kept strings (``_spelled``)."""
        module = self.library.held(step.module, lookup.holder)
        if module is not None and lookup.prefix + lookup.suffix:
            for name in module.bindings:
                if name.startswith(lookup.prefix) and name.endswith(lookup.suffix):
                    self._use(step, Use((*lookup.holder, name), late=True, guess=True))
        elif module is not None:
            self._dynamic.setdefault(module.path, step.way)

    def _use(self, step: _Step, use: Use) -> None:
        way = step.way.to(use.path[0], use.guess)
        if use.source is not None:
            if not self._is_stopped(use.path):
                self._follow(step.module, use.source, use.path[1:], way)
        elif use.late:
            self._need(step.module, use.path[0], use.path[1:], View(step.time, step.time), way)
        else:
            # A function called while the statement runs sees the names of that moment; one only mentioned is called later.
            position = step.item.position
            within = position + 0.5 if (step.module.path, position + 0.5) in self._done else position
            self._need(step.module, use.path[0], use.path[1:], View(position, within if use.called else step.time, step.item.branch), way)

    def _need(self, module: Module, name: str, attributes: tuple[str, ...], view: View, way: Way) -> None:
        """Keep what ``name`` means in ``module`` as seen from ``view``; ``attributes`` are read from it."""
        if self._is_stopped((name, *attributes)) or self._is_known((module.path, name, attributes, view), way):
            return
        at = view.at if name in self._done.get((module.path, view.at), (name,)) else int(view.at)
        items, unsure = module.in_force(name, at, view.branch)
        for item in module.rebinders.get(name, ()):
            self._push(module, item, view.time, way.to(item.label, guess=True))
        if not items:
            self._by_star(module, name, attributes, way)
            return
        for item in fitting(module, items, (name, *attributes), view.at):
            self._keep(module, item, (name, *attributes), view.time, way.beside(name, guess=unsure or item.kind == "text"))
        self._keep_deciding(module, items, view.time, way)
        self._keep_changes(module, (name, *attributes), items, at, way)

    def _is_known(self, need: tuple[str, str, tuple[str, ...], View], way: Way) -> bool:
        """Whether a name was looked up like this before, as near and as certainly: imports may lead back to themselves."""
        if min(self._needed.get((*need, guess), END) for guess in (False, way.guess)) <= way.depth:
            return True
        self._needed[*need, way.guess] = way.depth
        return False

    def _is_stopped(self, path: tuple[str, ...]) -> bool:
        """Whether a name, or an attribute of a module or class by its own or its dotted name, is asked to be left out."""
        known = path[: path.index(ELEMENT)] if ELEMENT in path else path
        return any(self._leaves_out(path[size - 1]) or self._leaves_out(".".join(path[:size])) for size in range(1, len(known) + 1))

    def _leaves_out(self, name: str) -> bool:
        if name in self.stop:
            self.stopped[name] = None
        return name in self.stop

    # Imports

    def _follow(self, module: Module, source: Import, attributes: tuple[str, ...], way: Way) -> None:
        """Go where an import leads: to the name in the other file, or to the attribute that is read from a module."""
        target, name, attributes = self.library.lead(source, attributes, module.path)
        if target is not None and not source.level:
            for owner, item in self.library.paving(target, module.path):
                self._push(owner, item, item.position, way.beside(item.label))
        if target is not None and name and name != "*":
            self._need(target, name, attributes, View(), way.beside(name))

    def _by_star(self, module: Module, name: str, attributes: tuple[str, ...], way: Way) -> bool:
        """Keep, on suspicion, the star imports that lead to foreign modules. True when any was kept."""
        if name in _BUILTINS:
            return False
        for item in module.stars:
            self._push(module, item, END, way.beside(name, guess=True))
            target = self.library.star(module, item)
            if target is not None:
                self._need(target, name, attributes, View(), way.beside(name, guess=True))
        return bool(module.stars)

    # What changes a kept name

    def _keep_changes(self, module: Module, path: tuple[str, ...], items: list[Item], until: float, way: Way) -> None:
        """Keep the statements between the binding and ``until`` that change what a name holds; of a module, what is read from it."""
        first = min(item.position for item in items)
        sources = [item.binds.get(path[0]) for item in items]
        foreign = all(source is not None and self.library.target(source, module.path)[0] is None for source in sources)
        whole = all(source is not None and not source.name for source in sources)
        for item, change in self._changes(module, path[0]):
            # Calling a function of a module is no change to the module; what that function changes is found from there.
            called = change.path[1:] == () and change.how != "argument"
            apart = whole and (called or any(one != two for one, two in zip(change.path, path, strict=False)))
            if first < item.position < until and (switches(change, item) if foreign else not apart):
                self._push(module, item, until, way.beside(item.label, guess=change.guess or foreign))
                self._keep_deciding(module, [item], until, way)
        for item in rewriting(module) if all(item.kind == "assignment" for item in items) else ():
            if first < item.position < until:
                self._push(module, item, until, way.beside(item.label, guess=True))

    def _keep_deciding(self, module: Module, items: list[Item], time: float, way: Way) -> None:
        """Keep what decides whether ``items`` run: what a ``try`` tries."""
        for item in deciding(module, items):
            self._push(module, item, time, way.beside(item.label))

    def _changes(self, module: Module, name: str) -> tuple[tuple[Item, Change], ...]:
        place = (module.path, name)
        if place not in self._changing:
            self._changing[place] = tuple(changes(self.library, module, name))
        return self._changing[place]

    def _changed_elsewhere(self) -> None:
        """Keep statements of one file that change a name kept in another: ``config.FILTERS = 10`` in the notebook.

        The file is kept itself, or imported by the root's file for nothing else.
        """
        if self._run is None:
            run = run_by_import(self.library, self.library.modules[self._root])
            self._run = {path: lines for path, lines in run.items() if path not in self._spans}
        modules = [module for path in {**self._spans, **self._run} if (module := self.library.module(path)) is not None]
        for module in modules:
            for name in sorted(changed_names(module)):
                for binding in module.bindings.get(name, ()):
                    source = binding.binds.get(name)
                    if source is not None:
                        for item, change in self._changes(module, name):
                            self._change_elsewhere(module, binding, source, item, change)
            for item in module.items:
                if item.kind not in {"import", "text"}:
                    self._calls_elsewhere(module, item)

    def _change_elsewhere(self, module: Module, binding: Item, source: Import, item: Item, change: Change) -> None:
        target, name = self.library.target(source, module.path)
        name = name or (change.path[1] if len(change.path) > 1 else "")
        if target is not None:
            self._keep_elsewhere(module, (binding, item), (target.path, name), guess=change.how != "set")

    def _calls_elsewhere(self, module: Module, item: Item) -> None:
        """Keep a statement that calls a function of another file which changes a kept name there: ``@registry.register("tcn")``."""
        for use in item.facts.uses:
            for binding in module.bindings.get(use.path[0], ()) if use.called and not use.late else ():
                source = binding.binds.get(use.path[0])
                target, name = self.library.target(source, module.path) if source is not None else (None, "")
                function = name or ".".join(use.path[1:2])
                for changed in changed_by_calling(target).get(function, ()) if target is not None else ():
                    if target is not None:
                        self._keep_elsewhere(module, (binding, item), (target.path, changed[0]), guess=True)

    def _keep_elsewhere(self, module: Module, pair: tuple[Item, Item], kept: tuple[str, str], guess: bool) -> None:
        """Keep a statement and the import it works through, because of what is ``kept`` (path and name) elsewhere."""
        binding, item = pair
        reason = self.reasons.get(kept)
        if item.position >= self._until.get(module.path, END):  # when it runs the root has been called
            return
        if reason is None or (module.path, item.position) in self._kept:
            return
        lines = (self._run or {}).get(module.path, ())
        way = Way(reason.chain, min(len(reason.chain), self.depth or 0), reason.guess or guess or bool(lines))
        for line in (*lines, (module, binding)):
            self._push(*line, END, way)
        self._push(module, item, item.position, way.beside(item.label))

    def _spelled(self) -> None:
        """Where a kept statement looks names up by strings, strings that spell a function or class are taken for its name."""
        for path, reader in self._dynamic.items():
            module = self.library.modules[path]
            for way, strings in list(self._strings):
                for name in sorted(strings & module.bindings.keys()):
                    callable_ = any(item.kind in {"function", "class"} for item in module.bindings[name])
                    if callable_ and (path, name) not in self.reasons:
                        step = Way(way.chain, max(way.depth, reader.depth), guess=True)
                        self._need(module, name, (), View(), step.to(name))

    # Keeping

    def _keep(self, module: Module, item: Item, path: tuple[str, ...], time: float, way: Way) -> None:
        self._push(module, item, time, way)
        source = item.binds.get(path[0])
        if source is not None and (self.depth is None or way.depth <= self.depth):
            self._follow(module, source, path[1:], way)
        if path[1:]:
            self._keep_of_modules(module, item, path, time, way)

    def _keep_of_modules(self, module: Module, item: Item, path: tuple[str, ...], time: float, way: Way) -> None:
        """What is read from a name that holds modules (``m = nets``, ``TABLE = {"a": nets.a}``) is read from them."""
        element = path[1] == ELEMENT
        for value in values(item.node, path[0], element):
            if self.library.held(module, value) is not None:
                view = View(item.position, time, item.branch)
                self._need(module, value[0], (*value[1:], *path[2 if element else 1 :]), view, way.to(value[0]))

    def _push(self, module: Module, item: Item, time: float, way: Way) -> None:
        if self.depth is not None and way.depth > self.depth:
            return
        if item.kind in {"function", "class"} and self._leaves_out(item.label):
            return
        place = (module.path, item.position)
        if self._seen.get((*place, time, False), END) <= way.depth or self._seen.get((*place, time, way.guess), END) <= way.depth:
            return
        self._seen[*place, time, way.guess] = way.depth
        self._record(module, way.chain[-1] if way.chain[-1] in item.binds else item.label, way)
        self._kept.add(place)
        self._hold(module.path, item.spans, guess=way.guess)
        self._enter(_Step(module, item, time, way, item.facts))

    def _keep_partial(self, piece: Partial, way: Way, time: float) -> None:
        own = way if piece.root else way.to(piece.label, piece.guess)
        if self.depth is not None and own.depth > self.depth:
            return
        self._record(piece.module, piece.label, own)
        self._hold(piece.module.path, piece.spans, guess=own.guess)
        self._enter(_Step(piece.module, piece.item, time, own, piece.facts))

    def _hold(self, path: str, spans: tuple[Span, ...], *, guess: bool) -> None:
        self._spans.setdefault(path, []).extend(spans)
        if not guess:
            self._certain.setdefault(path, []).extend(spans)

    def _enter(self, step: _Step) -> None:
        heapq.heappush(self._queue, (step.way.guess, step.way.depth, next(self._numbers), step))

    def _record(self, module: Module, name: str, way: Way) -> None:
        known = self.reasons.get((module.path, name))
        if known is None or (known.guess and not way.guess):
            self.reasons[module.path, name] = Reason(name, module.path, way.chain, way.guess)
