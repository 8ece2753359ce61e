"""The statements of a file: read piece by piece they are those of the whole text."""

from __future__ import annotations

import random

import pytest

from gitexp.excerpt.delta import statements
from gitexp.excerpt.delta.statements import CodeLayout, read_layout

_CODE = [
    "",
    '"""What the module is for."""',
    "import os",
    "",
    "# A comment at the margin.",
    "LIMITS = {",
    '"a": 1,',
    '    "b": (2, 3),',
    "}",
    "",
    "@cached",
    "class Model:",
    '    """A docstring',
    "def that_is_no_code(self):",
    '    """',
    "",
    "    def encode(self, x,",
    "               y=2):",
    "        if x:",
    "            return f(x,",
    "    y)",
    "    # A comment between.",
    '        z = """one',
    "class two:",
    '"""',
    "        return z",
    "",
    "    @property",
    "    async def decode(self): return 'x = (\\",
    "def g():'",
    "",
    "%matplotlib inline",
    "!ls (",
    "text = 'a # b \\",
    "c'",
    "value = 1 + \\",
    "    2",
    "if value:",
    "    run()",
    "",
]
_ODD_LINES = (
    '"""',
    "'''",
    "(",
    ")",
    "]",
    "\\",
    'x = "a\\',
    "# c \\",
    "%time (",
    "   \\",
    "\t@x",
    "",
)


def _read_whole(lines: tuple[str, ...]) -> CodeLayout:
    """Return the layout of lines that are read as one piece."""
    piece = statements._read_piece("\n".join(lines), (0,), is_last=True)
    assert piece is not None
    return CodeLayout(piece.statements, piece.kinds, piece.owners, is_python=True)


@pytest.mark.parametrize("seed", range(20))
def test_pieces_are_what_the_whole_text_is(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(60):
        lines = _CODE[chance.randrange(len(_CODE)) :]
        for _ in range(chance.randrange(5)):
            lines.insert(chance.randrange(len(lines) + 1), chance.choice(_ODD_LINES))
        if chance.random() < 0.5:
            del lines[chance.randrange(len(lines))]
        text = tuple(lines)
        if text:
            assert read_layout("a.py", text) == _read_whole(text), "\n".join(text)


def test_a_piece_that_did_not_change_is_read_once() -> None:
    read_layout("a.py", tuple(_CODE))
    before = statements._read_piece.cache_info()
    changed = [line.replace("return z", "return z + 1") for line in _CODE]
    read_layout("a.py", ("import sys", *changed))
    after = statements._read_piece.cache_info()
    assert after.misses - before.misses <= 3
    assert after.hits - before.hits > 5


def test_no_statement_goes_on_across_a_border() -> None:
    lines = ("@patch", "def show(", "set_seed(1)", "text = '''", "lr = 1e-2")
    layout = read_layout("a.ipynb", lines, (0, 2, 4))
    starts = [(statement.start, statement.stop) for statement in layout.statements]
    assert starts == [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
    assert layout.owners == (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("5e-4", "0.0005"),
        ("1.", "1.0"),
        ("1_000", "1000"),
        ("0xFF", "255"),
    ],
)
def test_a_number_written_in_another_way_is_the_same(text: str, same: str) -> None:
    assert read_keys(text) == read_keys(same)


@pytest.mark.parametrize(
    ("text", "other"), [("1e3", "1000"), ("1e999", "1e998"), ("1j", "1"), ("0.1", "0.10001")]
)
def test_another_number_is_another(text: str, other: str) -> None:
    assert read_keys(text) != read_keys(other)


def read_keys(number: str) -> list[str]:
    return [statement.key for statement in read_layout("a.py", (f"x = f({number})",)).statements]
