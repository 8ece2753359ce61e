"""Writing verbs that are killed at any moment: what was acknowledged is there, and the next one works.

The seed is printed. ``--long`` kills 300 times.
"""

from __future__ import annotations

import random
import shlex
import time
from typing import TYPE_CHECKING

from gitexp.cli.verbs import VERBS
from tests.clones import add_remote
from tests.event_files import write_scalars
from tests.forked import fork_verb, run_forked
from tests.reliability.writing import (
    COMMANDS,
    FOUND_BY_WORD,
    OTHER_VERBS,
    list_verbs,
    prepare,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project

SHORT_KILLS, LONG_KILLS = 30, 300
MAKE_INDEX_ANEW = {"purge", "doctor"}  # what a purge took out is in no index, however it ended


def test_every_verb_is_killed_or_writes_nothing() -> None:
    assert list_verbs() | OTHER_VERBS == set(VERBS)


class Killer:
    """Runs commands and kills most of them; knows which were acknowledged."""

    def __init__(self, project: Project, seed: int) -> None:
        self.random = random.Random(seed)
        self.project = project
        self.acknowledged: list[str] = []
        self.kills = 0
        self.seconds = 0.5
        self.next_seconds: list[float] = []
        self.left_locks = 0
        self.made_anew: set[str] = set()  # verbs after whose kill the next one made the index anew

    def fill_in(self, name: str, word: str) -> list[str]:
        """Return the words of a command."""
        line = COMMANDS[name]
        values = {"w": word, "stick": str(self.project.top.parent / "stick")}
        if "{correction}" in line:
            values["correction"] = self.project.exp("correct", "base", "-m", "wrong").split()[-1]
        if "{victim}" in line:
            values["victim"] = f"victim{word}"
            self.project.exp("new", f"victim{word}")
        if name == "rename":
            self.project.exp("new", f"victim{word}")
            line = line.replace("rename victim", f"rename victim{word}")
        if name == "forget":
            self.project.exp("note", "-m", f"other{word} acc 0.5")
            line = line.replace("other", f"other{word}")
        if name == "topic write":
            self.project.exp("topic", "add", word, "--ids", "base")
        return shlex.split(line.format(**values))

    def kill_one(self, name: str, word: str) -> None:
        """Start a command and kill it at some moment, unless it is done before."""
        prepare(self.project, word)
        self.project.write("layers.py", f"line1 = {len(self.acknowledged)}{self.kills}\n")
        words = self.fill_in(name, word)
        process = fork_verb(self.project, *words)
        if process.wait(self.random.random() * self.seconds) is None:
            process.kill()
            self.kills += 1
        code = process.wait()
        _, err = process.communicate()
        self.left_locks += bool(self.list_locks())
        assert "Traceback" not in err, (words, err)
        assert code is not None
        if code == 0 and name in FOUND_BY_WORD:
            self.acknowledged.append(word)
        elif code > 0:
            assert err.startswith(("git exp: ", "recorded")), (words, err)

    def list_locks(self) -> list[Path]:
        """Return the lock files of git that lie in the repository."""
        return list((self.project.top / ".git").rglob("*.lock"))

    def note(self, word: str, after: str) -> None:
        """Run the next command, which must work, and see what it found in its way."""
        index = self.project.top / ".git/gitexp/index.sqlite"
        earlier_index = self.project.top.parent / f"index of {word}"
        if index.exists():
            earlier_index.hardlink_to(index)
        start = time.monotonic()
        ran = run_forked(self.project, "note", "base", "-m", f"next {word}")
        self.next_seconds.append(time.monotonic() - start)
        assert ran.code == 0, ran.err
        assert "Traceback" not in ran.err
        assert self.list_locks() == []
        if not (earlier_index.exists() and index.samefile(earlier_index)):
            self.made_anew.add(after)
        earlier_index.unlink(missing_ok=True)
        self.acknowledged.append(f"next {word}")


def test_killed_verbs_lose_nothing(project: Project, long: bool) -> None:
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    killer = Killer(project, seed)
    add_remote(project, project.top.parent / "remote.git")
    project.git("push", "-q", "origin", "main")
    write_scalars(project.top / "logs", {"loss": [1.0, 0.5]})
    project.exp("new", "base", "-m", "acc 0.1")
    project.exp("new", "other", "--parent", "")
    project.exp("filter", "add", "model", "layers.py")
    for word in ("first", "second"):  # the first may wait for all that is imported once
        killer.note(word, "")
    killer.seconds = 2 * min(killer.next_seconds)
    turn = 0
    names = list(COMMANDS)
    while killer.kills < (LONG_KILLS if long else SHORT_KILLS):
        if turn % len(names) == 0:
            killer.random.shuffle(names)
        word = f"word{turn:04}"
        name = names[turn % len(names)]
        killer.kill_one(name, word)
        killer.note(word, name)
        turn += 1

    usual = sorted(killer.next_seconds)[len(killer.next_seconds) // 2]
    slow = [seconds for seconds in killer.next_seconds if seconds > usual + 1]
    print(
        f"{killer.kills} kills in {turn}, {killer.left_locks} left a lock;"
        f" next command over a second later than usual: {len(slow)}"
    )
    assert killer.made_anew <= MAKE_INDEX_ANEW
    project.git("fsck", "--strict")
    recorded = project.git("grep", "-h", "-I", "-e", "word", "-e", "next", "gitexp", "--", "log")
    assert [word for word in killer.acknowledged if word not in recorded] == []
    listed = project.exp("list", "--json")
    journal = project.exp("journal", "-n", "100000")
    for path in (project.top / ".git/gitexp").glob("index.sqlite*"):
        path.unlink()
    assert project.exp("list", "--json") == listed
    assert project.exp("journal", "-n", "100000") == journal
    project.write("layers.py", "the next snapshot takes away what a killed one left\n")
    project.exp("snapshot", "take", "base")
    leftovers = [path.name for path in (project.top / ".git/gitexp").glob("objects-*")]
    leftovers += [path.name for path in (project.top / ".git/objects/pack").glob(".gitexp-*")]
    assert leftovers == []
    assert not list((project.top / ".git/objects/pack").glob("*.keep"))


def test_the_next_snapshot_takes_away_what_a_killed_one_set_aside(begun: Project) -> None:
    begun.exp("new", "base")
    leftover = begun.top / ".git/gitexp/objects-of_a_killed_one"
    (leftover / "ab").mkdir(parents=True)
    begun.write("layers.py", "size = 2\n")
    begun.exp("snapshot", "take", "base")
    assert not leftover.exists()
