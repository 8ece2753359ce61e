"""gitexp: the record of machine-learning trial and error, kept inside your own git repository."""

from __future__ import annotations

from gitexp.version import __version__

# Not imported: typing takes longer than all that is here, and training scripts import this.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

    from gitexp.notebook.colab import start
    from gitexp.training.artifacts import Artifact as Artifact
    from gitexp.training.callbacks import KerasCallback, LightningCallback, TrainerCallback
    from gitexp.training.placeholders import (
        AlertLevel,
        NoServer,
        NotRecorded,
        Settings,
        do_nothing,
        errors as errors,
        log_in,
        plot as plot,
        util as util,
    )
    from gitexp.training.run import Image, Run
    from gitexp.training.session import (
        alert as alert,
        finish,
        image,
        init,
        log,
        log_artifact as log_artifact,
        note,
        save as save,
        use_artifact as use_artifact,
    )
    from gitexp.training.sweep import agent as agent, sweep as sweep

    Audio = Graph = Histogram = Html = Markdown = Molecule = Object3D = Plotly = NotRecorded
    Table = Trace = Video = NotRecorded
    freeze = import_csv = import_tf_events = do_nothing
    Api = NoServer
    login = log_in
    define_metric = delete_project = link_artifact = link_model = log_code = log_gpu = do_nothing
    log_system = mark_preempting = require = restore = setup = show = sync = teardown = do_nothing
    unwatch = watch = do_nothing

__all__ = [
    "AlertLevel",
    "Image",
    "KerasCallback",
    "LightningCallback",
    "Run",
    "Settings",
    "TrainerCallback",
    "__version__",
    "finish",
    "image",
    "init",
    "load_ipython_extension",
    "log",
    "note",
    "start",
]

_MODULES = {
    "Artifact": "training.artifacts",
    "Image": "training.run",
    "KerasCallback": "training.callbacks",
    "LightningCallback": "training.callbacks",
    "Run": "training.run",
    "TrainerCallback": "training.callbacks",
    "agent": "training.sweep",
    "alert": "training.session",
    "errors": "training.placeholders",
    "finish": "training.session",
    "image": "training.session",
    "init": "training.session",
    "log": "training.session",
    "log_artifact": "training.session",
    "note": "training.session",
    "plot": "training.placeholders",
    "save": "training.session",
    "start": "notebook.colab",
    "sweep": "training.sweep",
    "use_artifact": "training.session",
    "util": "training.placeholders",
}
"""Where each name is found. A script that only imports us loads none of them."""

_VALUES = {"config": "get_config", "run": "get_current_run", "summary": "get_summary"}
_PLACEHOLDERS = {
    **dict.fromkeys(("Audio", "Graph", "Histogram", "Html", "Markdown"), "NotRecorded"),
    **dict.fromkeys(("Molecule", "Object3D", "Plotly", "Table", "Trace"), "NotRecorded"),
    "Video": "NotRecorded",
    "AlertLevel": "AlertLevel",
    "Api": "NoServer",
    "Settings": "Settings",
    "login": "log_in",
    **dict.fromkeys(("define_metric", "delete_project", "link_artifact"), "do_nothing"),
    **dict.fromkeys(("link_model", "log_code", "log_gpu", "log_system"), "do_nothing"),
    **dict.fromkeys(("mark_preempting", "require", "restore", "setup", "show"), "do_nothing"),
    **dict.fromkeys(("freeze", "import_csv", "import_tf_events", "sync"), "do_nothing"),
    **dict.fromkeys(("teardown", "unwatch", "watch"), "do_nothing"),
}
"""Names of wandb's and trackio's, with what stands for each."""


def __getattr__(name: str) -> Any:
    """Return what training scripts and notebooks use, loaded at first use."""
    from importlib import import_module

    if name in _MODULES:
        return getattr(import_module(f"gitexp.{_MODULES[name]}"), name)
    if name in _VALUES:
        session = import_module("gitexp.training.session")
        return getattr(session, _VALUES[name])()
    if name in _PLACEHOLDERS:
        return getattr(import_module("gitexp.training.placeholders"), _PLACEHOLDERS[name])
    raise AttributeError(f"module 'gitexp' has no attribute '{name}'")


def load_ipython_extension(shell: object) -> None:
    """Make ``%keep`` and ``%exp`` known to a notebook: IPython calls this for ``%load_ext gitexp``."""
    from gitexp.notebook.extension import load

    load(shell)
