"""Deltas between excerpts: compared, grouped into hunks, and lined up by definition."""
