"""``git exp pin``: the code of experiments kept on the record branch, as a gist is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.clones import make_pair

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project


@pytest.fixture
def trials(begun: Project) -> Project:
    for number in (1, 1, 2):
        begun.write("layers.py", f"x = 1\n\n\ndef f():\n    return {number}\n")
        begun.exp("new")
    begun.exp("filter", "add", "model", "layers.py::f")
    return begun


def list_ids(project: Project) -> list[str]:
    return [item["id"] for item in project.json("list")]


def list_excerpts(project: Project) -> list[str]:
    names = project.git("ls-tree", "-r", "--name-only", "gitexp", "excerpts/", check=False)
    return names.splitlines()


def test_the_code_is_a_file_that_a_forge_shows(trials: Project) -> None:
    newest = list_ids(trials)[-1]
    assert trials.exp("pin") == f"kept: the code of {newest} under filter model\n"
    (path,) = list_excerpts(trials)
    assert path.endswith(".py.md")
    text = trials.git("show", f"gitexp:{path}")
    snapshot = trials.record().read_experiment(newest).version
    assert text == (
        f'---\nexperiment: "{newest}"\nsnapshot: "{snapshot}"\n'
        'filter: "model"\nrules: ["layers.py::f"]\npath: "layers.py"\nlines: 5\nkept: [[4, 5]]\n---\n'
        "\n```python\ndef f():\n    return 2\n```"
    )


def test_what_did_not_change_is_stored_once(trials: Project) -> None:
    names = ", ".join(list_ids(trials))
    assert trials.exp("pin", "--all").startswith(f"kept: the code of {names}")
    assert len(list_excerpts(trials)) == 2
    tip = trials.git("rev-parse", "gitexp")
    assert trials.exp("pin", "--all") == "kept before and unchanged: 3\n"
    assert trials.git("rev-parse", "gitexp") == tip


def test_it_is_shown_as_it_was_kept(trials: Project) -> None:
    trials.exp("pin", "e3")
    lines = trials.exp("excerpt", "e3", "--pinned").splitlines()
    assert "4  def f():" in lines
    assert "5      return 2" in lines
    assert lines[-1].startswith("as git exp pin kept it on ")
    assert f"no code of '{list_ids(trials)[0]}' is kept" in trials.fails(
        "excerpt", "e1", "--pinned", code=1
    )


def test_an_experiment_without_code_is_named(trials: Project) -> None:
    (trials.top / "layers.py").unlink()
    trials.exp("new", "bare")
    assert trials.exp("pin", "bare") == "no code that can be cut here: bare\n"
    assert list_excerpts(trials) == []


def test_a_text_is_touched_up_in_the_editor(trials: Project) -> None:
    assert "is kept yet" in trials.fails("pin", "e3", "--edit", code=1, GIT_EDITOR="true")
    trials.exp("pin", "e3")
    add_thought = "sed -i '1i the 残差 block'"
    assert "your text" in trials.exp("pin", "e3", "--edit", GIT_EDITOR=add_thought)
    assert trials.exp("pin", "e3", "--edit", GIT_EDITOR="true") == "nothing was changed\n"
    text = trials.exp("excerpt", "e3", "--pinned")
    assert text.startswith("the 残差 block\n## layers.py\n")
    assert len(list_excerpts(trials)) == 2  # the cut code stays
    assert "is empty" in trials.fails("pin", "e3", "--edit", code=2, GIT_EDITOR="truncate -s 0")


def test_it_stands_in_for_code_that_is_not_in_a_clone(tmp_path: Path) -> None:
    pair = make_pair(tmp_path)
    assert "not in this clone" in pair.second.fails("excerpt", "t2", code=1)
    pair.first.exp("pin", "--all")
    pair.first.git("push", "-q", "origin", "gitexp")
    pair.second.git("fetch", "-q", "origin", "gitexp:refs/heads/gitexp")
    assert "SIZE = " in pair.second.exp("excerpt", "t2")


def test_a_file_that_is_missing_or_changed_is_said(trials: Project) -> None:
    trials.exp("pin", "e3")
    (path,) = list_excerpts(trials)
    blob = trials.git("hash-object", "-w", "--stdin")  # the empty file
    trials.git("read-tree", "--index-output=.git/other", "gitexp", env={"GIT_INDEX_FILE": "x"})
    env = {"GIT_INDEX_FILE": str(trials.top / ".git" / "other")}
    trials.git("update-index", "--cacheinfo", f"100644,{blob},{path}", env=env)
    tree = trials.git("write-tree", env=env)
    commit = trials.git("commit-tree", tree, "-p", "gitexp", "-m", "by hand")
    trials.git("update-ref", "refs/heads/gitexp", commit)
    error = trials.fails("excerpt", "e3", "--pinned", code=1)
    assert "the kept excerpt cannot be read" in error
