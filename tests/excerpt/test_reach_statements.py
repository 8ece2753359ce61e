"""Reach and what is a statement: lines, the arms of ``if`` and ``try``, cells. '+' marks the lines that must be kept."""

from __future__ import annotations

import ast

import pytest

from gitexp.excerpt.locate.version import FileVersion
from gitexp.excerpt.reach.reach import reach
from gitexp.excerpt.source import read_source
from tests.excerpt.test_reach import check

ARMS = {
    "what a try tries decides": """
        +try:
        +    import apex
        +    FAST = True
        +except ImportError:
        +    FAST = False
        +def f():
        +    return FAST
    """,
    "what a try tries, with the other value above it": """
        +FAST = False
        +try:
        +    import apex
        +    FAST = True
         except OSError:
             print("slow")
        +except ImportError:
        +    pass
        +def f():
        +    return FAST
    """,
    "a try that nothing hangs on": """
        +try:
             import apex
             apex.start()
        +    K = 1
             apex.train()
        +except KeyboardInterrupt:
        +    print("bye")
        +def f():
        +    return K
    """,
    "a name that is tried": """
        +try:
        +    CACHE
        +except NameError:
        +    CACHE = {}
        +def f():
        +    return CACHE
    """,
    "a condition that raises": """
        +import torch
        +try:
        +    if not torch.cuda.is_available():
        +        raise RuntimeError
             if torch.verbose:
                 print("cuda")
        +    DEVICE = "cuda"
        +except RuntimeError:
        +    DEVICE = "cpu"
        +def f():
        +    return DEVICE
    """,
    "one import tells of a package": """
        +try:
             from tensorflow.keras import Input
        +    from tensorflow.keras import Model
        +except ImportError:
             from keras import Input
        +    from keras import Model
        +def f():
        +    return Model
    """,
    "what a change hangs on": """
        +cfg = {}
        +try:
        +    import apex
        +except ImportError:
        +    cfg["fast"] = False
        +def f():
        +    return cfg
    """,
    "a fallback that is there": """
        +def g():
        +    return 1
        +try:
        +    from fast import g
        +except ImportError:
        +    pass
        +def f():
        +    return g
    """,
    "a handler that does something, and one without": """
        +try:
        +    K = int(input())
         except OSError as error:
             for a in error.args:
                 print(a)
        +except ValueError:
        +    raise SystemExit
        +def f():
        +    return K
    """,
    "a try that only ends": """
        +try:
        +    K = 1
        +finally:
             for k in range(3):
                 print(k)
        +    print("done")
        +def f():
        +    return K
    """,
    "an arm before the kept one": """
        +import sys
        +if sys.argv:
             for a in sys.argv:
                 print(a)
        +    print(1)
        +elif sys.flags:
        +    K = 1
         else:
             print(2)
        +def f():
        +    return K
    """,
    "an empty arm before an else": """
        +if input():
        +    pass
        +else: K = 1
        +def f():
        +    return K
    """,
    "the future": """
        +from __future__ import annotations
         import os
        +class f:
        +    def g(self) -> Later: ...
        +class Later: ...
    """,
}


@pytest.mark.parametrize("name", ARMS)
def test_arms(name: str) -> None:
    result = check({"m.py": ARMS[name]}, "m.py@f")
    lines = [line[9:] for line in ARMS[name].split("\n")]
    ast.parse(
        "\n".join(
            line for span in result.spans["m.py"] for line in lines[1:][span.start : span.stop]
        )
    )


def test_future_of_another_file() -> None:
    lib = """
        +from __future__ import division
         import os
        +def g(a, b):
        +    return a / b
    """
    check({"m.py": "+from lib import g\n+def f():\n+    return g(1, 2)", "lib.py": lib}, "m.py@f")


def test_many_elif() -> None:
    arms = "".join(f"elif x == {number}:\n    y = {number}\n" for number in range(600))
    source = read_source(
        "m.py", f"x = 0\nz = 1\nif x < 0:\n    y = -1\n{arms}def f():\n    return y\n".encode()
    )
    kept = reach({"m.py": source}.get, "m.py", "f").spans["m.py"]
    assert kept == ((0, 1), (2, len(source.lines)))


