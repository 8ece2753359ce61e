"""How code is cut: sources, rules, excerpts, deltas and tracking. Pure: knows nothing of git."""
