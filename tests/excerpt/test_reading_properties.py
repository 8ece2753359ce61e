"""The reading delta never loses a change: properties of random excerpts and of random edits."""

from __future__ import annotations

import ast
import itertools
import random
import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from gitexp.excerpt.cut import Excerpt, FileExcerpt, Span, combine_spans
from gitexp.excerpt.delta.read import read_delta
from gitexp.excerpt.delta.reading_delta import QUIET_KINDS, Edit, Fold, Setting
from gitexp.excerpt.parse.cells.cell import Cell
from gitexp.render.reading_delta import format_reading
from tests.excerpt.deltas import compare_excerpts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.delta.reading_delta import FoldKind, PlainLine, ReadingDelta

SEEDS = range(100)
WIDE = 2000
"""Columns in which no line is cut."""

LINE = st.sampled_from(
    [
        "",
        "# note",
        "import os",
        "a = 1",
        "a = 2",
        "def f(x):",
        "def g(x):",
        "    return x",
        "    x = conv(x, 3)",
        "    x = conv(x,",
        "             4)",
        '    """Say."""',
        "class Net:",
        "    def run(self):",
        "        pass",
        ")",
        "!pip install y",
        "x = '''",
        "1, 2, 3",
    ]
)
TEXT = st.lists(LINE, max_size=25)
CELL_ID = st.sampled_from(["", "0", "1", "load", "train", "plot"])


# Unfolding everything gives the plain diff


@st.composite
def files(draw: st.DrawFn, path: str) -> FileExcerpt:
    """Return some lines of a file as an excerpt."""
    lines = draw(TEXT)
    picks = draw(st.lists(st.booleans(), min_size=len(lines), max_size=len(lines)))
    spans = [Span(number, number + 1) for number, is_picked in enumerate(picks) if is_picked]
    cells: tuple[Cell, ...] = ()
    if path.endswith(".ipynb") and draw(st.booleans()):
        borders = sorted(draw(st.lists(st.integers(0, len(lines)), max_size=6)))
        ends = itertools.pairwise([0, *borders, len(lines)])
        cells = tuple(Cell(draw(CELL_ID), True, "", start, stop) for start, stop in ends)
    return FileExcerpt(path, tuple(lines), combine_spans(spans), cells)


@st.composite
def excerpts(draw: st.DrawFn) -> Excerpt:
    """Return an excerpt of a script, a notebook and a file in another language."""
    paths = draw(st.sets(st.sampled_from(["a.py", "b.ipynb", "c.js"]), min_size=1))
    return Excerpt(tuple(draw(files(path)) for path in sorted(paths)))


def list_plain_lines(reading: ReadingDelta) -> list[tuple[int, object]]:
    """Return the changed lines of the plain diff, each with the index of its file."""
    lines: list[tuple[int, object]] = []
    for index, file in enumerate(reading.plain.files):
        lines += [(index, line) for line in file.lines if line.is_change]
    return sorted(lines)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(excerpts(), excerpts())
def test_unfolding_everything_gives_exactly_the_plain_diff(old: Excerpt, new: Excerpt) -> None:
    reading = read_delta(old, new)
    assert reading.plain == compare_excerpts(old, new)
    assert sorted(reading.lines) == list_plain_lines(reading)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(excerpts(), excerpts(), st.integers(0, 4))
def test_all_prints_each_changed_line(old: Excerpt, new: Excerpt, context: int) -> None:
    reading = read_delta(old, new, context=context)
    shown = "\n".join(format_reading(reading, WIDE, everything=True))
    for _, line in list_plain_lines(reading):
        for word in re.findall(r"\w+", line.text):  # type: ignore[attr-defined]
            assert word in shown


