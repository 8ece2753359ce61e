"""Save and remove filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitexp.errors import UsageError
from gitexp.record.write.exclusive import hold_lock_of_record

if TYPE_CHECKING:
    from gitexp.model.filter import CodeFilter
    from gitexp.record.record import Record


@hold_lock_of_record
def save_filter(record: Record, choice: CodeFilter) -> None:
    """Save a filter under its name; an earlier one of that name stays in the record but is no longer in force."""
    if not choice.name or any(char.isspace() or char in "/:#!" for char in choice.name):
        raise UsageError(
            f"'{choice.name}' cannot name a filter", "one word: model, encoder, training"
        )
    fields: dict[str, Any] = {
        "name": choice.name,
        "rules": [str(rule) for rule in choice.rules],
        "anchor": choice.anchor,
    }
    if choice.stop:
        fields["stop"] = list(choice.stop)
    if choice.also:
        fields["also"] = list(choice.also)
    if choice.depth is not None:
        fields["depth"] = choice.depth
    record.keep_commit(choice.anchor)
    record.append_events([record.draft_event("filter", **fields)])


@hold_lock_of_record
def remove_filter(record: Record, name: str) -> None:
    """Put a filter out of force."""
    from gitexp.record.read.filters import find_filter

    find_filter(record, name)
    record.append_events([record.draft_event("filter", name=name, rules=[], removed=True)])


def find_anchor(record: Record, choice: CodeFilter) -> str:
    """The version whose line numbers a person means now: HEAD, or the working tree when a named file differs from HEAD.

    Raises UsageError in a repository without a commit and without a working tree.
    """
    head = record.repository.find_commit("HEAD")
    if record.repository.worktree is None:
        if head is None:
            raise UsageError(
                "there is no commit yet", "commit something, or name a version with --at"
            )
        return head
    paths = sorted({rule.path for rule in choice.rules})
    done = record.repository.try_git("status", "--porcelain", "-z", "--", *paths)
    if head and not done.stdout:
        return head
    from gitexp.store.snapshots import take_snapshot

    return take_snapshot(
        record.repository, record.database, "gitexp: snapshot for a filter\n"
    ).commit
