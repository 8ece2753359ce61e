"""What the processes of tests.forked have imported before they begin: all of gitexp, and what serves
the viewer.
"""

from __future__ import annotations

import importlib
import pkgutil

import gitexp

_OTHERS = (
    "pygments.lexers.python",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "tests.forked",
    "tests.sealed",
)
# What runs inside the processes of others, and does something when it is imported.
_FOREIGN = ("gitexp.__main__", "gitexp.notebook", "gitexp.training")

for name in _OTHERS:
    importlib.import_module(name)
for module in pkgutil.walk_packages(gitexp.__path__, "gitexp."):
    if not module.name.startswith(_FOREIGN):
        importlib.import_module(module.name)
