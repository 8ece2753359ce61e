"""The judge "the cut runs": what a cut lacks shows where the whole file runs and the cut does not.

A cut is written out as it is laid out: its files below a folder, lines that are not kept left blank,
beside all files of the repository that are no code. The root's file is run statement by statement,
in the cut and in the whole repository. A statement that fails in both says nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitexp.excerpt.cut import Span
    from gitexp.excerpt.source import Source

RUNNER = Path(__file__).with_name("run_file.py")
CODE = (".py", ".ipynb")
WALL_SECONDS = 90
MOST_BYTES = 1 << 20
"""Larger files are left out, of the whole repository too."""


class Verdict(NamedTuple):
    """How a cut ran.

    ``whole_runs``: each kept statement of the root's file runs in the whole repository.
    ``failures``: the lines (from 1) that fail in the cut alone, with their errors.
    """

    whole_runs: bool
    failures: dict[int, str]


class Runs:
    """The runs of files of one repository, below a temporary folder."""

    def __init__(self, clone: Path, sources: Mapping[str, Source], python: str) -> None:
        self._sources = sources
        self._python = python
        self._folder = tempfile.TemporaryDirectory()
        self._top = Path(self._folder.name)
        self._other_files = self._top / "other"
        self._whole = self._top / "whole"
        _write_other_files(clone, self._other_files)
        shutil.copytree(self._other_files, self._whole)
        for path in filter(is_code, sources):
            _write(self._whole, path, sources[path].lines)
        self._reports: dict[str, dict[int, str]] = {}

    def close(self) -> None:
        """Remove all that was written out."""
        self._folder.cleanup()

    def judge(
        self,
        root_path: str,
        spans: Mapping[str, Iterable[Span]],
        short_lines: Mapping[str, Mapping[int, str]] | None = None,
    ) -> Verdict:
        """Return how the file of a root runs in a cut, some lines of which may be shorter."""
        if root_path not in self._reports:
            self._reports[root_path] = self._run(self._whole, root_path)
        whole = self._reports[root_path]
        cut_folder = self._top / "cut"
        shutil.copytree(self._other_files, cut_folder)
        for path, kept in spans.items():
            if is_code(path):
                lines = list(self._sources[path].lines)
                for number, text in (short_lines or {}).get(path, {}).items():
                    lines[number] = text
                _write(cut_folder, path, _blank_hidden_lines(lines, kept))
        report = self._run(cut_folder, root_path)
        shutil.rmtree(cut_folder)
        failures = {
            line: error
            for line, error in report.items()
            if error and whole.get(line) == "" and not error.startswith("TimeoutError")
        }
        whole_runs = bool(report) and all(whole.get(line) == "" for line in report)
        return Verdict(whole_runs, failures)

    def _run(self, top: Path, path: str) -> dict[int, str]:
        """Return the error of each statement of a file, or "", by its first line."""
        package, base = self._find_package(path)
        file = top / _name_script(path)
        folders = [base] if package else [str(PurePosixPath(path).parent), ""]
        with tempfile.TemporaryDirectory() as aside:
            order, report = Path(aside, "order"), Path(aside, "report")
            content = {
                "path": str(file),
                "package": package,
                "folders": [str(top / folder) for folder in (*folders, "src")],
                "local_names": sorted(self._list_local_names()),
                "report": str(report),
            }
            order.write_text(json.dumps(content), encoding="utf-8")
            _start([*_isolate(), self._python, str(RUNNER), str(order)], Path(aside))
            if not report.exists():
                return {}
            text = report.read_text(encoding="utf-8")
        return dict(json.loads(line) for line in text.splitlines())

    def _find_package(self, path: str) -> tuple[str, str]:
        """Return the dotted package that a file lies in, or "", and the folder of the package."""
        names: list[str] = []
        folder = PurePosixPath(path).parent
        while folder.name and str(folder / "__init__.py") in self._sources:
            names.insert(0, folder.name)
            folder = folder.parent
        return ".".join(names), str(folder)

    def _list_local_names(self) -> set[str]:
        """Return the names of all modules and packages of the repository."""
        names: set[str] = set()
        for path in filter(is_code, self._sources):
            names.update(PurePosixPath(path).with_suffix("").parts)
        return names


def is_code(path: str) -> bool:
    """Return True for a script or a notebook."""
    return path.endswith(CODE)


def blank_magics(lines: Iterable[str]) -> list[str]:
    """Return lines in which those of the shell and of IPython are ``pass``."""
    blanked = []
    for line in lines:
        code = line.lstrip()
        indent = line[: len(line) - len(code)]
        blanked.append(f"{indent}pass" if code.startswith(("%", "!")) else line)
    return blanked


def _blank_hidden_lines(lines: Sequence[str], kept: Iterable[Span]) -> list[str]:
    """Return the lines of a file, all but the kept ones empty, so that each keeps its number."""
    blanked = [""] * len(lines)
    for span in kept:
        blanked[span.start : span.stop] = lines[span.start : span.stop]
    return blanked


def _write(top: Path, path: str, lines: Iterable[str]) -> None:
    file = top / _name_script(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(blank_magics(lines) if path.endswith(".ipynb") else lines)
    file.write_text(text, encoding="utf-8", errors="replace")


def _name_script(path: str) -> str:
    """Return the path of the script for a notebook; no script of that name is in its way."""
    return f"{path}.py" if path.endswith(".ipynb") else path


def _write_other_files(clone: Path, folder: Path) -> None:
    """Write the files of HEAD that are no code and not large."""
    folder.mkdir()
    command = ["git", "-C", str(clone), "ls-tree", "-r", "-l", "-z", "HEAD"]
    listing = subprocess.run(command, capture_output=True, check=True).stdout
    for entry in filter(None, listing.decode("utf-8", "replace").split("\0")):
        description, _, path = entry.partition("\t")
        mode, _, blob, size = description.split()
        is_small = size.isdigit() and int(size) <= MOST_BYTES
        if is_code(path) or not is_small or not mode.startswith("100"):
            continue
        command = ["git", "-C", str(clone), "cat-file", "blob", blob]
        content = subprocess.run(command, capture_output=True, check=False).stdout
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


@cache
def _isolate() -> tuple[str, ...]:
    """Return the words before a command that take the network from it; () where there are none."""
    words = ("unshare", "--map-root-user", "--net")
    try:
        done = subprocess.run([*words, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return ()
    return words if done.returncode == 0 else ()


def _start(command: list[str], folder: Path) -> None:
    """Run a command with a home of its own, until it ends or takes too long."""
    environment = {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "PATH": os.defpath,
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
    }
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(WALL_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process with all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
