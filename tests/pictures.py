"""Pictures on standard input, and pictures as the record has them."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from PIL import Image

from tests.project import ROOT, Ran

if TYPE_CHECKING:
    from tests.project import Project


def run_with_input(project: Project, data: bytes, *args: str) -> Ran:
    """Run ``git exp ARGS`` as a process that reads ``data``."""
    done = subprocess.run(
        [sys.executable, "-m", "gitexp", *args],
        cwd=project.top,
        input=data,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def read_recorded(project: Project, ident: str) -> list[bytes]:
    """Return the pictures of an experiment, as the record has them."""
    images = project.experiment(ident)["images"]
    record = project.record()
    pictures = []
    for image in images:
        data = record.branch.read(image["object"].partition(":")[2])
        assert data is not None
        pictures.append(data)
    return pictures


def open_picture(data: bytes) -> Image.Image:
    """Return a decoded picture."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
