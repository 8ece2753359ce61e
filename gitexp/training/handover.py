"""Handing what was logged to the process that writes it.

The training process itself never loads git's library: a fault there, or a fork in the middle, cannot
reach it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any, NamedTuple

_PACKAGE_PARENT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_CALL = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from gitexp.training.writer import main; main(sys.stdin.buffer, sys.stdout)"
)
_LONGEST_WAIT = 300  # seconds
_STARTED_BY_US = ("PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONDEVMODE")


class Answer(NamedTuple):
    """What the writing process answered: the id of the experiment, or why nothing was recorded."""

    ident: str = ""
    error: str = ""
    remark: str = ""
    resumed: bool = False


def write_batch(batch: dict[str, Any], folder: str) -> Answer:
    """Have a batch written to the record around a folder. Every failure is an answer."""
    environment = {key: value for key, value in os.environ.items() if key not in _STARTED_BY_US}
    try:
        done = subprocess.run(
            [sys.executable or "python3", "-c", _CALL, _PACKAGE_PARENT],
            cwd=folder,
            env=environment,
            input=json.dumps(batch).encode(),
            capture_output=True,
            timeout=_LONGEST_WAIT,
            check=False,
            start_new_session=True,  # Ctrl-C is meant for the training
        )
        return Answer(**json.loads(done.stdout))
    except subprocess.TimeoutExpired:
        return Answer(error=f"no answer after {_LONGEST_WAIT} s")
    except (OSError, ValueError, TypeError) as error:
        return Answer(error=f"the record could not be written: {error}")
