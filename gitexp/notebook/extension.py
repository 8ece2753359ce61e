"""The line magics ``%keep`` and ``%exp``. An error of ours is a line, never one of the cell."""

from __future__ import annotations

import io
import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitexp.capture.log_lines import read_printed
from gitexp.cli.env import Env
from gitexp.cli.main import run_words
from gitexp.cli.record import find_repository, open_record
from gitexp.errors import GitExpError
from gitexp.excerpt.idpattern import LOG_FOLDER_SETTING, compile_pattern
from gitexp.notebook.front_end import read_shown_notebook
from gitexp.notebook.keep import (
    KeptTrial,
    Session,
    build_session_code,
    keep_trial,
    split_words,
)
from gitexp.notebook.outputs import OutputRecorder, read_earlier_outputs
from gitexp.notebook.session import list_executed
from gitexp.notebook.watched_log import WatchedLog

if TYPE_CHECKING:
    from collections.abc import Callable

_COLUMNS = "100"
_TRAINS = re.compile(r"\.fit(?:_generator)?\(|(?<!def )\btrain\w*\(")
"""What a cell that trained holds, for the automatic mode."""


class NotebookRecorder:
    """What the extension remembers of one kernel: how far the last ``%keep`` had come."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._outputs = OutputRecorder()
        self._kept_inputs = 0
        self._loaded_at = len(shell.history_manager.input_hist_raw)
        self._is_automatic = False
        self._log: WatchedLog | None = None

    def keep(self, line: str = "") -> None:
        """Record the trial that just ran: ``%keep [ID] [text]``.

        Taken are the cells as they were executed, numbers in variables and in what was printed,
        and figures. Without ID it is taken from the code, else numbered.
        """
        with self._outputs.muted():
            self._report(lambda env: self._keep(env, line))

    def exp(self, line: str = "") -> Any:
        """Run a verb of git exp: ``%exp list``, ``%exp show ID``, ``%exp compare A B``.

        ``%exp auto`` keeps a trial by itself whenever a cell that trains has ended; ``%exp auto
        off`` ends that.
        """
        with self._outputs.muted():
            return self._run(line)

    def _run(self, line: str) -> Any:
        try:
            words = shlex.split(line)
        except ValueError:
            print("git exp: a quote is not closed (write %exp note -m 'what you saw')")
            return None
        if words[:1] == ["auto"]:
            self._is_automatic = words[1:] != ["off"]
            self._log = self._watch_log() if self._is_automatic else None
            print("trials are kept by themselves" if self._is_automatic else "off")
            return None
        if words[:1] == ["keep"]:
            return self.keep(line.strip().removeprefix("keep"))
        if words[:1] in (["show"], ["compare"]) and not any(word.startswith("-") for word in words):
            return self._show_cards(*words)
        env = self._make_env()
        if words[:1] in (["new"], ["note"]):
            env.session_code = self._build_session_code(env)
        run_words(words, env)
        self._print(env)
        return None

    def register(self) -> None:
        """Register the magics, the completion of ids, and the look at each cell."""
        shell = self._shell
        shell.register_magic_function(self.keep, "line", "keep")
        shell.register_magic_function(self.exp, "line", "exp")
        shell.events.register("pre_run_cell", self._outputs.before_cell)
        shell.events.register("post_run_cell", self.after_cell)
        shell.set_hook("complete_command", self.complete, str_key="%exp")
        shell.set_hook("complete_command", self.complete, str_key="%keep")
        if hasattr(shell.display_pub, "register_hook"):  # a kernel; a terminal shows no pictures
            shell.display_pub.register_hook(self._outputs.see_message)

    def after_cell(self, result: Any) -> None:
        """Keep a trial by itself, where that is on and the cell that ended trained."""
        self._outputs.after_cell()
        if not self._is_automatic or not result.success:
            return
        try:
            cell = getattr(result.info, "raw_cell", "") or ""
            has_trained = self._has_trained(cell)
        except Exception:  # noqa: BLE001 - a recorder never breaks the cell of the user
            return
        if has_trained:
            self.keep()

    def _has_trained(self, cell: str) -> bool:
        """Return True for a cell that fits a model, printed a curve, or made the log folder grow."""
        has_grown = self._log is not None and self._log.has_grown(cell)
        if _TRAINS.search(cell) or has_grown:
            return True
        _, curves = read_printed(self._outputs.printed_in_cell)
        return bool(curves)

    def complete(self, shell: Any, event: Any) -> list[str]:
        """Return the ids and verbs that the word may become."""
        from gitexp.cli.verbs import VERBS

        try:
            record = open_record(self._make_env(), reading=True)
            idents = list(record.index.read_names())
            record.close()
        except GitExpError:
            idents = []
        return [*VERBS, *idents]

    def _build_session_code(self, env: Env) -> dict[str, bytes]:
        """Return the code as it was executed, whatever was saved; {} outside of a repository."""
        try:
            return build_session_code(self._describe_session(), find_repository(env).worktree)
        except GitExpError:
            return {}  # the verb says what is wrong

    def _describe_session(self) -> Session:
        inputs = list(self._shell.history_manager.input_hist_raw)
        history = self._shell.history_manager
        unheard = (self._kept_inputs, self._loaded_at)
        printed_before, shown_before = read_earlier_outputs(history, *unheard)
        return Session(
            list_executed(inputs),
            list_executed(inputs[self._kept_inputs :]),
            list_executed(inputs[slice(*unheard)]),
            self._shell.user_ns,
            Path.cwd(),
            self._find_named_notebook(),
            self._outputs.printed,
            [*shown_before, *self._outputs.pictures],
            read_shown_notebook(),
            printed_before,
        )

    def _keep(self, env: Env, line: str) -> str:
        record = open_record(env)
        session = self._describe_session()
        ident, text = split_words(line, record.index.read_names())
        kept = keep_trial(record, session, ident, text)
        self._kept_inputs = len(self._shell.history_manager.input_hist_raw)
        self._outputs.clear()
        return describe(kept)

    def _watch_log(self) -> WatchedLog | None:
        """Return the watch over the log folder that config ``gitexp.logdirPattern`` finds."""
        try:
            text = find_repository(self._make_env()).settings.get("gitexp.logdirpattern")
            return WatchedLog(compile_pattern(text, LOG_FOLDER_SETTING)) if text else None
        except GitExpError as error:
            print(f"git exp: {error.message}")
            return None

    def _find_named_notebook(self) -> str:
        """Return the notebook that the front end says it shows: VS Code and Jupyter do."""
        named = self._shell.user_ns.get("__vsc_ipynb_file__")
        if isinstance(named, str) and named:
            return named
        session_name = os.environ.get("JPY_SESSION_NAME", "")
        return session_name if session_name.endswith(".ipynb") else ""

    def _show_cards(self, verb: str, *idents: str) -> Any:
        """Return cards of experiments, or with ``compare`` their line-up, as HTML without a server."""
        from gitexp.viewer.notebook import compare, show

        try:
            repository = find_repository(self._make_env())
            draw = compare if verb == "compare" else show
            return draw(*idents, folder=repository.top or repository.git_folder)
        except GitExpError as error:
            print(f"git exp: {error}")
            return None

    def _report(self, work: Callable[[Env], str]) -> None:
        """Do something and print its line. Whatever goes wrong is a line too."""
        env = self._make_env()
        try:
            print(work(env))
        except Exception as error:  # noqa: BLE001 - a recorder never breaks the cell of the user
            from gitexp.cli.failure import explain

            print(explain(error, env).line)
        finally:
            env.close()
        self._print(env)

    def _make_env(self) -> Env:
        variables = {**os.environ, "COLUMNS": os.environ.get("COLUMNS", _COLUMNS)}
        return Env(
            ".", stdin=io.StringIO(), out=io.StringIO(), err=io.StringIO(), variables=variables
        )

    @staticmethod
    def _print(env: Env) -> None:
        for stream in (env.out, env.err):
            text = stream.getvalue() if isinstance(stream, io.StringIO) else ""
            if text.strip():
                print(text.rstrip("\n"))


def describe(kept: KeptTrial) -> str:
    """Return the line that says what was recorded of a trial, and how to take it back."""
    values = "".join(f" {metric.name}={metric}" for metric in kept.values.metrics)
    cells = "1 cell" if kept.cell_count == 1 else f"{kept.cell_count} cells"
    parts = [cells]
    count = len(kept.values.pictures)
    if count:
        parts.append("1 picture" if count == 1 else f"{count} pictures")
    tags = [curve.tag for _, series in kept.values.series for curve in series]
    if tags:
        parts.append(f"curves of {', '.join(dict.fromkeys(tags))}")
    sign = "+" if kept.is_new else "·"
    line = f"{sign} {kept.ident}{values}  ({'; '.join(parts)}; %exp undo takes it back)"
    return "\n".join([line, *kept.notes])


def load(shell: Any) -> None:
    """Make the magics known to a shell of IPython."""
    NotebookRecorder(shell).register()
