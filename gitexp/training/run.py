"""One run of a training script: what ``init`` gives, and what ``log`` writes into."""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
from base64 import b64encode
from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.capture.numbers import format_number, read_number
from gitexp.capture.running import RUN_FOLDER, RUN_ID
from gitexp.training.buffer import LoggedPicture, RunBuffer
from gitexp.training.handover import Answer, write_batch
from gitexp.training.kernel import read_session_code
from gitexp.training.pictures import draw_picture, is_figure
from gitexp.training.placeholders import RUN_METHODS, Nothing, do_nothing
from gitexp.training.quiet import is_silent_rank, never_raise, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

FLUSH_SECONDS = "GITEXP_FLUSH_SECONDS"
_FLUSH_SECONDS = 30.0
_MOST_PICTURES = 6  # of a list that is logged under one name
_MOST_ARTIFACTS = 20  # lines of the note that names them
_FLUSH_SHARE = 0.1
"""Part of the time that a run took so far, between two writes of a long one: a run of a day is
written some sixty times, not three thousand."""


class Config(dict[str, Any]):
    """The settings of a run: a dictionary whose keys are attributes too."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def setdefaults(self, settings: Any = None) -> Config:
        """Take in the settings that are not there yet."""
        for name, value in read_settings(settings).items():
            self.setdefault(name, value)
        return self

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as a plain dictionary."""
        return dict(self)

    def update(self, *args: Any, allow_val_change: bool = True, **values: Any) -> None:
        """Take in more settings. ``allow_val_change`` is there for scripts written for wandb."""
        for settings in (*args, values):
            super().update(read_settings(settings))


def read_settings(config: Any) -> dict[str, Any]:
    """Return settings as a dictionary: a mapping, pairs, or argparse's namespace."""
    if config is None:
        return {}
    if hasattr(config, "items"):
        return dict(config.items())
    if hasattr(config, "__dict__"):
        return dict(vars(config))
    try:
        return dict(config)
    except (TypeError, ValueError):
        say(f"a {type(config).__name__} holds no settings")
        return {}


class Image:
    """A picture to be logged: ``log({"curve": Image(figure)})``."""

    def __init__(self, source: Any, caption: str = "", **others: Any) -> None:
        self.source = source
        self.caption = caption


class RunPlan(NamedTuple):
    """How a run begins.

    ``joins``: inside ``git exp run`` it is that trial. ``resumes``: an experiment that has its name
    already goes on. Without ``records`` nothing is recorded.
    """

    notes: str = ""
    tags: tuple[str, ...] = ()
    joins: bool = True
    resumes: bool = False
    records: bool = True


