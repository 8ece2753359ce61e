"""Find the experiment that a commit means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import AmbiguousError, NotFoundError

if TYPE_CHECKING:
    from gitexp.record.index.fill import Index

_SHORT_ID = 10
_MOST_NAMED = 6


def find_experiment_of_commit(index: Index, text: str, commit: str) -> str:
    """Return the id of the experiment that is tied to ``commit``; ``text`` is what was typed.

    One that the commit was made for goes first, then those that have the same code, then those that
    were made on top of it. Raises NotFoundError where none is tied, and AmbiguousError where
    several are.
    """
    is_exact_by_ident = index.find_linked_experiments(commit)
    holders = [ident for ident, is_exact in is_exact_by_ident.items() if is_exact]
    makers = [ident for ident in holders if _is_made_for(index, ident, commit)]
    idents = makers or holders or list(is_exact_by_ident)
    if len(idents) == 1:
        return idents[0]
    commit_name = _name_commit(text, commit)
    if not idents:
        raise NotFoundError(
            f"no experiment is tied to {commit_name}", f"git exp link ID {commit[:_SHORT_ID]}"
        )
    listed = ", ".join(idents[:_MOST_NAMED]) + (", ..." if len(idents) > _MOST_NAMED else "")
    raise AmbiguousError(
        f"{len(idents)} experiments are tied to {commit_name}", f"name one of them: {listed}"
    )


def _is_made_for(index: Index, ident: str, commit: str) -> bool:
    experiment = index.read_experiment(ident)
    return experiment is not None and commit in experiment.links


def _name_commit(text: str, commit: str) -> str:
    """Return how a message names a commit: what was typed, and the id where that is no id."""
    short_id = commit[:_SHORT_ID]
    return f"commit {short_id}" if commit.startswith(text) else f"{text} (commit {short_id})"
