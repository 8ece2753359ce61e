"""Reach and libraries: what sets how they work, what only looks, what comes through files of ours."""

from __future__ import annotations

import pytest

from tests.excerpt.test_reach import check

SWITCHES = {
    "a function that only uses a library": """
        +import shutil
        +def f(a): return shutil.which(a)
         def tidy(a): shutil.add_folder(a); shutil.rmtree(a)
         tidy("x")
    """,
    "a function that sets how a library works": """
        +import jax
        +def precise():
        +    jax.config.update("jax_enable_x64", True)
        +def twice():
        +    precise()
        +twice()
        +def f(x): return jax.numpy.ones(x)
    """,
    "display only": """
        +import torch, pandas as pd, seaborn as sns
         torch.set_printoptions(precision=2)
         sns.set_theme(style="dark")
         pd.set_option("display.width", 3)
        +pd.set_option("mode.copy_on_write", True)
        +torch.set_default_dtype(torch.float64)
         torch.random.set_seed(3)
        +def f(x): return torch.ones(x), pd, sns
    """,
    "a registry is no library": """
        +names = []
        +def add(n): names.append(n)
        +add("a")
        +def f(): return names
    """,
}


@pytest.mark.parametrize("name", SWITCHES)
def test_what_sets_how_a_library_works(name: str) -> None:
    check({"m.py": SWITCHES[name]}, "m.py@f")


LOOKING = {
    "columns, text and paths": """
        +import pandas as pd
        +table = pd.read_csv("a.csv")
         table.city.str.len()
         table.day.dt.floor("d")
         table.plot.bar()
         table.pivot_table("a", index="b")
         table.city.apply_chat_template([])
         [table.city.rank() for _ in range(2)]
        +table.city.str.insert(0, "a")
        +def f(): return table
    """,
    "a network that is changed all the same": """
        +import torch
        +net = torch.nn.Linear(1, 2)
         net.decode([1])
        +net.half()
        +net.apply(print)
        +net.eval()
        +def f(): return net
    """,
}


@pytest.mark.parametrize("name", LOOKING)
def test_what_only_looks(name: str) -> None:
    check({"m.py": LOOKING[name]}, "m.py@f")


def test_a_library_that_comes_through_two_files_is_a_library() -> None:
    files: dict[str, str | list[str]] = {
        "t.ipynb": [
            "+from lib.setup import *\n+def f(x): return plt.subplots(x)",
            ' data = [1]\n plt.plot(data)\n+plt.style.use("dark")\n plt.xlabel("a")',
            " for a in data: plt.legend(a)",
        ],
        "lib/setup.py": "+from lib.base import plt\n ready = True",
        "lib/base.py": "+import matplotlib.pyplot as plt\n import os",
    }
    check(files, "t.ipynb@f")


def test_an_object_of_ours_that_comes_through_a_file_is_not_foreign() -> None:
    files: dict[str, str | list[str]] = {
        "t.ipynb": ["+from setup import names\n+def f(x): return names", "+names.append(1)"],
        "setup.py": "+from base import names",
        "base.py": "+names = []",
    }
    check(files, "t.ipynb@f")


QUERIES = {
    "in a condition of rows": """
        +import pandas as pd
        +least, most = 1, 2
         user = "a"
        +class limits: most = 3
        +df = pd.read_csv("a.csv").query("a > @least and mail != 'user@home'")
        +def f(): return df.query(f"a < @limits.most and b > {df.b.mean()}")
    """,
    "a local name is no name of the module": """
         limit = 3
        +def f(df, limit): return df.query("a > @limit").eval(expr="b - @limit")
    """,
}


@pytest.mark.parametrize("name", QUERIES)
def test_names_in_the_query_of_a_frame(name: str) -> None:
    check({"m.py": QUERIES[name]}, "m.py@f")
