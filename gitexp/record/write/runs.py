"""Record how a command ended that was run for an experiment, and what it gave."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.model.characters import make_plain
from gitexp.record.secrets import hide_secrets
from gitexp.record.write.exclusive import hold_lock_of_record
from gitexp.record.write.values import TrialValues, draft_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.record.record import Record

_LONGEST_COMMAND = 100  # words
_LONGEST_WORD = 200


class RunOutcome(NamedTuple):
    """How a command ended, and what was read from its output and its files."""

    command: Sequence[str]
    seconds: float
    exit_code: int
    signal: int
    values: TrialValues


@hold_lock_of_record
def record_outcome(record: Record, ident: str, outcome: RunOutcome) -> None:
    """Record the end of a command and all that it gave, in one commit."""
    name = record.resolve_id(ident)
    words = outcome.command[:_LONGEST_COMMAND]
    command = [make_plain(word)[:_LONGEST_WORD] for word in _hide_secrets(record, words)]
    ending: dict[str, Any] = {"exit": outcome.exit_code}
    if outcome.signal:
        ending = {"signal": outcome.signal}
    run = record.draft_event(
        "run", (name,), command=command, milliseconds=round(outcome.seconds * 1000), **ending
    )
    drafts, contents = draft_values(record, name, outcome.values)
    record.append_events([run, *drafts], contents)


def _hide_secrets(record: Record, words: Sequence[str]) -> list[str]:
    """Return the words of a command with stars for likely secrets: ``--api-key`` may stand before."""
    hidden = []
    for option, word in pairwise(["", *words]):
        beginning = f"{option.lstrip('-')}=" if option.startswith("-") else ""
        line = hide_secrets(record.repository, beginning + word)
        hidden.append(line.removeprefix(beginning))
    return hidden
