"""Running a command as the user would, with a copy of what it prints."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections import deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import FrameType
    from typing import TextIO

RUN_ID = "GITEXP_RUN"
RUN_FOLDER = "GITEXP_RUN_FOLDER"
"""Variables that name, to the command, its experiment and the folder that it was started in."""

_CHUNK = 65536
_SLICE = 4096  # bytes that are looked at in one go: less than a millisecond
_MOST_WAITING = 8000
"""Slices of output that wait to be looked at: a command may print faster than lines are read."""

_PASSED_ON = (signal.SIGTERM, signal.SIGHUP)
_SIGNAL_BASE = 128
"""A shell reports 128 and the number of the signal that ended a command."""


class Ending(NamedTuple):
    """How a command ended. ``signal`` is 0 where it ended by itself; ``seconds`` are wall time."""

    code: int
    signal: int
    seconds: float

    @property
    def shell_code(self) -> int:
        """The exit code that a shell would report."""
        return _SIGNAL_BASE + self.signal if self.signal else self.code


def run_command(
    command: Sequence[str],
    cwd: str,
    variables: Mapping[str, str],
    out: TextIO,
    on_output: Callable[[bytes], None],
) -> Ending:
    """Run a command to its end, and call ``on_output`` with each piece of its standard output.

    Standard input and standard error are the caller's. Standard output is passed on to ``out`` as
    it comes, through a terminal of its own where ``out`` is one, so that colours and progress bars
    stay. Signals go to the command. Raises UsageError where it cannot be started.
    """
    is_terminal = out.isatty()
    reading, writing = os.openpty() if is_terminal else os.pipe()
    if is_terminal:
        _copy_window_size(out.fileno(), writing)
    start = time.monotonic()
    try:
        process = subprocess.Popen(command, cwd=cwd, env=dict(variables), stdout=writing)
    except OSError as error:
        os.close(reading)
        os.close(writing)
        raise UsageError(
            f"'{command[0]}' cannot be run: {error.strerror}", "git exp run -- python train.py"
        ) from None
    os.close(writing)
    with _pass_on_signals(process):
        try:
            waiting = _copy_output(reading, out, on_output)
        finally:
            os.close(reading)
        code = process.wait()
        seconds = time.monotonic() - start
        for data in waiting:
            on_output(data)
    return Ending(max(code, 0), max(-code, 0), seconds)


def _copy_output(reading: int, out: TextIO, on_output: Callable[[bytes], None]) -> deque[bytes]:
    """Pass on what the command prints until it closes its output; return what is left to look at.

    ``on_output`` has its turn while the command prints nothing: it never keeps the command waiting,
    unless much is left to it. Nobody may read ours any more (``| head``): the command is told as it
    would be without us.
    """
    waiting: deque[bytes] = deque()
    try:
        for data in _read_pieces(reading, waiting, on_output):
            _pass_on(out, data)
            waiting += [data[start : start + _SLICE] for start in range(0, len(data), _SLICE)]
    except BrokenPipeError:
        pass
    return waiting


def _read_pieces(
    reading: int, waiting: deque[bytes], on_output: Callable[[bytes], None]
) -> Iterator[bytes]:
    """Yield what can be read until the end; meanwhile hand over what waits, where there is time."""
    while True:
        is_ready = not waiting or select.select([reading], [], [], 0)[0]
        if not is_ready or len(waiting) > _MOST_WAITING:
            on_output(waiting.popleft())
            continue
        try:
            data = os.read(reading, _CHUNK)
        except OSError:  # a terminal ends so, where its other side is closed
            return
        if not data:
            return
        yield data


def _pass_on(out: TextIO, data: bytes) -> None:
    try:
        descriptor = out.fileno()
    except (OSError, ValueError):  # a text in memory
        out.write(data.decode("utf-8", "replace"))
    else:
        _write_all(descriptor, data)


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


@contextmanager
def _pass_on_signals(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Pass signals on to a command while it runs.

    Of an interrupt from the keyboard the command is told by the terminal itself: we go on, to
    record how it ended.
    """

    def pass_on(number: int, frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            process.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in _PASSED_ON}
    before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _copy_window_size(ours: int, terminal: int) -> None:
    """Give the terminal of the command the size of ours."""
    import fcntl
    import struct
    import termios

    with suppress(OSError):
        size = fcntl.ioctl(ours, termios.TIOCGWINSZ, struct.pack("HHHH", 0, 0, 0, 0))
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)
