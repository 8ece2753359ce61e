"""What was recorded, printed: a line for each experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.render.echo import format_understood, format_unread
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.record.write.recorded import Recorded

# So many of the files that a snapshot left out are named.
_NAMED_FILES = 3


def print_recorded(env: Env, recorded: Recorded) -> None:
    """Print what was recorded, and what the snapshot left out."""
    for line in format_understood(recorded.understood):
        env.print(make_safe(line))
    for line in format_unread(recorded.unread):
        env.print(make_safe(line))
    if recorded.left_out:
        names = ", ".join(recorded.left_out[:_NAMED_FILES])
        more = " ..." if len(recorded.left_out) > _NAMED_FILES else ""
        env.print(
            make_safe(f"  left out of the snapshot, over 1 MiB and not in git: {names}{more}")
        )
