"""Texts without which a file has no cells of a form.

Most files hold none of them: they are ruled out before any reader of cells is imported.
"""

from __future__ import annotations

from itertools import chain

HINTS: dict[str, tuple[str, ...]] = {
    "marimo": ("@app.cell",),
    "Pluto": ("╔═╡",),
    "chunks": (),
    "Sweave": ("<<",),
    "Databricks": ("COMMAND -",),
    "percent": ("%%",),
    "sections of MATLAB": ("%%",),
    "nbconvert": ("In[",),
    "codecell": ("<codecell>",),
    "light": ("# +", "#+", "format_name: light"),
    "spin of knitr": ("#+",),
    "sphinx-gallery": ("#" * 20,),
}
"""By the name of the form: each file of it holds one of the texts. A document may be without chunks
and is read as one all the same.
"""


def has_hint(text: str, form: str) -> bool:
    """Return True if a text may have cells of a form."""
    hints = HINTS[form]
    return not hints or any(hint in text for hint in hints)


def has_any_hint(text: str) -> bool:
    """Return True if a text that is no document may have cells of some form."""
    return any(hint in text for hint in chain.from_iterable(HINTS.values()))
