"""Save and remove filters."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from gitexp.errors import UsageError
from gitexp.record.write.exclusive import hold_lock_of_record

if TYPE_CHECKING:
    from gitexp.model.filter import CodeFilter
    from gitexp.record.record import Record


@hold_lock_of_record
def save_filter(record: Record, code_filter: CodeFilter) -> None:
    """Save a filter under its name.

    An earlier filter of that name stays in the record but is no longer in force. Raises UsageError
    for a name that cannot be one.
    """
    name = code_filter.name
    if not name or any(char.isspace() or char in "/:#!" for char in name):
        raise UsageError(f"'{name}' cannot name a filter", "one word: model, encoder, training")
    fields: dict[str, Any] = {
        "name": name,
        "rules": [str(rule) for rule in code_filter.rules],
        "anchor": code_filter.anchor,
    }
    if code_filter.stop:
        fields["stop"] = list(code_filter.stop)
    if code_filter.also:
        fields["also"] = list(code_filter.also)
    if code_filter.depth is not None:
        fields["depth"] = code_filter.depth
    from gitexp.store.snapshots import gather_commit

    with record.store_together():
        gather_commit(record.repository, record.database, code_filter.anchor)
        record.keep_commit(code_filter.anchor)
        record.append_events([record.draft_event("filter", **fields)])


@hold_lock_of_record
def remove_filter(record: Record, name: str) -> None:
    """Put a filter out of force. Raises NotFoundError."""
    from gitexp.record.read.filters import find_filter  # costs `log` more than it needs of this

    find_filter(record, name)
    record.append_events([record.draft_event("filter", name=name, rules=[], removed=True)])


def find_anchor(record: Record, code_filter: CodeFilter) -> str:
    """Return the version whose line numbers a person means now.

    It is HEAD, or the working tree when a file that a rule names differs from HEAD. Raises
    UsageError in a repository without a commit and without a working tree.
    """
    repository = record.repository
    head = repository.find_commit("HEAD")
    if repository.worktree is None:
        if head is None:
            raise UsageError(
                "there is no commit yet", "commit something, or name a version with --at"
            )
        return head
    paths = sorted({rule.path for rule in code_filter.rules})
    done = repository.try_git("--literal-pathspecs", "status", "--porcelain", "-z", "--", *paths)
    is_changed = bool(done.stdout)
    if head and not is_changed:
        return head
    from gitexp.store.snapshots import commit_working_tree

    message = "gitexp: snapshot for a filter\n"
    with record.database.gather() if record.holds_lock else nullcontext():
        return commit_working_tree(record.database, record.store_working_tree(), message).commit
