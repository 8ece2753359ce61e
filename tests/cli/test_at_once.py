"""Several verbs at once on one record: an id is taken once, and nothing is recorded twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from gitexp.model.event.facts import LinkFact, UndoFact
from gitexp.model.ids import read_automatic_id
from tests.forked import run_forked
from tests.meeting import run_at_once
from tests.project import Project

if TYPE_CHECKING:
    from gitexp.model.event import Event
    from tests.project import Ran

_HINT = "go on with it: git exp use same; or give the new trial its own id"
TAKEN = f"git exp: experiment 'same' is there already ({_HINT})\n"


def read_events(project: Project, kind: str) -> list[Event]:
    return project.record().index.read_events_of_kind(kind)


def list_begun_ids(project: Project) -> list[str]:
    """Return the id of every `new` event: an id that was taken twice is listed twice."""
    return sorted(name for event in read_events(project, "new") for name in event.experiments)


def read_number(ident: str) -> int:
    parts = read_automatic_id(ident)
    assert parts, ident
    return parts.number


def count_kept_snapshots(project: Project) -> int:
    """Return how many links the keep chain has."""
    chain = project.git("log", "--first-parent", "--format=%s", "--glob=refs/gitexp/keep/*")
    return chain.splitlines().count("gitexp: keep")


def test_ids_that_nobody_gave_differ(begun: Project) -> None:
    begun.write("layers.py", "dirty = 1\n")
    ran = run_at_once(begun, *([["new", "-m", f"t {number}"] for number in range(6)]))
    assert [each.code for each in ran] == [0] * 6, ran
    ids = list_begun_ids(begun)
    assert [read_number(ident) for ident in ids] == [1, 2, 3, 4, 5, 6]
    assert sorted(each.out.split()[:2] for each in ran) == [["+", ident] for ident in ids]
    said = {each.out.split()[1]: f"t {number}" for number, each in enumerate(ran)}
    recorded = begun.json("list")
    assert {item["id"]: item["entries"][0]["text"] for item in recorded} == said
    parents = {item["id"]: item["parent"] for item in recorded}
    # Each goes on from the one that was begun before it.
    assert [parents[ident] for ident in ids] == [None, *ids[:-1]]
    assert begun.record().active == ids[-1]
    begun.git("fsck", "--strict")


def test_an_id_is_taken_once(begun: Project) -> None:
    begun.write("layers.py", "dirty = 1\n")
    tip = begun.git("rev-parse", "gitexp")
    ran = run_at_once(begun, *([["new", "same", "-m", f"t {number}"] for number in range(4)]))
    assert sorted(each.code for each in ran) == [0, 2, 2, 2]
    assert Counter(each.err for each in ran) == {"": 1, TAKEN: 3}
    assert list_begun_ids(begun) == ["same"]
    assert begun.git("rev-list", "--count", f"{tip}..gitexp") == "1"
    assert count_kept_snapshots(begun) == 1


def test_the_id_in_the_code_is_taken_once(begun: Project) -> None:
    begun.git("config", "gitexp.idPattern", r'MODEL_DIR\s*=\s*".*/([^/"]+)"')
    ran = run_at_once(begun, ["new"], ["new"], ["new"])
    assert sorted(each.code for each in ran) == [0, 2, 2]
    refused = ["'first', is recorded already" in each.err for each in ran]
    assert sorted(refused) == [False, True, True]
    assert list_begun_ids(begun) == ["first"]


def test_notes_that_open_an_experiment_open_it_once(begun: Project) -> None:
    begun.write("layers.py", "dirty = 1\n")
    ran = run_at_once(begun, *([["note", "-m", f"tcn_1 acc 0.{number}"] for number in range(1, 5)]))
    assert sorted(each.out[0] for each in ran) == ["+", "·", "·", "·"]
    assert list_begun_ids(begun) == ["tcn_1"]
    assert len(read_events(begun, "note")) == 4
    assert len(read_events(begun, "snapshot")) == count_kept_snapshots(begun) == 1


def test_two_experiments_do_not_get_one_name(begun: Project) -> None:
    begun.exp("note", "-m", "a_1 acc 0.1\nb_1 acc 0.2")
    ran = run_at_once(begun, ["rename", "a_1", "same"], ["rename", "b_1", "same"], ["new", "same"])
    assert sorted(each.code for each in ran) == [0, 2, 2]
    assert len(read_events(begun, "rename")) + len(read_events(begun, "new")) == 3


IMPORTS = {
    "csv": "id,acc,remark\nrun_1,0.1,first\nrun_2,0.2,second\n",
    "jsonl": '{"id": "run_1", "acc": 0.1}\n{"id": "run_2", "acc": 0.2}\n',
    "diary": "### 2019/06/23\nrun_1 acc 0.1\nfirst\n\nrun_2 acc 0.2\n\n### 2019/06/24\nwords\n",
}


@pytest.mark.parametrize("kind", IMPORTS)
def test_one_file_is_imported_once(begun: Project, kind: str) -> None:
    begun.write(f"runs.{kind}", IMPORTS[kind])
    alone = Project.create(begun.top.parent / "alone").begin()
    alone.write(f"runs.{kind}", IMPORTS[kind])
    alone.exp("import", kind, f"runs.{kind}")
    ran = run_at_once(begun, *([["import", kind, f"runs.{kind}"]] * 3))
    assert [each.code for each in ran] == [0, 0, 0], ran
    assert len([each for each in ran if "imported 0 " in each.out]) == 2
    assert list_imported(begun) == list_imported(alone)


def list_imported(project: Project) -> list[tuple[str, tuple[str, ...], str, str]]:
    """Return every event that an import made, without what differs from one clone to the next."""
    imported = []
    for kind in ("new", "note", "metric", "tag"):
        for event in read_events(project, kind):
            imported.append((kind, event.experiments, event.text, event.source or ""))
    return sorted(imported)


def test_what_was_undone_is_undone_once(begun: Project) -> None:
    begun.exp("new")
    begun.exp("metric", "e1", "acc=0.1")
    begun.exp("metric", "e1", "acc=0.2")
    ran = run_at_once(begun, ["undo"], ["undo"])
    assert [each.code for each in ran] == [0, 0]
    undone: list[str] = []
    for event in read_events(begun, "undo"):
        assert isinstance(event.fact, UndoFact)
        undone += event.fact.events or ()
    assert len(undone) == len(set(undone)) == 2


def test_what_is_taken_back_once_is_not_taken_back_again(begun: Project) -> None:
    begun.exp("new", "a")
    begun.exp("filter", "add", "model", "layers.py")
    begun.exp("topic", "add", "encoder", "--ids", "a")
    correction = begun.exp("correct", "a", "-m", "wrong").split()[-1]
    for command, code in (
        (["retract", correction], 2),
        (["filter", "remove", "model"], 1),
        (["topic", "remove", "encoder"], 1),
    ):
        ran = run_at_once(begun, command, command)
        assert sorted(each.code for each in ran) == [0, code], ran
    assert len(read_events(begun, "retract")) == 1


def test_a_commit_is_tied_once(project: Project) -> None:
    project.exp("new", "a")
    commits = []
    for number in range(4):
        project.write("layers.py", f"x = {number}\n")
        commits.append(project.commit(f"commit {number}"))
        ran = run_at_once(project, ["list"], ["status"], ["note", "-m", f"words {number}"])
        assert [each.code for each in ran] == [0, 0, 0], ran
    links = read_events(project, "link")
    assert [event.experiments for event in links] == [("a",)] * len(commits)
    assert [event.fact.commit for event in links if isinstance(event.fact, LinkFact)] == commits


def write_all_sorts(project: Project, writer: int, turns: int) -> list[Ran]:
    """Open an experiment by a note, begin one without an id, add words, import; each in turn."""
    ran = []
    for turn in range(turns):
        ran += [
            run_forked(project, "note", "-m", f"w{writer}_{turn} acc 0.5"),
            run_forked(project, "new", "-m", f"begun by {writer} in turn {turn}"),
            run_forked(project, "note", "base", "-m", f"words of {writer} in turn {turn}"),
            run_forked(project, "import", "csv", "runs.csv"),
        ]
    return ran


def test_many_writers_of_every_sort(begun: Project, long: bool) -> None:
    writers, turns = (16, 12) if long else (6, 1)
    begun.write("runs.csv", IMPORTS["csv"])
    begun.exp("new", "base")
    with ThreadPoolExecutor(writers) as pool:
        jobs = [pool.submit(write_all_sorts, begun, writer, turns) for writer in range(writers)]
        ran = [each for job in jobs for each in job.result()]
    assert [each for each in ran if each.code != 0] == []

    pairs = [(writer, turn) for writer in range(writers) for turn in range(turns)]
    numbered = sorted(each.out.split()[1] for each in ran[1::4])
    opened = [f"w{writer}_{turn}" for writer, turn in pairs]
    assert list_begun_ids(begun) == sorted(["base", "run_1", "run_2", *numbered, *opened])
    assert sorted(map(read_number, numbered)) == list(range(1, len(pairs) + 1))
    with_entries = [item for item in begun.json("list") if item["entries"]]
    first_words = {item["id"]: item["entries"][0]["text"] for item in with_entries}
    for (writer, turn), answer in zip(pairs, ran[1::4], strict=True):
        assert first_words[answer.out.split()[1]] == f"begun by {writer} in turn {turn}"
    texts = Counter(event.text for event in read_events(begun, "note"))
    assert {text: count for text, count in texts.items() if count > 1} == {}
    assert {f"words of {writer} in turn {turn}" for writer, turn in pairs} <= texts.keys()
    begun.git("fsck", "--strict")
