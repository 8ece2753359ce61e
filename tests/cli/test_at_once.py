"""Several verbs at once in one clone, each a process of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.project import Project


def test_six_trials_without_an_id_get_six_ids(begun: Project) -> None:
    with ThreadPoolExecutor(6) as pool:
        runs = list(pool.map(lambda n: begun.process("new", "-m", f"t {n}"), range(6)))
    assert [run.code for run in runs] == [0] * 6, runs
    idents = [experiment["id"] for experiment in begun.json("list")]
    assert sorted(idents) == [f"e{number:04d}" for number in range(1, 7)]
    printed = {run.out.split()[1] for run in runs}
    assert printed == set(idents)


def test_an_id_is_taken_once(begun: Project) -> None:
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda n: begun.process("new", "same", "-m", f"t {n}"), range(4)))
    assert sorted(run.code for run in runs) == [0, 1, 1, 1] or sorted(run.code for run in runs) == [
        0,
        2,
        2,
        2,
    ], runs
    assert all("is there already" in run.err for run in runs if run.code)
    (experiment,) = begun.json("list")
    assert len(experiment["entries"]) == 1
