"""Reach and files that are not in the repository: a cell writes them, or an arm needs a line."""

from __future__ import annotations

from gitexp.excerpt.scope.doubt import Doubt
from tests.excerpt.test_reach import check

WRITING = """+%%writefile nets/layers.py
+from shapes import size
+def layer(x):
+    return size(x)"""


def test_cells_that_write_the_files_that_are_imported() -> None:
    cells = [
        WRITING,
        "+%%writefile ./shapes.py\n+def size(x): return x",
        " %%writefile other.py\n def layer(x): return 1",
        " %%bash\n python nets/layers.py",
        "+from nets.layers import layer",
        "+def run(x): return layer(x)",
    ]
    result = check({"m.ipynb": list(cells)}, "m.ipynb@run")
    assert {reason.doubt for reason in result.reasons if "writefile" in reason.name} == {
        Doubt.WRITTEN
    }
    assert result.guesses["m.ipynb"] == ((0, 6),)


def test_a_star_import_of_a_written_file() -> None:
    cells = [
        "+%%writefile shapes.py\n+def size(x): return x",
        " %%writefile other.py\n def length(x): return x",
        "+from shapes import *",
        "+def run(x): return size(x)",
    ]
    check({"m.ipynb": list(cells)}, "m.ipynb@run")


def test_a_file_of_the_repository_goes_before_the_cell_that_wrote_it() -> None:
    files: dict[str, str | list[str]] = {
        "m.ipynb": [
            " %%writefile shapes.py\n def size(x): return x",
            "+from shapes import size\n+def run(x): return size(x)",
        ],
        "shapes.py": "+def size(x): return x",
    }
    check(files, "m.ipynb@run")


def test_the_line_that_fills_an_arm_brings_its_names() -> None:
    text = """
        +import logging, sys
        +HINT = "install gym"
        +def tell(text): logging.warning(text)
        +try:
        +    import gym
        +except ImportError:
        +    tell(HINT)
        +def build(): return gym.make("x")
    """
    check({"m.py": text}, "m.py@build")


def test_an_arm_is_filled_by_a_line_that_needs_no_names() -> None:
    text = """
         import warnings
        +try:
        +    import gym
        +except ImportError:
             warnings.warn("a")
        +    missing_packages = "gym", "gym.envs"
         other = 1
        +def build(): return gym.make("x")
    """
    check({"m.py": text}, "m.py@build")
