"""Small libraries in C that stand before the calls of the system, loaded by LD_PRELOAD."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def compile_library(source: Path, folder: Path) -> Path:
    """Return the library that is made of a source in C; skip the test without a compiler."""
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed")
    target = folder / source.with_suffix(".so").name
    command = ["gcc", "-shared", "-fPIC", "-O1", "-o", str(target), str(source), "-ldl"]
    subprocess.run(command, check=True)
    return target
