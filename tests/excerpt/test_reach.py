"""Reach by hand: a case for each construct. '+' marks the lines that must be kept; all others must not."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from gitexp.errors import NotFoundError
from gitexp.excerpt.reach.reach import Reached, reach
from tests.excerpt.sources import notebook, script

if TYPE_CHECKING:
    from gitexp.excerpt.source import Source


def marked(text: str) -> tuple[str, list[str]]:
    """Code and the lines to be kept, from a text whose lines start with '+' or a blank."""
    lines = (dedent(text).strip("\n") if text.startswith("\n") else text).split("\n")
    return "\n".join(line[1:] for line in lines), [
        line[1:] for line in lines if line.startswith("+") and line[1:].strip()
    ]


def run(
    files: dict[str, str | list[str]], start: str, **options: Any
) -> tuple[Reached, dict[str, list[str]], dict[str, list[str]]]:
    """Reach over marked files (a list of texts is a notebook): the result, what it kept and what it had to keep, by path."""
    sources: dict[str, Source] = {}
    wanted: dict[str, list[str]] = {}
    for path, body in files.items():
        if isinstance(body, list):
            pairs = [marked(cell) for cell in body]
            sources[path] = notebook(*[code for code, _ in pairs], path=path)
            keep = [line for _, lines in pairs for line in lines]
        else:
            code, keep = marked(body)
            sources[path] = script(code, path)
        if keep:
            wanted[path] = keep
    path, _, symbol = start.partition("@")
    result = reach(sources.get, path, symbol, **options)
    kept = {
        name: [
            line
            for span in spans
            for line in sources[name].lines[span.start : span.stop]
            if line.strip()
        ]
        for name, spans in result.spans.items()
    }
    return result, kept, wanted


def check(files: dict[str, str | list[str]], start: str, **options: Any) -> Reached:
    result, kept, wanted = run(files, start, **options)
    assert kept == wanted
    return result


ONE_FILE = {
    "locals are not globals": """
        +def f(a):
        +    b = a
        +    return b
         b = 1
         a = 2
    """,
    "constants, imports, helpers": """
        +import numpy as np
         import os
        +from keras.layers import Dense, Conv1D
         OTHER = 1
        +# how wide
        +FILTERS = 50
        +def helper(x):
        +    return Dense(FILTERS)(x)
         def unused(x):
             return os.path
        +def f(x):
        +    return np.sum(helper(x))
    """,
    "comprehensions": """
         i = 1
         y = 2
        +ROWS = [1]
        +N = 3
        +def f():
        +    return [i * N for i in ROWS if (y := i)]
    """,
    "comprehension at class level": """
        +N = 3
         k = 1
        +class f:
        +    size = 2
        +    all = [k for k in range(N)]
    """,
    "class body name hides nothing inside methods": """
        +SIZE = 1
        +class f:
        +    SIZE = 2
        +    def run(self):
        +        return SIZE
    """,
    "class body reads its own name": """
         SIZE = 1
        +class f:
        +    SIZE = 2
        +    TWICE = SIZE * 2
    """,
    "global and nonlocal": """
        +STATE = 0
         count = 0
        +def f():
        +    count = 1
        +    def inner():
        +        nonlocal count
        +        global STATE
        +        count += 1
        +        STATE = count
        +    inner()
    """,
    "a function that sets a global": """
        +MODEL = None
        +def load():
        +    global MODEL
        +    MODEL = read()
        +def read():
        +    return 1
         def other():
             MODEL = 2
        +def f():
        +    return MODEL
    """,
    "augmented assignment": """
        +TOTAL = 1
        +STEP = 2
        +TOTAL += STEP
         OTHER = 1
         OTHER += 1
        +def f():
        +    return TOTAL
    """,
    "decorators, defaults, annotations": """
        +import functools
        +def deco(g): return g
        +DEFAULT = 3
        +class Shape: pass
        +class Late: pass
        +class Out: pass
         class Literally: pass
        +@functools.cache
        +@deco
        +def f(x: Shape = DEFAULT, y: "list[Late]" = (), z: Literal["Literally"] = 0) -> "Out":
        +    return x
    """,
    "annotation of a local": """
        +class Shape: pass
        +def f():
        +    x: Shape = 1
        +    return x
    """,
    "annotation with a class of our own in brackets": """
        +class Box: pass
        +class Thing: pass
        +def f(x: Box[Thing]):
        +    return x
    """,
    "the other arm of a condition": """
        +base = 1
        +if input():
        +    base = 2
        +else:
        +    value = base
        +def f():
        +    return value
    """,
    "configuration of a kept name": """
        +class Config: pass
        +WIDTH = 3
        +cfg = Config()
        +cfg.width = WIDTH
         other = Config()
         other.width = 4
        +table = {}
        +def g(): pass
        +table["k"] = g
        +names = []
        +names.append("x")
         print(cfg)
         names.index("x")
        +def f():
        +    return cfg.width, table, names
    """,
    "a function that registers": """
        +REGISTRY = {}
        +def register(name, g):
        +    REGISTRY[name] = g
        +def tcn(): pass
        +register("tcn", tcn)
         def unused(): pass
        +def f(name):
        +    return REGISTRY[name]()
    """,
    "a decorator that registers": """
        +REGISTRY = {}
        +def register(name):
        +    def wrap(g):
        +        REGISTRY[name] = g
        +        return g
        +    return wrap
        +@register("tcn")
        +def tcn(): pass
         def unused(): pass
        +def f(name):
        +    return REGISTRY[name]()
    """,
    "registering what is kept": """
         class Foo: pass
        +class f(object): pass
        +register(f)
         register(Foo)
         print(f)
         test_model(f)
    """,
    "alias": """
        +def encoder_TCN(x): return x
         def encoder_RNN(x): return x
        +encoder = encoder_TCN
        +def f(x):
        +    return encoder(x)
    """,
    "dict dispatch": """
        +def tcn(x): return x
        +def rnn(x): return x
         def cnn(x): return x
        +ENCODERS = {
        +    "tcn": tcn,
        +    "rnn": lambda x: rnn(x),
        +}
        +def f(x, kind):
        +    return ENCODERS[kind](x)
    """,
    "conditional definition": """
        +USE = True
        +if USE:
        +    def encoder(x): return x
        +else:
        +    def encoder(x): return -x
        +def f(x):
        +    return encoder(x)
    """,
    "a condition keeps only the arms that matter": """
         import debug
        +def main_encoder(x): return x
        +if __name__ != "x":
        +    encoder = main_encoder
             debug.show()
             other = 2
        +def f(x):
        +    return encoder(x)
    """,
    "try import": """
        +try:
        +    import tensorflow as tf
        +except ImportError:
        +    tf = None
        +def f(x):
        +    return tf
    """,
    "both arms bind, so what was before is gone": """
         encoder = 1
        +if x():
        +    encoder = 2
        +elif y():
        +    encoder = 3
        +else:
        +    encoder = 4
        +def x(): return 1
        +def y(): return 1
        +def f():
        +    return encoder
    """,
    "one arm binds, so what was before may stay": """
        +encoder = 1
        +if input():
        +    encoder = 2
        +def f():
        +    return encoder
    """,
    "tuple assignment": """
        +A, (B, *C) = 1, (2, 3)
         D, E = 4, 5
        +def f():
        +    return C
    """,
    "inheritance and class attributes": """
        +class Root: pass
        +RATE = 3
        +class Base(Root):
        +    rate = RATE
         class Other(Root): pass
        +class f(Base):
        +    def run(self):
        +        return self.rate
    """,
    "string dispatch": """
        +def encoder_TCN(x): return x
        +def encoder_RNN(x): return x
         def decoder_RNN(x): return x
        +def f(kind, x):
        +    return globals()["encoder_" + kind](x)
    """,
    "string dispatch by a name in another place": """
        +def tcn(x): return x
         def rnn(x): return x
        +def make(kind):
        +    return globals()[kind]
        +def f(x):
        +    return make("tcn")(x)
    """,
    "star import of something foreign": """
        +from keras.layers import *
         import os
        +def f(x):
        +    return Dense(3)(len(x))
    """,
    "with and for at module level come whole": """
        +import json
        +with open("a") as handle:
        +    data = json.load(handle)
        +table = {}
        +for key in data:
        +    table[key] = 1
         for key in data:
             print(key)
        +def f():
        +    return table
    """,
    "except names and with names are local": """
         error = 1
         handle = 2
        +def f():
        +    try:
        +        with open("x") as handle:
        +            return handle
        +    except OSError as error:
        +        return error
    """,
    "match captures are local": """
         a = 1
        +B = 2
        +def f(x):
        +    match x:
        +        case [a, *rest]:
        +            return a
        +        case _:
        +            return B
    """,
    "recursion and mutual recursion": """
        +def g(n):
        +    return f(n - 1)
        +def f(n):
        +    return g(n)
         def h(n):
             return f(n)
    """,
    "lambda arguments": """
         x = 1
        +K = 2
        +f = lambda x, y=K: x + y
    """,
    "global rng is switched": """
        +import tensorflow as tf
         tf.test.gpu_device_name()
        +tf.enable_eager_execution()
         tf.random.set_seed(1)
        +def f():
        +    return tf.constant(1)
    """,
    "walrus at module level": """
        +if (size := 3) > 2:
        +    pass
        +def f():
        +    return size
    """,
    "typing only": """
        +from typing import TYPE_CHECKING
        +if TYPE_CHECKING:
        +    from models import Foo
             from models import Bar
        +def f(x: "Foo"): ...
    """,
    "names in an f-string": """
        +NAME = "a"
        +def f(x):
        +    return f"{NAME}/{x!r:>{x}}"
    """,
    "a debug call after": """
        +def f(x):
        +    return x
         x = 3
         y = f(x)
         y.show()
    """,
}


@pytest.mark.parametrize("name", ONE_FILE)
def test_one_file(name: str) -> None:
    check({"m.py": ONE_FILE[name]}, "m.py@f")


NOTEBOOK: dict[str, list[str]] = {
    "the binding in force at the first call": [
        "+FILTERS = 50",
        """
        +def f(x):
        +    return conv(x, FILTERS)
        """,
        "+def conv(x, n): return x",
        " model = f(1)",
        " FILTERS = 10",
        " def conv(x, n): return -x",
        " model = f(2)",
    ],
    "called through another function": [
        " N = 1",
        "+def f(): return N",
        " def train(): return f()",
        "+N = 3",
        " train()",
        " N = 4",
    ],
    "debug cells that use the names of locals": [
        """
        +def f(x):
        +    y = x + 1
        +    z = [t for t in y]
        +    return z
        """,
        """
         x = 3
         y = load()
         z = y
         t = z
         y.shape
        """,
    ],
    "a helper defined below": ["+def f(x): return g(x)", " f", "+def g(x): return x"],
    "a cell that is not Python": [
        "+K = 1",
        " print 'K', K",
        " %%bash\n f = 1",
        " !pip install x\n+def g(): return K",
        "+def f(): return g()",
    ],
    "a needed name in a cell that does not parse": [
        "+SIZE = 4",
        " UNUSED = 1",
        """
        +def g(x):
        +    print "old", SIZE
        """,
        "+def f(x): return g(x)",
        " print 'f', f(1)",
    ],
    "a result of a shell": [
        "+files = !ls data",
        " others = !ls",
        "+def f(): return files",
    ],
    "configuration after the call is not seen": [
        "+cfg = dict()",
        "+cfg['a'] = 1",
        "+def f(): return cfg",
        " f()",
        " cfg['a'] = 2",
    ],
    "a name bound again from itself": [
        "+def g(x): return x",
        "+x = 1",
        "+x = g(x)",
        "+def f(): return x",
        " x.show()",
    ],
}


@pytest.mark.parametrize("name", NOTEBOOK)
def test_notebook(name: str) -> None:
    check({"m.ipynb": NOTEBOOK[name]}, "m.ipynb@f")


def test_a_constant_at_the_time_a_root_assignment_runs() -> None:
    cells = [" N = 1", "+N = 2", "+def make(): return N", "+f = make()", " N = 3"]
    check({"m.ipynb": list(cells)}, "m.ipynb@f")


FILES: dict[str, dict[str, str | list[str]]] = {
    "from import with a new name": {
        "m.py": """
            +from layers import Foo as F, Bar
             from layers import Baz
            +def f(): return F()
        """,
        "layers.py": """
            +import keras
            +K = 1
            +class Foo(keras.Layer):
            +    k = K
             class Bar: pass
        """,
    },
    "import of a module": {
        "m.ipynb": ["+import layers\n import other", "+def f(): return layers.Foo()"],
        "layers.py": "+class Foo: pass\n class Bar: pass",
        "other.py": " x = 1",
    },
    "package, with a new name": {
        "m.py": "+import pkg.layers as L\n+def f(): return L.Foo()",
        "pkg/__init__.py": " x = 1",
        "pkg/layers.py": "+class Foo: pass\n class Bar: pass",
    },
    "package, dotted": {
        "m.py": "+import pkg.layers\n import pkg.other\n+def f(): return pkg.layers.Foo()",
        "pkg/layers.py": "+class Foo: pass\n class Bar: pass",
        "pkg/other.py": " class Foo: pass",
    },
    "passed on by __init__, relative": {
        "m.py": "+from pkg import Foo\n+def f(): return Foo()",
        "pkg/__init__.py": "+from .layers import Foo\n from .layers import Bar",
        "pkg/layers.py": "+from . import base\n+from .sub.deep import D\n+class Foo(base.Base):\n+    d = D\n class Bar: pass",
        "pkg/base.py": "+class Base: pass\n class Other: pass",
        "base.py": " class Base: pass",
        "layers.py": " class Foo: pass",
        "pkg/sub/deep.py": "+from ..base import Base as B\n+D = B()",
    },
    "star import of ours": {
        "m.py": "+from layers import *\n import os\n+def f(): return Foo()",
        "layers.py": "+from inner import *\n x = 1",
        "inner.py": "+class Foo: pass\n class Bar: pass",
    },
    "import inside a function": {
        "m.py": "+def f():\n+    from layers import Foo\n+    import other as o\n+    return Foo(), o.g()",
        "layers.py": "+class Foo: pass\n class Bar: pass",
        "other.py": "+def g(): pass\n def h(): pass",
    },
    "circular": {
        "m.py": "+import b\n+def f(): return b.g()\n+K = 1",
        "b.py": "+import m\n+def g(): return m.K",
    },
    "script folder and src": {
        "train/run.py": "+import lib\n+import near\n+def f(): return lib.g(), near.h()",
        "src/lib.py": "+def g(): pass\n x = 1",
        "train/near.py": "+def h(): pass\n x = 1",
        "near.py": " def h(): pass",
    },
    "getattr on a module": {
        "m.py": "+import layers\n+def f(): return getattr(layers, 'Foo')()",
        "layers.py": "+class Foo: pass\n class Bar: pass",
    },
    "configuration from the notebook of another file": {
        "m.ipynb": [
            "+import config\n+from layers import Foo",
            "+config.N = 3",
            " config.M = 3",
            "+def f(): return Foo()",
        ],
        "layers.py": "+from config import N\n+class Foo:\n+    n = N",
        "config.py": "+N = 1\n M = 2",
    },
    "a registry in another file": {
        "m.py": """
            +import registry
            +from registry import add
            +@registry.register("tcn")
            +def tcn(): pass
            +def rnn(): pass
            +add("rnn", rnn)
             @registry.other
             def cnn(): pass
            +def f(kind): return registry.build(kind)
        """,
        "registry.py": """
            +TABLE = {}
            +def add(name, g): TABLE[name] = g
            +def register(name):
            +    def wrap(g):
            +        add(name, g)
            +        return g
            +    return wrap
             def other(g): return g
            +def build(kind): return TABLE[kind]()
        """,
    },
    "a repository file that does not parse as a whole": {
        "m.py": "+import old\n+def f(): return old.g()",
        "old.py": "+K = 1\n+def g():\n+    print 'x', K\n def h():\n     print 'y'",
    },
}


@pytest.mark.parametrize("name", FILES)
def test_across_files(name: str) -> None:
    start = next(path for path in FILES[name])
    check(FILES[name], f"{start}@f")


def test_one_method() -> None:
    result = check(
        {
            "m.py": """
                +import keras
                +from base import Base
                +RATE = 1
                 WIDTH = 2
                +class Net(Base):
                     limit = 4
                +    def __init__(self):
                +        super().__init__()
                +        self.rate = RATE
                     def other(self):
                         return WIDTH
                +    def run(self, x):
                +        return self.helper(x) * self.rate + self.shared()
                +    def helper(self, x):
                +        return keras.relu(x)
            """,
            "base.py": """
                +K = 1
                +class Base(object):
                +    def __init__(self):
                +        pass
                +    def shared(self):
                +        return K
                     def not_needed(self): pass
            """,
        },
        "m.py@Net.run",
    )
    assert [str(reason) for reason in result.explain("K")] == ["Net.run -> Base.shared -> K"]


def test_a_class_inside_a_class_comes_whole() -> None:
    text = """
        +K = 1
        +class Net:
        +    class Inner:
        +        def run(self):
        +            return K
             def other(self): pass
    """
    check({"m.py": text}, "m.py@Net.Inner.run")
    with pytest.raises(NotFoundError):
        check({"m.py": text}, "m.py@Net.Inner.walk")


SOURCE = {
    "m.py": """
        +N = 1
        +def a(): return N
        +def b(): return a()
        +def f(): return b()
         def g(): return 1
    """
}


def test_chains() -> None:
    result = check(dict(SOURCE), "m.py@f")
    assert [str(reason) for reason in result.explain("N")] == ["f -> b -> a -> N"]
    assert result.explain("m.py::N") == result.explain("N")
    assert result.explain("g") == ()
    assert not any(reason.guess for reason in result.reasons)


def test_bounds() -> None:
    result, kept, _ = run(dict(SOURCE), "m.py@f", stop=["a"])
    assert kept == {"m.py": ["def b(): return a()", "def f(): return b()"]}
    assert result.stopped == ("a",)
    _, kept, _ = run(dict(SOURCE), "m.py@f", depth=1)
    assert kept == {"m.py": ["def b(): return a()", "def f(): return b()"]}
    result, kept, _ = run(dict(SOURCE), "m.py@f", depth=0, also=["g", "gone"])
    assert kept == {"m.py": ["def f(): return b()", "def g(): return 1"]}
    assert result.absent == ("gone",)


def test_guesses_are_marked() -> None:
    result, _, _ = run({"m.py": ONE_FILE["string dispatch"]}, "m.py@f")
    assert [(reason.name, reason.guess) for reason in result.reasons] == [
        ("f", False),
        ("encoder_TCN", True),
        ("encoder_RNN", True),
    ]
    assert str(result.reasons[1]) == "f -> encoder_TCN (guess: a string spells a part of the name)"
    result, _, _ = run(
        {"m.ipynb": list(NOTEBOOK["a needed name in a cell that does not parse"])}, "m.ipynb@f"
    )
    assert {reason.name: reason.guess for reason in result.reasons} == {
        "f": False,
        "g": True,
        "SIZE": True,
    }


def test_code_nested_deeper_than_the_stack() -> None:
    deep = " + ".join(["K"] * 900)
    result, kept, _ = run({"m.py": f" K = 1\n J = 2\n def f(): return {deep}"}, "m.py@f")
    assert kept["m.py"][0] == "K = 1"
    assert len(kept["m.py"]) == 2
    assert result.explain("K")


def test_what_is_not_there() -> None:
    with pytest.raises(NotFoundError, match="no file"):
        run(dict(SOURCE), "x.py@f")
    with pytest.raises(NotFoundError, match="does not define 'create'") as caught:
        run({"m.py": " def create_model(): pass"}, "m.py@create")
    assert caught.value.hint == "near: create_model"
    with pytest.raises(NotFoundError, match=r"'Net\.walk'"):
        run({"m.py": " class Net:\n     def run(self): pass"}, "m.py@Net.walk")


EXAMPLE = re.compile(r"```python (\S+)@(\S+?)((?: --\w+ \S+)*)\n(.*?)```", re.DOTALL)
PAGE = Path(__file__).parents[2] / "docs" / "reach.md"


@pytest.mark.parametrize(
    "example", EXAMPLE.findall(PAGE.read_text()), ids=lambda example: example[0] + example[2]
)
def test_examples_of_the_page(example: tuple[str, str, str, str]) -> None:
    path, symbol, options, body = example
    words = options.split()
    given = {
        word.removeprefix("--"): value for word, value in zip(words[::2], words[1::2], strict=True)
    }
    bounds = {
        "stop": [given["stop"]] if "stop" in given else [],
        "depth": int(given["depth"]) if "depth" in given else None,
    }
    files: dict[str, str | list[str]] = {}
    for name, text in re.findall(
        r"^# --- (\S+)\n(.*?)(?=^# --- |\Z)", body, re.DOTALL | re.MULTILINE
    ):
        code = "\n".join(line or " " for line in text.rstrip("\n").split("\n"))
        files[name] = code.split("\n # ---\n") if name.endswith(".ipynb") else code
    check(files, f"{path}@{symbol}", **bounds)
