"""``git exp import history``: the commits of a real history, with notebooks that were executed."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest

from tests.png import write_png

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project

PATTERN = r'MODEL_DIR\s*=\s*"/models/([^"]+)"'


def make_executed_notebook(model: str, *outputs: tuple[int, str, bytes]) -> str:
    """Return a notebook that names a model; each output is an execution count, a text, a PNG."""
    cells: list[dict[str, Any]] = [make_cell(1, f'MODEL_DIR = "/models/{model}"', "", b"")]
    for count, text, png in outputs:
        cells.append(make_cell(count, f"show({count})", text, png))
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def make_cell(count: int, source: str, text: str, png: bytes) -> dict[str, Any]:
    outputs: list[dict[str, Any]] = []
    if text:
        outputs.append({"output_type": "stream", "name": "stdout", "text": text})
    if png:
        data = {"image/png": b64encode(png).decode()}
        outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
    return {
        "cell_type": "code",
        "execution_count": count,
        "id": f"cell{count}",
        "metadata": {},
        "outputs": outputs,
        "source": source,
    }


def draw(path: Path, width: int) -> bytes:
    write_png(path, width, 2)
    data = path.read_bytes()
    path.unlink()
    return data


def commit_on(project: Project, day: int, name: str, text: str) -> str:
    project.write(name, text)
    project.git("add", name)
    date = f"2019-06-{day:02}T12:00:00+09:00"
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    project.git("commit", "-qm", f"day {day}", env=dates)
    return project.git("rev-parse", "HEAD")


def import_history(project: Project, *options: str) -> str:
    ran = project.run("import", "history", "--id-pattern", PATTERN, *options)
    assert ran.code == 0, ran.err
    return ran.out + ran.err


def test_commits_become_the_code_of_the_ids_that_they_name(begun: Project) -> None:
    commits = []
    for day, model in ((23, "gru_1"), (24, "tcn_50"), (25, "tcn_50"), (26, "tcn_10")):
        text = make_executed_notebook(model, (day, f"acc: 0.{day}\n", b""))
        commits.append(commit_on(begun, day, "train.ipynb", text))
    printed = import_history(begun)
    assert "+ tcn_10 acc=0.26 <- tcn_50" in printed
    tcn = begun.experiment("tcn_50")
    assert tcn["parent"] == "gru_1"
    assert tcn["links"] == commits[1:3]
    assert tcn["at"] == "2019-06-24T12:00:00+09:00"
    assert begun.read_metrics("tcn_50") == {"acc": "0.25"}
    assert begun.experiment("tcn_10")["parent"] == "tcn_50"
    # What the project began with is an id too: its first commit named it.
    assert begun.experiment("gru_1")["parent"] == "first"
    assert "imported 5 commits" in printed


def test_a_second_import_brings_only_what_is_new(begun: Project) -> None:
    commit_on(begun, 23, "train.ipynb", make_executed_notebook("gru_1", (2, "acc: 0.5\n", b"")))
    assert "would import 2 commits" in import_history(begun, "--dry-run")
    assert begun.json("list") == []
    import_history(begun)
    before = begun.json("list")
    assert "imported 0 commits, 2 were there already" in import_history(begun)
    assert begun.json("list") == before
    commit_on(begun, 24, "train.ipynb", make_executed_notebook("gru_1", (3, "acc: 0.6\n", b"")))
    assert "imported 1 commit, 2 were there already" in import_history(begun)
    assert begun.read_metrics("gru_1") == {"acc": "0.6"}


def test_an_output_of_the_trial_before_is_not_that_of_the_next(begun: Project) -> None:
    old = draw(begun.top / "old.png", 3)
    new = draw(begun.top / "new.png", 5)
    first = make_executed_notebook("gru_1", (2, "acc: 0.5\n", old))
    commit_on(begun, 23, "train.ipynb", first)
    second = make_executed_notebook("tcn_50", (2, "acc: 0.5\n", old), (7, "loss: 0.3\n", new))
    commit_on(begun, 24, "train.ipynb", second)
    assert "+ tcn_50 loss=0.3 1 picture <- gru_1" in import_history(begun)
    assert [image["width"] for image in begun.experiment("tcn_50")["images"]] == [5]
    assert [image["width"] for image in begun.experiment("gru_1")["images"]] == [3]


def test_entries_of_a_diary_get_code_and_parent(begun: Project) -> None:
    text = (
        "# 2019-06-25\n\ntcn_50 acc 0.9\n幅 50。\n\n# 2019-06-26\n\nlstm acc 0.1\n\ngru_1 acc 0.8\n"
    )
    begun.write("log.md", text)
    begun.exp("import", "diary", "log.md")
    assert begun.experiment("gru_1")["parent"] == "lstm"
    commit_on(begun, 24, "train.ipynb", make_executed_notebook("tcn_50", (2, "acc: 0.2\n", b"")))
    commit = commit_on(begun, 25, "train.ipynb", make_executed_notebook("gru_1"))
    import_history(begun)
    gru = begun.experiment("gru_1")
    assert (gru["parent"], gru["links"]) == ("tcn_50", [commit])
    assert begun.read_metrics("tcn_50") == {"acc": "0.9"}, "what the diary says holds"
    assert "幅 50" in begun.experiment("tcn_50")["entries"][0]["text"]


def test_a_parent_that_somebody_said_stays(begun: Project) -> None:
    begun.exp("note", "-m", "base_1 acc 0.1")
    begun.exp("note", "-m", "gru_1 acc 0.8")
    begun.exp("parent", "gru_1", "base_1")
    commit_on(begun, 24, "train.ipynb", make_executed_notebook("tcn_50"))
    commit_on(begun, 25, "train.ipynb", make_executed_notebook("gru_1"))
    import_history(begun)
    assert begun.experiment("gru_1")["parent"] == "base_1"


def test_two_scripts_keep_their_lines_of_descent(begun: Project) -> None:
    for day, name, model in (
        (23, "a.py", "rnn_1"),
        (24, "b.py", "cnn_1"),
        (25, "a.py", "rnn_2"),
        (26, "b.py", "cnn_2"),
    ):
        commit_on(begun, day, name, f'MODEL_DIR = "/models/{model}"\n')
    import_history(begun)
    assert begun.experiment("rnn_2")["parent"] == "rnn_1"
    assert begun.experiment("cnn_2")["parent"] == "cnn_1"


def test_branches_and_merges(begun: Project) -> None:
    commit_on(begun, 22, "train.ipynb", make_executed_notebook("base_1"))
    begun.git("checkout", "-qb", "try")
    commit_on(begun, 23, "train.ipynb", make_executed_notebook("tcn_1"))
    begun.git("checkout", "-q", "main")
    commit_on(begun, 24, "other.py", "x = 1\n")
    begun.git("merge", "-q", "--no-ff", "-m", "merge", "try")
    merge = begun.git("rev-parse", "HEAD")
    commit_on(begun, 25, "train.ipynb", make_executed_notebook("tcn_2"))
    begun.git("checkout", "-qb", "side", "try~1")
    commit_on(begun, 26, "train.ipynb", make_executed_notebook("gru_2"))
    begun.git("checkout", "-q", "main")
    import_history(begun)
    assert begun.experiment("tcn_2")["parent"] == "tcn_1"
    assert begun.experiment("gru_2")["parent"] == "base_1"
    assert merge not in begun.experiment("tcn_1")["links"]


def test_only_files_below_a_path(begun: Project) -> None:
    commit_on(begun, 23, "old/train.py", 'MODEL_DIR = "/models/old_1"\n')
    commit_on(begun, 24, "new/train.py", 'MODEL_DIR = "/models/new_1"\n')
    import_history(begun, "new")
    assert [each["id"] for each in begun.json("list")] == ["new_1"]


def test_what_cannot_be_read_is_a_line_each(begun: Project) -> None:
    commit_on(begun, 23, "train.ipynb", "{ torn")
    commit_on(begun, 24, "train.py", 'MODEL_DIR = "/models/HEAD"\n')
    commit_on(begun, 25, "train.py", 'MODEL_DIR = "/models/gru_1"\n')
    printed = import_history(begun)
    assert printed.count("not understood: ") == 2
    assert "train.ipynb in " in printed
    assert begun.experiment("gru_1")["id"] == "gru_1"


def test_without_a_pattern_one_line_says_how(begun: Project) -> None:
    ran = begun.run("import", "history")
    assert ran.code != 0
    assert "--id-pattern" in ran.err
    assert len(ran.err.splitlines()) <= 2


@pytest.mark.parametrize("pattern", ["(", "MODEL"])
def test_a_pattern_that_is_none_is_refused(begun: Project, pattern: str) -> None:
    ran = begun.run("import", "history", "--id-pattern", pattern)
    assert ran.code != 0
    assert "--id-pattern" in ran.err
