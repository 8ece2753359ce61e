"""A sealed world for every test: own HOME, no git configuration of the machine, fixed author."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.project import Project
from tests.sealed import seal

if TYPE_CHECKING:
    from pathlib import Path


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the heavy tests at full size")


@pytest.fixture(autouse=True)
def sealed(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sealed world for every test: see tests/sealed.py."""
    seal(monkeypatch, tmp_path_factory)


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--long"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A repository with one commit, and recording begun."""
    made = Project.create(tmp_path / "project")
    monkeypatch.chdir(made.top)
    made.exp("init")
    return made


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A repository with one commit and recording begun, without hooks."""
    made = Project.create(tmp_path / "project").begin()
    monkeypatch.chdir(made.top)
    return made
