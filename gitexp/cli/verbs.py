"""The verbs: what there is, and where each is found."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gitexp.cli.verb_table import Group, Verb

# Verb -> what it does, in the order of help. Each lives in a module of its name and is imported
# only when it is asked for.
VERBS = {
    "init": "start recording in this repository",
    "new": "start an experiment: keep the code, choose an id",
    "run": "run a command and record its metrics, curves and end",
    "tail": "record the metrics and curves in a log file",
    "note": "add a note",
    "diary": "write on the page of a day in the editor",
    "import": "import diaries and tables of past runs",
    "correct": "correct what was recorded; the old text stays visible",
    "retract": "take corrections back",
    "undo": "undo the last command that recorded something",
    "metric": "record metrics of an experiment",
    "image": "attach pictures, list them, open them",
    "shot": "attach a screenshot of a running page",
    "series": "attach curves of a run, list them",
    "tb": "record the curves, pictures and texts of a TensorBoard log",
    "list": "list all experiments (also: 'git exp' alone)",
    "show": "show one experiment: metrics, entries, what changed",
    "search": "find entries and experiments",
    "similar": "find earlier experiments like one",
    "topic": "gather entries and experiments by topic",
    "journal": "show what was written, day by day",
    "excerpt": "show the code of a version, cut by a filter",
    "diff": "show what changed between two experiments or versions",
    "compare": "show 2 to 12 experiments side by side",
    "table": "show experiments with the settings in their code that differ",
    "plot": "plot a metric over the trials, with the best so far",
    "lineage": "show how an experiment came about, change by change",
    "log": "show the versions that changed the code a filter keeps",
    "pin": "keep the code of experiments on the record branch, like a gist",
    "filter": "save which code you want to see",
    "use": "make an experiment the active one",
    "tag": "add tags, remove them",
    "rename": "give an experiment another id",
    "parent": "say which experiment another one changed a part of",
    "link": "say which commit holds the code of an experiment",
    "forget": "forget an experiment that was none; its text stays",
    "snapshot": "keep the code again, list what is kept, restore it",
    "export": "write the record as static web pages",
    "pages": "write Markdown pages on the record branch, for a forge",
    "pull": "bring the record of another clone, join both",
    "push": "push the record and the code of its trials",
    "sync": "pull, then push",
    "purge": "take a secret out of the record and its history, for good",
    "status": "show the active experiment, the hooks, what is not pushed",
    "doctor": "check the record and this clone, mend what can be mended",
    "gc": "pack the record's objects, remove those that nothing holds",
    "view": "show the record in the browser",
    "demo": "build a small example repository",
    "uninit": "remove the hooks and the local files",
}


def find_verb(name: str) -> Verb[Any] | Group | None:
    """Return the verb of a name, or None."""
    if name not in VERBS:
        return None
    verb: Verb[Any] | Group = import_module(f"gitexp.cli.{name}_").VERB
    return verb
