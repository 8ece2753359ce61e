"""Find definitions in source text, by language."""
