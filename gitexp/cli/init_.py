"""``git exp init``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import find_record
from gitexp.cli.verb_table import Options, Verb
from gitexp.record.write.setup import begin_record
from gitexp.store.hooks import install_hooks

if TYPE_CHECKING:
    from gitexp.cli.env import Env


def run(env: Env, _: Options) -> None:
    """Start recording in this repository.

    It asks nothing, can be run again, and changes no file of yours.
    """
    record = find_record(env)
    is_new = begin_record(record)
    report = install_hooks(record.repository)
    env.print("recording in this repository" if is_new else "recording here already")
    for line in report.format_lines():
        env.print(line)
    if is_new:
        env.print("next: git exp new ID -m 'what you try'")


VERB = Verb("init", Options, run)
