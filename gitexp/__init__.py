"""gitexp: the record of machine-learning trial and error, kept inside the user's own git repository."""

__version__ = "0.1.0"
