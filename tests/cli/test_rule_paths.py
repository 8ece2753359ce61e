"""Rules for files whose paths have signs of a rule in them, and for links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.project import Project
from tests.sealed import seal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CODE = "def net(x):\n    return 2 * x\n\n\ny = net(3)\n"
PATHS = (
    "try #3.py", "a@b.py", "!wow.py", "c#/m.py", "a::b.py", "x:10.py", "two words.py", "my:10-20",
)  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Return a project of files with such paths, and of links."""
    with pytest.MonkeyPatch.context() as patch:
        seal(patch, tmp_path_factory)
        folder: Path = tmp_path_factory.mktemp("paths")
        project = Project(folder)
        project.git("init", "-q", "-b", "main")
        for path in PATHS:
            project.write(path, CODE)
        (folder / "link.py").symlink_to("two words.py")
        (folder / "links").symlink_to("c#")
        (folder / "outside.py").symlink_to("/etc/hostname")
        (folder / "circle.py").symlink_to("circle.py")
        project.commit("first")
        project.exp("init")
        yield project


@pytest.mark.parametrize("path", PATHS)
def test_a_path_with_signs_needs_no_quotes_where_the_file_is_there(
    project: Project, path: str
) -> None:
    shown = project.exp("excerpt", "--rule", path if path == "my:10-20" else f"{path}::net")
    assert shown.splitlines()[0] == path
    assert "return 2 * x" in shown


def test_of_two_files_the_shorter_path_is_meant(project: Project) -> None:
    project.write("my", CODE)
    assert project.exp("excerpt", "--rule", "my:1-2").splitlines()[0] == "my"
    project.git("clean", "-fq", "my")


def test_what_hides_is_told_from_a_name_that_begins_so(project: Project) -> None:
    assert "return" in project.exp("excerpt", "--rule", "!wow.py::net")
    hidden = project.exp("excerpt", "--rule", "!!wow.py::net")
    assert "return" not in hidden
    assert "y = net(3)" in hidden


@pytest.mark.parametrize("path", PATHS[:-1])
def test_listed_names_are_rules(project: Project, path: str) -> None:
    (row,) = (line for line in project.exp("filter", "names", path).splitlines() if "net" in line)
    rule = row.partition("  symbol")[0]
    assert "return 2 * x" in project.exp("excerpt", "--rule", rule)


def test_a_saved_filter_names_such_files(project: Project) -> None:
    project.exp("filter", "add", "odd", "try #3.py::net", "links/m.py::net")
    assert project.exp("filter", "list").split("  ")[1:] == [
        '"try #3.py"::net',
        '"c#/m.py"::net\n',
    ]
    assert project.exp("log", "--filter", "odd").count("return 2 * x") == 2


@pytest.mark.parametrize(
    ("rule", "path"), [("link.py::net", "two words.py"), ("links/m.py::net", "c#/m.py")]
)
def test_a_link_is_the_file_that_it_leads_to(project: Project, rule: str, path: str) -> None:
    assert project.exp("excerpt", "--rule", rule).splitlines()[0] == path
    assert project.exp("excerpt", "--rule", rule, "--at", "HEAD").splitlines()[0] == path


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("outside.py", "'outside.py' is a link out of the repository, to /etc/hostname"),
        ("circle.py", "'circle.py' is a link that leads in a circle"),
        ("links", "'c#' is a folder"),
    ],
)
def test_a_path_that_is_no_file_is_said(project: Project, path: str, message: str) -> None:
    assert message in project.fails("excerpt", "--rule", path, code=2)
    assert message in project.fails("filter", "names", path, code=2)


def test_quotes_are_said_where_a_path_may_need_them(project: Project) -> None:
    message = project.fails("excerpt", "--rule", "try #4.py::net")
    assert "a path with # @ : ! in it stands in quotes" in message
