"""Random histories of functions, with the truth: where each function is in every commit, and which commits changed it."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.gitrepo import Past

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = (
    *("loss", "rate", "depth", "width", "batch", "epoch", "layer", "noise", "score"),
    *("weight", "signal", "window", "filter", "kernel", "shape", "index", "count", "total"),
)
LANGUAGES = {
    "py": "Python",
    "ipynb": "notebooks",
    "java": "Java",
    "c": "C",
    "js": "JavaScript",
    "go": "Go",
}
"""Languages by their extension, under the names that docs/performance.md has for them."""


@dataclass
class Function:
    """One function: its identity, its name, its statements, and how wide it is spaced."""

    key: int
    name: str
    body: list[str]
    wide: bool = False


@dataclass
class World:
    """The files of one commit: functions in order, by path."""

    language: str
    files: dict[str, list[Function]] = field(default_factory=dict)
    noise: int = 0

    def find(self, key: int) -> tuple[str, int] | None:
        for path, functions in self.files.items():
            for place, function in enumerate(functions):
                if function.key == key:
                    return path, place
        return None


def render(function: Function, language: str) -> list[str]:
    """Lines of a function."""
    gap = "  " if function.wide else " "
    body = [statement.replace(" ", gap) for statement in function.body]
    if language in ("py", "ipynb"):
        return [f"def {function.name}(data, size):", *(f"    {line}" for line in body)]
    deep = "    " if language == "java" else ""
    head = {
        "java": f"public int {function.name}(int data, int size) {{",
        "c": f"int {function.name}(int data, int size)",
        "js": f"function {function.name}(data, size) {{",
        "go": f"func {function.name}(data int, size int) int {{",
    }[language]
    lines = [head, "{"] if language == "c" else [head]
    end = "" if language == "go" else ";"
    return [deep + line for line in [*lines, *(f"    {line}{end}" for line in body), "}"]]


def layout(world: World, path: str) -> tuple[list[str], dict[int, tuple[int, int]]]:
    """Lines of a file's code and the span of each function in them (0-based, half-open)."""
    lines: list[str] = []
    spans = {}
    if world.language == "java":
        lines += ["package x;", "", f"public class {path.rpartition('/')[2][:-5]} {{"]
    elif world.language != "ipynb":
        comment = "#" if world.language == "py" else "//"
        lines += [f"{comment} file of {world.language}", ""]
    for function in world.files[path]:
        own = render(function, world.language)
        spans[function.key] = (len(lines), len(lines) + len(own))
        lines += own
        if world.language != "ipynb":
            lines.append("")
    if world.language == "java":
        lines.append("}")
    return lines, spans


def file_text(world: World, path: str) -> str:
    lines, spans = layout(world, path)
    if world.language != "ipynb":
        return "\n".join(lines) + "\n"
    cells = []
    for function in world.files[path]:
        start, stop = spans[function.key]
        cells.append(
            {
                "cell_type": "code",
                "execution_count": world.noise,
                "metadata": {"time": world.noise},
                "outputs": [{"text": [f"{world.noise}\n"]}],
                "source": "\n".join(lines[start:stop]).splitlines(keepends=True),
            }
        )
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1
    )


