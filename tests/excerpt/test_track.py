"""Where a block of one version of a file is in another: lines, cells and definitions."""

from __future__ import annotations

import json

import pytest

from gitexp.excerpt.block import Text, range_block
from gitexp.excerpt.track import elsewhere, locate

LOAD = ["def load(path):", "    data = open(path).read()", "    rows = data.split()", "    return [int(row) for row in rows]"]
SAVE = ["def save(path, rows):", "    with open(path, 'w') as out:", "        out.write(' '.join(rows))", "        out.flush()"]
TRAIN = ["step = 128", "rates, losses = find_rate(model, batch=step)", "plot_rates(rates, losses)"]


def text(lines: list[str], path: str = "a.py") -> Text:
    return Text(path, "\n".join([*lines, ""]).encode())


def book(*cells: list[str]) -> Text:
    """A notebook of these code cells."""
    raw = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": "\n".join(cell)} for cell in cells]
    return Text("n.ipynb", json.dumps({"cells": raw, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode())


def found(newer: Text, start: int, stop: int, older: Text) -> tuple[str, ...] | None:
    """Lines of ``older`` that lines ``start`` to ``stop`` (from 1) of ``newer`` were."""
    match = locate(newer, range_block(newer, start - 1, stop), older)
    return match.block.lines if match is not None else None


@pytest.mark.parametrize(
    ("start", "stop", "form"),
    [(2, 5, "definition"), (1, 6, "definition"), (2, 4, "range"), (3, 5, "range"), (2, 7, "range"), (1, 4, "range")],
)
def test_a_range_is_a_definition_only_when_it_holds_its_header_and_nothing_else(start: int, stop: int, form: str) -> None:
    source = text(["", *LOAD, "", "print(load('x'))"])
    assert range_block(source, start - 1, stop).form == form


def test_the_last_line_may_be_missing_from_a_longer_definition() -> None:
    source = text(["# nothing", "", LOAD[0], LOAD[1], "    # rows", *LOAD[2:]])
    assert range_block(source, 2, 6).form == "definition"
    assert range_block(source, 2, 5).form == "range"


def test_a_cell_with_more_than_a_definition_is_the_cell() -> None:
    notebook = book(["reset()", "", *LOAD, "    # end"], LOAD)
    assert range_block(notebook, 0, 7).form == "cell"
    assert range_block(notebook, 7, 11).form == "definition"


def test_a_copy_of_code_that_still_stands_began_as_a_copy() -> None:
    older = book(["import os"], TRAIN, ["history = fit(model, 25)"])
    newer = book(["import os"], TRAIN, ["history = fit(model, 25)"], [*TRAIN, "plt.axis([min(rates), max(rates), 0, 1])"])
    assert found(newer, 6, 9, older) is None
    assert found(newer, 2, 4, older) == tuple(TRAIN)
    lines = [*LOAD, "", *TRAIN, "", *SAVE]
    assert found(text([*lines, "", TRAIN[0], *TRAIN[1:], "report(losses)"]), 15, 18, text(lines)) is None


def test_a_cell_goes_on_in_the_cell_that_resembles_it_most() -> None:
    older = book(TRAIN, ["evaluate(model)"])
    newer = book([*TRAIN, "report(losses)"], ["evaluate(model)"], [TRAIN[0], "show(rates, losses)", "plot_rates(rates, losses)"])
    assert found(newer, 1, 4, older) == tuple(TRAIN)
    assert found(newer, 6, 8, older) is None


def test_a_formatter_does_not_drag_the_edges_of_a_range() -> None:
    older = ["import os", "", "pages = [", "  ('index', 'Book', 'Pages of the book',", "   'One line', 'Other'),", "]", "", "last = 'x'"]
    newer = ["import os", "", "pages = [", "    (", '        "index",', '        "Book",', '        "Pages of the book",']
    newer += ['        "One line",', '        "Other",', "    )", "]", "", 'last = "x"']
    assert found(text(newer), 3, 9, text(older)) == tuple(older[2:5])


def test_what_is_taken_away_below_a_range_is_not_in_it() -> None:
    head = ['"""Core of it.', "", "License: ISC.", '"""', ""]
    older = [*head, "import urllib", "import socket", "import zlib", "", "", "class Request:", "    url = None"]
    newer = [*head, "", "class Request:", "    url = None", "", "limit = 3"]
    assert found(text(newer), 3, 5, text(older)) == tuple(older[2:5])


def test_a_closing_bracket_is_the_nearest_one() -> None:
    first = ["int one(int x) {", "  x = step(x, 1);", "  return x;", "}"]
    gone = ["", "int two(int y) {", "  y = other(y);", "  return y + y;", "}"]
    last = ["", "int three(int z) {", "  return z;", "}"]
    newer = ["int limit = 3;", *first, *last]
    newer[2] = "  x = step(x, 2);"
    older = ["int limit = 3;", *first, *gone, *last]
    assert found(text(newer, "a.c"), 1, 5, text(older, "a.c")) == ("int limit = 3;", *first)


def test_lines_that_grew_out_of_few_are_not_new() -> None:
    few = [
        "class Server:",
        "    def run(self, handler):",
        "        from wsgi import listen, serve",
        "        serve(listen(self.port), handler)",
    ]
    more = ["        if not patched(threads):", "            message = 'patch the threads first, before the import'"]
    more += ["            raise RuntimeError(message)", "        log('the threads are patched, all of them, ready to run')"]
    newer = [*few[:2], "        from wsgi import listen, patched, serve", *more, few[3]]
    assert found(text(newer), 2, 6, text(few)) == tuple(few[1:3])


def test_a_function_inside_one_that_was_renamed() -> None:
    inner = ["    def cmd(a):", "        x, y = a", "        print(x + y)"]
    changed = ["    def cmd(a):", "        x, y = a", "        print(repr(a))"]
    body = ["    result = invoke(cmd, [])", "    assert result.output.strip() == '3'", "    assert not result.exception"]
    others = ["def test_other(runner):", *inner, "    result = invoke(cmd, [])", ""]
    older = text([*others, "def test_defaults(runner):", *inner, *body])
    newer = text([*others, "def test_good_defaults(runner):", *changed, *body])
    assert range_block(newer, 7, 10).name == "test_good_defaults.cmd"
    match = locate(newer, range_block(newer, 7, 10), older)
    assert match is not None
    assert (match.block.name, match.change) == ("test_defaults.cmd", "body")


def test_lines_that_moved_with_their_definition_and_were_edited() -> None:
    older = text([*LOAD, "", *SAVE], "old.py")
    edited = [SAVE[0], SAVE[1], "        out.write(','.join(rows))", SAVE[3]]
    newer = text(["import os", "", "", *edited], "new.py")
    match = elsewhere(newer, range_block(newer, 4, 7), older, text(LOAD, "old.py"))
    assert match is not None
    assert match.block.lines == tuple(SAVE[1:])
    assert elsewhere(newer, range_block(newer, 4, 7), older, older) is None
