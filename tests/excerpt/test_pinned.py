"""A kept excerpt is read back as it was cut, and anything else is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from gitexp.errors import ContentError
from gitexp.excerpt.cut import FileExcerpt, Span, combine_spans
from gitexp.excerpt.delta.cells import find_borders, read_cell_title
from gitexp.excerpt.parse.cells.cell import Cell
from gitexp.excerpt.pinned import decode_file_excerpt, encode_file_excerpt

LINES = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=12)
    | st.sampled_from(["```", "````python", "---", "", "kept: []"]),
    max_size=12,
)


@st.composite
def file_excerpts(draw: st.DrawFn) -> FileExcerpt:
    lines = tuple(draw(LINES))
    numbers = st.integers(0, len(lines))
    raw = draw(st.lists(st.tuples(numbers, numbers), max_size=4))
    spans = combine_spans(Span(*sorted(pair)) for pair in raw)
    path = draw(st.sampled_from(["train.ipynb", "日本 語.py", 'a"b', "x: y.yaml", "Makefile"]))
    return FileExcerpt(path, lines, spans)


@given(file_excerpts())
def test_what_was_cut_is_read_back(file: FileExcerpt) -> None:
    read = decode_file_excerpt(encode_file_excerpt(file))
    assert read.path == file.path
    assert read.spans == file.spans
    assert read.kept_lines == file.kept_lines
    assert read.hidden_count == file.hidden_count


def test_code_cells_keep_their_places_and_names() -> None:
    lines = ("rows = load()", "fit(rows)", "plot(rows)")
    cells = (
        Cell("f3c", True, "", 0, 1),
        Cell("", False, "# 学習", 1, 1),
        Cell("f3a", True, "", 1, 2),
        Cell("f3b", True, "", 2, 3, ("図",)),
    )
    file = FileExcerpt("nb.ipynb", lines, (Span(1, 3),), cells)
    read = decode_file_excerpt(encode_file_excerpt(file))
    assert find_borders(read) == find_borders(file)
    titles = [read_cell_title(read, position) for position in range(3)]
    assert titles == ["cell 1", "cell 2, 学習", "cell 3, 図"]
    assert titles == [read_cell_title(file, position) for position in range(3)]
    assert encode_file_excerpt(read) == encode_file_excerpt(file)


def test_a_forge_shows_it() -> None:
    file = FileExcerpt("a.py", ("import x", "", "A = 1", "B = 2"), (Span(0, 1), Span(2, 4)))
    assert encode_file_excerpt(file).decode() == (
        '---\npath: "a.py"\nlines: 4\nkept: [[1, 1], [3, 4]]\n---\n'
        "\n```python\nimport x\n```\n"
        "\n```python\nA = 1\nB = 2\n```\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# hello",
        '---\npath: "a.py"\nlines: 2\nkept: [[1, 2]]\n---\n\n```\none line\n```\n',
        '---\npath: "a.py"\nlines: 2\nkept: [[2, 1]]\n---\n\n```\none line\n```\n',
        '---\npath: "a.py"\nlines: 99999999999\nkept: []\n---\n',
        '---\npath: "a.py"\nlines: -1\nkept: []\n---\n',
        "---\npath: 3\nlines: 1\nkept: []\n---\n",
        '---\npath: "a.py"\nlines: 1\nkept: 5\n---\n',
        '---\npath: "a.py"\nlines: 1\nkept: [[1]]\n---\n',
        '---\npath: "a.py"\nlines: true\nkept: [["1", 1]]\n---\n',
        '---\npath: "a.py"\nlines: 1\nkept: []\ncells: [[1, 9, ""]]\n---\n',
        '---\npath: "a.py"\nlines: 2\nkept: []\ncells: [[2, 2, ""], [1, 1, ""]]\n---\n',
        '---\npath: "a.py"\nlines: 1\nkept: []\ncells: [[1, 1, 3]]\n---\n',
        "---\npath: " + "[" * 100_000,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ContentError):
        decode_file_excerpt(text.encode())
    with pytest.raises(ContentError):
        decode_file_excerpt(text.encode() + b"\xff")
