"""The import contracts of pyproject.toml hold, and each one finds the fault that it is there
for.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import ROOT

NOT_ROOMS = ("__init__", "__pycache__", "py")
ROOMS = sorted(path.stem for path in (ROOT / "gitexp").iterdir() if path.stem not in NOT_ROOMS)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package, with the contracts beside it, in which a fault may be planted."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "gitexp", tmp_path / "gitexp", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path / "gitexp"


def run_tool(package: Path, name: str, *args: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of this environment on the copy, with nothing but the copy on the path."""
    tool = Path(sys.executable).with_name(name)
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [tool, *args], cwd=package.parent, env=env, capture_output=True, text=True, check=False
    )


def find_faults(package: Path) -> str:
    """What lint-imports says of broken contracts, its lines joined; it must break one."""
    done = run_tool(package, "lint-imports", "--no-cache")
    assert done.returncode == 1, done.stdout + done.stderr
    return " ".join(done.stdout.split())


def plant(package: Path, module: str, code: str) -> None:
    """Add code to a module of the copy; a new one is made, in packages as far as they are
    needed.
    """
    path = package / f"{module}.py"
    path.parent.mkdir(exist_ok=True)
    (path.parent / "__init__.py").touch()
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{code}\n")


def module_in(room: str) -> str:
    return f"{room}/__init__" if (ROOT / "gitexp" / room).is_dir() else room


def test_without_a_fault_they_hold(package: Path) -> None:
    done = run_tool(package, "lint-imports", "--no-cache")
    assert done.returncode == 0, done.stdout
    assert "Contracts: 6 kept, 0 broken." in done.stdout


@pytest.mark.parametrize("module", ["utils/text", "helpers"])
def test_what_stands_on_no_floor_is_found(package: Path, module: str) -> None:
    plant(package, module, "")
    name = module.partition("/")[0]
    assert f"The following modules are not listed as layers: - gitexp.{name} " in find_faults(
        package
    )


@pytest.mark.parametrize(("library", "allowed"), [("pygit2", "store"), ("click", "cli")])
def test_a_library_is_imported_in_its_room_alone(package: Path, library: str, allowed: str) -> None:
    rooms = [room for room in ROOMS if room != allowed]
    for room in rooms:
        plant(package, module_in(room), f"def work() -> None:\n    import {library}")
    plant(package, "utils/text", f"import {library}")
    found = find_faults(package)
    for room in [*rooms, "utils.text"]:
        assert f"- gitexp.{room} -> {library} (l." in found
    assert f"gitexp.{allowed}" not in found


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        *(
            ("errors", "model"),
            ("model", "store"),
            ("excerpt", "history"),
            ("store", "excerpt"),
            ("excerpt", "store"),
        ),
        *(
            ("record", "capture"),
            ("capture", "render"),
            ("history", "render"),
            ("render", "viewer"),
        ),
        *(("history", "viewer"), ("viewer", "demo"), ("demo", "cli"), ("cli", "__main__")),
    ],
)
def test_an_import_upwards_or_into_the_next_room_is_found(
    package: Path, importer: str, imported: str
) -> None:
    plant(
        package,
        module_in(importer),
        f"def work() -> None:\n    from gitexp.{imported} import something",
    )
    assert f"gitexp.{importer} is not allowed to import gitexp.{imported}:" in find_faults(package)


def test_a_circle_is_found_though_it_is_inside_functions(package: Path) -> None:
    plant(package, "excerpt/one", "def work() -> None:\n    from gitexp.excerpt.other import work")
    plant(package, "excerpt/other", "def work() -> None:\n    from gitexp.excerpt.one import work")
    found = find_faults(package)
    assert "no circles BROKEN" in found
    assert "gitexp.excerpt" in found.partition("Broken contracts")[2]


def test_a_folder_that_import_linter_does_not_see_is_found_by_ruff(package: Path) -> None:
    plant(package, "utils/text", "import pygit2")
    (package / "utils" / "__init__.py").unlink()
    done = run_tool(package, "ruff", "check", "--no-cache", "--select", "INP", ".")
    assert "INP001" in done.stdout
    configured = run_tool(package, "ruff", "check", "--no-cache", "gitexp/utils")
    assert "INP001" in configured.stdout
