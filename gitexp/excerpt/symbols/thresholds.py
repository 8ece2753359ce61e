"""The limits of reading code without a grammar: name, value and reason, in one table.

Measured with ``python -m tests.bench.bench_symbols CLONE...`` on 63 projects.
"""

from __future__ import annotations

LONGEST_HEAD = 4000
"""Characters before a brace that are read. What is longer is data, and would take long."""

LONGEST_ANNOTATION = 40
"""Lines of one annotation: a table in an annotation of Java has some thirty."""

LEAST_READ = 40
"""Lines that are read at first to find where a definition stops, besides twice its former size."""

GROWTH = 4
"""How many times as many lines are read where those were too few: the whole file in few steps."""

LARGEST_SETTINGS = 300_000
"""Characters of a settings file. A larger one is data, and would take long."""

MOST_KEYS = 2000
"""Key paths of a settings file. One with more is data, and each is a definition to be followed."""

DEEPEST_KEY = 100
"""Keys in a path. What is deeper is no settings: a path of 100,000 lists fills the memory."""

REMEMBERED_HEADS = 8192
"""Heads whose meaning is remembered: the versions of a file have most of theirs in common."""

REMEMBERED_TREES = 2048
"""Pieces of Python whose definitions are remembered, as many as ``parse`` remembers trees."""
