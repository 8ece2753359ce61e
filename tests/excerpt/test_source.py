"""Reading the bytes of a file: text, notebooks, and what is none."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any

import pytest

from gitexp.errors import ContentError
from gitexp.excerpt.parse.magics import is_run_elsewhere, replace_magic
from gitexp.excerpt.parse.text import UTF_16, normalise_line_ends
from gitexp.excerpt.source import read_source
from tests.excerpt.sources import notebook, script

if TYPE_CHECKING:
    from gitexp.excerpt.source import Source


def is_python(text: str) -> bool:
    """Return True if a text can be parsed."""
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


# Notebooks


def read_book(book: Any) -> tuple[str, ...]:
    """Return the lines of code of a notebook."""
    return read_source("a.ipynb", json.dumps(book).encode()).lines


@pytest.mark.parametrize(
    "book",
    [
        {"worksheets": [{"cells": 5}]},
        {"worksheets": [{"cells": None}, {}, 3]},
        {"worksheets": [{"cells": ["text", {"cell_type": 1, "input": 2}]}]},
        {"cells": [None, {"source": {}}, {"cell_type": "code", "source": [1, {}]}]},
    ],
)
def test_a_notebook_with_the_wrong_types_has_no_code(book: Any) -> None:
    assert read_book(book) == ()


@pytest.mark.parametrize("book", [[], 5, {}, {"cells": 5}, {"worksheets": {}}])
def test_json_without_cells_is_no_notebook(book: Any) -> None:
    with pytest.raises(ContentError, match="it has no list of cells"):
        read_book(book)


def test_half_a_character_is_no_text() -> None:
    # JSON can write the half of a surrogate pair; no encoding of a file or terminal can.
    cell = {"cell_type": "code", "id": "a\ud800", "source": ["x = '\ud800'\n", "y = '\U0001f600'"]}
    source = read_source("a.ipynb", json.dumps({"cells": [cell]}).encode())
    assert source.lines == ("x = '\ufffd'", "y = '\U0001f600'")
    assert source.cells[0].id == "a\ufffd"
    assert source.units[0].tree is not None


def test_a_notebook_of_format_3_has_its_cells_in_worksheets() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Data"]},
        {"cell_type": "code", "input": ["x = 1\n", "y = 2"]},
    ]
    source = read_source("a.ipynb", json.dumps({"worksheets": [{"cells": cells}]}).encode())
    assert source.lines == ("x = 1", "y = 2")
    assert [(cell.code, cell.text) for cell in source.cells] == [(False, "# Data"), (True, "")]


# Text


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", ()),
        (b"\n", ("",)),
        (b"a\nb", ("a", "b")),
        (b"a\r\nb\rc\n", ("a", "b", "c")),
        (b"a\r\r\nb\n", ("a", "b")),
        (b"\xef\xbb\xbfa\n", ("a",)),
        ("é\n".encode(), ("é",)),
        ("é\r\n".encode("utf-16"), ("é",)),
        ("学習率\n".encode("cp932"), ("学習率",)),
        ("日本語\n".encode("euc_jp"), ("日本語",)),
        ("café\n".encode("latin-1"), ("café",)),
    ],
)
def test_the_lines_of_a_file(data: bytes, lines: tuple[str, ...]) -> None:
    assert read_source("a.txt", data).lines == lines


@pytest.mark.parametrize(
    "data", [b"a\nb", b"a\r\nb\rc\n", b"a\r\r\nb\n", "a\r\nб\n".encode("utf-16")]
)
def test_normal_line_ends_leave_the_lines_as_they_are(data: bytes) -> None:
    normal = normalise_line_ends(data)
    assert read_source("a.txt", normal).lines == read_source("a.txt", data).lines
    if not data.startswith(UTF_16):
        assert b"\r" not in normal


def test_a_binary_file_is_no_source() -> None:
    with pytest.raises(ContentError, match="is a binary file"):
        read_source("a.py", b"x = 1\0")


# Units


def list_units(source: Source) -> list[tuple[int, int, bool]]:
    """Return the lines of each unit, and True where it was parsed."""
    return [(unit.start, unit.stop, unit.tree is not None) for unit in source.units]


def test_a_script_is_parsed_from_statement_to_statement() -> None:
    source = script("""
        import os
        # how wide
        WIDTH = 3
        @jit
        def f():
            pass
        if WIDTH:
            pass
        else:
            pass
    """)
    assert list_units(source) == [
        (0, 1, True),
        (1, 3, True),
        (3, 6, True),
        (6, 10, True),
    ]


def test_a_script_with_a_statement_across_the_margin_is_one_unit() -> None:
    assert list_units(script("x = '''\nfree text\n'''\ny = 1\n")) == [(0, 4, True)]
    assert list_units(script("x = 1\nno python\n")) == [(0, 2, False)]
    assert list_units(script("x = 1\n", "a.txt")) == [(0, 1, False)]


def test_of_a_notebook_only_the_cells_with_a_word_are_read_last_first() -> None:
    book = notebook("x = 1", "y = 2", "ﬁ = x")
    assert [unit.start for unit in book.list_units_with("x")] == [2, 0]
    # Python takes a ligature for its letters.
    assert [unit.start for unit in book.list_units_with("fi")] == [2]


@pytest.mark.parametrize(
    ("line", "python"),
    [
        ("x = 1", "x = 1"),
        ("%matplotlib inline", "pass"),
        ("  !mkdir -p {OUT} $LOGS ${HOME}", "  (OUT, LOGS)"),
        ("files = !ls", "pass"),
        ("x = a % b", "x = a % b"),
        ("model?", "pass"),
        ("  %time train(model)", "  train(model)"),
        ("%prun -s time run()", "run()"),
        ("%timeit -n 10 run(x)", "run(x)"),
        ("%timeit x = run()", "pass"),
        ("%time if not", "pass"),
    ],
)
def test_a_magic_line_becomes_the_python_that_it_runs_or_reads(line: str, python: str) -> None:
    assert replace_magic(line, is_python) == python
    # The rest of the cell is parsed.
    cell = f"if go:\n    go()\n    {line.strip()}\nstop = 1"
    (unit,) = notebook(cell).units
    assert unit.tree is not None
    assert len(unit.tree.body) == 2


@pytest.mark.parametrize(
    ("cell", "is_elsewhere", "is_python"),
    [
        ("%%time\nx = 1", False, True),
        ("%%capture out\nx = 1", False, True),
        ("%%bash\nls", True, False),
        ("\n%%writefile a.py\nx = 1", True, False),
        ("%%my_own_magic\nx = 1", False, False),
        ("x = 1\n%%bash", False, True),
    ],
)
def test_a_cell_magic_says_where_a_cell_runs(
    cell: str, is_elsewhere: bool, is_python: bool
) -> None:
    (unit,) = notebook(("id", cell)).units
    assert (unit.tree is not None) is is_python
    assert is_run_elsewhere(cell) is is_elsewhere
