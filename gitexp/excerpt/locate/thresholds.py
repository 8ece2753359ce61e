"""The thresholds of following code: name, value, reason, and how each was measured, in one table.

Likeness is Dice's coefficient of pairs of neighbouring tokens, 0 (nothing shared) to 1 (the same).
A telling line has more than two characters. "Traced" stands for the traced real histories (``python
-m tests.bench.bench_real CLONE...``), "random" for the random histories (``pytest tests/follow -k
random --long``); ``bench_real --sweep NAME VALUE...`` tries other values of one row. Modules read
the table as ``thresholds.NAME``, so that a sweep can change a row.
"""

from __future__ import annotations

# What is long enough to be judged.

LONG_BLOCK = 6
"""Telling lines from which on a block is long.

Shorter ones are alike by chance, so more is asked of them. Traced.
"""

LEAST_TELLING = 3
"""Telling lines that a block must have to be found under another name in another file.

Random: getters look alike.
"""

LEAST_VOTING = 4
"""Telling lines of a block whose lines may vote for a place in another file.

Traced: three lines vote by chance.
"""

LEAST_MOVED_BYTES = 30
"""Bytes of a block that was moved as it was: ``return None`` stands in every file."""

LEAST_HEADER = 6
"""Characters of a header line that may stand for its definition: ``end`` and ``do {`` are no
headers.
"""

NEARLY_DEFINITION = 5
"""Lines of a definition whose last line may be missing from a range that still means it.

Traced: people forget ``}``.
"""

SIZE_RATIO = 3
"""One of two definitions that are this many times as long as the other has not its size."""

LEAST_SIZE_SHARE = 0.2
"""Dice's coefficient of two lengths below which their texts need not be compared: likeness could
not reach any floor.
"""

# How much of the surroundings is read.

CONTEXT_LINES = 12
"""Lines around a block that tell it from its copies. Random: twins in one file."""

EDGE_LINES = 8
"""Lines beyond the edge of a range in which a statement that crosses it may go on."""

SAMPLED_LINES = 10
"""Lines that stand for a file: one that shares a third of them has none of these in one case of
fifty.
"""

# Likeness of definitions.

SAME_HEADER = 0.3
"""Least likeness of two definitions with the same header line."""

WEAK_NAMESAKE = 0.3
"""A namesake that is less alike gives way to a definition of another name that is far more alike."""

STRONG_RIVAL = 0.5
"""Least likeness of that other definition; it must also be twice as alike as the namesake."""

OVERLOAD = 0.35
"""Least likeness of two overloads that pair, unless one is left on each side.

A score of 1 or more means one signature.
"""

STRANGERS = 0.15
"""Overloads that are no more alike, and not of a size, have but the name in common.

Traced in C# and Java.
"""

INNER_NAMESAKE = 0.3
"""Least likeness of the same method of a class that was renamed."""

RENAMED_SAME_SIMPLE_NAME = 0.3
"""Least likeness of a definition that only has another place: ``A.run`` and ``B.run``."""

RENAMED_KIN = 0.4
"""Least likeness of a long definition whose one name is in the other: ``placeBox`` and
``placeBoxes``.
"""

RENAMED_LONG = 0.5
"""Least likeness of a long definition under another name in the same file."""

RENAMED_SHORT = 0.6
"""The same for a short one."""

RENAMED_IN_PLACE = 0.35
"""The same where the lines stand where they stood: two, and half of the body, have partners in a
diff.
"""

MOVED_NAMED_LONG = 0.5
"""Least likeness of a long definition of the same name in another file."""

MOVED_NAMED_SHORT = 0.6
"""The same for a short one."""

MOVED_RENAMED_LONG = 0.7
"""Least likeness of a long definition of another name in another file.

Random: moved and renamed in one commit.
"""

MOVED_RENAMED_SHORT = 0.8
"""The same for a short one."""

NAME_BONUS = 0.3
"""What the same simple name is worth beside likeness when candidates are compared."""

# Likeness of lines and cells.

SAME_CELL = 0.5
"""Likeness above which a cell without a known id is the same cell."""

SAME_FIRST_LINE = 0.1
"""What the same first line is worth beside likeness when cells are compared."""

LINES_LONG = 0.4
"""Least likeness of a long range and its place in another version."""

LINES_SHORT = 0.5
"""The same for a short range."""

SCRAP_SHARE = 0.4
"""A place that holds a smaller share of the telling lines of a longer range is a scrap of it, not
the range before an edit.
"""

SCRAP_COVERAGE = 0.4
"""Least share of the tokens of a range that a scrap must hold.

Traced: a range begins where all but scraps of it was written.
"""

GROWN_CONTAINMENT = 0.6
"""Least share of the smaller side in the larger where a range grew or shrank."""

LEAST_CONFIDENCE = 0.3
"""Confidence of a range that grew or shrank so much that likeness says nothing."""

UNREAD_SHARE = 0.6
"""Share of the telling lines of a definition that must stand as they are where no definition is
read: behind macros, in a dialect.
"""

MAIN_SHARE = 0.5
"""Share of the telling lines of a range above which a definition holds it."""

MAIN_SHARE_MOVED = 0.75
"""The same where the range went to another file with its definition."""

MOVED_WITH_DEFINITION = 0.4
"""Least likeness of lines that went to another file with their definition."""

MOVED_BY_VOTE = 0.6
"""Least likeness of lines that went to another file by themselves."""
