"""Reach inside of a library ends at what the library exports, and large cuts are measured."""

from __future__ import annotations

from gitexp.excerpt.reach.size import measure_large_cut
from tests.excerpt.test_reach import check, run

Files = dict[str, str | list[str]]

NAMED = ' name = "flow"'


def test_subpackages_that_the_top_exports_are_doors_too() -> None:
    files: Files = {
        "src/flow/net.py": """
            +from flow.layers import Dense
            +from .ops.hidden import helper
            +def f(x): return Dense(helper(x))
        """,
        "src/flow/__init__.py": " from . import layers\n __all__ = ['layers']",
        "src/flow/layers/__init__.py": " from flow.layers.core import *",
        "src/flow/layers/core.py": " class Dense: pass",
        "src/flow/ops/__init__.py": " from .hidden import helper",
        "src/flow/ops/hidden.py": "+def helper(x): return x",
        "setup.cfg": " [metadata]\n name = flow",
    }
    result = check(files, "src/flow/net.py@f")
    assert result.library == "src/flow"
    assert result.doors == ("Dense",)


def test_a_depth_opens_the_doors() -> None:
    files: Files = {
        "flow/net.py": "+from flow.core import Base\n+class Net(Base): pass",
        "flow/core.py": "+class Base: pass",
        "flow/__init__.py": " from flow.core import Base",
        "pyproject.toml": NAMED,
    }
    assert check(files, "flow/net.py@Net", depth=9).doors == ()


def test_a_package_of_trials_has_no_doors() -> None:
    files: Files = {
        "models/net.py": "+from models.tcn import TCN\n+def build(): return TCN()",
        "models/tcn.py": "+class TCN: pass",
        "models/__init__.py": " from .tcn import TCN",
        "pyproject.toml": ' name = "trials"',
    }
    assert check(files, "models/net.py@build").library == ""


def test_a_notebook_beside_the_library_goes_into_it() -> None:
    files: Files = {
        "demo.ipynb": ["+from flow import Base\n+def f(): return Base()"],
        "flow/core.py": "+class Base: pass",
        "flow/__init__.py": "+from flow.core import Base",
        "pyproject.toml": NAMED,
    }
    assert check(files, "demo.ipynb@f").doors == ()


def test_a_large_cut_names_its_widest_step() -> None:
    body = "".join(f"\n     x{number} = {number}" for number in range(2100))
    text = " def small(): return 1\n def wide():" + body
    text += "\n def part(): return wide()\n def f(): return small() + part()"
    result, _, _ = run({"m.py": text}, "m.py@f")
    cut = measure_large_cut(result)
    assert cut is not None
    assert (cut.line_count, cut.file_count) == (2104, 1)
    assert cut.widest_step == ("f", "part", "wide")
    assert cut.depth == 1
    stopped, _, _ = run({"m.py": text}, "m.py@f", stop=["wide"])
    assert measure_large_cut(stopped) is None


def test_a_door_is_one_in_the_module_that_defines_it() -> None:
    files: Files = {
        "flow/net.py": """
            +from flow.backend.tensor import Tensor, shape
            +def f(x): return Tensor(shape(x))
        """,
        "flow/__init__.py": " from flow.api import *",
        "flow/api/__init__.py": " from flow.backend import Tensor",
        "flow/backend/__init__.py": " from flow.backend.tensor import Tensor, shape",
        "flow/backend/tensor.py": " class Tensor: pass\n+def shape(x): return x",
        "pyproject.toml": NAMED,
    }
    assert check(files, "flow/net.py@f").doors == ("Tensor",)


def test_what_an_init_gathers_by_star_imports_is_a_door() -> None:
    files: Files = {
        "flow/nn/gat.py": "+from flow.nn import Base\n+class Gat(Base): pass",
        "flow/__init__.py": " import flow.nn",
        "flow/nn/__init__.py": " from .base import *\n from .gat import Gat\n __all__ = ['Gat']",
        "flow/nn/base.py": " class Base: pass",
        "pyproject.toml": NAMED,
    }
    assert check(files, "flow/nn/gat.py@Gat").doors == ("Base",)
