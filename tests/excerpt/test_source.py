"""Reading the bytes of a file: text, notebooks, and what is none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gitexp.errors import ContentError
from gitexp.excerpt.source import read_source


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
