"""Shows the record: the local page, what is exported of it, the pages on the record branch."""
