"""Cells of text files: one table of the forms in which they are marked, one reader a family."""
