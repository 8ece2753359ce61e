"""gitexp: the record of machine-learning trial and error, kept inside the user's own git repository."""

from gitexp.version import __version__

__all__ = ["__version__", "load_ipython_extension"]


def load_ipython_extension(shell: object) -> None:
    """Make ``%keep`` and ``%exp`` known to a notebook: IPython calls this for ``%load_ext gitexp``."""
    from gitexp.notebook.extension import load

    load(shell)
