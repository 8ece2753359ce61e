"""Imports from other records."""
