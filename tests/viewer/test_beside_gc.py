"""Many writers, viewers, commits and every gc of git at once: what was acknowledged is there, whole."""

from __future__ import annotations

import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from itertools import cycle
from typing import TYPE_CHECKING

from tests import mixed_writer
from tests.forked import ForkedProcess
from tests.viewer.conftest import open_client

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.project import Project
    from tests.viewer.conftest import Viewer

GCS = (
    ("gc", "-q", "--prune=now"),
    ("repack", "-q", "-ad"),
    ("pack-refs", "--all"),
    ("prune", "--expire=now"),
)
OUR_REFS = ("gitexp", "refs/notes/gitexp", "--glob=refs/gitexp/keep/*")

# By the verb that was acknowledged: what must be in the record.
EXPECTED = {
    "new": "",
    "note": "",
    "image": "{}.png",
    "correct": "{} corrected",
    "tag": "{}_tag",
    "metric": "{}_acc",
    "filter": "{}_filter",
    "topic": "{}_topic",
}


def start_writer(project: Project, name: str, count: int) -> ForkedProcess:
    words = (str(project.top), name, str(count))
    return ForkedProcess(mixed_writer.main, *words, cwd=project.top)


class Neighbour(threading.Thread):
    """Somebody who commits, and has git collect garbage, again and again.

    Not both at once: a plain ``git commit`` does not survive a ``git gc --prune=now`` beside.
    """

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._project = project
        self._ended = threading.Event()
        self.turns = 0
        self.commits: list[str] = []
        self.failures: list[str] = []

    def run(self) -> None:
        for words in cycle(GCS):
            if self._ended.is_set():
                return
            self._project.write("layers.py", f"size = {self.turns}\n")
            self.commits.append(self._project.commit(f"commit {self.turns}"))
            done = subprocess.run(
                ["git", *words], cwd=self._project.top, capture_output=True, text=True, check=False
            )
            if done.returncode != 0:
                self.failures.append(f"{words}: {done.stderr}")
            self.turns += 1

    def end(self) -> None:
        self._ended.set()
        self.join()


def write_in_browser(client: httpx.Client, name: str, count: int) -> list[str]:
    texts = []
    for number in range(count):
        text = f"{name} wrote {number}"
        client.post("/note", json={"text": text, "id": "base"}).raise_for_status()
        client.get("/").raise_for_status()
        texts.append(text)
    return texts


def test_no_gc_takes_away_what_was_acknowledged(
    project: Project, view: Callable[..., Viewer], long: bool
) -> None:
    writers, writes = (16, 50) if long else (4, 10)
    project.exp("new", "base", "-m", "acc 0.1")
    neighbour = Neighbour(project)
    with ExitStack() as stack:
        clients = [stack.enter_context(closing(open_client(view(project)))) for _ in range(2)]
        neighbour.start()
        stack.callback(neighbour.end)
        started = [start_writer(project, f"w{number}", writes) for number in range(writers)]
        with ThreadPoolExecutor(2) as pool:
            jobs = [
                pool.submit(write_in_browser, client, f"browser {number}", writes)
                for number, client in enumerate(clients)
            ]
            codes = [process.wait() for process in started]
            answers = [process.communicate() for process in started]
            texts = [text for job in jobs for text in job.result()]
    assert "".join(err for _, err in answers) == ""
    assert codes == [0] * writers
    assert neighbour.turns >= len(GCS)

    acknowledged = [line.split() for out, _ in answers for line in out.splitlines()]
    assert len(acknowledged) == writers * writes
    project.git("rev-list", "--objects", "--quiet", *OUR_REFS)
    project.git("fsck", "--connectivity-only")
    journal = project.exp("journal", "-n", "100000")
    record = project.exp("show", "base", "--json") + project.exp("filter", "list")
    record += project.exp("topic") + journal
    assert [text for text in texts if text not in journal] == []
    for verb, word in acknowledged:
        assert EXPECTED[verb].format(word) in record, (verb, word)
    begun = [text for text in journal.splitlines() if text.endswith(" begun")]
    assert len(begun) == len([word for verb, word in acknowledged if verb == "new"]) / 2
    for commit in neighbour.commits:
        project.git("cat-file", "-e", f"{commit}^{{tree}}")
    for snapshot in project.json("snapshot", "list"):
        project.git("rev-list", "--objects", "--quiet", snapshot["commit"])
    assert "all is well" in project.exp("doctor")
