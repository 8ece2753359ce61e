"""Locate a block of code in another version of its file."""
