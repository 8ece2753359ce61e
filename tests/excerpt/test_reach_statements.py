"""Reach and what is a statement: lines, the arms of ``if`` and ``try``, cells. '+' marks the lines that must be kept."""

from __future__ import annotations

import pytest

from gitexp.excerpt.block import Text
from gitexp.excerpt.reach import reach

ENDS = {
    "CR": (b"K = 1\rz = 2\rdef f():\r    return K\r", ["K = 1", "def f():", "    return K"]),
    "a CR in a comment": (b"z = 2 # a\rK = 1\ndef f():\n    return K\n", ["K = 1", "def f():", "    return K"]),
    "CRLF converted twice": (b"z = 2\r\r\nK = 1\r\r\ndef f():\r\r\n    return K\r\r\n", ["K = 1", "def f():", "    return K"]),
}


@pytest.mark.parametrize("name", ENDS)
def test_line_ends(name: str) -> None:
    data, wanted = ENDS[name]
    text = Text("m.py", data)
    kept = reach({"m.py": text.source}.get, "m.py", "f").spans["m.py"]
    assert [line for span in kept for line in text.lines[span.start : span.stop]] == wanted
    assert text.lines == text.source.lines
    assert text.framed == b"\n" + "\n".join(text.lines).encode() + b"\n"