class Story:
    """A random history and its truth."""

    def __init__(self, seed: int, language: str, commits: int = 24) -> None:
        self.random = random.Random(seed)
        self.language = language
        self.past = Past()
        self.worlds: list[World] = []
        self.parents: list[tuple[int, ...]] = []
        self._keys = 0
        self._shelf: list[tuple[str, Function]] = []
        world = World(language)
        for number in range(self.random.randint(2, 3)):
            world.files[self._path(number)] = [
                self._function() for _ in range(self.random.randint(3, 6))
            ]
        tip = self._save(world)
        while len(self.worlds) < commits:
            tip = (
                self._branch(tip)
                if self.random.random() < 0.12
                else self._save(self._changed(self.worlds[tip]), tip)
            )
        self.tip = tip

    def _path(self, number: int) -> str:
        return f"src/Part{number}.{self.language}"

    def _statement(self) -> str:
        one, two, three = self.random.sample(WORDS, 3)
        text = (
            f'"{three}"'
            if self.random.random() < 0.3 and self.language not in ("java", "c", "go")
            else three
        )
        return f"{one} = {two} ( {text} , {self.random.randint(1, 999)} ) + {self.random.choice(WORDS)}"

    def _function(self) -> Function:
        self._keys += 1
        body = [self._statement() for _ in range(self.random.randint(4, 10))]
        return Function(
            self._keys,
            f"{self.random.choice(WORDS)}{self.random.choice(WORDS).title()}{self._keys}",
            body,
        )

    def _save(self, world: World, *parents: int) -> int:
        self.worlds.append(world)
        self.parents.append(parents)
        return self.past.commit({path: file_text(world, path) for path in world.files}, *parents)

    def _changed(self, old: World) -> World:
        world = deepcopy(old)
        world.noise += 1
        for _ in range(self.random.randint(1, 2)):
            edits: list[Callable[[World], object]] = [
                self._edit,
                self._edit,
                self._edit,
                self._rename,
                self._shift,
                self._move,
                self._space,
            ]
            larger: list[Callable[[World], object]] = [
                self._rename_file,
                self._add,
                self._remove,
                self._restore,
                self._twin,
                self._split,
                self._swap,
            ]
            larger += [
                self._rename_and_edit,
                self._new_layout,
                self._restyle,
                self._rewrite_beside,
                self._move_and_rename,
            ]
            self.random.choice(edits + larger)(world)
        return world

    def _any(self, world: World) -> tuple[str, int]:
        path = self.random.choice([path for path, functions in world.files.items() if functions])
        return path, self.random.randrange(len(world.files[path]))

    def _edit(self, world: World) -> None:
        path, place = self._any(world)
        body = world.files[path][place].body
        at = self.random.randrange(len(body))
        how = self.random.random()
        if how < 0.5:
            body[at] = self._statement()
        elif how < 0.8 or len(body) < 5:
            body.insert(at, self._statement())
        else:
            body.pop(at)

    def _rename(self, world: World) -> None:
        path, place = self._any(world)
        world.files[path][
            place
        ].name = f"{self.random.choice(WORDS)}New{self.random.randint(1000, 9999)}"

    def _shift(self, world: World) -> None:
        path, place = self._any(world)
        functions = world.files[path]
        functions.insert(self.random.randrange(len(functions)), functions.pop(place))

    def _swap(self, world: World) -> None:
        path, _ = self._any(world)
        self.random.shuffle(world.files[path])

    def _move(self, world: World) -> Function | None:
        path, place = self._any(world)
        if len(world.files[path]) < 2:
            return None
        function = world.files[path].pop(place)
        if self.random.random() < 0.4:
            function.body[self.random.randrange(len(function.body))] = self._statement()
        target = self.random.choice(sorted(world.files))
        world.files[target].insert(self.random.randint(0, len(world.files[target])), function)
        return function

    def _move_and_rename(self, world: World) -> None:
        function = self._move(world)
        if function is not None:
            function.name = f"{self.random.choice(WORDS)}Moved{self.random.randint(1000, 9999)}"

    def _space(self, world: World) -> None:
        path, place = self._any(world)
        world.files[path][place].wide = not world.files[path][place].wide

    def _rename_file(self, world: World) -> None:
        path, _ = self._any(world)
        world.files[self._path(self.random.randint(100, 9999))] = world.files.pop(path)

    def _rename_and_edit(self, world: World) -> None:
        path, place = self._any(world)
        world.files[path][place].body[0] = self._statement()
        world.files[self._path(self.random.randint(100, 9999))] = world.files.pop(path)

    def _new_layout(self, world: World) -> None:
        """Every file moves to another folder, and one function is edited on the way."""
        folder = self.random.choice(("src", "lib", "package/inner"))
        world.files = {
            f"{folder}/{path.rpartition('/')[2]}": functions
            for path, functions in world.files.items()
        }
        self._edit(world)

    def _restyle(self, world: World) -> None:
        """A formatter changes the quotes of a file: that is a change of the code, to every line with a text in it."""
        path, _ = self._any(world)
        for function in world.files[path]:
            function.body = [line.translate(str.maketrans("\"'", "'\"")) for line in function.body]

    def _rewrite_beside(self, world: World) -> None:
        """A file's functions go on under a new name, and the old name begins anew with others."""
        path, _ = self._any(world)
        world.files[self._path(self.random.randint(100, 9999))] = world.files[path]
        world.files[path] = [self._function() for _ in range(3)]

    def _add(self, world: World) -> None:
        path, place = self._any(world)
        world.files[path].insert(place, self._function())

    def _remove(self, world: World) -> None:
        path, place = self._any(world)
        if len(world.files[path]) > 2:
            self._shelf.append((path, world.files[path].pop(place)))

    def _restore(self, world: World) -> None:
        back = [
            item
            for item in self._shelf
            if item[0] in world.files and world.find(item[1].key) is None
        ]
        if back:
            path, function = self.random.choice(back)
            world.files[path].append(deepcopy(function))

    def _twin(self, world: World) -> None:
        path, place = self._any(world)
        self._keys += 1
        twin = deepcopy(world.files[path][place])
        twin.key, twin.name = self._keys, f"{twin.name}Copy{self._keys}"
        world.files[path].insert(self.random.randint(0, len(world.files[path])), twin)

    def _split(self, world: World) -> None:
        path, place = self._any(world)
        function = world.files[path][place]
        if len(function.body) >= 8:
            part = self._function()
            part.body, function.body = (
                function.body[-3:],
                [*function.body[:-3], f"{part.name} ( data , size )"],
            )
            world.files[path].insert(place + 1, part)

    def _branch(self, tip: int) -> int:
        """Two lines of work on different functions, joined by a merge that changes nothing itself."""
        base = self.worlds[tip]
        sides = []
        for _ in range(2):
            world, at = deepcopy(base), tip
            for _ in range(self.random.randint(1, 3)):
                world = deepcopy(world)
                self._edit(world)
                at = self._save(world, at)
            sides.append((world, at))
        merged = deepcopy(base)
        for path, functions in merged.files.items():
            for place, function in enumerate(functions):
                ours, theirs = (side[0].files[path][place].body for side in sides)
                function.body = list(ours if ours != function.body else theirs)
        return self._save(merged, sides[0][1], sides[1][1])

    def rules(self) -> dict[int, str]:
        """Return the rule that chooses each function of the tip, by its key."""
        world = self.worlds[self.tip]
        rules = {}
        for path in world.files:
            _, spans = layout(world, path)
            for key, (start, stop) in spans.items():
                rules[key] = f"{path}:{start + 1}-{stop}"
        return rules

    def text(self, commit: int, key: int) -> str | None:
        """The function without white space at a commit; None when it isn't there."""
        world = self.worlds[commit]
        place = world.find(key)
        return (
            "".join("".join(render(world.files[place[0]][place[1]], self.language)).split())
            if place
            else None
        )

    def truth(self, key: int) -> set[int]:
        """Commits that changed a function, seen from the tip: where it is as in a parent, that parent tells the story alone."""
        found, todo, seen = set(), [self.tip], {self.tip}
        while todo:
            commit = todo.pop()
            now = self.text(commit, key)
            parents = self.parents[commit]
            same = [parent for parent in parents if self.text(parent, key) == now]
            if now is not None and not same:
                found.add(commit)
            for parent in same[:1] if now is not None and same else parents:
                if parent not in seen:
                    seen.add(parent)
                    todo.append(parent)
        return found
