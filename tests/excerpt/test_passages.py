"""Deltas lined up: the same definition in the same row, nothing lost, order kept."""

from __future__ import annotations

import random

from gitexp.excerpt.cut import Excerpt, FileExcerpt, Span
from gitexp.excerpt.delta.delta import compare_excerpts
from gitexp.excerpt.delta.rows import line_up_deltas, list_definition_lines

BASE = {"FILTERS": ["FILTERS = 50"]} | {
    name: [f"def {name}(x):", *(f"    x = {name}_{n}(x)" for n in range(9))] for name in "abcd"
}


def excerpt(definitions: dict[str, list[str]], path: str = "model.py") -> Excerpt:
    lines = tuple(line for body in definitions.values() for line in (*body, ""))
    return Excerpt((FileExcerpt(path, lines, (Span(0, len(lines)),)),))


def test_the_same_definition_stands_in_the_same_row() -> None:
    base = excerpt(BASE)
    one = compare_excerpts(
        base, excerpt(BASE | {"FILTERS": ["FILTERS = 10"], "c": [*BASE["c"], "    return x"]})
    )
    two = compare_excerpts(
        base,
        excerpt(
            {
                **{name: BASE[name] for name in ("FILTERS", "a")},
                "b2": ["def b2(x):", "    pass"],
                **{name: BASE[name] for name in "bcd"},
            }
        ),
    )
    three = compare_excerpts(
        base, excerpt(BASE | {"FILTERS": ["FILTERS = 10"], "d": BASE["d"][:-1]})
    )
    rows = line_up_deltas([one, None, two, three])
    assert [(row.name, [bool(cell) for cell in row.cells]) for row in rows] == [
        ("FILTERS", [True, False, False, True]),
        ("b2", [False, False, True, False]),
        ("c", [True, False, False, False]),
        ("d", [False, False, False, True]),
    ]
    assert (
        rows[0].changes[0] == rows[0].changes[3] == (("-", "FILTERS = 50"), ("+", "FILTERS = 10"))
    )
    assert {row.path for row in rows} == {"model.py"}


def test_every_changed_line_is_in_one_row_and_order_holds() -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(60):
        deltas = []
        for column in range(chance.randint(2, 6)):
            other = {name: list(body) for name, body in BASE.items()}
            for name in chance.sample(sorted(other), chance.randint(0, 4)):
                place = chance.randrange(1, len(other[name]) + 1)
                other[name].insert(place, f"    extra{column}") if chance.random() < 0.6 else other[
                    name
                ].pop(-1)
            deltas.append(
                compare_excerpts(
                    excerpt(BASE), excerpt({name: body for name, body in other.items() if body})
                )
            )
        rows = line_up_deltas(deltas)
        keys = [(row.path, row.name) for row in rows]
        assert len(keys) == len(set(keys))
        for number, delta in enumerate(deltas):
            changed = [line for row in rows for line in row.cells[number] if line.tag != " "]
            assert changed == [
                line for file in delta.files for line in file.lines if line.tag != " "
            ]


def test_files_stay_together_in_the_order_of_the_filter() -> None:
    def both(tail: str) -> Excerpt:
        return Excerpt(
            (
                *excerpt(BASE | {"d": [*BASE["d"], tail]}).files,
                *excerpt({"z": ["def z():", tail]}, "layers.py").files,
            )
        )

    def first_only() -> Excerpt:
        return Excerpt(
            (
                *excerpt(BASE | {"a": [*BASE["a"], "    one"]}).files,
                *excerpt({"z": ["def z():", "    0"]}, "layers.py").files,
            )
        )

    rows = line_up_deltas(
        [
            compare_excerpts(both("    0"), both("    1")),
            compare_excerpts(both("    0"), first_only()),
        ]
    )
    assert [(row.path, row.name) for row in rows] == [
        ("model.py", "a"),
        ("model.py", "d"),
        ("layers.py", "z"),
    ]


def test_the_lines_of_a_definition() -> None:
    assert list_definition_lines(excerpt(BASE), "model.py", "b") == (*BASE["b"], "")
    assert list_definition_lines(excerpt(BASE), "model.py", "z") == ()
    assert list_definition_lines(excerpt(BASE), "other.py", "b") == ()
