"""Read histories that are written by hand; ``written/README.md`` says how one reads."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from tests.gitrepo import Past

FOLDER = Path(__file__).with_name("written")
_COMMIT = re.compile(r"=== (?P<number>\d+)(?: after (?P<parents>none|[\d ]+))?: (?P<subject>.+)")
_DEED = re.compile(
    r"@ (?P<verb>write|edit|move|copy|delete|run|follow) (?P<path>\S+)(?: (?P<target>\S+))?"
)


@dataclass(frozen=True)
class WrittenHistory:
    """A history and its truth. Commits are numbered from 1, in the order of the file."""

    name: str
    language: str
    changed: frozenset[int]
    either: frozenset[int]
    past: Past
    rule: str


@dataclass
class _Files:
    """The files of one commit: their text by path, and how often each notebook was run."""

    texts: dict[str, str] = field(default_factory=dict)
    runs: dict[str, int] = field(default_factory=dict)

    def copy(self) -> _Files:
        return _Files(dict(self.texts), dict(self.runs))

    def render(self) -> dict[str, str]:
        """Return the files as git gets them."""
        return {path: self._render_file(path) for path in self.texts}

    def _render_file(self, path: str) -> str:
        text = self.texts[path]
        if path.endswith(".ipynb"):
            return _render_notebook(text, self.runs[path])
        return text

    def apply(self, verb: str, path: str, target: str, text: str) -> None:
        """Do what one line that begins with ``@`` says, with the text below it."""
        if verb == "write":
            self.texts[path] = text
        elif verb == "edit":
            self.texts[path] = _edit(self.texts[path], text)
        elif verb == "delete":
            del self.texts[path]
        elif verb == "move":
            self.texts[target] = self.texts.pop(path)
        elif verb == "copy":
            self.texts[target] = self.texts[path]
        changed_path = target or path
        self.runs[changed_path] = self.runs.get(changed_path, 0) + 1


def read_all() -> list[WrittenHistory]:
    """Return all histories of the folder, by name."""
    return [read_history(path) for path in sorted(FOLDER.glob("*.txt"))]


def read_history(path: Path) -> WrittenHistory:
    """Return the history of a file."""
    try:
        return _parse(path.stem, path.read_text(encoding="utf-8"))
    except (KeyError, ValueError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def _parse(name: str, text: str) -> WrittenHistory:
    header, *sections = re.split(r"^(?==== )", text, flags=re.MULTILINE)
    fields = dict(re.findall(r"^(language|changed by|either|why): (.+)$", header, re.MULTILINE))
    past = Past()
    versions: list[_Files] = []
    rule = ""
    for section in sections:
        first_line, *deeds = re.split(r"^(?=@ )", section, flags=re.MULTILINE)
        number = len(versions) + 1
        parents, subject = _parse_commit(first_line, number)
        files = versions[parents[0] - 1].copy() if parents else _Files()
        for deed in deeds:
            verb, path, target, block = _parse_deed(deed)
            if verb == "follow":
                rule = _find_rule(files, path, block)
            else:
                files.apply(verb, path, target, block)
        versions.append(files)
        past.commit(files.render(), *(parent - 1 for parent in parents), subject=subject)
    if not rule:
        raise ValueError("nothing is followed in the last commit")
    changed = _parse_numbers(fields["changed by"])
    either = _parse_numbers(fields.get("either", ""))
    return WrittenHistory(name, fields["language"], changed, either, past, rule)


def _parse_numbers(text: str) -> frozenset[int]:
    return frozenset(int(word) for word in text.split())


def _parse_commit(line: str, number: int) -> tuple[list[int], str]:
    """Return the parents and the subject of the commit whose number is expected."""
    match = _COMMIT.fullmatch(line.strip())
    if match is None or int(match["number"]) != number:
        raise ValueError(f"commit {number} should begin here: {line.strip()}")
    if match["parents"] == "none" or (match["parents"] is None and number == 1):
        return [], match["subject"]
    if match["parents"] is None:
        return [number - 1], match["subject"]
    return [int(word) for word in match["parents"].split()], match["subject"]


def _parse_deed(deed: str) -> tuple[str, str, str, str]:
    """Return verb, path, target (or "") and the text below, which ends in one line feed."""
    first_line, _, block = deed.partition("\n")
    match = _DEED.fullmatch(first_line)
    if match is None:
        raise ValueError(f"not understood: {first_line}")
    return match["verb"], match["path"], match["target"] or "", block.rstrip("\n") + "\n"


def _edit(text: str, difference: str) -> str:
    """Return the text with each place of the difference replaced."""
    for hunk in re.split(r"^@@\n", difference, flags=re.MULTILINE):
        lines = hunk.splitlines()
        unknown = [line for line in lines if line and line[0] not in " -+"]
        if unknown:
            raise ValueError(f"a line of a difference begins with ' ', '-' or '+': {unknown[0]}")
        older = [line[1:] for line in lines if not line.startswith("+")]
        newer = [line[1:] for line in lines if not line.startswith("-")]
        all_lines = text.splitlines()
        start = _find_lines(all_lines, older)
        all_lines[start : start + len(older)] = newer
        text = "\n".join(all_lines) + "\n"
    return text


def _find_lines(lines: list[str], wanted: list[str]) -> int:
    """Return the index at which the wanted lines stand; they must stand there only."""
    starts = range(len(lines) - len(wanted) + 1)
    matches = [start for start in starts if lines[start : start + len(wanted)] == wanted]
    if len(matches) != 1:
        raise ValueError(f"these lines stand in the file {len(matches)} times: {wanted}")
    return matches[0]


def _find_rule(files: _Files, path: str, block: str) -> str:
    """Return the rule that chooses the lines of the block; a notebook's lines count in its code."""
    text = files.texts[path]
    if path.endswith(".ipynb"):
        text = "\n".join(source for kind, source in _split_cells(text) if kind == "code")
    wanted = block.splitlines()
    start = _find_lines(text.splitlines(), wanted)
    return f"{path}:{start + 1}-{start + len(wanted)}"


def _split_cells(text: str) -> list[tuple[str, str]]:
    """Return kind and source of each cell of a notebook."""
    marks = re.findall(r"^# %%( \[markdown\])?\n", text, re.MULTILINE)
    before, *sources = re.split(r"^# %%(?: \[markdown\])?\n", text, flags=re.MULTILINE)
    if before.strip():
        raise ValueError(f"a notebook begins with a cell: {before.strip()}")
    kinds = ["markdown" if mark else "code" for mark in marks]
    return [(kind, source.rstrip("\n")) for kind, source in zip(kinds, sources, strict=True)]


def _render_notebook(text: str, run: int) -> str:
    """Return a notebook as Jupyter writes it, its counts and outputs as of that run."""
    cells: list[dict[str, object]] = []
    for kind, source in _split_cells(text):
        cell: dict[str, object] = {
            "cell_type": kind,
            "metadata": {},
            "source": source.splitlines(keepends=True),
        }
        if kind == "code":
            count = 10 * run + len(cells)
            cell["execution_count"] = count
            cell["outputs"] = [
                {"name": "stdout", "output_type": "stream", "text": [f"after {count}\n"]}
            ]
        cells.append(cell)
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1
    )