class Run:
    """A trial that is running. Nothing here raises: what cannot be recorded is a line.

    What wandb's runs have beside ``log`` and ``finish`` is there, so that scripts go on: ``step``,
    ``dir`` (the folder of now), ``resumed``, and methods that do nothing.
    """

    url: str | None = None
    project = entity = group = job_type = sweep_id = ""
    dir = "."
    offline = True
    disabled = False

    def __init__(
        self,
        name: str = "",
        config: Mapping[str, Any] | None = None,
        plan: RunPlan | None = None,
    ) -> None:
        """Begin the trial: keep its code."""
        plan = plan or RunPlan()
        self.name = name
        self.config = Config(config or {})
        self.summary = Config()
        self.notes = plan.notes
        self.tags = plan.tags
        self.resumed = False
        self.disabled = not plan.records
        self._resumes = plan.resumes
        self._artifacts: dict[str, None] = {}
        self._is_silent = is_silent_rank() or not plan.records
        self._is_forked = False
        self._buffer = RunBuffer()
        self._written_config = dict(self.config)
        self._last_numbers: dict[str, float] = {}
        self._started = time.monotonic()
        self._is_over = False
        self._ident = os.environ.get(RUN_ID, "") if plan.joins else ""
        self._is_joined = bool(self._ident)
        self._folder = (os.environ.get(RUN_FOLDER, "") if self._ident else "") or "."
        self._make_locks()
        self._begin()

    @property
    def id(self) -> str:
        """The id of the experiment; "" where nothing is recorded."""
        return self._ident

    @property
    def step(self) -> int:
        """The step of the next ``log`` that names none."""
        return self._buffer.next_step

    @property
    def is_over(self) -> bool:
        """True after ``finish``."""
        return self._is_over

    @never_raise
    def log(
        self,
        values: Mapping[str, Any] | None = None,
        step: float | None = None,
        commit: bool | None = None,
        **metrics: Any,
    ) -> None:
        """Log numbers, figures and pictures by name.

        Without ``step`` the calls are counted from 0; with ``commit=False`` the next is about the
        same step. ``data={...}`` is another word for ``values``.
        """
        if self._is_silent or self._is_over:
            return
        data = metrics.pop("data", None) if isinstance(metrics.get("data"), dict) else None
        everything = {**(values or {}), **(data or {}), **metrics}
        unrecorded = [name for name, value in everything.items() if isinstance(value, Nothing)]
        for name in unrecorded:
            del everything[name]
        drawn = _draw_pictures(everything)
        with self._lock:
            numbers = self._buffer.add_values(everything, step, ends_step=commit is not False)
            self._last_numbers.update(numbers)
            self.summary.update(numbers)
            self._buffer.pictures += drawn
            self._watch()

    @never_raise
    def note(self, text: str) -> None:
        """Write a note about the trial."""
        if self._is_silent or self._is_over or not str(text).strip():
            return
        with self._lock:
            self._buffer.notes.append(str(text))
            self._watch()

    @never_raise
    def image(self, source: Any, name: str = "figure") -> None:
        """Attach a picture: a figure of matplotlib, an image of Pillow, an array, a path."""
        if self._is_silent or self._is_over:
            return
        picture = LoggedPicture(name, draw_picture(source))
        with self._lock:
            self._buffer.pictures.append(picture)
            self._watch()

    @never_raise
    def log_artifact(
        self,
        artifact_or_path: Any,
        name: str | None = None,
        type: str | None = None,
        *args: Any,
        **others: Any,
    ) -> Any:
        """Name an artifact, or a file, in a line of the trial. Its contents are not stored."""
        from gitexp.training.artifacts import make_artifact

        artifact = make_artifact(artifact_or_path, name, type)
        self._artifacts[artifact.describe()] = None
        return artifact

    log_model = log_artifact

    @never_raise
    def use_artifact(self, artifact_or_name: Any, *args: Any, **others: Any) -> Any:
        """Return the artifact of a name, which is read from the folder that it lies in."""
        from gitexp.training.artifacts import make_artifact

        return make_artifact(artifact_or_name)

    @never_raise
    def save(self, glob_str: Any = "", *args: Any, **others: Any) -> list[str]:
        """Name a file in a line of the trial. Its contents are not stored."""
        if glob_str:
            self._artifacts[f"file {os.fspath(glob_str)}"] = None
        return [os.fspath(glob_str)]

    @never_raise
    def alert(self, title: Any = "", text: Any = "", *args: Any, **others: Any) -> None:
        """Write a note with the words of an alert."""
        self.note(": ".join(str(words) for words in (title, text) if words))

    @never_raise
    def flush(self) -> None:
        """Write what was logged so far."""
        self._flush(is_end=False)

    @never_raise
    def finish(self, exit_code: int | None = None, quiet: bool | None = None) -> None:
        """Write what is left, and end the trial. A second call does nothing."""
        if self._is_silent or self._is_over:
            return
        if self._artifacts:
            self.note(_list_artifacts(list(self._artifacts)))
            self._artifacts.clear()
        answer = self._flush(is_end=True, is_failed=bool(exit_code))
        self._is_over = True
        self._wake.set()
        if answer is not None and answer.ident and not self._is_joined and not self._is_forked:
            values = "".join(f" {name}={value}" for name, value in self._buffer.list_metrics())
            say(f"+ {answer.ident}{values}")

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.finish(exit_code=1 if kind else 0)

    @never_raise
    def renew_after_fork(self) -> None:
        """In a forked process: let go of what the parent logged and will write itself."""
        self._make_locks()
        self._is_forked = True
        self._buffer = RunBuffer()

    @never_raise
    def finish_at_exit(self) -> None:
        """End the trial with the process: as stopped where an error ended it."""
        self.finish(exit_code=1 if hasattr(sys, "last_type") else 0)

    @never_raise
    def _begin(self) -> None:
        if self._is_silent:
            return
        self._folder = os.path.abspath(self._folder)
        text = _describe_config(self.notes, self.config)
        if not self._ident or text or self.tags:
            files = read_session_code()
            answer = self._hand_over(
                text=text,
                name=self.name,
                tags=list(self.tags),
                files=files,
                resumes=self._resumes,
                config=list(_list_settings("", self.config)),
            )
            if answer.error:
                say(f"nothing is recorded: {answer.error}")
                self._is_silent = True
            self.resumed = answer.resumed
        atexit.register(self.finish_at_exit)

    def _make_locks(self) -> None:
        self._lock = threading.RLock()
        self._writing = threading.Lock()
        self._wake = threading.Event()
        self._watcher: threading.Thread | None = None

    def _watch(self) -> None:
        """Start the thread that writes now and then, at the first value. The lock is held."""
        if self._watcher is None:
            self._finish_with_worker()
            self._watcher = threading.Thread(target=self._write_regularly, daemon=True)
            self._watcher.start()

    def _finish_with_worker(self) -> None:
        """In a process of multiprocessing, which ends without atexit, end the trial with it."""
        multiprocessing = sys.modules.get("multiprocessing.util")
        if self._is_forked and multiprocessing is not None:
            multiprocessing.Finalize(None, self.finish_at_exit, exitpriority=0)

    @never_raise
    def _write_regularly(self) -> None:
        shortest = float(os.environ.get(FLUSH_SECONDS) or _FLUSH_SECONDS)
        wake = self._wake
        while True:
            pause = max(shortest, _FLUSH_SHARE * (time.monotonic() - self._started))
            if wake.wait(pause) or self._is_over:
                return
            self.flush()

    def _flush(self, *, is_end: bool, is_failed: bool = False) -> Answer | None:
        """Write what was logged; return the answer, or None where there was nothing to write."""
        with self._writing:
            with self._lock:
                is_due = self._buffer.is_changed or (is_end and not self._is_forked)
                if self._is_silent or self._is_over or not is_due:
                    return None
                self._take_assigned_config()
                metrics = [*self._buffer.list_metrics(), *self._list_said()]
                series = self._buffer.list_series()
                notes = list(self._buffer.notes)
                pictures = list(self._buffer.pictures)
                later_config = _find_later(self._written_config, self.config)
                self._buffer.mark_values_sent()
            encoded = [[name, b64encode(data).decode()] for name, data in pictures]
            answer = self._hand_over(
                text=_describe_config("", later_config),
                config=list(_list_settings("", later_config)),
                notes=notes,
                metrics=metrics,
                series=series,
                pictures=encoded,
                partial=is_failed or not is_end,
            )
            with self._lock:
                if answer.error:
                    self._buffer.mark_values_unsent()
                    say(f"not recorded yet: {answer.error}" if not is_end else answer.error)
                else:
                    self._buffer.mark_written(len(notes), len(pictures))
                    self._written_config = dict(self.config)
            return answer

    def _take_assigned_config(self) -> None:
        """Take in what a script put in the place of our config: ``wandb.config = {...}``."""
        module = sys.modules.get("gitexp")
        assigned = vars(module).get("config") if module is not None else None
        if isinstance(assigned, dict):
            self.config.update(assigned)

    def _list_said(self) -> list[tuple[str, str]]:
        """Return what the script wrote into the summary: ``wandb.summary["best_acc"] = 0.9``."""
        said = []
        for name, value in self.summary.items():
            number = read_number(value)
            if number is not None and self._last_numbers.get(name) != number:
                said.append((name, format_number(number)))
        return said

    def __getattr__(self, name: str) -> Any:
        if name in RUN_METHODS:
            return do_nothing
        raise AttributeError(f"a run of gitexp has no '{name}'")

    def _hand_over(self, **batch: Any) -> Answer:
        empty = {
            "name": "",
            "resumes": False,
            "text": "",
            "tags": [],
            "notes": [],
            "files": {},
            "metrics": [],
            "series": {},
            "config": [],
        }
        whole = {**empty, "pictures": [], "partial": False, "ident": self._ident, **batch}
        answer = write_batch(whole, self._folder)
        self._ident = answer.ident or self._ident
        if answer.remark:
            say(answer.remark)
        return answer


