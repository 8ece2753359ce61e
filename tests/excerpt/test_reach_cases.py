"""Reach over code as it is met in public notebooks and scripts: the cases of ``reach_cases.md``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.excerpt.test_reach import check

PAGE = Path(__file__).with_name("reach_cases.md")
CASE = re.compile(r"```python (\S+@\S+)\n(.*?)```", re.DOTALL)
FILE = re.compile(r"^# --- (\S+)\n(.*?)(?=^# --- |\Z)", re.DOTALL | re.MULTILINE)
CASES = CASE.findall(PAGE.read_text(encoding="utf-8"))


def test_the_page_is_read_whole() -> None:
    assert len(CASES) == 107


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_case(case: tuple[str, str]) -> None:
    start, body = case
    files: dict[str, str | list[str]] = {}
    for path, text in FILE.findall(body):
        kept_text = re.sub(r"^\?", "+", text.rstrip("\n"), flags=re.MULTILINE)
        code = "\n".join(line or " " for line in kept_text.split("\n"))
        files[path] = code.split("\n # ---\n") if path.endswith(".ipynb") else code
    check(files, start)
