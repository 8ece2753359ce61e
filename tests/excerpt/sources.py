"""Small sources for tests: notebooks and scripts written as text."""

from __future__ import annotations

import json
from textwrap import dedent

from gitexp.excerpt.resolve import resolve_rule
from gitexp.excerpt.source import Source, read_source
from gitexp.model.filter import parse_rule


def notebook(*cells: str | tuple[str, str], path: str = "train.ipynb") -> Source:
    """A notebook: text that starts with 'md:' is a Markdown cell; a pair is (cell id, code)."""
    raw = []
    for cell in cells:
        ident, text = cell if isinstance(cell, tuple) else ("", cell)
        kind = "markdown" if text.startswith("md:") else "code"
        item: dict[str, object] = {
            "cell_type": kind,
            "metadata": {},
            "source": dedent(text.removeprefix("md:")).strip("\n"),
        }
        if ident:
            item["id"] = ident
        raw.append(item)
    return read_source(
        path,
        json.dumps({"cells": raw, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode(),
    )


def script(text: str, path: str = "train.py") -> Source:
    """A file from dedented text."""
    return read_source(path, dedent(text).lstrip("\n").encode())


def cut_rule(source: Source, rule: str) -> list[str]:
    """Return the lines that a rule chooses."""
    lines: list[str] = []
    for span in resolve_rule(source, parse_rule(rule)):
        lines += source.lines[span.start : span.stop]
    return lines
