"""Reach keeps of an import in brackets the lines of the names that are needed."""

from __future__ import annotations

import pytest

from tests.excerpt.test_reach import check

LIBRARY = " def other(): return 0\n"

IMPORTS = {
    "a name a line": """
        +from a import (
        +    used,
             other,
        +    third as t,
        +)
        +def f(): return used() + t()
    """,
    "the line of a name that is not needed has one that is": """
        +from a import (
        +    other, used,
        +    third as t
        +)
        +def f(): return used() + t()
    """,
    "the first and the last line stay": """
        +from a import (other,
        +    used,
             fourth,
        +    fifth)
        +from a import third as t
        +def f(): return used() + t()
    """,
    "backslashes": """
        +from a import other, \\
        +    used, \\
        +    third as t
        +def f(): return used() + t()
    """,
}


@pytest.mark.parametrize("case", IMPORTS)
def test_of_an_import_only_needed_names_are_kept(case: str) -> None:
    library = "+def used(): return 1\n" + LIBRARY + "+def third(): return 1"
    check({"m.py": IMPORTS[case], "a.py": library}, "m.py@f")


def test_a_stopped_name_goes_with_its_line() -> None:
    text = "+from a import (\n+    used,\n     other,\n+)\n+def f(): return used() + other()"
    files: dict[str, str | list[str]] = {"m.py": text, "a.py": "+def used(): return 1\n" + LIBRARY}
    check(files, "m.py@f", stop=["other"])


def test_an_import_that_fills_an_arm_is_whole() -> None:
    text = """
        +try:
        +    from fast import (
        +        one,
        +        two,
        +    )
        +except ImportError:
        +    FAST = False
        +def f(): return FAST
    """
    check({"m.py": text}, "m.py@f")


def test_a_package_that_makes_its_names_when_they_are_read() -> None:
    files: dict[str, str | list[str]] = {
        "m.py": "+import pkg\n+def f(): return pkg.Net()",
        "pkg/__init__.py": """
            +from importlib import import_module
            +LAZY = {"Net": ".net"}
             VERSION = 1
            +def __getattr__(name):
            +    return getattr(import_module(LAZY[name], __name__), name)
        """,
        "pkg/net.py": "+class Net: pass\n class Other: pass",
    }
    assert set(check(files, "m.py@f").guesses) == {"pkg/net.py"}
