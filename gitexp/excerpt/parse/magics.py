"""IPython's magics: lines and cells of a notebook that are not Python."""

from __future__ import annotations

import re
from functools import cache
from keyword import iskeyword
from typing import TYPE_CHECKING

from gitexp.excerpt.languages.lookup import find_extension

if TYPE_CHECKING:
    from collections.abc import Callable

# The patterns are compiled when the first cell is met that needs them: most files have no magics.

_MAGIC_LINE = r"\s*(?:[%!?]|\w[\w, ]*=\s*[%!](?!=))|.*[\w)]\?{1,2}\s*$"
"""``%matplotlib inline``, ``!pip install x``, ``files = !ls``, ``?name``, ``name?``."""

_RUNNING_LINE = (
    r"(\s*)%(time|timeit|prun|memit|lprun|mprun)\s+(?:-[sTDf]\s*\S+\s+|-\w\s*\d*\s+)*(.+)"
)
"""A line magic that runs the Python behind it and behind its options: ``%timeit -n 10 run()``."""

_SHELL_NAME = r"(?<!\$)\{\s*([^\W\d]\w*)|\$([^\W\d]\w*)"
"""A Python name that a shell line reads: ``{OUT}`` and ``$OUT``; ``${HOME}`` is the shell's own."""

_CELL_RUN_ELSEWHERE = (
    r"\s*%%(?:writefile|file|bash|sh|script|system|sx|!|cmd|powershell|python[23]?|pypy|perl|ruby|R"
    r"|sql|javascript|js|html|HTML|svg|SVG|latex|markdown)(?!\w)"
)
"""A cell magic whose code is not run in this notebook: other languages, files, other processes."""

_WRITTEN_FILE = r"\s*%%(?:writefile|file)\s(?:.*\s)?\S+\.py\s*$"
"""A cell magic that writes the cell into a file of Python."""

_FOREIGN_CELL = r"\s*%%(?!time\b|timeit\b|capture\b|prun\b|memit\b)"
"""A cell magic below which the cell is not read as Python."""


def is_foreign_cell(first_line: str) -> bool:
    """Return True if a cell that begins with this line is not read as Python."""
    return "%%" in first_line and _compile(_FOREIGN_CELL).match(first_line) is not None


def is_written_file(first_line: str) -> bool:
    """Return True if a cell that begins with this line is written into a file of Python."""
    return _compile(_WRITTEN_FILE).match(first_line) is not None


def find_magic_language(first_line: str) -> str:
    """Return the extension of the language that a cell magic names, or of the file that it writes.

    "" where it names Python, a shell, whose variables last as long as the cell, or none that has a
    row.
    """
    words = first_line.split()
    name = words[0].removeprefix("%%")
    if name in ("writefile", "file"):
        name = words[-1].rpartition(".")[2] if len(words) > 1 else ""
    extension = find_extension(name)
    return "" if extension in ("py", "sh") else extension


def is_run_elsewhere(cell: str) -> bool:
    """Return True if the code of a cell is not run in its notebook, and so defines nothing there.

    ``%%writefile`` and ``%%bash`` are such cells.
    """
    return _compile(_CELL_RUN_ELSEWHERE).match(cell.lstrip("\n")) is not None


def replace_magic(line: str, is_python: Callable[[str], bool]) -> str:
    """Return the Python that a shell or magic line runs or reads, in its place; else ``pass``.

    So the rest of the cell can be parsed. Any other line is returned as it is. ``is_python`` says if
    a text can be parsed.

    >>> replace_magic("  !mkdir -p {OUT}", is_python)
    '  (OUT)'
    """
    if not _compile(_MAGIC_LINE).match(line):
        return line
    running = _compile(_RUNNING_LINE).match(line)
    if running is not None:
        indent, magic, code = running.groups()
        # What is timed over and over binds nothing outside: it must be an expression.
        if is_python(f"({code}\n)" if magic == "timeit" else code):
            return f"{indent}{code}"
    indent = line[: len(line) - len(line.lstrip())]
    names = _find_shell_names(line)
    return f"{indent}({', '.join(names)})" if names else f"{indent}pass"


def _find_shell_names(line: str) -> list[str]:
    """Return the Python names that a shell line reads, in order."""
    names = []
    for in_braces, after_dollar in _compile(_SHELL_NAME).findall(line):
        name = in_braces or after_dollar
        if not iskeyword(name):
            names.append(name)
    return names


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
