"""Compare lines: which are the same, and how alike two pieces of code are."""
