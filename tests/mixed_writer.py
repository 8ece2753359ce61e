"""A process that runs writing verbs by turns, and says on its output which were acknowledged.

``python -m tests.mixed_writer FOLDER NAME COUNT``: a line ``WORD ID`` for each that was.
"""

from __future__ import annotations

import io
import os
import sys
import zlib
from pathlib import Path

from gitexp.cli.env import Env
from gitexp.cli.main import run_words
from tests.png import write_png


def run(folder: str, words: list[str]) -> str:
    """Run a verb and return what it printed; "" where it was refused."""
    out, err = io.StringIO(), io.StringIO()
    variables = {**os.environ, "GITEXP_TRACEBACK": "1"}
    code = run_words(words, Env(folder, stdin=io.StringIO(), out=out, err=err, variables=variables))
    if code != 0:
        print(f"{words}: {err.getvalue()}", file=sys.stderr)
        return ""
    return out.getvalue()


def list_commands(word: str, picture: str) -> list[list[str]]:
    """Return the commands of one turn; ``word`` is in what each of them records."""
    return [
        ["new", "-m", f"{word} begun"],
        ["note", "base", "-m", f"{word} noted"],
        ["new", f"{word}_named", "-m", "acc 0.5"],
        ["image", "add", "base", picture],
        ["correct", "base", "-m", f"{word} corrected"],
        ["tag", "base", f"{word}_tag"],
        ["metric", "base", f"{word}_acc=0.5"],
        ["note", "-m", f"{word}_opened acc 0.7"],
        ["filter", "add", f"{word}_filter", "layers.py"],
        ["topic", "add", f"{word}_topic", "--ids", "base"],
    ]


def main(folder: str, name: str, count: str) -> None:
    turn = 0
    acknowledged = 0
    while acknowledged < int(count):
        turn += 1
        word = f"{name}x{turn}"
        picture = str(Path(folder).parent / f"{word}.png")
        number = zlib.crc32(word.encode())  # the same picture twice would be one
        write_png(Path(picture), width=1 + number % 997, height=1 + number // 997 % 997)
        for command in list_commands(word, picture)[: int(count) - acknowledged]:
            if not run(folder, command):
                sys.exit(1)
            acknowledged += 1
            os.write(1, f"{command[0]} {word}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
