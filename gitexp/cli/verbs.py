"""The verbs: what there is, and where each is found."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gitexp.cli.table import Group, Verb

# Verb -> what it does, in the order of help. Each lives in a module of its name and is imported
# only when it is asked for.
VERBS = {
    "init": "begin recording in this repository",
    "new": "start an experiment: snapshot, id, first words",
    "note": "add an entry to the journal",
    "diary": "write on the day's page in the editor",
    "import": "take in diaries and tables of past runs",
    "correct": "correct what was recorded; it stays visible",
    "retract": "take corrections back",
    "undo": "take back what the last command understood",
    "metric": "record numbers of an experiment",
    "image": "attach pictures, list them",
    "series": "attach curves of a run, list them",
    "list": "every experiment in a table (also: bare 'git exp')",
    "show": "one experiment: metrics, entries, what changed",
    "search": "find entries and experiments",
    "similar": "have I tried this? the nearest earlier experiments",
    "topic": "where it gathers: pages by topic",
    "journal": "read what was written, day by day",
    "excerpt": "the code of a version, cut by a filter",
    "diff": "what changed between two experiments or versions",
    "compare": "2 to 12 experiments side by side",
    "lineage": "how an experiment came about, change by change",
    "log": "filtered history: versions whose excerpt changed",
    "filter": "save, list, show and remove filters",
    "use": "make an experiment the active one",
    "tag": "add or remove tags",
    "rename": "give an experiment another id",
    "snapshot": "keep the working tree again, list, restore",
    "export": "write the record as static pages",
    "pages": "write Markdown pages on the record branch, for a forge",
    "status": "active experiment, hooks, what is not pushed",
    "view": "read the record in the browser",
    "demo": "build a small repository to look around in",
    "uninit": "take out hooks and local files again",
}


def find_verb(name: str) -> Verb[Any] | Group | None:
    """Return the verb of a name, or None."""
    if name not in VERBS:
        return None
    verb: Verb[Any] | Group = import_module(f"gitexp.cli.{name}_").VERB
    return verb
