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
