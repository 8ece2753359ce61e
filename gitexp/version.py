"""The version of gitexp."""

__version__ = "0.1.0"
