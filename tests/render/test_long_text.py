"""A text of one line, however long and in whatever script, is laid out letter by letter once."""

from __future__ import annotations

import sys

import pytest

from gitexp.render.terminal import wrap_text


def count_calls(text: str) -> int:
    """Return how many functions are called while a text is wrapped."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        lines = wrap_text(text, 80)
    finally:
        sys.setprofile(before)
    assert "".join(lines) == text
    return calls


@pytest.mark.parametrize("letter", ["学", "a", "ｱ", "한", "é", "😀"])
def test_twice_the_text_is_twice_the_work(letter: str) -> None:
    assert count_calls(letter * 8000) < 2.2 * count_calls(letter * 4000)
