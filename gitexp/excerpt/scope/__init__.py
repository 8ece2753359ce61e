"""Tell which names a statement reads, binds and changes."""