@settings(derandomize=True, max_examples=100, deadline=None)
@given(TEXT, st.data())
def test_white_space_alone_shows_no_line(lines: list[str], data: st.DataObject) -> None:
    spaced = []
    for line in lines:
        spaced += [""] * data.draw(st.integers(0, 1))
        spaced.append(line.replace(" = ", "  =  ").replace(", ", ",  ") + "  ")
    if any("'''" in line for line in lines):
        return
    old = Excerpt((FileExcerpt("a.py", tuple(lines), (Span(0, len(lines)),)),))
    new = Excerpt((FileExcerpt("a.py", tuple(spaced), (Span(0, len(spaced)),)),))
    reading = read_delta(old, new)
    assert not reading.changes
    assert not reading.loud_folds
    assert reading.changed_count == 0


# Each change of a program is shown, or in a fold of its own kind


@dataclass
class Block:
    """A definition of a program, as lines; ``is_reached`` says whether the filter keeps it."""

    lines: list[str]
    is_reached: bool = True


class RandomEdits:
    """A program that looks real, and the same after some edits. Numbers from 1000 on occur once."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.number = 1000
        names = [f"f{index}" for index in range(self.random.randint(2, 5))]
        blocks = [Block(["import numpy as np"]), Block(["import keras as K"])]
        blocks += [Block([f"SIZE{index} = {self.count()}"]) for index in range(2)]
        blocks += [Block(self.write_function(name)) for name in names]
        blocks.append(Block(self.write_class()))
        for block in blocks[2:]:
            block.is_reached = self.random.random() < 0.8
        self.old = [Block(list(block.lines), block.is_reached) for block in blocks]
        self.new = blocks
        for _ in range(self.random.randint(1, 6)):
            self.edit()

    def count(self) -> int:
        """Return a number that no other place has."""
        self.number += 1
        return self.number

    def write_function(self, name: str, indent: str = "") -> list[str]:
        lines = [f"def {name}(x, size={self.count()}):"]
        if self.random.random() < 0.5:
            lines.append(f'    """Do {name}."""')
        for _ in range(self.random.randint(2, 6)):
            lines += self.write_statement()
        return [indent + line for line in [*lines, "    return x"]]

    def write_statement(self) -> list[str]:
        number = self.count()
        return self.random.choice(
            [
                [f"    x = conv(x, {number})"],
                [f"    x = conv(x, {number})  # once {self.count()}"],
                ["    x = dense(", f"        x, units={number},", f"        rate={self.count()},", "    )"],
                [f"    for step in range({number}):", f"        x = x + step * {self.count()}"],
                [f"    if x > {number}:", "        x = x / 2", "    else:", f"        x = {self.count()}"],
                [f"    name = 'the {number} th'"],
                ["    # a comment", f"    y = {number}"],
                ["    x = conv(x, 3)"],
            ]
        )  # fmt: skip

    def write_class(self) -> list[str]:
        head = ["class Net(Base):", f"    width = {self.count()}"]
        return [*head, *self.write_function("run", "    "), *self.write_function("stop", "    ")]

    def edit(self) -> None:
        edit = self.random.choice(
            [
                self.change_number, self.change_number, self.change_number, self.insert, self.insert,
                self.delete, self.comment, self.rename_call, self.dedent, self.swap_lines,
                self.move_block, self.remove_block, self.add_block, self.flip_reach, self.flip_reach,
                self.join_lines, self.add_blank, self.rename_block,
            ]
        )  # fmt: skip
        edit()

    def pick(self) -> Block:
        return self.random.choice(self.new)

    def change_number(self) -> None:
        block = self.pick()
        places = [n for n, line in enumerate(block.lines) if re.search(r"\d{4}", line)]
        if places:
            place = self.random.choice(places)
            fresh = str(self.count())
            block.lines[place] = re.sub(r"\d{4}", fresh, block.lines[place], count=1)

    def insert(self) -> None:
        block = self.pick()
        places = [n for n, line in enumerate(block.lines) if line.startswith("    return")]
        if places:
            block.lines[places[0] : places[0]] = self.write_statement()

    def delete(self) -> None:
        block = self.pick()
        places = [n for n, line in enumerate(block.lines) if re.match(r" +(x = conv|name)", line)]
        if places:
            del block.lines[self.random.choice(places)]

    def comment(self) -> None:
        block = self.pick()
        place = self.random.randrange(len(block.lines))
        block.lines.insert(place, f"# says {self.count()}")

    def add_blank(self) -> None:
        block = self.pick()
        block.lines.insert(self.random.randrange(len(block.lines) + 1), "")

    def rename_call(self) -> None:
        for block in self.new:
            block.lines = [line.replace("conv(", "K.layers.conv(") for line in block.lines]

    def dedent(self) -> None:
        block = self.pick()
        places = [
            n for n, line in enumerate(block.lines) if line.startswith("        x = x + step")
        ]
        if places:
            place = places[0]
            block.lines.insert(place, "        pass")
            block.lines[place + 1] = block.lines[place + 1][4:]

    def swap_lines(self) -> None:
        block = self.pick()
        places = [n for n, line in enumerate(block.lines) if line.startswith("    x = conv")]
        if len(places) > 1:
            first, last = places[0], places[-1]
            lines = block.lines
            lines[first], lines[last] = lines[last], lines[first]

    def move_block(self) -> None:
        block = self.new.pop(self.random.randrange(2, len(self.new)))
        self.new.insert(self.random.randrange(2, len(self.new) + 1), block)

    def remove_block(self) -> None:
        if len(self.new) > 4:
            del self.new[self.random.randrange(2, len(self.new))]

    def add_block(self) -> None:
        self.new.append(Block(self.write_function(f"g{self.count()}")))

    def rename_block(self) -> None:
        block = self.pick()
        block.lines[0] = re.sub(r"def f(\d)", r"def renamed_\1", block.lines[0])

    def flip_reach(self) -> None:
        block = self.pick()
        block.is_reached = not block.is_reached

    def join_lines(self) -> None:
        block = self.pick()
        text = "\n".join(block.lines)
        text = re.sub(r"\(\n\s+x, (.*),\n\s+(.*),\n\s+\)", r"(x, \1, \2)", text)
        block.lines = text.split("\n")


def cut(blocks: Sequence[Block]) -> Excerpt:
    """Return the excerpt of the blocks that the filter reaches."""
    lines: list[str] = []
    spans = []
    for block in blocks:
        start = len(lines)
        lines += block.lines
        if block.is_reached:
            spans.append(Span(start, len(lines)))
        lines.append("")
    return Excerpt((FileExcerpt("a.py", tuple(lines), combine_spans(spans)),))


def list_folds(reading: ReadingDelta) -> list[Fold]:
    folds = list(reading.folds)
    for change in reading.changes:
        folds += [entry for entry in change.entries if isinstance(entry, Fold)]
    return folds


def select_folds(reading: ReadingDelta, kinds: Iterable[FoldKind]) -> list[PlainLine]:
    """Return the lines of the folds of some kinds."""
    lines: list[PlainLine] = []
    for fold in list_folds(reading):
        if fold.kind in kinds:
            lines += fold.lines
    return lines


def dump_statements(file: FileExcerpt | None) -> dict[int, str]:
    """Return for each line with code of a whole file what its statement says, by the syntax tree.

    Of a compound statement only the head counts. Docstrings say nothing.
    """
    if file is None:
        return {}
    dumps: dict[int, str] = {}
    tree = ast.parse("\n".join(file.lines))
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        first_inner = getattr(node, "body", None)
        last = node.end_lineno or node.lineno
        if first_inner:
            last = first_inner[0].lineno - 1
            for field in ("body", "orelse", "finalbody", "handlers"):
                if hasattr(node, field):
                    setattr(node, field, [])
        for number in range(node.lineno, max(last, node.lineno) + 1):
            text = file.lines[number - 1].strip()
            if not text or text.startswith(("#", '"""')):
                continue
            dumps[number] = f"{type(node).__name__} {ast.dump(node)}"
    return dumps


