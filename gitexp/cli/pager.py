"""Long output through the pager, as git shows it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def page_lines(lines: Iterator[str]) -> None:
    """Show lines in the pager of the process ($PAGER, else less), as they come."""
    import click

    # As git does: one screen is printed, colours are kept, and the text stays after the end.
    os.environ.setdefault("LESS", "FRX")
    click.echo_via_pager((line + "\n" for line in lines), color=True)
