"""Compare lines: which are the same in two texts, and how alike two pieces of code are."""
