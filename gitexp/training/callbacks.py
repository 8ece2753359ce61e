"""Callbacks for training frameworks. They have the shape that each asks for, and import none."""

from __future__ import annotations

from typing import Any

from gitexp.training.quiet import never_raise
from gitexp.training.session import get_run, log

_HOOKS = ("on_", "set_", "setup", "teardown", "_implements_")

_SPEEDS = ("_runtime", "_per_second", "total_flos")
"""Ends of the names under which a ``Trainer`` logs its speed and its work."""


class _Callback:
    """A callback that does nothing: frameworks call many hooks, and look for all of them."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith(_HOOKS):
            return self._pass_over
        raise AttributeError(name)

    @staticmethod
    def _pass_over(*args: Any, **keywords: Any) -> None:
        """Do nothing at a hook that we have no use for."""


class KerasCallback(_Callback):
    """Logs each epoch of ``model.fit(..., callbacks=[gitexp.KerasCallback()])``."""

    async_safe = False

    @never_raise
    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Log the numbers of an epoch. Keras counts epochs from 0, and prints them from 1."""
        log(logs or {}, step=epoch + 1)


class LightningCallback(_Callback):
    """Logs each epoch of ``Trainer(callbacks=[gitexp.LightningCallback()])``."""

    state_key = "gitexp"

    def __init__(self) -> None:
        self._epoch = 0  # of the training; behind its end the trainer counts one more

    @never_raise
    def on_train_epoch_end(self, trainer: Any, module: Any) -> None:
        """Log what the module logged in training."""
        self._epoch = trainer.current_epoch
        self._log(trainer)

    @never_raise
    def on_validation_epoch_end(self, trainer: Any, module: Any) -> None:
        """Log what the module logged in validation."""
        self._epoch = trainer.current_epoch
        self._log(trainer)

    @never_raise
    def on_fit_end(self, trainer: Any, module: Any) -> None:
        """Log the last values. The trial goes on: a test may follow."""
        self._log(trainer)

    @never_raise
    def on_test_end(self, trainer: Any, module: Any) -> None:
        """Log what the test gave."""
        self._log(trainer)

    def state_dict(self) -> dict[str, Any]:
        """Return the state that a checkpoint keeps: none."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back the state of a checkpoint: there is none."""

    def _log(self, trainer: Any) -> None:
        if not getattr(trainer, "sanity_checking", False):
            log(dict(trainer.callback_metrics), step=self._epoch)


class TrainerCallback(_Callback):
    """Logs what a ``Trainer`` of transformers logs: ``callbacks=[gitexp.TrainerCallback()]``."""

    @never_raise
    def on_log(
        self,
        args: Any,
        state: Any,
        control: Any,
        logs: dict[str, Any] | None = None,
        **others: Any,
    ) -> None:
        """Log a row of the trainer's own log. One of several processes does.

        How fast it went is left out: no trial is better for it.
        """
        if not getattr(state, "is_world_process_zero", True):
            return
        results = {
            name: value for name, value in (logs or {}).items() if not name.endswith(_SPEEDS)
        }
        log(results, step=getattr(state, "global_step", None))

    @never_raise
    def on_train_end(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        """Write what is left. The trial goes on: an evaluation may follow."""
        get_run().flush()
