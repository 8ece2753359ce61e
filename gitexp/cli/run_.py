"""``git exp run``."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gitexp.capture.running import RUN_FOLDER, RUN_ID, run_command
from gitexp.cli.record import open_record
from gitexp.cli.run_end import FinishedRun, OutputReader, announce, record_end
from gitexp.cli.typed import join_messages
from gitexp.cli.verb_table import Options, Verb, argument, flag, texts_option, words_after_dashes
from gitexp.errors import UsageError
from gitexp.record.write.begin import TrialContent, begin_experiment, begin_or_continue

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class RunOptions(Options):
    """The table of ``run``."""

    ident: str = argument("[ID]", required=False)
    messages: tuple[str, ...] = texts_option(
        "-m", metavar="TEXT", help="The first note about it. Each -m is a paragraph."
    )
    continues: bool = flag(
        "--continue", help="Go on with the experiment if it is recorded already."
    )
    images: tuple[str, ...] = texts_option(
        "--images", metavar="GLOB", help="Attach pictures that the run writes: 'plots/*.png'."
    )
    command: tuple[str, ...] = words_after_dashes("-- COMMAND...")


def run(env: Env, options: RunOptions) -> None:
    """Run a command as an experiment: keep the code before, record what came of it.

    Recorded are the command line, the time it took, how it ended, the metrics and curves in what
    it prints, and those in CSV, JSON Lines, results.json and TensorBoard files that it writes
    below this folder, or in the folder that config gitexp.logdirPattern finds in the code. The
    command is run as if typed: its output, colours, signals and exit code are passed through.
    Without ID the id is taken as 'git exp new' takes it.
    """
    if not options.command:
        raise UsageError("there is no command to run", "git exp run ID -- python train.py")
    record = open_record(env)
    begin = begin_or_continue if options.continues else begin_experiment
    trial = TrialContent(join_messages(options.messages) or "")
    recorded = begin(record, options.ident, trial)
    ident = recorded.understood[0].experiment
    before = record.read_experiment(ident)
    output = OutputReader()
    started = time.time()
    announced = announce(record, ident, options.command, env.folder, started)
    variables = {**env.variables, RUN_ID: ident, RUN_FOLDER: env.folder}
    ending = run_command(options.command, env.folder, variables, env.out, output.feed)
    env.exit_code = ending.shell_code
    finished = FinishedRun(options.command, options.images, started, ending, announced)
    record_end(env, record, before, finished, output)


VERB = Verb("run", RunOptions, run)
