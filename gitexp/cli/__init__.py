"""Asks: a file per verb; parses options, makes one call, prints one result."""
