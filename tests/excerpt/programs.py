"""Random programs of several files whose dependencies are known, for the mutation test of reach."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.excerpt.sources import notebook, script

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.excerpt.source import Source

    Form = Callable[["Definition"], list[str]]

MODULES = ("lib.py", "pkg/deep.py", "train")
DEAD = 7000
CHANGED = 50_000


@dataclass
class Definition:
    """A definition ``n<index>`` that needs ``deps``; its number (100 + index) stands in its text once."""

    index: int
    module: int
    deps: list[int]
    names: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"n{self.index}"


class Program:
    """A program made from a seed. ``root`` is a function of the last module; ``reachable`` are the indices that it needs."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.is_notebook = self.random.random() < 0.6
        self.root_path = "train.ipynb" if self.is_notebook else "train.py"
        count = self.random.randint(5, 16)
        self.definitions = [self._definition(index, count) for index in range(count)]
        self.root = f"n{count - 1}"
        self.reachable = self._closure(count - 1)
        self.dead: list[int] = []
        self.blocks: list[list[str]] = [[], [], []]
        self.imports: list[list[str]] = [[], [], []]
        for definition in self.definitions:
            definition.names = [self._reference(definition, dep) for dep in definition.deps]
            self._write(definition)
        self._after_the_root()

    def numbers(self) -> dict[int, bool]:
        """Every number in the text that a mutation may change, and whether the root needs it."""
        found = {100 + item.index: item.index in self.reachable for item in self.definitions}
        return found | dict.fromkeys(self.dead, False)

    @staticmethod
    def replacement(number: int) -> int:
        """Return what stands instead of a number that is changed."""
        return CHANGED + number

    def sources(self, changed: frozenset[int] = frozenset()) -> dict[str, Source]:
        """Return the files by path, with the numbers given replaced by others."""

        def replace(match: re.Match[str]) -> str:
            number = int(match[1])
            return f"{self.replacement(number)}.0" if number in changed else match[0]

        found = {}
        for module, path in enumerate(MODULES):
            cells = ["\n".join(self.imports[module]), *self.blocks[module]]
            cells = [re.sub(r"\b(\d+)\.0", replace, cell) for cell in cells if cell]
            if module == 2:
                found[self.root_path] = (
                    notebook(*cells, path=self.root_path)
                    if self.is_notebook
                    else script("\n".join(cells), self.root_path)
                )
            else:
                found[path] = script("\n".join(cells) + "\n", path)
        return found

    def _definition(self, index: int, count: int) -> Definition:
        module = 2 if index > count * 0.7 else self.random.choice((0, 1, 2, 2))
        return Definition(index, module, [])

    def _closure(self, start: int) -> set[int]:
        for definition in self.definitions:
            possible = [
                other.index
                for other in self.definitions
                if other.index < definition.index and other.module <= definition.module
            ]
            definition.deps = self.random.sample(
                possible, min(len(possible), self.random.choice((0, 1, 1, 2, 3)))
            )
        found, todo = {start}, [start]
        while todo:
            for dep in self.definitions[todo.pop()].deps:
                if dep not in found:
                    found.add(dep)
                    todo.append(dep)
        return found

    def _reference(self, definition: Definition, dep: int) -> str:
        """How ``definition`` names ``dep``; adds the import it takes."""
        target = self.definitions[dep]
        if target.module == definition.module:
            return target.name
        dotted = ("lib", "pkg.deep")[target.module]
        line, name = self.random.choice(
            (
                (f"from {dotted} import {target.name}", target.name),
                (f"from {dotted} import {target.name} as z{dep}", f"z{dep}"),
                (f"import {dotted}", f"{dotted}.{target.name}"),
                (f"import {dotted} as L{target.module}", f"L{target.module}.{target.name}"),
            )
        )
        if line not in self.imports[definition.module]:
            self.imports[definition.module].append(line)
        return name

    def _write(self, definition: Definition) -> None:
        if self.random.random() < 0.3:
            self._noise(definition)
        write = (
            self._function if definition.name == self.root else self.random.choice(self._forms())
        )
        for block in write(definition):
            self.blocks[definition.module].append(block)
        if self.random.random() < 0.3:
            self._debug(definition)

    def _forms(self) -> tuple[Form, ...]:
        return (
            self._constant,
            self._function,
            self._function,
            self._class,
            self._condition,
            self._attempt,
            self._tuple,
            self._table,
            self._list,
        )

    def _constant(self, item: Definition) -> list[str]:
        return [f"{item.name} = [{item.index + 100}.0, {', '.join(item.names)}]"]

    def _function(self, item: Definition) -> list[str]:
        number = f"{item.index + 100}.0"
        shadow = self._unused(item)
        lines = [f"def {item.name}(x, *args):", f"    v = {number}"]
        lines += [self._reading(name, shadow) for name in item.names]
        lines += self.random.choice(
            (
                [],
                [f"    {shadow} = x", f"    {shadow} += 1"],
                [f"    for {shadow} in x:\n        pass"],
            )
        )
        if item.names and self.random.random() < 0.3:
            last = item.names[-1]
            lines[0] = self.random.choice(
                (
                    f"@{last}\n{lines[0]}",
                    f"def {item.name}(x, y={last}):",
                    f"def {item.name}(x: '{last}') -> None:",
                )
            )
            lines = lines[:2]
            lines += [f"    v = {name}" for name in item.names[:-1]]
        return ["\n".join([*lines, "    return v"])]

    def _unused(self, item: Definition) -> str:
        """A name for a local: that of some other definition, if ``item`` does not need it."""
        name = f"n{self.random.randint(0, 15)}"
        return (
            name
            if name not in {other.split(".")[0] for other in item.names} | {item.name}
            else f"n{self.random.randint(20, 40)}"
        )

    def _reading(self, name: str, shadow: str) -> str:
        """A statement in a function that reads ``name`` and has a local ``shadow``."""
        return self.random.choice(
            (
                f"    v = v + {name}(x)",
                f"    v = [{name} for {shadow} in x if {shadow}]",
                f"    g = lambda {shadow}: {name} + {shadow}",
                f"    v = f'{{v}} {{{name}}}'",
                f"    def inner({shadow}):\n        return {name}, {shadow}",
                f"    w: {name} = x",
                f"    {name}.append(v)",
                f"    table = {{'k': {name}}}",
            )
        )

    def _class(self, item: Definition) -> list[str]:
        number = f"{item.index + 100}.0"
        head = f"class {item.name}({item.names[0]}):" if item.names else f"class {item.name}:"
        body = [f"    {name.replace('.', '_')}_ = {name}" for name in item.names[1:2]]
        body += [
            f"    def run(self, {self._unused(item)}):\n        return {name}"
            for name in item.names[2:]
        ]
        return ["\n".join([head, f"    size = {number}", *body])]

    def _condition(self, item: Definition) -> list[str]:
        first, *rest = item.names or ["None"]
        return [
            f"if {item.index + 100}.0 > len([{', '.join(rest)}]):\n    {item.name} = {first}\nelse:\n    {item.name} = None"
        ]

    def _attempt(self, item: Definition) -> list[str]:
        return [
            f"try:\n    {item.name} = {item.index + 100}.0, {', '.join(item.names)}\nexcept ImportError:\n    {item.name} = None"
        ]

    def _tuple(self, item: Definition) -> list[str]:
        return [f"{item.name}, other{item.index} = {item.index + 100}.0, [{', '.join(item.names)}]"]

    def _table(self, item: Definition) -> list[str]:
        blocks = [
            f"{item.name} = dict()",
            f"{item.name}['k'] = ({item.index + 100}.0, {', '.join(item.names)})",
        ]
        if self.random.random() < 0.5:
            blocks[1] = f"{item.name}.k = {item.index + 100}.0 + len([{', '.join(item.names)}])"
        return blocks

    def _list(self, item: Definition) -> list[str]:
        return [
            f"{item.name} = []",
            f"{item.name}.append(({item.index + 100}.0, {', '.join(item.names)}))",
        ]

    def _noise(self, item: Definition) -> None:
        """A dead binding of the same name, just before the true one."""
        number = DEAD + len(self.dead)
        self.dead.append(number)
        self.blocks[item.module].append(
            self.random.choice(
                (f"{item.name} = {number}.0", f"def {item.name}(x):\n    return {number}.0")
            )
        )

    def _debug(self, item: Definition) -> None:
        number = DEAD + len(self.dead)
        self.dead.append(number)
        self.blocks[item.module].append(
            self.random.choice(
                (
                    f"print({item.name}, {number}.0)",
                    f"x = {item.name} , {number}.0",
                    f"v = {number}.0",
                    f"for x in range(3):\n    v = {item.name}\n    print(v, {number}.0)",
                    f"def debug{number}():\n    return {item.name}, {number}.0",
                )
            )
        )

    def _after_the_root(self) -> None:
        """What comes after the first call does not count: names bound anew, settings changed."""
        self.blocks[2].append(f"result = {self.root}(1)")
        for definition in self.random.sample(self.definitions, 3):
            if definition.module == 2 and definition.name != self.root:
                number = DEAD + len(self.dead)
                self.dead.append(number)
                self.blocks[2].append(
                    self.random.choice(
                        (f"{definition.name} = {number}.0", f"{definition.name}.late = {number}.0")
                    )
                )
