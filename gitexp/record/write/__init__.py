"""Add to the record."""
