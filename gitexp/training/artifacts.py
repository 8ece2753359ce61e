"""Artifacts and saved files: a run names them, and stores none of them."""

from __future__ import annotations

import os
from typing import Any

from gitexp.training.placeholders import Nothing
from gitexp.training.quiet import say

_MOST_FILES = 5  # of one artifact, named in its line


class Artifact(Nothing):
    """Files under a name, in the shape of wandb's. The run that logs it names it in a line."""

    def __init__(
        self,
        name: str = "artifact",
        type: str = "",
        description: str | None = None,
        metadata: Any = None,
        **others: Any,
    ) -> None:
        """Hold no file yet."""
        self.name = str(name)
        self.type = str(type)
        self.description = description or ""
        self.metadata = metadata if isinstance(metadata, dict) else {}
        self.version = "latest"
        self.files_named: list[str] = []

    def __bool__(self) -> bool:
        return True

    def add_file(self, local_path: Any = "", name: str | None = None, **others: Any) -> Artifact:
        """Name a file."""
        self.files_named.append(name or os.fspath(local_path))
        return self

    def add_dir(self, local_path: Any = "", name: str | None = None, **others: Any) -> Artifact:
        """Name a folder."""
        return self.add_file(name or f"{os.fspath(local_path).rstrip('/')}/")

    def add_reference(self, uri: Any = "", name: str | None = None, **others: Any) -> Artifact:
        """Name what lies elsewhere."""
        return self.add_file(str(uri), name)

    def new_file(self, name: str, mode: str = "w", **others: Any) -> Any:
        """Return a file to write into, whose contents go nowhere."""
        self.files_named.append(name)
        return open(os.devnull, mode)

    def wait(self, timeout: float | None = None) -> Artifact:
        """Return at once: nothing is sent."""
        return self

    def download(self, root: str | None = None, **others: Any) -> str:
        """Return the folder where the files would be: those that lie there already are used."""
        folder = root or os.path.join("artifacts", self.name)
        if not os.path.exists(folder):
            say(f"the artifact '{self.name}' is not fetched: its files are looked for in {folder}")
        return folder

    get_path = get_entry = get = download

    def file(self, root: str | None = None) -> str:
        """Return the path of the only file that lies in the folder of the artifact."""
        folder = self.download(root)
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        return os.path.join(folder, names[0]) if names else folder

    def describe(self) -> str:
        """Return its line: ``artifact tcn_best (model): best.pt``."""
        kind = f" ({self.type})" if self.type else ""
        files = ", ".join(self.files_named[:_MOST_FILES])
        more = len(self.files_named) - _MOST_FILES
        rest = f" and {more} more" if more > 0 else ""
        line = f"artifact {self.name}{kind}{': ' if files else ''}{files}{rest}"
        return f"{line}. {self.description}" if self.description else line


def make_artifact(source: Any, name: str | None = None, kind: str | None = None) -> Artifact:
    """Return the artifact that a script logs or uses: itself, its name, or the path of a file."""
    if isinstance(source, Artifact):
        return source
    words = str(source)
    is_path = os.path.exists(words)
    artifact = Artifact(name or (os.path.basename(words.rstrip("/")) or words), kind or "")
    if is_path:
        artifact.add_file(words)
    return artifact
