"""gitexp: the record of machine-learning trial and error, kept inside your own git repository."""

from __future__ import annotations

from gitexp.version import __version__

# Not imported: typing takes longer than all that is here, and training scripts import this.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

    from gitexp.notebook.colab import start
    from gitexp.training.callbacks import KerasCallback, LightningCallback, TrainerCallback
    from gitexp.training.placeholders import AlertLevel, NotRecorded, Settings, do_nothing
    from gitexp.training.run import Image, Run
    from gitexp.training.session import finish, image, init, log, note

    Artifact = Audio = Histogram = Html = Molecule = Object3D = Table = Video = NotRecorded
    alert = define_metric = log_artifact = log_code = login = require = save = do_nothing
    setup = teardown = unwatch = use_artifact = watch = do_nothing

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
    "Image": "training.run",
    "KerasCallback": "training.callbacks",
    "LightningCallback": "training.callbacks",
    "Run": "training.run",
    "TrainerCallback": "training.callbacks",
    "finish": "training.session",
    "image": "training.session",
    "init": "training.session",
    "log": "training.session",
    "note": "training.session",
    "start": "notebook.colab",
}
"""Where each name is found. A script that only imports us loads none of them."""

_VALUES = {"config": "get_config", "run": "get_current_run", "summary": "get_summary"}
_NOT_RECORDED = ("Artifact", "Audio", "Histogram", "Html", "Molecule", "Object3D", "Table", "Video")
_PLACEHOLDERS = ("AlertLevel", "Settings")
_DO_NOTHING = (
    *("alert", "define_metric", "log_artifact", "log_code", "login", "require", "save", "setup"),
    *("teardown", "unwatch", "use_artifact", "watch"),
)


def __getattr__(name: str) -> Any:
    """Return what training scripts and notebooks use, loaded at first use."""
    from importlib import import_module

    if name in _MODULES:
        return getattr(import_module(f"gitexp.{_MODULES[name]}"), name)
    if name in _VALUES:
        session = import_module("gitexp.training.session")
        return getattr(session, _VALUES[name])()
    if name in _NOT_RECORDED:
        return import_module("gitexp.training.placeholders").NotRecorded
    if name in _PLACEHOLDERS:
        return getattr(import_module("gitexp.training.placeholders"), name)
    if name in _DO_NOTHING:
        return import_module("gitexp.training.placeholders").do_nothing
    raise AttributeError(f"module 'gitexp' has no attribute '{name}'")


def load_ipython_extension(shell: object) -> None:
    """Make ``%keep`` and ``%exp`` known to a notebook: IPython calls this for ``%load_ext gitexp``."""
    from gitexp.notebook.extension import load

    load(shell)
