"""Read the record."""
