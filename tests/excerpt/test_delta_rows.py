"""Deltas lined up: the same definition in the same row, nothing lost, order kept."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from gitexp.excerpt.cut import Excerpt, FileExcerpt, Span
from gitexp.excerpt.delta.line_up_rows import DefinitionCell, DefinitionRow, line_up_deltas
from gitexp.excerpt.delta.read import read_delta
from gitexp.excerpt.delta.reading_delta import Context, Edit, PlainLine, Setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.excerpt.delta.reading_delta import Entry

Bodies = dict[str, list[str]]


def make_function(name: str) -> list[str]:
    """Return the lines of a function of ten lines."""
    return [f"def {name}(x):", *(f"    x = {name}_{number}(x)" for number in range(9))]


BASE: Bodies = {"FILTERS": ["FILTERS = 50"]} | {name: make_function(name) for name in "abcd"}


def cut_whole(definitions: Bodies, path: str = "model.py") -> Excerpt:
    """Return the excerpt of a file with some definitions, a blank line behind each."""
    lines: list[str] = []
    for body in definitions.values():
        lines += [*body, ""]
    return Excerpt((FileExcerpt(path, tuple(lines), (Span(0, len(lines)),)),))


def change_randomly(chance: random.Random, column: int) -> Bodies:
    """Return BASE with up to four definitions changed: a line more, or one less."""
    changed = {name: list(body) for name, body in BASE.items()}
    for name in chance.sample(sorted(changed), chance.randint(0, 4)):
        body = changed[name]
        if chance.random() < 0.6:
            body.insert(chance.randrange(1, len(body) + 1), f"    extra{column}")
        else:
            body.pop()
    return {name: body for name, body in changed.items() if body}


def test_the_same_definition_stands_in_the_same_row() -> None:
    wider = BASE | {"FILTERS": ["FILTERS = 10"], "c": [*BASE["c"], "    return x"]}
    head = {name: BASE[name] for name in ("FILTERS", "a")}
    tail = {name: BASE[name] for name in "bcd"}
    with_new = {**head, "b2": ["def b2(x):", "    pass"], **tail}
    shorter = BASE | {"FILTERS": ["FILTERS = 10"], "d": BASE["d"][:-1]}
    base = cut_whole(BASE)
    first, second, third = (
        read_delta(base, cut_whole(definitions)) for definitions in (wider, with_new, shorter)
    )
    rows = line_up_deltas([first, None, second, third])
    definitions = [row for row in rows if row.path]
    assert [(row.name, [bool(cell.all_changes) for cell in row.cells]) for row in definitions] == [
        ("FILTERS", [True, False, False, True]),
        ("b2", [False, False, True, False]),
        ("c", [True, False, False, False]),
        ("d", [False, False, False, True]),
    ]
    assert {row.path for row in definitions} == {"model.py"}
    assert [row.is_quiet for row in rows if not row.path] == [True], "the blank line behind b2"


def test_a_change_that_the_left_has_too_is_set_apart() -> None:
    narrow = cut_whole(BASE | {"FILTERS": ["FILTERS = 10"]})
    narrow_and_more = cut_whole(BASE | {"FILTERS": ["FILTERS = 10"], "d": BASE["d"][:-1]})
    wide = cut_whole(BASE | {"FILTERS": ["FILTERS = 90"]})
    base = cut_whole(BASE)
    deltas = [read_delta(base, newer) for newer in (narrow, narrow_and_more, wide, base)]
    row = line_up_deltas(deltas)[0]
    first, second, third, unchanged = row.cells
    assert [cell.is_repeated for cell in row.cells] == [False, True, False, False]
    assert read_settings(first) == read_settings(second) == [("FILTERS", "50", "10")]
    assert read_settings(third) == [("FILTERS", "50", "90")]
    assert unchanged == DefinitionCell()


def read_settings(cell: DefinitionCell) -> list[tuple[str, str, str]]:
    entries = [entry for change in cell.all_changes for entry in change.entries]
    return [(each.name, each.old, each.new) for each in entries if isinstance(each, Setting)]


def test_a_part_that_the_left_has_too_is_set_apart() -> None:
    longer = [*BASE["b"], "    first()"]
    one = cut_whole(BASE | {"b": longer})
    two = cut_whole(BASE | {"b": ["def b(x):", "    zero()", *longer[1:]]})
    base = cut_whole(BASE)
    (row,) = line_up_deltas([read_delta(base, one), read_delta(base, two)])
    left, right = row.cells
    assert not left.repeated
    assert [change.size for change in right.changes] == [1]
    assert [change.size for change in right.repeated] == [1]
    assert list_texts(right.changes[0].entries) == ["    zero()"]
    assert list_texts(right.repeated[0].entries) == list_texts(left.changes[0].entries)


def list_texts(entries: Iterable[Entry]) -> list[str]:
    edits = [entry for entry in entries if isinstance(entry, Edit)]
    return [row.text for edit in edits for row in edit.rows]


def test_what_moves_by_a_line_is_the_same_change() -> None:
    base = cut_whole(BASE)
    changed = BASE | {"d": [*BASE["d"], "    return x"]}
    pushed_down = {"": ["print(1)"], **changed}
    deltas = [read_delta(base, cut_whole(each)) for each in (changed, pushed_down)]
    row = next(row for row in line_up_deltas(deltas) if row.name == "d")
    assert row.cells[1].is_repeated


def test_every_changed_line_is_in_one_cell_and_order_holds() -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(60):
        columns = range(chance.randint(2, 6))
        versions = [cut_whole(change_randomly(chance, column // 2)) for column in columns]
        deltas = [read_delta(cut_whole(BASE), version) for version in versions]
        rows = line_up_deltas(deltas)
        keys = [(row.path, row.name, row.is_import, row.fold, row.is_quiet) for row in rows]
        assert len(keys) == len(set(keys))
        for column, delta in enumerate(deltas):
            assert sorted(list_lines(rows, column)) == sorted(delta.lines)
            changes = [change for row in rows for change in row.cells[column].all_changes]
            assert sum(change.size for change in changes) == delta.changed_count
        places = [["", *BASE].index(row.name) for row in rows if row.path]
        assert places == sorted(places)


def list_lines(rows: Iterable[DefinitionRow], column: int) -> list[PlainLine]:
    lines: list[PlainLine] = []
    for row in rows:
        for change in row.cells[column].all_changes:
            lines += change.head_lines
            for entry in change.entries:
                if not isinstance(entry, Context):
                    lines += entry.lines
    return lines


def test_files_stay_together_in_the_order_of_the_filter() -> None:
    def cut_two_files(model: Bodies, last_line: str) -> Excerpt:
        layers = {"z": ["def z():", last_line]}
        return Excerpt((*cut_whole(model).files, *cut_whole(layers, "layers.py").files))

    old = cut_two_files(BASE | {"d": [*BASE["d"], "    0"]}, "    0")
    both_changed = cut_two_files(BASE | {"d": [*BASE["d"], "    1"]}, "    1")
    one_changed = cut_two_files(BASE | {"a": [*BASE["a"], "    one"]}, "    0")
    rows = line_up_deltas([read_delta(old, new) for new in (both_changed, one_changed)])
    assert [(row.path, row.name) for row in rows] == [
        ("model.py", "a"),
        ("model.py", "d"),
        ("layers.py", "z"),
    ]


def test_code_outside_of_definitions_comes_first() -> None:
    old = cut_whole(BASE | {"": ["print(1)"]})
    new = cut_whole(BASE | {"a": BASE["a"][:-1], "": ["print(2)"]})
    rows = line_up_deltas([read_delta(old, new)])
    assert [row.name for row in rows] == ["", "a"]


def make_notebook(*cells: str) -> Excerpt:
    """Return the excerpt of a whole script with a cell for each text, its first line the title."""
    lines: list[str] = []
    for text in cells:
        title, *body = text.split("\n")
        lines += [f"# %% {title}", *body]
    return Excerpt((FileExcerpt("nb.py", tuple(lines), (Span(0, len(lines)),)),))


def test_a_code_cell_is_a_row_of_its_own_name() -> None:
    first = make_notebook("Load\nread(rows)", "Train\nfit(rows)", "Plot\nshow(rows)")
    second = make_notebook("Load\nread(rows)", "Train\nfit(rows, n)", "Plot\nshow(rows)")
    # The same cell has another number here.
    third = make_notebook("Train\nfit(rows, k)", "Plot\nshow(rows, k)")
    rows = line_up_deltas([None, read_delta(first, second), read_delta(first, third)])
    titles = [(row.cell_title, [bool(cell.all_changes) for cell in row.cells]) for row in rows]
    assert ("Train", [False, True, True]) in titles
    assert ("Plot", [False, False, True]) in titles


def test_many_code_cells_are_one_row() -> None:
    first = make_notebook(*(f"Part {number}\nrun(rows, a{number})" for number in range(9)))
    second = make_notebook(
        *(f"Part {number}\nrun(rows, b{number}, {number})" for number in range(9))
    )
    rows = [row for row in line_up_deltas([read_delta(first, second)]) if row.path]
    assert [row.cell_title for row in rows] == [""]
    assert len(rows[0].cells[0].changes) == 9
