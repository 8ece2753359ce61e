"""The one door to the record: write it, read it, index it."""
