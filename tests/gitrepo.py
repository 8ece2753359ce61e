"""Histories made in one stroke: commits are described in memory and written by ``git fast-import``
in a sealed environment.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gitexp.store.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path


def sealed(home: Path) -> dict[str, str]:
    """An environment in which no setting of the machine reaches git."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C.UTF-8",
    }


@dataclass
class Past:
    """A history under construction.

    Commits are numbered from 0; files are given whole, as text or bytes by path.
    """

    _stream: list[bytes] = field(default_factory=list)
    count: int = 0

    def commit(
        self, files: dict[str, str] | dict[str, bytes], *parents: int, subject: str = ""
    ) -> int:
        """Add a commit and return its number."""
        number, self.count = self.count, self.count + 1
        message = (subject or f"commit {number}").encode()
        when = 1_500_000_000 + 60 * number
        out = [f"commit refs/heads/c{number}\nmark :{number + 1}\n".encode()]
        out.append(
            f"author A <a@example.org> {when} +0000\ncommitter A <a@example.org> {when} +0000\ndata {len(message)}\n".encode()
            + message
            + b"\n"
        )
        for word, parent in zip(("from", *("merge",) * len(parents)), parents, strict=False):
            out.append(f"{word} :{parent + 1}\n".encode())
        out.append(b"deleteall\n")
        for path, text in files.items():
            data = text.encode() if isinstance(text, str) else text
            out.append(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
        self._stream.extend(out)
        return number

    def write(self, folder: Path) -> tuple[Repository, list[str]]:
        """Make the repository in ``folder``; returns it and the full ids of the commits by
        number.
        """
        folder.mkdir(parents=True, exist_ok=True)
        env = sealed(folder)
        subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], env=env, check=True)
        marks = folder / ".git" / "marks"
        subprocess.run(
            ["git", "fast-import", "--quiet", f"--export-marks={marks}"],
            cwd=folder,
            env=env,
            input=b"".join(self._stream),
            check=True,
        )
        ids = dict(line.split() for line in marks.read_text().splitlines())
        return Repository.discover(folder), [ids[f":{number + 1}"] for number in range(self.count)]
