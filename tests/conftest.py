"""A sealed world for every test: own HOME, no git configuration of the machine, fixed author."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.project import Project
from tests.sealed import seal
from tests.templates import CopyProject, Step, Templates

TESTS = Path(__file__).parent
LONG_EXAMPLES = 2000
QUICK_FOLDERS = ("model", "excerpt", "capture", "render")

# How long an example takes says how busy the machine is, not whether the code is right.
# What failed is printed as a line that repeats it.
settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("long", settings.get_profile("untimed"), max_examples=LONG_EXAMPLES)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the heavy tests at full size")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--long"):
        settings.load_profile("long")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Let ``-m quick`` import the tests of the pure floors only: that is half of its time."""
    if config.option.markexpr != "quick" or collection_path.parent != TESTS:
        return None
    return True if collection_path.name not in QUICK_FOLDERS else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests of the pure floors as quick; at full size, let each take an hour."""
    for item in items:
        if item.path.relative_to(TESTS).parts[0] in QUICK_FOLDERS:
            item.add_marker(pytest.mark.quick)
        if config.getoption("--long"):
            item.add_marker(pytest.mark.timeout(3600))


@pytest.fixture(autouse=True)
def sealed(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sealed world for every test: see tests/sealed.py."""
    seal(monkeypatch, tmp_path_factory)


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--long"))


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture
def copy_project(
    tmp_path: Path, templates: Templates, monkeypatch: pytest.MonkeyPatch
) -> CopyProject:
    """Give steps, get a project in which they were done, to work in."""

    def copy(*steps: Step) -> Project:
        project = templates.copy(tmp_path / "project", *steps)
        monkeypatch.chdir(project.top)
        return project

    return copy


def init_recording(project: Project) -> None:
    project.exp("init")


@pytest.fixture
def project(copy_project: CopyProject) -> Project:
    """A repository with one commit, and recording begun."""
    return copy_project(init_recording)


@pytest.fixture
def begun(copy_project: CopyProject) -> Project:
    """A repository with one commit and recording begun, without hooks."""
    return copy_project(Project.begin)
