"""Reads the outside (work tree, code patterns, images) and returns values; never writes the record."""
