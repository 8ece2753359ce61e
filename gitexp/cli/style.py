"""How a verb sets its text: the width and colours of the terminal, and what its options say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.render.terminal import TextStyle

    class _ReadingOptions(Protocol):
        """How changed code is shown."""

        patch: bool
        everything: bool
        context: int | None


def make_style(env: Env, options: _ReadingOptions) -> TextStyle:
    """Return how the text of a verb that shows changed code is set."""
    from gitexp.render.terminal import TextStyle

    return TextStyle(
        env.columns,
        colour=env.colours,
        patch=options.patch,
        everything=options.everything,
        context=options.context,
    )
