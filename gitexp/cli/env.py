"""The world of a verb, passed in: folder, streams, environment, clock."""

from __future__ import annotations

import os
from contextlib import ExitStack
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path
    from typing import TextIO

    Pager = Callable[[Iterator[str]], None]

# Columns where neither the environment nor the terminal says how many.
_COLUMNS = 80


def read_clock() -> datetime:
    """Return the time now, with the local offset."""
    from gitexp.record.record import read_local_time

    return read_local_time()


class Env:
    """Where a verb runs, what it reads and writes, and what time it is.

    A verb asks nothing of the process itself: ``main`` builds one of these from it, a test builds
    its own. ``cwd`` may be "." for the folder of the process, so that paths are shown as they were
    typed. ``pager`` shows lines to a person; without one they are printed. ``session_code`` holds
    files, by path in the repository, as a kernel executed them: they go before those on the disk.
    """

    def __init__(
        self,
        cwd: str,
        *,
        stdin: TextIO,
        out: TextIO,
        err: TextIO,
        variables: Mapping[str, str],
        clock: Callable[[], datetime] = read_clock,
        pager: Pager | None = None,
    ) -> None:
        self.cwd = cwd
        self.stdin = stdin
        self.out = out
        self.err = err
        self.variables = variables
        self.clock = clock
        self._pager = pager
        self.session_code: Mapping[str, bytes] | None = None
        self.exit_code = 0
        self._opened = ExitStack()

    def close_at_end(self, close: Callable[[], object]) -> None:
        """Have ``close`` called when the verb is over."""
        self._opened.callback(close)

    def close(self) -> None:
        """Close what the verb has opened, the last first."""
        self._opened.close()

    @property
    def folder(self) -> str:
        """The full path of the folder in which the verb runs."""
        return os.path.abspath(self.cwd)

    def resolve_path(self, typed: str) -> Path:
        """Return the path that was typed; a relative one begins at the folder of the verb."""
        from pathlib import Path

        return Path(self.cwd, typed)

    @property
    def has_keyboard(self) -> bool:
        """True where a person can type an answer."""
        return self.stdin.isatty()

    @property
    def colours(self) -> bool:
        """True on a terminal that does not ask for plain text (https://no-color.org)."""
        if self.variables.get("NO_COLOR") or self.variables.get("TERM") == "dumb":
            return False
        return self.out.isatty()

    @property
    def columns(self) -> int:
        """Columns of the terminal: what COLUMNS says, else what it has, else 80."""
        wanted = self.variables.get("COLUMNS", "")
        if wanted.isdecimal() and int(wanted) > 0:
            return int(wanted)
        try:
            return os.get_terminal_size(self.out.fileno()).columns or _COLUMNS
        except (OSError, ValueError):
            return _COLUMNS

    def print(self, text: str = "") -> None:
        """Print a text and the end of its line."""
        print(text, file=self.out)

    def print_lines(self, lines: Iterable[str]) -> None:
        """Print lines, each as it comes: a script may read the first while the next is made."""
        for line in lines:
            print(line, file=self.out, flush=True)

    def print_json(self, value: Any) -> None:
        """Print a JSON value, indented and in the user's own letters."""
        import json

        from gitexp.render.terminal import escape_json

        self.print(escape_json(json.dumps(value, ensure_ascii=False, indent=2)))

    def print_paged(self, lines: Iterable[str], empty: str) -> None:
        """Print lines as they come, through the pager where there is one; without any ``empty``."""
        stream = iter(lines)
        first = next(stream, None)
        if first is None:
            self.print(empty)
        elif self._pager is not None and self.colours:
            self._pager(chain([first], stream))
        else:
            self.print_lines(chain([first], stream))

    def warn(self, text: str) -> None:
        """Print a line on standard error, made harmless to the terminal."""
        from gitexp.render.terminal import make_safe

        print(make_safe(text), file=self.err)
