"""A remote whose record somebody wrote by hand: with git's plumbing, past every check of ours."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gitexp.model.filter import CodeFilter, parse_rule
from gitexp.model.ids import make_event_id
from gitexp.record.write.begin import TrialContent, begin_experiment
from gitexp.record.write.filters import save_filter
from tests.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

AT = "2019-06-12T15:33:00+09:00"
HEAD = ("kind", "at", "lamport", "replica", "author", "exp")

Tree = dict[str | bytes, "Tree | Leaf"]


@dataclass(frozen=True)
class Leaf:
    """What is no folder in a tree: its mode, and its bytes (of a submodule the id of its
    commit).
    """

    data: bytes
    mode: str = "100644"


def event_file(text: str = "", **values: Any) -> bytes:
    """Return an event's file: a front matter of any values as JSON, and a text.

    Half a surrogate pair in a value stands in the file as JSON escapes it. A value that is bytes is
    written as it is.
    """
    common = {"kind": "note", "at": AT, "lamport": 55, "replica": "xlrqyutl", "author": "E <e@x>"}
    fields = {**common, "exp": ["t1"], **values}
    lines = [f"{name}: ".encode() + _json(value) for name, value in fields.items()]
    return b"\n".join([b"---", *lines, b"---", text.encode(), b""])


def _json(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def write_raw_tree(project: Project, content: bytes) -> str:
    """Store bytes as a tree object, whatever they are; its id."""
    command = ["git", "hash-object", "-w", "-t", "tree", "--literally", "--stdin"]
    done = subprocess.run(command, cwd=project.top, input=content, capture_output=True, check=True)
    return done.stdout.decode().strip()


@dataclass
class Remote:
    """A repository that victims clone. ``tree`` is what its record branch holds at last."""

    project: Project
    tree: Tree = field(default_factory=dict)

    @classmethod
    def create(cls, top: Path) -> Remote:
        """Make one with an honest trial ``t1`` in its record, and a filter."""
        project = Project.create(top).begin()
        record = project.record()
        begin_experiment(
            record,
            "t1",
            TrialContent(text="t1 acc 0.5 #honest", at=datetime(2019, 6, 1, 10, tzinfo=UTC)),
        )
        code = project.git("rev-parse", "HEAD")
        save_filter(record, CodeFilter("model", (parse_rule("layers.py:1-3"),), code))
        record.close()
        remote = cls(project)
        remote.tree = remote._read(project.git("rev-parse", "gitexp^{tree}"))
        return remote

    def add_event(self, data: bytes, *, name: str = "", day: str = "2019-06/12") -> str:
        """Put an event's file on the branch; its path."""
        name = name or f"153300-x-{make_event_id(data)}.md"
        path = f"log/{day}/{name}"
        self.add_file(path.split("/"), Leaf(data))
        return path

    def add_file(self, path: Iterable[str | bytes], leaf: Leaf) -> None:
        """Put a file into the tree, under any names."""
        *folders, last = path
        tree = self.tree
        for folder in folders:
            inner = tree.setdefault(folder, {})
            assert isinstance(inner, dict)
            tree = inner
        tree[last] = leaf

    def commit(self, message: str = "evil") -> str:
        """Commit the tree on the record branch; the commit's id."""
        tip = self.project.git("rev-parse", "gitexp")
        commit = self.project.git("commit-tree", self.write(self.tree), "-p", tip, "-m", message)
        self.project.git("update-ref", "refs/heads/gitexp", commit)
        return commit

    def clone(self, top: Path) -> Project:
        """Clone it over ``file://``, as plain git does it, and begin to use its record."""
        url = f"file://{self.project.top}"
        subprocess.run(["git", "clone", "-q", url, str(top)], check=True, capture_output=True)
        return Project(top)

    def _read(self, oid: str) -> Tree:
        tree: Tree = {}
        for line in self.project.git("ls-tree", "-z", oid).split("\0"):
            if line:
                head, _, name = line.partition("\t")
                mode, kind, inner = head.split()
                content = self._git("cat-file", "blob", inner) if kind == "blob" else b""
                tree[name] = self._read(inner) if kind == "tree" else Leaf(content, mode)
        return tree

    def write(self, tree: Tree) -> str:
        """Store a tree with all that is in it; its id."""
        return self._write(tree, {})

    def _write(self, tree: Tree, memo: dict[int, str]) -> str:
        """Write a tree object byte by byte: git's own commands refuse some of these names.

        ``memo``: ids of those that are written already, by the identity of the dictionary.
        """
        if id(tree) in memo:
            return memo[id(tree)]
        rows = []
        for name, inner in tree.items():
            raw = name if isinstance(name, bytes) else name.encode()
            if isinstance(inner, dict):
                rows.append((raw + b"/", b"40000 " + raw, self._write(inner, memo)))
            elif inner.mode == "160000":
                rows.append((raw, b"160000 " + raw, inner.data.decode()))
            else:
                oid = self._git("hash-object", "-w", "--stdin", data=inner.data).decode().strip()
                rows.append((raw, inner.mode.encode() + b" " + raw, oid))
        content = b"".join(head + b"\0" + bytes.fromhex(oid) for _, head, oid in sorted(rows))
        memo[id(tree)] = write_raw_tree(self.project, content)
        return memo[id(tree)]

    def _git(self, *args: str, data: bytes = b"") -> bytes:
        return subprocess.run(
            ["git", *args], cwd=self.project.top, input=data, capture_output=True, check=True
        ).stdout
