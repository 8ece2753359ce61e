"""Reach, modules that are values, and methods that are added to a class later."""

from __future__ import annotations

import pytest

from tests.excerpt.test_reach import check

NETS = "+def build(): return 1\n def other(): return 2"


def test_a_module_that_is_handed_to_a_function() -> None:
    files: dict[str, str | list[str]] = {
        "m.py": """
            +import nets_a, nets_b
            +def make(nets): return nets.build()
            +def f(kind): return [make(nets_a), max(n.build() for n in [nets_b])]
        """,
        "nets_a.py": NETS,
        "nets_b.py": NETS,
    }
    result = check(files, "m.py@f")
    assert set(result.guesses) == {"nets_a.py", "nets_b.py"}


def test_a_module_that_is_only_read_brings_what_is_read() -> None:
    files: dict[str, str | list[str]] = {
        "m.py": "+import nets\n+def f(x): return nets.build() + x.other()",
        "nets.py": NETS,
    }
    assert check(files, "m.py@f").guesses == {}


def test_the_module_itself_under_a_name() -> None:
    text = """
        +import sys, importlib
        +this = sys.modules[__name__]
        +me = importlib.import_module(__name__)
        +class Base:
        +    pass
         class Other: pass
        +class Net(this.Base):
        +    def run(self): return me.helper()
        +def helper(): return 1
    """
    check({"m.py": text}, "m.py@Net")


ADDED = {
    "by the annotation of self": """
        +from fastcore.basics import patch
        +class Net:
        +    def run(self): return self.two()
        +class Other: pass
        +@patch
        +def two(self: "Net"): return 2
        +@patch(as_prop=True)
        +def three(self: Other | Net): return 3
         @patch
         def four(self: Other): return 4
         def five(self: Net): return 5
    """,
    "by the argument of a decorator": """
        +def add_to(cls):
        +    def wrap(f): setattr(cls, f.__name__, f)
        +    return wrap
        +class Net: pass
         class Other: pass
        +@add_to(Net)
        +def run(self): return 1
         @add_to(Other)
         def run_other(self): return 1
    """,
    "a size that a decorator is given is no class": """
         import functools
        +SIZE = 3
        +class Net: size = SIZE
         @functools.lru_cache(SIZE)
         def other(x: SIZE): return x
    """,
}


@pytest.mark.parametrize("name", ADDED)
def test_methods_that_are_added_to_a_class(name: str) -> None:
    check({"m.py": ADDED[name]}, "m.py@Net")


def test_a_method_that_is_added_comes_with_the_method_that_calls_it() -> None:
    text = """
        +from fastcore.basics import patch
        +class Net:
        +    def run(self): return self.two()
        +@patch
        +def two(self: Net): return 2
         @patch
         def three(self: Net): return 3
    """
    check({"m.py": text}, "m.py@Net.run")


def test_a_method_that_a_notebook_adds_to_a_class_of_a_file() -> None:
    files: dict[str, str | list[str]] = {
        "m.ipynb": [
            "+from nets import Net, add_to, SIZE",
            "+@add_to(Net)\n+def run(self): return 1",
            " @add_to(SIZE)\n def grow(self): return 1",
            "+def f(): return Net(), SIZE",
        ],
        "nets.py": "+class Net: pass\n+def add_to(cls): return lambda f: f\n+SIZE = 3",
    }
    check(files, "m.ipynb@f")


def test_a_class_of_a_library_that_is_changed() -> None:
    text = """
        +import torch
        +torch.Tensor.rank = property(lambda x: len(x.shape))
         torch.nn.Linear.rank = 1
         torch.backends.cudnn.benchmark = True
        +def f(x: torch.Tensor): return x.rank, torch.backends
    """
    check({"m.py": text}, "m.py@f")
