"""Find everything in the repository that a symbol needs."""
