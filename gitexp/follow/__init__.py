"""Follow code through commits."""