def _draw_pictures(values: Mapping[str, Any]) -> list[LoggedPicture]:
    """Draw the pictures among the values of a log call; one that cannot be drawn is a line."""
    pictures = []
    for name, value in values.items():
        several = value if isinstance(value, list | tuple) else [value]
        for source in several[:_MOST_PICTURES]:
            if not isinstance(source, Image) and not is_figure(source):
                continue
            try:
                drawn = draw_picture(source.source if isinstance(source, Image) else source)
            except Exception as error:  # noqa: BLE001 - the numbers of the same call are recorded
                say(f"the picture '{name}' is not recorded: {error}")
            else:
                pictures.append(LoggedPicture(name, drawn))
    return pictures


def _list_artifacts(lines: list[str]) -> str:
    """Return the text of a note that names artifacts and saved files, a line each."""
    named = lines[:_MOST_ARTIFACTS]
    more = len(lines) - len(named)
    return "\n".join([*named, f"and {more} more artifacts"] if more else named)


def _describe_config(notes: str, config: Mapping[str, Any]) -> str:
    """Return the text of a note: the words, then the settings, fenced so that none is a metric."""
    paragraphs = [notes] if notes else []
    if config:
        rows = "\n".join(
            f"{name} = {value}".replace("\n", " ")[:300]
            for name, value in _list_settings("", config)
        )
        paragraphs.append(f"```config\n{rows}\n```")
    return "\n\n".join(paragraphs)


def _list_settings(prefix: str, config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield name and value of each setting; that of a dictionary inside stands as ``opt.lr``."""
    for key, value in config.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _list_settings(f"{name}.", value)
        elif name and "=" not in name:
            yield name, str(value)


def _find_later(written: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that were added or changed since they were written."""
    return {
        key: value for key, value in config.items() if key not in written or written[key] != value
    }
