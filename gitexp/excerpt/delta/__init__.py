"""Tell what changed from one excerpt to another."""
