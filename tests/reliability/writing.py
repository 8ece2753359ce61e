"""A command of each verb that writes, with a word in it by which what it recorded is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.png import write_png
from tests.project import notebook

if TYPE_CHECKING:
    from tests.project import Project

# By the name of the verb. {w} is a word that no other command has, {old} that of a command before.
COMMANDS = {
    "new": "new {w}_new -m {w}",
    "note": "note base -m {w}",
    "tail": "tail base {w}.log",
    "import csv": "import csv {w}.csv",
    "import diary": "import diary {w}.md",
    "import history": "import history --id-pattern line1.*=.*(1)",
    "import notebook": "import notebook {w}.ipynb",
    "run": "run -m {w} -- true",
    "correct": "correct base -m {w}",
    "retract": "retract {correction}",
    "undo": "undo",
    "purge": "purge {victim} --yes",
    "metric": "metric base {w}=0.5",
    "image": "image add base {w}.png",
    "series": "series add base {w}_curve.csv",
    "tb": "tb base logs",
    "topic": "topic add {w} --ids base",
    "topic write": "topic write {w} -m {w}",
    "pin": "pin base",
    "filter": "filter add {w} layers.py::line1",
    "use": "use base",
    "tag": "tag base {w}",
    "rename": "rename victim {w}_renamed",
    "parent": "parent other base",
    "link": "link other HEAD",
    "forget": "forget other",
    "snapshot": "snapshot take base",
    "pages": "pages",
    "pull": "pull",
    "push": "push",
    "sync": "sync {stick}",
    "gc": "gc --now",
    "doctor": "doctor --fix",
}

# What is found by its word on the branch, once it was acknowledged.
FOUND_BY_WORD = (
    *("new", "note", "run", "correct", "metric", "image", "topic", "topic write", "filter", "tag"),
    *("import csv", "import diary"),
)

# Verbs that write nothing to the record of the repository they run in, or wait for somebody.
OTHER_VERBS = {
    *(
        "list",
        "show",
        "search",
        "similar",
        "journal",
        "excerpt",
        "diff",
        "compare",
        "table",
        "plot",
    ),
    *("lineage", "log", "export", "status", "view", "demo", "shot", "diary", "init", "uninit"),
}


def prepare(project: Project, word: str) -> None:
    """Write the files that the commands with a word read."""
    project.write(f"{word}.log", f"step 1 {word}_loss=0.2\n")
    project.write(f"{word}.csv", f"id,acc,remark\n{word}_row,0.5,{word}\n")
    project.write(f"{word}_curve.csv", "step,loss\n1,0.5\n")
    project.write(f"{word}.md", f"### 2019/06/23\n{word}_day acc 0.5\nwords\n")
    project.write(f"{word}.ipynb", notebook([("markdown", f"|name|acc|\n|--|--|\n|{word}_n|0.3|")]))
    write_png(project.top / f"{word}.png", width=1 + sum(word.encode()) % 200)


def list_verbs() -> set[str]:
    """Return the verbs that the commands are of."""
    return {name.partition(" ")[0] for name in COMMANDS}
