"""``git exp pages``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.pinning import NO_PIN, pin_shown_code
from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class PagesOptions(Options):
    """The table of ``pages``."""

    no_pin: bool = NO_PIN


def run(env: Env, options: PagesOptions) -> None:
    """Write the record as Markdown pages on its own branch, for GitHub and other forges to show.

    Pages are: README.md, months, experiments. Only those that changed are written. Push the branch
    afterwards, as you push any other. A page whose code is not in this clone stays as it is; where
    something else of it changed, it is written without the code, until a clone that has it writes
    it. The code that they show is pinned (git exp pin).
    """
    from gitexp.history.absent import explain_absent_code
    from gitexp.render.terminal import make_safe
    from gitexp.viewer.pages import write_pages

    record = open_record(env)
    if not options.no_pin:
        pin_shown_code(env, record)
    written = write_pages(record)
    count = written.pages
    if count:
        pages = f"{count} page{'' if count == 1 else 's'}"
        env.print(f"{pages} written on '{record.branch_name}'")
    else:
        env.print("the pages are up to date")
    if written.absent:
        env.print(make_safe(explain_absent_code(record.repository, written.absent)))


VERB = Verb("pages", PagesOptions, run)
