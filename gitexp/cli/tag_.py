"""``git exp tag``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import open_record, split_subject
from gitexp.cli.verb_table import Options, Verb, arguments, flag
from gitexp.record.write.values import change_tags

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class TagOptions(Options):
    """The table of ``tag``."""

    words: tuple[str, ...] = arguments("[ID] TAG...")
    delete: bool = flag("-d", "--delete", help="Remove the tags.")


def run(env: Env, options: TagOptions) -> None:
    """Add tags to an experiment, or remove them.

    One tag alone, or tags that begin with '#', are for the active experiment.
    """
    record = open_record(env)
    subject, tags = split_subject(record, options.words, _has_mark, "git exp tag ID TAG")
    added, removed = ((), tags) if options.delete else (tags, ())
    ident = change_tags(record, subject, added, removed)
    all_tags = "".join(f" #{name}" for name in record.read_experiment(ident).tags)
    env.print(f"· {ident}{all_tags}")


def _has_mark(word: str) -> bool:
    return word.startswith("#")


VERB = Verb("tag", TagOptions, run)