def list_said(
    lines: Iterable[PlainLine], old: dict[int, str], new: dict[int, str]
) -> tuple[set[str], set[str]]:
    """Return what the removed lines and the added lines say."""
    before = {old.get(line.old_number, "") for _, line in lines if line.tag == "-"}
    after = {new.get(line.new_number, "") for _, line in lines if line.tag == "+"}
    return before - {""}, after - {""}


def list_kept(excerpt: Excerpt, dumps: dict[int, str]) -> set[str]:
    """Return what the kept lines say."""
    numbers = excerpt.files[0].kept_numbers
    return {dumps.get(number + 1, "") for number in numbers}


def read_shown(reading: ReadingDelta) -> str:
    return "\n".join(format_reading(reading, WIDE))


@pytest.mark.parametrize("seed", SEEDS)
def test_each_change_is_shown_or_in_a_fold_of_its_kind(seed: int) -> None:
    edits = RandomEdits(seed)
    old, new = cut(edits.old), cut(edits.new)
    reading = read_delta(old, new)
    story = f"seed {seed}\n" + "\n".join(format_reading(reading, WIDE, everything=True))
    assert sorted(reading.lines) == list_plain_lines(reading), story
    old_dumps, new_dumps = dump_statements(old.files[0]), dump_statements(new.files[0])
    # Folds of what stays the same hold the same before and after.
    for kinds in (QUIET_KINDS, ("moved",), ("indented",)):
        before, after = list_said(select_folds(reading, kinds), old_dumps, new_dumps)
        assert not before - list_kept(new, new_dumps), f"{kinds}\n{story}"
        assert not after - list_kept(old, old_dumps), f"{kinds}\n{story}"
    # What is told to stand in both files does.
    for kind, dumps in (("unused", new_dumps), ("used", old_dumps)):
        before, after = list_said(select_folds(reading, (kind,)), old_dumps, new_dumps)  # type: ignore[arg-type]
        for text in before | after:
            assert text in dumps.values(), story
    # What both files hold is never shown as added or removed.
    for change in reading.changes:
        for entry in change.entries:
            if isinstance(entry, (Edit, Setting)):
                assert_real(entry, old_dumps, new_dumps, story)
    # Each number that came or went can be read.
    check_numbers(reading, old, new, story)


