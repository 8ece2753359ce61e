"""Reach of one method: the class cut down to what the method needs. '+' marks the lines that must be kept; all others must not."""

from __future__ import annotations

import pytest

from gitexp.errors import NotFoundError
from tests.excerpt.test_reach import check, run

METHOD: dict[str, str] = {
    "a base of which nothing else is needed": """
        +class Base:
             def other(self): pass
        +class T(Base):
        +    def run(self): return 1
    """,
    "the base between": """
        +class Far:
        +    def help(self): return 1
        +class Near(Far):
             def other(self): pass
        +class T(Near):
        +    def run(self): return self.help()
    """,
    "a foreign base of the same name": """
        +import textwrap
        +class T(textwrap.T):
        +    def run(self): return 1
    """,
    "a base with arguments is cut down too": """
        +class Base:
             def other(self): pass
        +    def help(self): return 1
        +class T(Base[int]):
        +    def run(self): return self.help()
    """,
    "one of two bases": """
        +try:
        +    from lib import Base
        +except ImportError:
        +    class Base:
        +        def help(self): return 1
        +class T(Base):
        +    def run(self): return self.help()
    """,
    "names of the class body": """
        +ONE = 1
         TWO = 2
        +class T:
        +    size = ONE
             other = TWO
        +    def wrap(f): return f
        +    @wrap
        +    def run(self, n=size): return n
    """,
    "a property made from a method, an alias, a constant from a constant": """
        +class T:
        +    def _get(self): return 1
        +    width = property(_get)
        +    base = [1]
        +    sizes = [x for x in base]
        +    def _draw(self): return 1
        +    paint = _draw
             def draw(self): return 2
        +    def run(self): return self.width, self.sizes, self.paint()
    """,
    "what the class body puts into a constant": """
        +class T:
        +    table = {}
        +    table["a"] = 1
        +    from functools import singledispatchmethod
        +    @singledispatchmethod
        +    def show(self, x): return x
        +    @show.register
        +    def _(self, x: int): return 1
        +    def run(self): return self.table, self.show(1)
    """,
    "a lambda that is a method": """
        +class T:
        +    def __init__(self): self.w = 1
             def other(self): pass
        +    width = property(lambda self: self.w)
        +    def run(self): return self.width
    """,
    "a value of the class body is a default": """
        +class T:
        +    rate = None
        +    size: int
        +    def __init__(self, rate): self.rate = rate
             def later(self): self.rate = 2
        +    def run(self): return self.rate, self.size
    """,
    "the initialiser that leads to the one that sets": """
        +class Base:
        +    def __init__(self, a): self.a = a
        +class Near(Base):
        +    def __init__(self): Base.__init__(self, 3)
             def other(self): pass
        +class T(Near):
        +    def __init__(self): super().__init__()
        +    def run(self): return self.a
    """,
    "members by the name of the class": """
        +class T:
        +    count = 0
        +    def help(self): return 1
             def other(self): pass
        +    def run(self):
        +        T.count += 1
        +        return T.help(self)
    """,
    "members by the class of the object": """
        +class T:
        +    def __init__(self): pass
        +    @staticmethod
        +    def one(): return 1
        +    @classmethod
        +    def two(cls): return cls()
             def other(self): pass
        +    def run(self): return type(self).one(), self.__class__.two()
    """,
    "an argument of a static method is no object": """
        +class T:
        +    @staticmethod
        +    def help(x): return x.other()
             def other(self): pass
        +    def run(self): return self.help(1)
    """,
    "self of a class inside is another": """
        +class T:
             def other(self): pass
        +    def run(self):
        +        class Inner:
        +            def go(self): return self.other()
        +        return Inner()
    """,
    "attributes as targets": """
        +class T:
        +    def open(self):
        +        with open("x") as self.file: pass
        +    def count(self):
        +        for self.number in range(3): pass
             def other(self): pass
        +    def run(self): return self.file, self.number
    """,
    "attributes set by a string": """
        +class T:
        +    def build(self):
        +        setattr(self, "a", 1)
        +    def make(self):
        +        self.register_buffer("b", 1)
        +    def freeze(self):
        +        object.__setattr__(self, "c", 1)
             def other(self): self.register_buffer("d", 1)
        +    def run(self): return self.a, self.b, self.c
    """,
    "attributes set on the class from outside": """
        +ONE = 1
        +class T:
             def other(self): pass
        +    def run(self): return self.size
        +T.size = ONE
         T.width = 2
         print(T().run())
         T.size = 3
    """,
    "operators": """
        +class T:
        +    def __len__(self): return 1
        +    def __getitem__(self, i): return 1
        +    def __iter__(self): return iter([1])
        +    def __add__(self, other): return 1
        +    def __lt__(self, other): return 1
        +    def __enter__(self): return 1
        +    def __exit__(self, *error): return 1
        +    def __repr__(self): return ""
             def __hash__(self): return 1
             def __sub__(self, other): return 1
             def __eq__(self, other): return 1
        +    def run(self):
        +        with self:
        +            n = self + [x for x in self]
        +        return len(self), self[0], n, self < 1, f"{self}", self is not None
    """,
    "what Python calls instead": """
        +class T:
        +    def __getitem__(self, i): return 1
             def __len__(self): return 1
        +    def run(self): return 1 in self
    """,
    "the name of the class is nobody's attribute": """
        +class T:
             def __init__(self): self.a = 1
        +    def run(self): return type(self).__name__
    """,
}

