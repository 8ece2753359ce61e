"""``git exp tag``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb, argument, arguments, flag
from gitexp.record.write.values import change_tags

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class TagOptions(Options):
    """The table of ``tag``."""

    ident: str = argument("ID")
    tags: tuple[str, ...] = arguments("TAG...")
    delete: bool = flag("-d", "--delete", help="Remove the tags.")


def run(env: Env, options: TagOptions) -> None:
    """Add tags to an experiment, or remove them."""
    record = open_record(env)
    added, removed = ((), options.tags) if options.delete else (options.tags, ())
    ident = change_tags(record, options.ident, added, removed)
    tags = "".join(f" #{name}" for name in record.read_experiment(ident).tags)
    env.print(f"· {ident}{tags}")


VERB = Verb("tag", TagOptions, run)
