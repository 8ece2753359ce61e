"""What is known of the languages that are read without a grammar: one row a language."""
