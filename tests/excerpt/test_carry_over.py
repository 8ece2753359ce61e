"""A reach that is carried over to another version is the one that a search finds there."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from gitexp.errors import NotFoundError
from gitexp.excerpt.reach.carry_over import ReachedLines, carry_over
from gitexp.excerpt.reach.reach import reach
from tests.excerpt.programs import Program
from tests.excerpt.sources import notebook, script
from tests.excerpt.test_reach import marked
from tests.excerpt.test_reach_cases import CASES, FILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.excerpt.source import Source

    Cells = list[list[str]]
    Files = dict[str, Cells]
    """By path the lines of each cell; a script is one cell."""

    Edit = Callable[[random.Random, Cells], None]

SEEDS = range(6)
STEPS = 8

CODE = [
    ["import layers", "FILTERS = 50"],
    ["def helper(x):", "    return layers.dense(x, FILTERS)"],
    ["# once more", "def unused(x):", "    return layers.conv(x, 3)"],
    ["def model(x):", "    return helper(x)", "", "model(1)"],
]
LAYERS = "def dense(x, n):\n    return x\ndef conv(x, n):\n    return x * 2\n"


def make_sources(files: Files) -> dict[str, Source]:
    sources = {}
    for path, cells in files.items():
        texts = ["\n".join(cell) for cell in cells]
        is_notebook = path.endswith(".ipynb")
        text = "\n".join(texts) + "\n"
        sources[path] = notebook(*texts, path=path) if is_notebook else script(text, path)
    return sources


def search(
    sources: dict[str, Source], path: str, symbol: str
) -> tuple[ReachedLines, dict[str, Source | None]] | None:
    """Return what a reach keeps, and the files that it asked for; None without the symbol."""
    asked: dict[str, Source | None] = {}

    def load(asked_path: str) -> Source | None:
        asked[asked_path] = sources.get(asked_path)
        return asked[asked_path]

    try:
        reached = reach(load, path, symbol)
    except NotFoundError:
        return None
    return ReachedLines(reached.spans, reached.guesses, reached.short_lines), asked


def carry(older: dict[str, Source], newer: dict[str, Source]) -> ReachedLines | None:
    """Return what ``train.ipynb@model`` keeps of a newer version by what it keeps of an older one."""
    older_result = search(older, "train.ipynb", "model")
    assert older_result is not None
    lines, asked = older_result
    return carry_over(lines, asked, {path: newer.get(path) for path in asked})


def make_project(cells: Cells, layers: str = LAYERS) -> dict[str, Source]:
    return make_sources({"train.ipynb": cells, "layers.py": [layers.split("\n")]})


def show(sources: dict[str, Source], lines: ReachedLines) -> list[str]:
    """Return the text of the kept lines."""
    kept_lines: list[str] = []
    for path, spans in lines.spans.items():
        for span in spans:
            kept_lines += sources[path].lines[span.start : span.stop]
    return kept_lines


# By hand


def test_a_number_that_was_turned_changes_nothing_else() -> None:
    newer = make_project([["import layers", "FILTERS = 10"], *CODE[1:]])
    lines = carry(make_project(CODE), newer)
    assert lines is not None
    assert "FILTERS = 10" in show(newer, lines)


def test_a_function_that_is_not_kept_may_do_something_else_in_more_lines() -> None:
    longer = ["# once more", "def unused(x):", "    y = layers.pool(x, 3)", "    return y"]
    newer = make_project([*CODE[:2], longer, CODE[3]])
    lines = carry(make_project(CODE), newer)
    assert lines is not None
    assert show(newer, lines)[-4:] == [*CODE[3][:2], *LAYERS.split("\n")[:2]]


def test_an_import_that_reads_shorter_does_so_where_it_moved_to() -> None:
    code = ["def unused(x):", "    return x", "from layers import dense, conv", *CODE[3][:2]]
    code[-1] = "    return dense(x, 50)"
    longer = ["def unused(x):", "    y = x", "    return y", *code[2:]]
    lines = carry(make_project([code]), make_project([longer]))
    assert lines is not None
    shorter = {number: line.text for number, line in lines.short_lines["train.ipynb"].items()}
    assert shorter == {3: "from layers import dense"}


def test_more_lines_before_the_root_move_it() -> None:
    script_lines = [line for cell in CODE for line in cell]
    older = make_sources({"train.ipynb": [script_lines], "layers.py": [LAYERS.split("\n")]})
    newer_lines = [*script_lines[:6], "    x = 2", *script_lines[6:]]
    newer = make_sources({"train.ipynb": [newer_lines], "layers.py": [LAYERS.split("\n")]})
    lines = carry(older, newer)
    assert lines is not None
    assert lines.spans["train.ipynb"][-1].start == 8


@pytest.mark.parametrize(
    "cell",
    [
        ["def helper(x):", "    return layers.conv(x, FILTERS)"],
        ["def helper(x):", "    return layers.dense(x, 'FILTERS')"],
        ["def helper(x, y=FILTERS):", "    return layers.dense(x, 7)"],
        ["# helps", "def helper(x):", "    return layers.dense(x, FILTERS)"],
        ["class helper:", "    pass"],
        ["!pip install layers"],
    ],
)
def test_kept_code_with_other_names_is_searched_anew(cell: list[str]) -> None:
    assert carry(make_project(CODE), make_project([CODE[0], cell, *CODE[2:]])) is None


@pytest.mark.parametrize(
    "body",
    [
        ["    global FILTERS", "    FILTERS = 3"],
        ["    layers.SIZE = 3"],
        ["    x.append(layers)"],
        ["    x.fit(layers)"],
        ["    layers.train(3)"],
        ["    return helper(x)"],
        ["    return model(x)"],
    ],
)
def test_a_function_that_is_not_kept_but_touches_what_is_is_searched_anew(body: list[str]) -> None:
    cell = ["# once more", "def unused(x):", *body]
    assert carry(make_project(CODE), make_project([*CODE[:2], cell, CODE[3]])) is None


class BodyEdit(NamedTuple):
    """An edit of ``tune``: the same names are read, and the newer one touches what is kept.

    ``statement`` stands below it.
    """

    older: str
    newer: str
    head: str = "def tune(x):"
    statement: str = "tune(1)"


# By the part of an outline that is the only one to tell the edit.
BODY_EDITS = {
    "changes": BodyEdit("return net.size", "net.size = 1"),
    "handed": BodyEdit("fill(1); return x", "fill(x)", statement="tune(net)"),
    "filled": BodyEdit("x.show()", "x.append(1)", statement="tune(net)"),
    "parts": BodyEdit(
        "global view; view = layers.sub; return net.x",
        "global view; view = net.sub; return layers.x",
        head="@view.add(layers)\ndef tune(x):",
    ),
    "contents": BodyEdit(
        "global view; view = layers.sub; view = [opt]; return RATE",
        "global view; view = layers.sub; view = [RATE]; return opt",
        head="def tune(x, y=view[0].setdefault(1)):",
        statement="",
    ),
    "given": BodyEdit(
        "global tune; tune = layers.make(RATE); return net",
        "global tune; tune = layers.make(net); return RATE",
        statement="tune.fit(1)",
    ),
    "trainings": BodyEdit("opt.reset()", "opt.step()"),
    "trained": BodyEdit("x.show()", "x.step()", statement="tune(opt)"),
    "rebinds": BodyEdit("return x", "global RATE\n    class RATE: pass"),
}
TUNED = [
    *("import layers", "net = layers.Net()", "opt = layers.SGD(net.parameters())", "RATE = 1"),
    *("view = net.inner", "def fill(x): x.size = 1"),
]
TUNED_ROOT = ["def model(x):", "    return net.predict(x, RATE)"]


@pytest.mark.parametrize("edit", BODY_EDITS.values(), ids=BODY_EDITS)
def test_a_function_that_comes_to_touch_what_is_kept_is_searched_anew(edit: BodyEdit) -> None:
    def make_version(body: str) -> dict[str, Source]:
        tune = f"{edit.head}\n    {body}".split("\n")
        return make_project([TUNED, tune, [edit.statement], TUNED_ROOT])

    def is_tune_kept(version: dict[str, Source]) -> bool:
        result = search(version, "train.ipynb", "model")
        assert result is not None
        return any("def tune" in line for line in show(version, result[0]))

    older, newer = make_version(edit.older), make_version(edit.newer)
    assert not is_tune_kept(older)
    assert is_tune_kept(newer)
    assert carry(older, newer) is None


def test_the_one_truth_value_that_reach_reads_is_no_hole() -> None:
    def make_version(value: str) -> dict[str, Source]:
        return make_project([*CODE, [f"FILTERS.drop('a', inplace={value})", "model(2)"]])

    assert carry(make_version("False"), make_version("True")) is None


def test_a_file_that_is_new_or_gone_is_searched_anew() -> None:
    older = make_project(CODE)
    newer = {"train.ipynb": older["train.ipynb"]}
    assert carry(older, newer) is None
    assert carry(newer, older) is None


# Random edits


def change_number(chance: random.Random, cells: Cells) -> None:
    replace_one(chance, cells, r"(?<!\w)\d+\b", lambda: str(chance.randrange(200)))


def change_truth(chance: random.Random, cells: Cells) -> None:
    value = chance.choice(("True", "False", "None", "1"))
    replace_one(chance, cells, r"\b(?:True|False|None)\b", lambda: value)


def change_name(chance: random.Random, cells: Cells) -> None:
    names = re.findall(r"[A-Za-z_]\w*", "\n".join(map("\n".join, cells)))
    if names:
        replace_one(chance, cells, r"\b[A-Za-z_]\w*\b", lambda: chance.choice(names))


def add_statement(chance: random.Random, cells: Cells) -> None:
    """Put a statement at the top of a function: it changes, calls or hands over something."""
    names = re.findall(r"[A-Za-z_]\w*", "\n".join(map("\n".join, cells)))
    places = []
    for cell in cells:
        for number, line in enumerate(cell[:-1]):
            if line.startswith(("def ", "async def ")) and cell[number + 1][:1].isspace():
                places.append((cell, number + 1))
    if places:
        cell, number = chance.choice(places)
        indent = re.match(r"\s*", cell[number])
        text = chance.choice(STATEMENTS).format(chance.choice(names), chance.choice(names))
        cell.insert(number, f"{indent[0] if indent else ''}{text}")


def replace_one(chance: random.Random, cells: Cells, pattern: str, make: Callable[[], str]) -> None:
    """Replace one of the places that fit a pattern."""
    places = []
    for cell in cells:
        for number, line in enumerate(cell):
            places += [(cell, number, match) for match in re.finditer(pattern, line)]
    if places:
        cell, number, match = chance.choice(places)
        cell[number] = cell[number][: match.start()] + make() + cell[number][match.end() :]


def copy_line(chance: random.Random, cells: Cells) -> None:
    """Copy a line to another place, with the indentation that is found there."""
    line = chance.choice(chance.choice(cells))
    cell = chance.choice(cells)
    number = chance.randrange(len(cell))
    indent = re.match(r"\s*", cell[number])
    cell.insert(number, f"{indent[0] if indent else ''}{line.strip()}")


def drop_line(chance: random.Random, cells: Cells) -> None:
    cell = chance.choice(cells)
    if len(cell) > 1:
        del cell[chance.randrange(len(cell))]


def add_comment(chance: random.Random, cells: Cells) -> None:
    cell = chance.choice(cells)
    cell.insert(chance.randrange(len(cell) + 1), chance.choice(("# note", "", "    # note")))


def swap_lines(chance: random.Random, cells: Cells) -> None:
    cell = chance.choice(cells)
    number = chance.randrange(len(cell))
    cell[number - 1], cell[number] = cell[number], cell[number - 1]


STATEMENTS = (
    *("global {0}; {0} = 1", "{0}.append(1)", "{0}.x = {1}", "{0} = {1}", "{0}({1})", "{0}()"),
    *("{0}.fit({1})", "{0}.train()", "fit({0})", "for x in {0}: x.append(1)", "{0}.step()"),
    *("setattr({0}, 'a', 1)", "y = lambda: {0}", "return {0}", "{0} += 1", "import {0}"),
)

EDITS: tuple[Edit, ...] = (
    *(change_number, change_number, change_truth, change_name, change_name),
    *(add_statement, add_statement, add_statement),
    *(copy_line, drop_line, add_comment, swap_lines),
)


def read_cases() -> list[tuple[Files, str]]:
    """Return the cases of ``reach_cases.md`` as files, each with where its reach begins."""
    cases = []
    for start, body in CASES:
        files: Files = {}
        for path, text in FILE.findall(body):
            code = "\n".join(line or " " for line in text.rstrip("\n").split("\n"))
            cells = code.split("\n # ---\n") if path.endswith(".ipynb") else [code]
            plain = [marked(cell.replace("\n?", "\n+"))[0] for cell in cells]
            files[path] = [cell.split("\n") for cell in plain]
        cases.append((files, start))
    return cases


def read_program(seed: int) -> tuple[Files, str]:
    """Return a random program as files, with where its reach begins."""
    program = Program(seed)
    files: Files = {}
    for path, source in program.sources().items():
        cells = [list(source.lines[cell.start : cell.stop]) for cell in source.notebook_cells]
        files[path] = [cell or [""] for cell in cells] or [list(source.lines) or [""]]
    return files, f"{program.root_path}@{program.root}"


def count_carried(files: Files, start: str, seed: str) -> int:
    """Edit files at random, hold what is carried over against a search; return how often it was."""
    chance = random.Random(seed)
    path, _, symbol = start.partition("@")
    carried_count = 0
    older = search(make_sources(files), path, symbol)
    for step in range(STEPS):
        previous = {name: [list(cell) for cell in cells] for name, cells in files.items()}
        for _ in range(chance.choice((1, 1, 2, 3))):
            chance.choice(EDITS)(chance, files[chance.choice(list(files))])
        sources = make_sources(files)
        newer = search(sources, path, symbol)
        if older is not None:
            lines, asked = older
            carried = carry_over(lines, asked, {name: sources.get(name) for name in asked})
            if carried is not None:
                carried_count += 1
                assert newer is not None, (seed, step, previous, files)
                assert (carried, set(asked)) == (newer[0], set(newer[1])), (
                    f"seed {seed}, step {step}: {start}\n{previous}\n{files}"
                )
        older = newer
    return carried_count


@pytest.mark.parametrize("seed", SEEDS)
def test_random_edits_of_the_cases(seed: int) -> None:
    cases = read_cases()
    counts = [
        count_carried(files, start, f"{seed}/{number}")
        for number, (files, start) in enumerate(cases)
    ]
    assert sum(counts) > len(cases)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_edits_of_random_programs(seed: int) -> None:
    counts = [count_carried(*read_program(number), f"{seed}/{number}") for number in range(8)]
    assert sum(counts) > 8
