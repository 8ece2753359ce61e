"""The code of a kernel: a notebook is no script that lies on the disk."""

from __future__ import annotations

import sys


def read_session_code() -> dict[str, str]:
    """Return the cells that a kernel executed as a notebook, by its name; {} outside of kernels."""
    if "IPython" not in sys.modules:
        return {}  # without loading what only a kernel needs
    from gitexp.capture.saved_notebook import read_saved_cells
    from gitexp.notebook.front_end import read_shown_notebook
    from gitexp.notebook.session import UNSAVED, build_notebook, find_shell, list_executed

    shell = find_shell()
    if shell is None:
        return {}
    executed = list_executed(shell.history_manager.input_hist_raw)
    shown = read_shown_notebook()
    name = shown.name if shown else UNSAVED
    saved = read_saved_cells(shown.data) if shown else ()
    return {name: build_notebook(executed, saved).decode("utf-8", "replace")}
