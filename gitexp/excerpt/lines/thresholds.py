"""The thresholds of comparing lines: name, value, reason, and how each was measured, in one table.

"Traced" stands for the traced real histories (``python -m tests.bench.bench_real CLONE...``),
"random" for the random histories (``pytest tests/follow -k random --long``). Modules read the table
as ``thresholds.NAME``, so that a test can change a row.
"""

from __future__ import annotations

# How much of two texts difflib compares. Its time grows with the pairs of lines in a gap.

DELTA_PAIRS = 4_000_000
"""Pairs of lines of a gap up to which difflib compares it for a delta, before any anchor is looked
for; a larger gap between anchors is shown as replaced.

Two changed stretches of 2,000 lines. Measured: repetitive text of 30,000 lines takes half a second
this way, and minutes when difflib has it all.
"""

FOLLOWING_PAIRS = 40_000
"""Pairs of lines of a gap without anchors up to which difflib compares it for following code.

Two changed stretches of 200 lines: a history asks this for each of its versions.
"""

# The range that a range was.

EDGE_LINES = 80
"""Lines of the older version in which each cut is tried where the edge of a range has no partner.

In a longer gap the edge is put where its share of the lines is.
"""

# Votes for where a block stood.

VOTING_KEY = 3
"""A line votes if it has more characters than this, white space aside: ``})`` stands all over a
file.
"""

VOTING_PLACES = 4
"""Places in the older version that a line may have if it is to vote: a common line says nothing."""

FULL_VOTE = 12
"""The vote of a line with one place. It is divided by the number of places: 12 by 2, 3 and 4 is
whole.
"""

VOTE_SLACK = 2
"""Lines by which votes for one place may differ, because lines came or went inside the block."""

OWN_VOTE = 0.001
"""What a vote for a place itself counts more than one for its neighbours: it decides between equals."""

# What tells files apart.

LONG_LINE = 12
"""A line says something about its file if it has more characters than this, white space aside."""
