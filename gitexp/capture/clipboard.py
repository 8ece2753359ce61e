"""The picture in the clipboard, by the program that a desktop has for it."""

from __future__ import annotations

import io
import shutil
import subprocess
from typing import TYPE_CHECKING

from gitexp.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROGRAMS = (
    ("WAYLAND_DISPLAY", ("wl-paste", "--no-newline", "--type", "image/png")),
    ("DISPLAY", ("xclip", "-selection", "clipboard", "-target", "image/png", "-out")),
    ("", ("pngpaste", "-")),
)
"""Programs that print the picture, each with the variable without which it cannot work."""

_PATIENCE = 10  # seconds


def read_clipboard(variables: Mapping[str, str]) -> bytes:
    """Return the picture in the clipboard. Raises UsageError where it cannot be had."""
    has_reader = False
    for variable, command in _PROGRAMS:
        program = shutil.which(command[0], path=variables.get("PATH"))
        if program is None or (variable and not variables.get(variable)):
            continue
        has_reader = True
        if data := _run_program([program, *command[1:]], variables):
            return data
    if data := _grab_with_pillow():
        return data
    if has_reader:
        raise UsageError(
            "there is no picture in the clipboard", "copy one, or: git exp image add ID FILE"
        )
    raise UsageError(
        "no program reads the clipboard here",
        "install wl-clipboard (Wayland), xclip (X11) or pngpaste (macOS), or: git exp image add ID -",
    )


def _run_program(command: list[str], variables: Mapping[str, str]) -> bytes:
    """Return what a program prints; nothing where it fails or hangs."""
    try:
        done = subprocess.run(
            command, env=dict(variables), capture_output=True, check=False, timeout=_PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""


def _grab_with_pillow() -> bytes:
    """Return the picture that Pillow finds, which it does on macOS."""
    from PIL import Image, ImageGrab

    try:
        picture = ImageGrab.grabclipboard()
    except (NotImplementedError, OSError, ChildProcessError):
        return b""
    if not isinstance(picture, Image.Image):
        return b""
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()
