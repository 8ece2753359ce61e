"""Where the record lives: the git objects and refs of one repository."""
