"""The notebook as Colab's page shows it: its name, its headings, and outputs that no file has."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import PurePosixPath
from typing import Any, NamedTuple

_TIMEOUT = 2  # seconds: the page answers at once, or its tab is closed
_ENDING = ".ipynb"


class ShownNotebook(NamedTuple):
    """A notebook as the page shows it, unsaved cells too: the name of its file, and its bytes."""

    name: str
    data: bytes


def read_shown_notebook() -> ShownNotebook | None:
    """Return the notebook that Colab's page shows; None elsewhere, and where the page is silent.

    Nothing depends on the answer: the code comes from the session. Only the main thread may ask.
    """
    if (
        "google.colab" not in sys.modules
        or threading.current_thread() is not threading.main_thread()
    ):
        return None
    try:
        from google.colab import _message

        answer = _message.blocking_request("get_ipynb", request="", timeout_sec=_TIMEOUT)
        content: dict[str, Any] = answer["ipynb"]
        name = _find_name(content)
        return ShownNotebook(name, json.dumps(content).encode()) if name else None
    except Exception:  # noqa: BLE001 - a page that is closed, or a Colab that answers in another way
        return None


def _find_name(content: dict[str, Any]) -> str:
    """Return the name of the file, without folders; "" where it has none that can be one."""
    name = PurePosixPath(str(content["metadata"]["colab"]["name"])).name
    if not name or not name.isprintable():
        return ""
    return name if name.endswith(_ENDING) else name + _ENDING
