"""Files that are written whole or not at all, whoever else writes them."""

from __future__ import annotations

import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from gitexp.store.atomic import write_atomically
from tests.project import ROOT, Project

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 200_000

WRITER = """
import sys
from pathlib import Path
from gitexp.store.atomic import write_atomically
for _ in range(100):
    write_atomically(Path(sys.argv[1]), sys.argv[2].encode() * int(sys.argv[3]))
"""

MARKER = """
import sys
from pathlib import Path
from gitexp.store.new_commits import mark_read
from gitexp.store.repository import Repository
repository = Repository.discover(Path(sys.argv[1]))
for number in range(300):
    mark_read(repository, {"logs/HEAD": number})
"""


def run_at_once(script: str, *arguments: tuple[str, ...]) -> None:
    """Run a script in one process for each tuple of arguments, all at once; none may fail."""
    commands = [[sys.executable, "-c", script, *words] for words in arguments]
    started = [subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE) for words in commands]
    errors = [process.communicate()[1].decode() for process in started]
    assert errors == [""] * len(started)


def test_processes_that_mark_what_they_read_do_not_disturb_each_other(begun: Project) -> None:
    run_at_once(MARKER, *[(str(begun.top),)] * 4)
    assert (begun.top / ".git/gitexp/offsets.json").read_text() == '{"logs/HEAD": 299}'


def test_a_reader_sees_one_whole_file_however_many_write(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    write_atomically(path, b"0" * SIZE)
    with ThreadPoolExecutor(1) as pool:
        arguments = [(str(path), letter, str(SIZE)) for letter in "abcd"]
        writing = pool.submit(run_at_once, WRITER, *arguments)
        seen = set()
        while not writing.done():
            data = path.read_bytes()
            assert len(data) == SIZE
            seen |= set(data)
            assert data == data[:1] * SIZE
        writing.result()
    assert len(seen) > 1
    assert [each.name for each in path.parent.iterdir()] == ["file"]


def test_threads_do_not_share_a_temporary_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    texts = [b"%d" % (number % 10) * SIZE for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: write_atomically(path, text), texts))
    data = path.read_bytes()
    assert data == data[:1] * SIZE
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("sync", [False, True])
def test_mode_and_time_are_as_asked(tmp_path: Path, sync: bool) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before")
    write_atomically(path, b"after", mode=0o750, mtime_ns=1_500_000_000_000_000_000, sync=sync)
    assert path.read_bytes() == b"after"
    assert path.stat().st_mode & 0o7777 == 0o750
    assert path.stat().st_mtime_ns == 1_500_000_000_000_000_000


def test_what_cannot_be_written_leaves_everything_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE // 2, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_atomically(path, b"x" * SIZE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        write_atomically(tmp_path / "folder", b"x")
    assert path.read_bytes() == b"before"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder"]
