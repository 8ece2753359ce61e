"""``git exp status``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.options import JSON
from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb
from gitexp.record.read.status import read_status
from gitexp.render.terminal import safe_line

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class StatusOptions(Options):
    """The table of ``status``."""

    as_json: bool = JSON


def run(env: Env, options: StatusOptions) -> None:
    """Show which experiment is active, whether the hooks run, and what is not pushed.

    Also whose code is not in this clone. No remote is asked: what it has is what the last fetch
    told (docs/data-model.md, two clones).
    """
    status = read_status(open_record(env, reading=True))
    if options.as_json:
        env.print_json(status.format_values())
    else:
        for line in status.format_lines():
            env.print(safe_line(line))


VERB = Verb("status", StatusOptions, run)
