"""``git exp tail``."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

from gitexp.capture.log_lines import LogReader
from gitexp.cli.log_values import collect_values, describe_values
from gitexp.cli.record import name_experiment, open_record
from gitexp.cli.verb_table import Options, Verb, arguments, flag
from gitexp.errors import UsageError
from gitexp.record.write.values import add_trial_values
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from typing import BinaryIO

    from gitexp.cli.env import Env

_PAUSE = 0.5  # seconds between two looks at a file that grows
_CHUNK = 1 << 20
_USAGE = "git exp tail ID LOGFILE"
_STOPS = (signal.SIGINT, signal.SIGTERM)
"""Signals that end the waiting. A shell has the first one ignored in what it starts with ``&``."""


class TailOptions(Options):
    """The table of ``tail``."""

    words: tuple[str, ...] = arguments("[ID] LOGFILE")
    follow: bool = flag("-f", "--follow", help="Wait for more lines, until Ctrl-C.")


def run(env: Env, options: TailOptions) -> None:
    """Record the metrics and curves in the lines of a log file, as 'git exp run' reads output.

    For a run that was started without git exp: its log may still grow. With -f it is read as it
    grows, and recorded at Ctrl-C. Without ID it is the active experiment.
    """
    record = open_record(env)
    *subject, log_name = options.words
    if len(subject) > 1:
        raise UsageError("more than one log file is named", _USAGE)
    ident = record.resolve_id(name_experiment(record, subject[0] if subject else "", _USAGE))
    reader = LogReader()
    try:
        with env.resolve_path(log_name).open("rb") as log_file:
            _read_lines(log_file, reader, follows=options.follow)
    except OSError as error:
        raise UsageError(
            f"'{log_name}' cannot be read: {error.strerror}", "give the path of a log file"
        ) from None
    values = collect_values(reader)
    if not values.metrics and not values.series:
        raise UsageError(
            f"no metric is in the lines of '{log_name}'", "lines like 'epoch 3 loss 0.31'"
        )
    add_trial_values(record, ident, values)
    for line in describe_values(ident, values):
        env.print(make_safe(line))


def _read_lines(log_file: BinaryIO, reader: LogReader, *, follows: bool) -> None:
    handlers = {number: signal.getsignal(number) for number in _STOPS} if follows else {}
    for number in handlers:
        signal.signal(number, signal.default_int_handler)
    try:
        while True:
            data = log_file.read(_CHUNK)
            if data:
                reader.feed(data)
            elif follows:
                time.sleep(_PAUSE)
            else:
                return
    except KeyboardInterrupt:
        return  # what was read so far is recorded
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


VERB = Verb("tail", TailOptions, run)