def assert_real(
    entry: Edit | Setting, old_dumps: dict[int, str], new_dumps: dict[int, str], story: str
) -> None:
    """Fail where a shown line with a number of its own stands in both files."""
    for _, line in entry.lines:
        dumps, others = (old_dumps, new_dumps) if line.tag == "-" else (new_dumps, old_dumps)
        said = dumps.get(line.old_number or line.new_number, "")
        if re.search(r"\d{4}", said):
            assert said not in others.values(), f"{line}\n{story}"


def check_numbers(reading: ReadingDelta, old: Excerpt, new: Excerpt, story: str) -> None:
    folded = {
        number
        for fold in list_folds(reading)
        if fold.kind in ("unused", "used", "comment")
        for _, line in fold.lines
        for number in re.findall(r"\d{4}", line.text)
    }
    for change in reading.changes:
        for _, line in change.head_lines:
            if change.kind == "gone":
                folded.update(re.findall(r"\d{4}", line.text))
    shown = read_shown(reading)
    for this, that in ((old, new), (new, old)):
        mine, others = find_numbers(this), find_numbers(that)
        for number in mine - others - folded:
            assert number in shown, f"{number}\n{story}"


def find_numbers(excerpt: Excerpt) -> set[str]:
    """Return the numbers from 1000 on in the kept code of an excerpt, without its comments."""
    numbers: set[str] = set()
    for file in excerpt.files:
        for line in file.kept_lines:
            if '"""' in line:
                continue
            numbers.update(re.findall(r"\d{4}", line.partition("#")[0]))
    return numbers


def test_the_random_programs_are_python() -> None:
    for seed in SEEDS:
        edits = RandomEdits(seed)
        for blocks in (edits.old, edits.new):
            ast.parse(textwrap.dedent("\n".join(cut(blocks).files[0].lines)))