ENDS = {
    "CR": (b"K = 1\rz = 2\rdef f():\r    return K\r", ["K = 1", "def f():", "    return K"]),
    "a CR in a comment": (
        b"z = 2 # a\rK = 1\ndef f():\n    return K\n",
        ["K = 1", "def f():", "    return K"],
    ),
    "CRLF converted twice": (
        b"z = 2\r\r\nK = 1\r\r\ndef f():\r\r\n    return K\r\r\n",
        ["K = 1", "def f():", "    return K"],
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_line_ends(name: str) -> None:
    data, wanted = ENDS[name]
    text = FileVersion("m.py", data)
    kept = reach({"m.py": text.source}.get, "m.py", "f").spans["m.py"]
    assert [line for span in kept for line in text.lines[span.start : span.stop]] == wanted
    assert text.lines == text.source.lines
    assert text.framed == b"\n" + "\n".join(text.lines).encode() + b"\n"


@pytest.mark.parametrize(
    "magic",
    [
        "writefile lib.py",
        "file lib.py",
        "bash",
        "sh",
        "R",
        "sql",
        "script python2",
        "latex",
        "perl",
    ],
)
def test_cells_of_something_else_define_nothing(magic: str) -> None:
    check({"n.ipynb": ["+K = 1", f" %%{magic}\n K = 2", "+def f():\n+    return K"]}, "n.ipynb@f")


def test_cython_defines_names() -> None:
    check(
        {"n.ipynb": ["+%%cython\n+def g(int x): return x", "+def f():\n+    return g(1)"]},
        "n.ipynb@f",
    )


RUNNING = {
    "binds": ["+def load():\n+    return 3", "+%time K = load()", "+def f():\n+    return K"],
    "binds in a cell with its own magic": [
        " %%time\n+import keras\n+%prun -s cumtime -l 10 -q K = keras.load()\n print(K)",
        "+def f():\n+    return K",
    ],
    "is code of its block": [
        "+K = []\n+for k in range(3):\n+    %time K.append(k)\n+    %memit\n+    !ls",
        "+def f():\n+    return K",
    ],
    "calls": ["+K = 1\n+def f():\n+    return K", " %time f()", " K = 2"],
    "calls over and over": [
        "+K = 1\n+def f():\n+    return K",
        " %timeit -n 10 -r3 f()  # slow",
        " K = 2",
    ],
    "over and over binds nothing": ["+K = 1\n %timeit K = 2", "+def f():\n+    return K"],
    "is no Python": ["+K = 1\n %time not a statement\n %prun", "+def f():\n+    return K"],
}


@pytest.mark.parametrize("name", RUNNING)
def test_line_magics_that_run_python(name: str) -> None:
    check({"n.ipynb": RUNNING[name]}, "n.ipynb@f")


SHELL = {
    "a name in braces": ["+OUT = 'x'", "+def f():\n+    !mkdir -p {OUT}\n+    return 1"],
    "a name after a dollar": [
        "+OUT = 'x'",
        "+def f():\n+    !mkdir -p $OUT/a\n+    %cd {OUT}\n+    return 1",
    ],
    "of the shell itself": [
        " HOME = 'x'",
        "+def f():\n+    !ls ${HOME}\n+    !awk '{ print }' {if}\n+    return 1",
    ],
    "only looked at": [" K = 1\n !echo {K}", "+J = 1\n+def f():\n+    return J"],
}


@pytest.mark.parametrize("name", SHELL)
def test_names_that_the_shell_is_given(name: str) -> None:
    check({"n.ipynb": SHELL[name]}, "n.ipynb@f")


def test_signatures_of_overloads_belong_to_what_follows() -> None:
    code = """+from typing import overload
+class A: pass
 @overload
 def g(x: str) -> str: ...
 def g(x): return x
+@overload
+def f(x: A) -> A: ...
+@overload
+def f(x: int) -> int: ...
+def f(x): return x"""
    check({"m.py": code}, "m.py@f")
    check({"m.py": code.replace("f(", "h(") + "\n+def f(): return h(1)"}, "m.py@f")


def test_the_mark_of_an_exported_cell_is_no_comment_of_what_follows() -> None:
    check({"m.py": " # In[1]:\n+K = 1\n \n # In[ ]:\n+# adds\n+def f(): return K"}, "m.py@f")
