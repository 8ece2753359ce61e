"""Deltas lined up: the same definition in the same row, nothing lost, order kept."""

from __future__ import annotations

import random

from gitexp.excerpt.cut import Excerpt, FileExcerpt, Span
from gitexp.excerpt.delta.compare import compare_excerpts
from gitexp.excerpt.delta.line_up_rows import line_up_deltas, list_definition_lines

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
        compare_excerpts(base, cut_whole(definitions)) for definitions in (wider, with_new, shorter)
    )
    rows = line_up_deltas([first, None, second, third])
    assert [(row.name, [bool(cell) for cell in row.cells]) for row in rows] == [
        ("FILTERS", [True, False, False, True]),
        ("b2", [False, False, True, False]),
        ("c", [True, False, False, False]),
        ("d", [False, False, False, True]),
    ]
    assert {row.path for row in rows} == {"model.py"}


def test_columns_with_the_same_change_have_equal_changes() -> None:
    narrow = cut_whole(BASE | {"FILTERS": ["FILTERS = 10"]})
    narrow_and_more = cut_whole(BASE | {"FILTERS": ["FILTERS = 10"], "d": BASE["d"][:-1]})
    wide = cut_whole(BASE | {"FILTERS": ["FILTERS = 90"]})
    base = cut_whole(BASE)
    deltas = [compare_excerpts(base, newer) for newer in (narrow, narrow_and_more, wide)]
    first, second, third = line_up_deltas(deltas)[0].changes
    assert first == second == (("-", "FILTERS = 50"), ("+", "FILTERS = 10"))
    assert third == (("-", "FILTERS = 50"), ("+", "FILTERS = 90"))


def test_every_changed_line_is_in_one_row_and_order_holds() -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(60):
        columns = range(chance.randint(2, 6))
        versions = [cut_whole(change_randomly(chance, column)) for column in columns]
        deltas = [compare_excerpts(cut_whole(BASE), version) for version in versions]
        rows = line_up_deltas(deltas)
        keys = [(row.path, row.name) for row in rows]
        assert len(keys) == len(set(keys))
        for column, delta in enumerate(deltas):
            in_rows = [line for row in rows for line in row.cells[column] if line.is_change]
            in_delta = [line for file in delta.files for line in file.lines if line.is_change]
            assert in_rows == in_delta


def test_files_stay_together_in_the_order_of_the_filter() -> None:
    def cut_two_files(model: Bodies, last_line: str) -> Excerpt:
        layers = {"z": ["def z():", last_line]}
        return Excerpt((*cut_whole(model).files, *cut_whole(layers, "layers.py").files))

    old = cut_two_files(BASE | {"d": [*BASE["d"], "    0"]}, "    0")
    both_changed = cut_two_files(BASE | {"d": [*BASE["d"], "    1"]}, "    1")
    one_changed = cut_two_files(BASE | {"a": [*BASE["a"], "    one"]}, "    0")
    rows = line_up_deltas([compare_excerpts(old, new) for new in (both_changed, one_changed)])
    assert [(row.path, row.name) for row in rows] == [
        ("model.py", "a"),
        ("model.py", "d"),
        ("layers.py", "z"),
    ]


def test_code_outside_of_definitions_comes_first() -> None:
    old = cut_whole(BASE | {"": ["print(1)"]})
    new = cut_whole(BASE | {"a": BASE["a"][:-1], "": ["print(2)"]})
    rows = line_up_deltas([compare_excerpts(old, new)])
    assert [row.name for row in rows] == ["", "a"]


def test_the_lines_of_a_definition() -> None:
    base = cut_whole(BASE)
    assert list_definition_lines(base, "model.py", "b") == (*BASE["b"], "")
    assert list_definition_lines(base, "model.py", "z") == ()
    assert list_definition_lines(base, "other.py", "b") == ()
