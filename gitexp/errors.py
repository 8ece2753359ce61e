"""What can go wrong. Every error says what happened and to what, and hints at the next step."""

from __future__ import annotations


class GitExpError(Exception):
    """Root of all errors a user may see: one line of message, one line of hint, an exit code."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(GitExpError):
    """The request itself is wrong: a malformed id, rule, metric or option."""

    exit_code = 2


class NotFoundError(GitExpError):
    """What was asked for is not in the record or not in this version."""


class AbsentError(NotFoundError):
    """The record names it and this clone does not hold it: it was not pushed or not fetched."""


class AmbiguousError(GitExpError):
    """A prefix fits several things; the message lists them."""


class ContentError(GitExpError):
    """A file or object could be read but makes no sense: a broken notebook, an unreadable image."""


class RepositoryError(GitExpError):
    """No repository, not initialised, or one of a kind that cannot be used."""


class StorageError(GitExpError):
    """Writing failed: disk full, read-only, a lock that does not go away. Nothing was half-written."""
