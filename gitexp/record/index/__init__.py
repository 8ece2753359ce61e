"""The index: a SQLite copy of the record for fast reading."""
