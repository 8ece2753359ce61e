"""A real repository to run verbs in, as a user would."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pty
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gitexp.cli.env import Env
from gitexp.cli.main import run_words
from gitexp.record.record import Record
from gitexp.record.write.setup import begin_record
from gitexp.store.repository import Repository

ROOT = Path(__file__).parent.parent

NOTEBOOK_CELLS = [
    ("markdown", "# Data"),
    ("code", "import numpy as np\nFILTERS = 50"),
    ("markdown", "# Model"),
    ("code", "def encoder_TCN(x):\n    return conv(x, FILTERS)"),
    ("code", "def create_model():\n    return encoder_TCN(1)"),
    ("markdown", "# 学習"),
    ("code", 'MODEL_DIR = "/models/first"\nmodel = create_model()'),
]


def notebook(cells: list[tuple[str, str]]) -> str:
    made: list[dict[str, Any]] = [
        {
            "cell_type": kind,
            "metadata": {},
            "id": f"cell{number}",
            "source": text.splitlines(keepends=True),
        }
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for number, (kind, text) in enumerate(cells)
    ]
    return json.dumps(
        {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
        ensure_ascii=False,
        indent=1,
    )


@dataclass(frozen=True)
class Ran:
    """A finished verb."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Project:
    """A repository in a temporary folder."""

    top: Path

    @classmethod
    def create(cls, top: Path) -> Project:
        top.mkdir(parents=True)
        made = cls(top)
        made.git("init", "-q", "-b", "main")
        made.write("layers.py", "".join(f"line{number} = {number}\n" for number in range(1, 61)))
        made.write("train.ipynb", notebook(NOTEBOOK_CELLS))
        made.commit("first")
        return made

    def record(self) -> Record:
        """The record of this repository, opened anew."""
        return Record(Repository.discover(self.top))

    def begin(self) -> Project:
        """Begin recording through the library: no hooks."""
        begin_record(self.record())
        return self

    def git(self, *args: str, check: bool = True, env: dict[str, str] | None = None) -> str:
        done = subprocess.run(
            ["git", *args],
            cwd=self.top,
            capture_output=True,
            text=True,
            env={**os.environ, **(env or {})},
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, name: str, text: str) -> Path:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def commit(self, message: str) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def run(
        self,
        *args: str,
        stdin: str = "",
        cwd: Path | None = None,
        env: dict[str, str] | None = None,
    ) -> Ran:
        """Run ``git exp ARGS`` in this process, in a world of its own; nobody is at the keyboard.

        A mistake in gitexp is raised here with its traceback.
        """
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in (env or {}).items():
                patch.setenv(name, value)  # for git, which the verb starts
            world = Env(
                str(cwd or self.top),
                stdin=io.TextIOWrapper(io.BytesIO(stdin.encode())),
                out=out,
                err=err,
                variables={**os.environ, "GITEXP_TRACEBACK": "1"},
            )
            code = run_words(list(args), world)
        return Ran(code, out.getvalue(), err.getvalue())

    def process(
        self,
        *args: str,
        stdin: str = "",
        cwd: Path | None = None,
        env: dict[str, str] | None = None,
    ) -> Ran:
        """Run ``git exp ARGS`` as its own process; nobody is at the keyboard."""
        done = subprocess.run(
            [sys.executable, "-m", "gitexp", *args],
            cwd=cwd or self.top,
            input=stdin.encode(),
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "GITEXP_TRACEBACK": "1", **(env or {})},
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def exp(self, *args: str, **env: str) -> str:
        """Run a verb that must succeed; what it printed."""
        ran = self.run(*args, env=env)
        assert ran.code == 0, ran.err
        assert "Traceback" not in ran.err
        return ran.out

    def fails(self, *args: str, code: int = 1, **env: str) -> str:
        """Run a verb that must fail with one line; that line."""
        ran = self.run(*args, env=env)
        assert ran.code == code, (ran.code, ran.out, ran.err)
        assert ran.err.startswith("git exp: "), ran.err
        assert ran.err.count("\n") == 1, ran.err
        return ran.err

    def typed(self, *args: str, **env: str) -> str:
        """Run a verb on a terminal of its own, as a person at the keyboard; all that it printed."""
        end, other = pty.openpty()
        values = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", **env}
        with subprocess.Popen(
            [sys.executable, "-m", "gitexp", *args],
            cwd=self.top,
            stdin=other,
            stdout=other,
            stderr=other,
            env=values,
            close_fds=True,
        ) as process:
            os.close(other)
            said = b""
            while True:
                try:
                    piece = os.read(end, 65536)
                except OSError:  # how Linux says that the other end is closed
                    break
                if not piece:
                    break
                said += piece
            process.wait(timeout=60)
        os.close(end)
        return said.decode().replace("\r\n", "\n")

    def json(self, *args: str, **env: str) -> Any:
        return json.loads(self.exp(*args, "--json", **env))

    def experiment(self, ident: str) -> dict[str, Any]:
        """One experiment as JSON."""
        (found,) = (item for item in self.json("list") if item["id"] == ident)
        return dict(found)

    def read_metrics(self, ident: str) -> dict[str, str]:
        """Return the values of an experiment's metrics by name, as typed."""
        return {metric["name"]: metric["value"] for metric in self.json("show", ident)["metrics"]}

    def untouchable(self) -> dict[str, str]:
        """Digest of everything that no verb may touch: work tree, index, HEAD and its reflog,
        branches, stash, config.
        """
        paths = [
            path
            for path in sorted(self.top.rglob("*"))
            if path.is_file() and ".git" not in path.relative_to(self.top).parts
        ]
        own = [
            self.top / ".git" / name
            for name in ("index", "HEAD", "config", "logs/HEAD", "logs/refs/stash", "ORIG_HEAD")
        ]
        digests = {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (*paths, *own)
            if path.exists()
        }
        digests["index stamp"] = str((self.top / ".git/index").stat().st_mtime_ns)
        refs = self.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        digests["refs"] = "\n".join(line for line in refs if "gitexp" not in line)
        return digests


def init_repository(top: Path, *options: str) -> Project:
    """An empty repository of a kind; skipped where this git makes none."""
    top.mkdir(parents=True)
    project = Project(top)
    done = subprocess.run(
        ["git", "init", "-q", "-b", "main", *options], cwd=top, capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"this git makes no repository with {' '.join(options)}")
    return project
