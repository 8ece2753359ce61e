"""The thresholds of the reading delta: name, value, reason, and how each was measured, in one table.

"Read" stands for the steps of the three notebook repositories that were read line by line
(``python -m tests.bench.bench_reading CLONE...``, docs/excerpts.md).
"""

from __future__ import annotations

# Which lines are a pair.

LINE_PAIR = 0.5
"""Least share of common words of two statements that are shown as one that changed.

Read: below it the words in common are ``x = ... (x)``, and the two lines are easier to read whole.
"""

STATEMENT_PAIRS = 10_000
"""Pairs of statements of a gap up to which each is tried: a hundred removed and a hundred added."""

RENAMED = 0.6
"""Least likeness of a definition that is gone and a new one that are shown as a renaming."""

RENAMED_SAME_NAME = 0.4
"""The same for two methods of one name in classes of different names."""

SAME_CELL = 0.3
"""Least share of words of two notebook cells that stayed or moved from one to the other, for them to
be one cell. Below it a cell was split or joined, and the larger part has its name."""

JOINED_CELL = 0.6
"""Least share of the words of a cell that is gone which stand, changed, in the new form of the cell
beside it, for the two to have been joined.

Read: of two cells of credit-risk-ml that were joined it is 1.0; of 15 cells of handson-ml that are
gone beside a changed one 0.55 at most, 0 in most.
"""

JOINED_WORDS = 20
"""Least words of such a cell. Those of ``len(X_test)`` stand in many cells."""

GONE_CELL = 3
"""Most statements of a cell that is gone which are shown. The fold of more says their number."""

# Which words are marked.

WORD_PAIRS = 1_000_000
"""Pairs of words of two statements up to which they are compared: a literal of a thousand numbers."""

SCRAP_WORDS = 2
"""Signs between two changed words that are marked with them: ``a, b`` for ``c, d`` reads as one."""

CHANGES_IN_A_ROW = 6
"""Changes in one row, the cut and the added counted; with more of them the row is shown as two."""

SAME_SHARE = 0.5
"""Least share of unchanged to changed letters of one row; with fewer of them it is shown as two."""

# What is folded.

REPLACED_TIMES = 3
"""So many times the same words must give way to the same words to be one line (issue 15)."""

LITERAL_ROWS = 4
"""Least rows of numbers that are folded. Three are as short as the fold and what it says."""

MOVED_WORDS = 5
"""Least words of a single statement that counts as moved where it occurs once on each side.

Shorter ones (``return x``) stand all over a file.
"""

MOVED_RUN_WORDS = 12
"""Least words of several statements in a row that count as moved, however often each occurs."""

# What is a setting.

SETTING_WIDTH = 40
"""Most letters of a value that is shown as a setting: two of them and a name fit in 80 columns."""
