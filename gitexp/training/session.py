"""The run of this process: ``gitexp.log(...)`` without ``init``, and the shape that wandb made known."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

from gitexp.training.quiet import never_raise
from gitexp.training.run import Config, Run, RunPlan, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class _Session:
    """The run that module-level calls write into."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.run: Run | None = None
        self.has_joined = False
        self.sweep_settings: dict[str, Any] = {}

    def renew_after_fork(self) -> None:
        """Make the locks of a forked process free, whoever held them in the parent."""
        self.lock = threading.RLock()
        if self.run is not None:
            self.run.renew_after_fork()


_SESSION = _Session()
os.register_at_fork(after_in_child=_SESSION.renew_after_fork)


def init(
    project: str | None = None,
    name: str | None = None,
    config: Mapping[str, Any] | None = None,
    notes: str | None = None,
    tags: Iterable[str] | None = None,
    **others: Any,
) -> Run:
    """Begin a trial and return it. The code is kept as it is now.

    ``name`` is the id; without it the id is taken from the code, else numbered. With ``resume`` an
    experiment of that name, or of that ``id``, goes on. ``mode="disabled"`` records nothing.
    ``project`` and other words of wandb's are taken and mean nothing here: the repository is the
    project. Inside ``git exp run`` the first trial of the process is that of ``git exp run``.
    """
    resumes = str(others.get("resume") or "never") not in ("never", "False")
    title = name or (others.get("id") if resumes else "") or ""
    mode = str(others.get("mode") or os.environ.get("WANDB_MODE", ""))
    words = [*_list_tags(tags), *_list_tags(others.get("group"))]
    with _SESSION.lock:
        if _SESSION.run is not None and not _SESSION.run.is_over:
            _SESSION.run.finish()
        joins = not _SESSION.has_joined
        _SESSION.has_joined = True
        plan = RunPlan(notes or "", tuple(words), joins, resumes, records=mode != "disabled")
        settings = {**read_settings(config), **_SESSION.sweep_settings}
        _SESSION.run = Run(_clean_name(title), settings, plan)
        return _SESSION.run


@never_raise
def log(
    values: Mapping[str, Any] | None = None,
    step: float | None = None,
    commit: bool | None = None,
    **metrics: Any,
) -> None:
    """Log numbers of the trial: ``log(acc=0.857)`` or ``log({"loss": 0.3}, step=7)``.

    With ``commit=False`` the next call without a step is about the same step.
    """
    get_run().log(values, step, commit, **metrics)


@never_raise
def note(text: str) -> None:
    """Write a note about the trial."""
    get_run().note(text)


@never_raise
def image(source: Any, name: str = "figure") -> None:
    """Attach a picture to the trial: a figure, an image, an array, a path."""
    get_run().image(source, name)


@never_raise
def finish(exit_code: int | None = None, quiet: bool | None = None) -> None:
    """End the trial. At the end of the process this happens by itself."""
    if _SESSION.run is not None:
        _SESSION.run.finish(exit_code)


@never_raise
def log_artifact(artifact_or_path: Any, *args: Any, **others: Any) -> Any:
    """Name an artifact, or a file, in a line of the trial."""
    return get_run().log_artifact(artifact_or_path, *args, **others)


@never_raise
def use_artifact(artifact_or_name: Any, *args: Any, **others: Any) -> Any:
    """Return the artifact of a name, which is read from the folder that it lies in."""
    return get_run().use_artifact(artifact_or_name)


@never_raise
def save(glob_str: Any = "", *args: Any, **others: Any) -> Any:
    """Name a file in a line of the trial."""
    return get_run().save(glob_str)


@never_raise
def alert(title: Any = "", text: Any = "", *args: Any, **others: Any) -> None:
    """Write a note with the words of an alert."""
    get_run().alert(title, text)


def set_sweep_settings(settings: dict[str, Any]) -> None:
    """Have the next runs begin with the settings that a sweep chose."""
    _SESSION.sweep_settings = settings


def get_run() -> Run:
    """Return the run of this process; the first call begins one."""
    with _SESSION.lock:
        if _SESSION.run is None or _SESSION.run.is_over:
            init()
        run = _SESSION.run
    assert run is not None  # noqa: S101 - init has made it
    return run


def get_current_run() -> Run | None:
    """Return the run that ``init`` began and nobody has finished, or None."""
    run = _SESSION.run
    return None if run is None or run.is_over else run


def get_config() -> Config:
    """Return the settings of the current run; those of nothing where none was begun."""
    return _SESSION.run.config if _SESSION.run is not None else Config()


def get_summary() -> Config:
    """Return the last values that the current run logged."""
    return _SESSION.run.summary if _SESSION.run is not None else Config()


def _clean_name(name: str) -> str:
    """Return a name of wandb's as an id: it may have spaces, an id may not."""
    return "-".join(str(name).split())


def _list_tags(tags: Iterable[str] | str | None) -> list[str]:
    words = [tags] if isinstance(tags, str) else list(tags or ())
    return [_clean_tag(word) for word in words if word]


def _clean_tag(tag: object) -> str:
    words = str(tag).replace("#", " ").replace(",", " ").replace("/", " ").split()
    return "-".join(words) or "tag"
