"""The worked example of docs/excerpts.md: its commits are made, its command is run, its output compared."""

from __future__ import annotations

import re
import shlex
from itertools import groupby
from typing import TYPE_CHECKING

from tests.project import ROOT, Project

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "excerpts.md").read_text(encoding="utf-8")
EXAMPLE = PAGE[PAGE.index("## A worked example") : PAGE.index("## How well")]
VERSIONS = re.findall(r'```python (\S+) "(.*?)"\n(.*?)```', EXAMPLE, re.DOTALL)
AUTHOR = dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "a") | dict.fromkeys(
    ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "a@b"
)


def test_the_worked_example_prints_what_the_page_says(tmp_path: Path) -> None:
    example = Project(tmp_path)
    example.git("init", "-q", "-b", "main")
    for number, (message, files) in enumerate(groupby(VERSIONS, key=lambda version: version[1]), 1):
        for path, _, text in files:
            example.write(path, text)
        moment = f"2019-06-{20 + number} 10:00 +0900"
        example.git("add", "-A")
        example.git(
            "commit",
            "-q",
            "-m",
            message,
            env={**AUTHOR, "GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment},
        )
    command, output = re.findall(
        r"^    \$ (git exp log .*)\n((?:    .*\n)+)", EXAMPLE, re.MULTILINE
    )[0]
    assert example.exp(*shlex.split(command)[2:]).splitlines() == [
        line[4:] for line in output.splitlines()
    ]
