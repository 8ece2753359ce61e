"""Days, hours and parents are told as the record and git know them, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.project import Project

if TYPE_CHECKING:
    from tests.templates import CopyProject

EVENING = "2020-05-01T22:30:00-0700"
"""On 2 May in Tokyo, the zone of this machine; on 1 May where the author was."""


@pytest.fixture
def project(copy_project: CopyProject) -> Project:
    return copy_project(Project.begin)


def read_days(project: Project, *options: str) -> list[str]:
    lines = project.exp("log", "--rule", "a.py", "--stat", *options).splitlines()
    return [line.split()[1] for line in lines if not line.startswith(" ")]


def test_log_tells_the_day_of_a_commit_as_git_does(project: Project) -> None:
    project.write("a.py", "A = 1\n")
    project.git("add", "a.py")
    project.git("commit", "-qm", "evening", env={"GIT_AUTHOR_DATE": EVENING})
    assert project.git("log", "-1", "--format=%ad", "--date=short") == "2020-05-01"
    assert read_days(project) == ["2020-05-01"]
    (step,) = project.json("log", "--rule", "a.py")
    assert step["time"] == "2020-05-01T22:30:00-07:00"


def test_log_tells_the_day_of_a_trial_as_it_was_recorded(project: Project) -> None:
    project.write("a.py", "A = 1\n")
    project.exp("new", "night", "-m", "x", "--at", "2020-05-01T22:30:00-07:00")
    assert read_days(project, "--experiments") == ["2020-05-01"]


def test_an_hour_that_is_not_known_is_not_shown(project: Project) -> None:
    project.write("a.py", "A = 1\n")
    project.exp("new", "t1", "-m", "no hour #tag", "--at", "2019-06-23")
    project.exp("note", "t1", "-m", "with an hour", "--at", "2019-06-23 10:15")
    project.exp("topic", "write", "tag", "-m", "why")
    project.exp("pages")
    shown = project.exp("show", "t1")
    assert shown.startswith("t1  2019-06-23\n")
    assert "2019-06-23 10:15\n" in shown
    texts = [shown, project.exp("topic", "show", "tag", "--ids"), project.exp("journal")]
    for path in ("pages/2019-06.md", "pages/experiment/t1.md"):
        texts.append(project.git("show", f"gitexp:{path}"))
    for text in texts:
        assert "no hour" in text
        assert "00:00" not in text
    assert "**10:15** [t1]" in project.git("show", "gitexp:pages/2019-06.md")
    assert "\n[t1](experiment/t1.md)\n" in project.git("show", "gitexp:pages/2019-06.md")


def test_a_trial_without_a_parent_is_not_said_to_have_one(project: Project) -> None:
    """It is shown against the trial before it, for want of a parent, and the log says so."""
    for number, name in enumerate(("a1", "b1", "c1")):
        project.write("a.py", f"A = {number}\n")
        parent = ("--parent", "a1") if name == "c1" else ("--parent", "")
        project.exp("new", name, *parent, "-m", name, "--at", f"2019-06-0{number + 1}")
    titles = [step["title"] for step in project.json("log", "--experiments", "--rule", "a.py")]
    assert titles == ["changes a1", "no parent: against a1, the trial before", "the first"]


def test_a_trial_whose_parent_has_no_code_names_that_parent(project: Project) -> None:
    project.write("a.py", "A = 0\n")
    project.exp("new", "a1", "-m", "x", "--at", "2019-06-01")
    project.write("log.md", "### 2019/06/02\n\nidea_1 acc 0.1\n")
    project.exp("import", "diary", "log.md")
    project.write("a.py", "A = 1\n")
    project.exp("new", "b1", "--parent", "idea_1", "-m", "x", "--at", "2019-06-03")
    titles = [step["title"] for step in project.json("log", "--experiments", "--rule", "a.py")]
    assert titles == [
        "changes idea_1, which has no code: against a1, the trial before",
        "the first",
    ]


def test_json_of_a_topic_has_the_time_of_each_experiment(project: Project) -> None:
    project.exp("new", "t1", "-m", "#tag", "--at", "2019-06-23 10:15")
    first, second = project.json("topic", "show", "tag")["items"]
    assert (first["experiment"], first["at"]) == ("t1", "2019-06-23T10:15:00+09:00")
    assert second["at"] == first["at"]
