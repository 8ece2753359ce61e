"""What keeps recording out of the way of a training: one line for an error, silence elsewhere."""

from __future__ import annotations

import functools
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_RANKS = (
    *("RANK", "LOCAL_RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"),
    *("MV2_COMM_WORLD_RANK", "JAX_PROCESS_INDEX", "ACCELERATE_PROCESS_INDEX"),
)
"""Variables by which launchers number the processes of one training."""

_said: set[str] = set()


def is_silent_rank() -> bool:
    """Return True in each process of a training but the first."""
    ranks = [os.environ.get(name, "").strip() for name in _RANKS]
    return any(rank not in ("", "0") for rank in ranks)


def say(line: str) -> None:
    """Print a line on standard error, once however often it is said."""
    if line in _said:
        return
    _said.add(line)
    with suppress(Exception):  # standard error may be closed
        print(f"gitexp: {line}", file=sys.stderr, flush=True)


def never_raise(work: Callable[..., Any]) -> Callable[..., Any]:
    """Have an error of ours be a line, and never one of the training."""

    @functools.wraps(work)
    def guarded(*args: Any, **keywords: Any) -> Any:
        try:
            return work(*args, **keywords)
        except Exception as error:  # noqa: BLE001 - the training goes on, whatever we do wrong
            say(f"{work.__name__}: {type(error).__name__}: {error}".replace("\n", " "))
            return None

    return guarded
