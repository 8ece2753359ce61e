"""Commits find their experiments: through the hooks, and through the reflog where no hook ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.project import Project, notebook

if TYPE_CHECKING:
    from pathlib import Path

PATTERN = r'MODEL_DIR\s*=\s*".*/([^/"]+)"'


@pytest.fixture(params=["hooks", "reflog"])
def either(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Project:
    """A project with hooks, and the same without them."""
    project = Project.create(tmp_path / "project")
    monkeypatch.chdir(project.top)
    if request.param == "hooks":
        project.exp("init")
    else:
        project.begin()
    return project


def read_links(project: Project) -> dict[str, list[str]]:
    """Return the subjects of the commits tied to each experiment, by its id.

    Each commit must be reachable from some branch or HEAD.
    """
    subjects = {}
    for experiment in project.json("list"):
        subjects[experiment["id"]] = [
            project.git("log", "-1", "--format=%s", commit) for commit in experiment["links"]
        ]
        for commit in experiment["links"]:
            assert project.git("branch", "--contains", commit), (
                f"{commit} is no longer on any branch"
            )
    return subjects


def commit_change(project: Project, subject: str, name: str = "layers.py") -> str:
    project.write(name, subject)
    return project.commit(subject)


def test_a_commit_goes_to_the_active_one(either: Project) -> None:
    commit_change(either, "before any experiment")
    either.exp("new", "a")
    commit_change(either, "one")
    commit_change(either, "二")
    assert read_links(either) == {"a": ["one", "二"]}
    either.exp("metric", "a", "acc=0.5")
    assert either.git("log", "-1", "--notes=gitexp", "--format=%N") == "exp a acc=0.5"


def test_a_commit_right_before_a_switch_goes_to_the_one_before(either: Project) -> None:
    either.exp("new", "a")
    commit_change(either, "for a")
    either.exp("new", "b")
    commit_change(either, "for b")
    either.exp("use", "a")
    commit_change(either, "for a again")
    assert read_links(either) == {"a": ["for a", "for a again"], "b": ["for b"]}


def test_the_code_says_whose_it_is(either: Project) -> None:
    either.git("config", "gitexp.idPattern", PATTERN)
    either.exp("new", "active")
    either.write("train.ipynb", notebook([("code", 'MODEL_DIR = "/models/from_code"')]))
    either.commit("named in the code")
    commit_change(either, "not named")
    assert read_links(either) == {"active": ["not named"], "from_code": ["named in the code"]}


def test_a_trailer_says_whose_it_is(either: Project) -> None:
    either.git("config", "gitexp.idPattern", PATTERN)
    either.exp("new", "active")
    either.write("train.ipynb", notebook([("code", 'MODEL_DIR = "/models/from_code"')]))
    either.commit("named by hand\n\nExp: 手で\nExp: a/b\n")
    assert read_links(either) == {"active": [], "手で": ["named by hand"]}


def test_amended_and_amended_again(either: Project) -> None:
    either.exp("new", "a")
    commit_change(either, "one")
    either.git("commit", "-q", "--amend", "-m", "one, amended")
    assert read_links(either) == {"a": ["one, amended"]}
    either.git("commit", "-q", "--amend", "-m", "twice")
    either.git("commit", "-q", "--amend", "-m", "three times")
    assert read_links(either) == {"a": ["three times"]}


def test_amended_while_another_is_active(either: Project) -> None:
    either.exp("new", "a")
    commit_change(either, "of a")
    either.write("scratch.py", "b is not what that commit holds")
    either.exp("new", "b")
    either.git("commit", "-q", "--amend", "-m", "of a still")
    assert read_links(either) == {"a": ["of a still"], "b": []}


def test_an_amended_commit_of_nobody_stays_so(either: Project) -> None:
    commit_change(either, "nobody's")
    either.exp("new", "a", "--no-snapshot", "--parent", "")
    commit_change(either, "of a")
    assert read_links(either) == {"a": ["nobody's", "of a"]}


def test_cherry_picked(either: Project) -> None:
    either.git("checkout", "-q", "-b", "side")
    picked = commit_change(either, "on the side", "side.py")
    either.git("checkout", "-q", "main")
    either.exp("new", "a")
    either.git("cherry-pick", picked)
    assert read_links(either) == {"a": ["on the side"]}
    assert either.experiment("a")["links"] == [either.git("rev-parse", "HEAD")]


def test_merged(either: Project) -> None:
    either.git("checkout", "-q", "-b", "side")
    commit_change(either, "on the side", "side.py")
    either.git("checkout", "-q", "main")
    commit_change(either, "on main")
    either.exp("new", "a")
    either.git("merge", "-q", "--no-edit", "side")
    assert read_links(either) == {"a": ["Merge branch 'side'"]}


def test_merged_by_pull(either: Project, tmp_path: Path) -> None:
    either.git("clone", "-q", str(either.top), str(tmp_path / "other"))
    commit_change(Project(tmp_path / "other"), "elsewhere", "other.py")
    commit_change(either, "here")
    either.exp("new", "a")
    either.git("pull", "-q", "--no-rebase", "--no-edit", f"file://{tmp_path / 'other'}", "main")
    assert [subject.split()[0] for subject in read_links(either)["a"]] == ["Merge"]


def test_a_fast_forward_makes_no_commit(either: Project) -> None:
    either.git("checkout", "-q", "-b", "side")
    commit_change(either, "on the side")
    either.git("checkout", "-q", "main")
    either.exp("new", "a")
    either.git("merge", "-q", "side")
    either.git("reset", "-q", "--hard", "HEAD~")
    either.git("checkout", "-q", "side")
    assert read_links(either) == {"a": []}


def build_two_lines(project: Project) -> None:
    """Record trials a and b with a commit each on a side branch; main goes on; c is active."""
    project.git("checkout", "-q", "-b", "side")
    project.exp("new", "a")
    commit_change(project, "of a", "a.py")
    project.write("b.py", "b is not what that commit holds")
    project.exp("new", "b")
    commit_change(project, "of b", "b.py")
    project.write("c.py", "nor c")
    project.exp("new", "c")
    project.git("checkout", "-q", "main")
    project.git(
        "-c", "core.hooksPath=/dev/null", "commit", "-q", "--allow-empty", "-m", "main goes on"
    )
    project.exp("list")
    project.git("checkout", "-q", "side")


def test_rebased(project: Project) -> None:
    build_two_lines(project)
    project.git("rebase", "-q", "main")
    subjects = read_links(project)
    assert (subjects["a"], subjects["b"]) == (["of a"], ["of b"])
    assert project.git("merge-base", "main", "side") == project.git("rev-parse", "main")


def test_squashed(project: Project) -> None:
    build_two_lines(project)
    project.git(
        "rebase",
        "-q",
        "-i",
        "main",
        env={"GIT_SEQUENCE_EDITOR": "sed -i '2s/^pick/squash/'", "GIT_EDITOR": "true"},
    )
    head = project.git("rev-parse", "HEAD")
    assert project.experiment("a")["links"] == project.experiment("b")["links"] == [head]


def test_rebased_before_anybody_looked(project: Project) -> None:
    project.git("checkout", "-q", "-b", "side")
    project.exp("new", "a")
    commit_change(project, "one", "one.py")
    commit_change(project, "two", "two.py")
    project.git(
        "branch",
        "-f",
        "main",
        project.git("commit-tree", "main^{tree}", "-p", "main", "-m", "main goes on"),
    )
    project.git("rebase", "-q", "main")
    assert read_links(project) == {"a": ["one", "two"]}


def test_worktrees_each_with_their_active_one(either: Project, tmp_path: Path) -> None:
    either.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Project(tmp_path / "side")
    either.exp("new", "here")
    side.exp("new", "there", "--parent", "")
    commit_change(side, "made there")
    commit_change(either, "made here")
    commit_change(side, "made there too")
    assert read_links(either) == {"here": ["made here"], "there": ["made there", "made there too"]}


def test_the_index_lost_in_between(either: Project) -> None:
    either.exp("new", "a")
    commit_change(either, "one")
    for path in (either.top / ".git/gitexp").glob("index.sqlite*"):
        path.unlink()
    commit_change(either, "two")
    assert read_links(either) == {"a": ["one", "two"]}


def test_the_spool_lost_in_between(project: Project) -> None:
    project.exp("new", "a")
    commit_change(project, "one")
    (project.top / ".git/gitexp/spool").unlink()
    commit_change(project, "two")
    assert read_links(project) == {"a": ["one", "two"]}


def test_an_expired_reflog_is_no_harm(either: Project) -> None:
    either.exp("new", "a")
    commit_change(either, "one")
    either.exp("list")
    either.git("reflog", "expire", "--expire=now", "--all")
    commit_change(either, "two")
    assert read_links(either) == {"a": ["one", "two"]}


def test_nothing_is_tied_twice(either: Project) -> None:
    either.exp("new", "a")
    commit_change(either, "one")
    either.exp("list")
    tip = either.git("rev-parse", "gitexp")
    either.exp("list")
    either.exp("status") if (either.top / ".git/hooks/post-commit").exists() else None
    assert either.git("rev-parse", "gitexp") == tip


def test_a_hook_that_is_late_ties_nothing_again(begun: Project) -> None:
    """git writes the reflog, then runs the hook; in between somebody may begin another trial."""
    spool = begun.top / ".git/gitexp/spool"
    begun.exp("new", "a")
    commit = commit_change(begun, "one")
    assert read_links(begun) == {"a": ["one"]}
    begun.write("layers.py", "two")
    begun.exp("new", "b")
    spool.write_text(f"commit {commit} {begun.top}/.git\n")
    assert read_links(begun) == {"a": ["one"], "b": []}

    begun.git("commit", "-q", "-a", "--amend", "-m", "amended")
    amended = begun.git("rev-parse", "HEAD")
    assert read_links(begun) == {"a": ["amended"], "b": []}
    tip = begun.git("rev-parse", "gitexp")
    with spool.open("a") as lines:
        lines.write(f"commit {amended} {begun.top}/.git\nrewrite {commit} {amended} amend\n")
    assert read_links(begun) == {"a": ["amended"], "b": []}
    assert begun.git("rev-parse", "gitexp") == tip
