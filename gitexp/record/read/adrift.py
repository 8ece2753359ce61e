"""Commits of experiments that are on no branch any more, and what they may have become."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.record.record import Record

_MOST_COMMITS = 500
"""Commits of HEAD among which a new form is looked for."""

_MOST_EXPERIMENTS = 200
"""The newest experiments, which are looked at: commits are written anew within days."""

_MOST_NAMED = 5


class AdriftCommit(NamedTuple):
    """The newest commit of an experiment none of whose commits is on a branch.

    ``suggestions``: commits of HEAD with the same author and subject. They prove nothing.
    """

    experiment: str
    commit: str
    subject: str
    suggestions: tuple[str, ...]

    def __str__(self) -> str:
        text = f"{self.experiment}: its commit {self.commit[:7]} '{self.subject}' is on no branch"
        if not self.suggestions:
            return text
        names = ", ".join(name[:7] for name in self.suggestions[:_MOST_NAMED])
        return f"{text} (perhaps it is {names} now)"


def find_adrift_commits(record: Record) -> list[AdriftCommit]:
    """Return the experiments whose commits were all written anew or dropped, oldest first."""
    newest = {}
    for summary in reversed(record.index.read_newest_summaries(_MOST_EXPERIMENTS)):
        experiment = record.index.read_experiment(summary.id)
        if experiment is not None and experiment.links:
            newest[experiment.id] = experiment.links
    all_links = [commit for links in newest.values() for commit in links]
    lost = _find_unreachable(record, all_links)
    adrift = {ident: links[-1] for ident, links in newest.items() if lost.issuperset(links)}
    if not adrift:
        return []
    subjects = _read_subjects(record, "--no-walk=unsorted", names=adrift.values())
    present = _read_subjects(record, f"--max-count={_MOST_COMMITS}", names=["HEAD"])
    rows = []
    for ident, commit in adrift.items():
        key = subjects.get(commit)
        if key is not None:
            alike = tuple(name for name, other in present.items() if other == key)
            rows.append(AdriftCommit(ident, commit, key[1], alike))
    return rows


def _find_unreachable(record: Record, commits: Iterable[str]) -> set[str]:
    """Return those of some commits that are here and that neither HEAD nor a branch, tag or remote holds."""
    wanted = set(commits)
    if not wanted:
        return set()
    names = "".join(f"{name}\n" for name in wanted).encode()
    refs = ("--not", "--branches", "--tags", "--remotes", "HEAD")
    done = record.repository.try_git("rev-list", "--ignore-missing", "--stdin", *refs, data=names)
    return wanted.intersection(done.stdout.decode().split())


def _read_subjects(
    record: Record, option: str, *, names: Iterable[str]
) -> dict[str, tuple[str, str]]:
    """Return the author's mail and the subject of commits, by their ids."""
    data = "".join(f"{name}\n" for name in names).encode()
    options = ("--ignore-missing", "--no-show-signature", option, "--format=%H%x00%ae%x00%s")
    done = record.repository.try_git("log", "--stdin", *options, data=data)
    rows = [line.split("\0") for line in done.stdout.decode("utf-8", "replace").split("\n")]
    return {row[0]: (row[1], row[2]) for row in rows if len(row) == 3}