# The lines marked '+' that are guesses are those of the members named.
GUESS: dict[str, tuple[str, set[str]]] = {
    "by prefix": (
        """
        +class T:
        +    def step_train(self): return 1
        +    def step_eval(self): return 1
             def other(self): return 1
        +    def run(self, mode): return getattr(self, "step_" + mode)(), getattr(self, f"step_{mode}")
         def step_other(): pass
        """,
        {"step_train", "step_eval"},
    ),
    "attributes set under any name": (
        """
        +class T:
        +    def load(self, values): self.__dict__.update(values)
        +    def fill(self, values):
        +        for key, value in values.items(): setattr(self, key, value)
             def other(self): return 1
        +    def run(self): return self.rate
        """,
        {"load", "fill"},
    ),
    "attributes set by prefix": (
        """
        +class T:
        +    def build(self):
        +        for i in range(3): self.add_module(f"conv{i}", i)
             def other(self):
                 for i in range(3): self.add_module(f"norm{i}", i)
        +    def run(self): return self.conv1(1)
        """,
        {"build"},
    ),
    "attributes set through another name": (
        """
        +class T:
        +    @classmethod
        +    def make(cls):
        +        one = cls()
        +        one.size = 1
        +        return one
             def other(self): return 1
        +    def run(self): return self.size
        """,
        {"make"},
    ),
    "attributes that nothing sets": (
        """
        +from threading import Thread
        +class T(Thread):
        +    def __init__(self): super().__init__(name="x")
             def other(self): return 1
        +    def run(self): return self.name
        """,
        {"__init__"},
    ),
}


@pytest.mark.parametrize("name", METHOD)
def test_of_a_method(name: str) -> None:
    result = check({"t.py": METHOD[name]}, "t.py@T.run")
    assert not any(reason.guess for reason in result.reasons)


@pytest.mark.parametrize("name", GUESS)
def test_guesses_of_a_method(name: str) -> None:
    text, guessed = GUESS[name]
    result = check({"t.py": text}, "t.py@T.run")
    assert {reason.name.removeprefix("T.") for reason in result.reasons if reason.guess} == guessed


def test_a_base_of_another_file_sees_its_own_file() -> None:
    base = "+N = 1\n+class Base:\n+    def help(self): return N + LAST\n     def other(self): pass\n N = 2\n+LAST = 3"
    base = base.replace("+N = 1", " N = 1").replace(" N = 2", "+N = 2")
    text = "+from base import Base\n+class T(Base):\n+    def run(self): return self.help()\n T().run()"
    result = check({"t.py": text, "base.py": base}, "t.py@T.run")
    assert not any(reason.guess for reason in result.reasons)


def test_a_called_method_of_a_foreign_base_is_not_guessed() -> None:
    check(
        {
            "t.py": """
                +from torch.nn import Module
                +class T(Module):
                     def __init__(self): self.a = 1
                +    def run(self): return self.parameters()
            """
        },
        "t.py@T.run",
    )


def test_a_member_that_is_not_there_is_no_guess() -> None:
    text = " class T:\n     def __init__(self): pass\n     def __repr__(self): pass\n     def load(self, d): self.__dict__.update(d)"
    for member in ("walk", "__str__"):
        with pytest.raises(NotFoundError):
            run({"t.py": text}, f"t.py@T.{member}")
