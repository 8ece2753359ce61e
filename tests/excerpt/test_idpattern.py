"""Ids in code: the pattern of the user ends in time, in whatever thread it is asked."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from gitexp.errors import UsageError
from gitexp.excerpt.idpattern import find_id_in_lines

if TYPE_CHECKING:
    from collections.abc import Callable

LINES = (
    'MODEL_ID = "gru_1"',
    'MODEL_ID = "幅_2"  # \ud800',
    '# MODEL_ID = "gru_3"',
    f'{" " * 2000}MODEL_ID = "gru_4"',
)


def call_here(find: Callable[[], str]) -> str:
    return find()


def call_in_thread(find: Callable[[], str]) -> str:
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(find).result()


@pytest.mark.parametrize("call", [call_here, call_in_thread])
def test_the_last_id_of_the_code_is_found(call: Callable[[Callable[[], str]], str]) -> None:
    pattern = re.compile('MODEL_ID = "([^"]+)"')
    assert call(lambda: find_id_in_lines(pattern, LINES, "a.py")) == "幅_2"
    assert call(lambda: find_id_in_lines(pattern, LINES[2:], "a.py")) == ""


@pytest.mark.parametrize("call", [call_here, call_in_thread])
def test_a_pattern_that_would_never_end_is_stopped(
    call: Callable[[Callable[[], str]], str],
) -> None:
    pattern = re.compile('"((a+)+)"')
    line = f'x = "{"a" * 60}'
    with pytest.raises(UsageError, match=r"takes too long on a\.py"):
        call(lambda: find_id_in_lines(pattern, [line], "a.py"))
