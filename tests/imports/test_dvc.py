"""``git exp import dvc``: experiments that DVC wrote under ``refs/exps``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.imports.make_stores import make_dvc

if TYPE_CHECKING:
    from tests.project import Project

BUNDLE = Path(__file__).parent / "stores" / "dvc.bundle"


def fetch(project: Project, bundle: Path) -> None:
    project.git("fetch", "-q", str(bundle), "refs/exps/*:refs/exps/*")


def check(project: Project) -> None:
    assert "imported 2 runs" in project.exp("import", "dvc")
    for name, acc, rate in (("puffy-daks", "0.6", "0.3"), ("sunny-hare", "0.8", "0.4")):
        run = project.experiment(name)
        metrics = {each["name"]: each["value"] for each in run["metrics"]}
        assert metrics["acc"] == acc
        assert "val/loss" in metrics
        assert run["entries"][0]["text"].splitlines()[:2] == [f"lr: {rate}", "opt.name: adam"]
        assert len(run["links"]) == 1
        assert f"lr: {rate}" in project.git("show", f"{run['links'][0]}:params.yaml")


def test_metrics_params_and_code_of_each_experiment(begun: Project) -> None:
    fetch(begun, BUNDLE)
    check(begun)
    assert begun.exp("import", "dvc").splitlines() == ["imported 0 runs, 2 were there already"]


def test_the_code_stays_when_dvc_forgets_the_experiment(begun: Project) -> None:
    fetch(begun, BUNDLE)
    begun.exp("import", "dvc")
    (commit,) = begun.experiment("puffy-daks")["links"]
    for ref in begun.git("for-each-ref", "--format=%(refname)", "refs/exps").splitlines():
        begun.git("update-ref", "-d", ref)
    begun.git("reflog", "expire", "--expire=now", "--all")
    begun.git("gc", "-q", "--prune=now")
    assert begun.git("cat-file", "-t", commit) == "commit"


def test_a_pipeline_that_is_no_yaml_costs_nothing_but_itself(begun: Project) -> None:
    begun.write("dvc.yaml", "stages: [\n")
    begun.write("params.yaml", "lr: 0.5\n")
    begun.write("metrics.json", '{"acc": 0.7}')
    commit = begun.commit("an experiment")
    begun.git("update-ref", f"refs/exps/{commit[:2]}/{commit[2:]}/odd-pipe", commit)
    ran = begun.run("import", "dvc")
    assert "imported 1 run" in ran.out
    assert "dvc.yaml of odd-pipe: cannot be read" in ran.err
    metrics = {each["name"]: each["value"] for each in begun.experiment("odd-pipe")["metrics"]}
    assert metrics == {"acc": "0.7"}


def test_without_experiments_one_line_says_so(begun: Project) -> None:
    assert "refs/exps" in begun.fails("import", "dvc")


@pytest.mark.skipif(shutil.which("dvc") is None, reason="needs dvc")
def test_experiments_that_are_written_today(begun: Project, tmp_path: Path, long: bool) -> None:
    if not long:
        pytest.skip("takes a minute: --long")
    make_dvc(tmp_path / "made")
    fetch(begun, tmp_path / "made" / "dvc.bundle")
    check(begun)
