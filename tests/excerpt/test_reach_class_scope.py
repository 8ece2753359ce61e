"""Reach and the order in which a class body binds: a name that it reads first is the module's."""

from __future__ import annotations

import pytest

from tests.excerpt.test_reach import check

BODIES = {
    "an annotation of the method itself": """
        +from nn import size
        +class Net:
        +    def size(self, other: "size" = None) -> size: return 1
    """,
    "a default and a decorator": """
        +def once(f): return f
        +def rate(x): return x
        +class Net:
        +    @once
        +    def run(self, f=rate): return f
        +    def rate(self): return 2
        +    @once
        +    def once(self): return 3
    """,
    "an annotation alone binds nothing": """
        +from nn import size
        +class Net:
        +    size: size
        +    other: size = size(3)
    """,
    "a class inside": """
        +class Config: rate = 1
        +class Net:
        +    class Config(Config): pass
    """,
    "what the body bound before": """
         def size(x): return x
        +class Net:
        +    size = 3
        +    other = size
    """,
}


@pytest.mark.parametrize("name", BODIES)
def test_a_class_body_reads_the_module_until_it_binds(name: str) -> None:
    check({"m.py": BODIES[name]}, "m.py@Net")


def test_a_method_that_is_cut_out_reads_the_module_too() -> None:
    text = """
        +from nn import device
         from nn import other
        +class Net:
             def run(self): return other
        +    def device(self) -> device: return 1
    """
    check({"m.py": text}, "m.py@Net.device")
