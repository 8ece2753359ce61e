"""Reads the outside (pictures) and returns values; never writes the record."""
