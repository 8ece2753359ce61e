"""What looks like a password or key is not recorded, unless the user says that it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import ContentError
from gitexp.model.secrets import find_secrets, mask_secrets

if TYPE_CHECKING:
    from gitexp.store.repository import Repository

ALLOW = "gitexp.allowSecrets"
_SHOWN = 60  # letters of the line that is named


def allows_secrets(repository: Repository) -> bool:
    """Return True if the config says that likely secrets may be recorded."""
    value = repository.settings.get(ALLOW.lower(), "false")
    return value.lower() in ("true", "yes", "on", "1")


def refuse_secrets(repository: Repository, text: str) -> None:
    """Raise ContentError for a text with a likely secret in it, before it is written anywhere."""
    secrets = find_secrets(text)
    if not secrets or allows_secrets(repository):
        return
    first = secrets[0]
    start = text.rfind("\n", 0, first.start) + 1
    end = text.find("\n", first.start)
    line = text[start : end if end >= 0 else len(text)]
    shown = mask_secrets(line, find_secrets(line)).strip()[:_SHOWN]
    raise ContentError(
        f"this looks like {first.kind}: '{shown}'; nothing was recorded",
        f"take it out, or let it in: git -c {ALLOW}=true exp ...",
    )


def hide_secrets(repository: Repository, text: str) -> str:
    """Return a text with stars for likely secrets: for what a program wrote and nobody reads first."""
    secrets = find_secrets(text)
    if not secrets or allows_secrets(repository):
        return text
    return mask_secrets(text, secrets)
