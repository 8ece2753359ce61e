"""The code of a kernel: a notebook is no script that lies on the disk."""

from __future__ import annotations

import sys
from typing import Any

_NAME = "session.ipynb"


def read_session_code() -> dict[str, str]:
    """Return the cells that a kernel executed as a notebook, by its name; {} outside of kernels."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return {}
    from gitexp.notebook.session import build_notebook, list_executed

    executed = list_executed(shell.history_manager.input_hist_raw)
    return {_NAME: build_notebook(executed, ()).decode("utf-8", "replace")}
