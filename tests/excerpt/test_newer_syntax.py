"""Definitions are found by name where the syntax is newer than the Python that runs."""

from __future__ import annotations

from gitexp.excerpt.symbols.find import find_definitions
from tests.excerpt.sources import script


def find_extents(text: str, path: str = "model.py") -> dict[str, tuple[int, int]]:
    definitions = find_definitions(script(text, path))
    return {found.name: (found.start, found.stop) for found in definitions}


def test_type_aliases_and_type_parameters() -> None:
    code = """\
type X = int
type Pair[T] = tuple[
    T, T
]
class A[T]:
    def m[U](self): pass
def f[T](x: T) -> T:
    type = 3
    return x
"""
    assert find_extents(code) == {
        "X": (0, 1),
        "Pair": (1, 4),
        "A": (4, 6),
        "A.m": (5, 6),
        "f": (6, 9),
    }


def test_a_name_that_is_type_is_no_alias() -> None:
    code = 'type = 1\nprint "old"\n'
    assert find_extents(code) == {"type": (0, 1)}


def test_quotes_inside_an_f_string() -> None:
    code = """\
def g():
    return f"{d["a"]}"
class B:
    x = f'{"\\n".join(a)}'
    def m(self):
        pass
K = 3
"""
    assert find_extents(code) == {"g": (0, 2), "B": (2, 6), "B.m": (4, 6), "K": (6, 7)}


def test_groups_of_exceptions_match_and_exceptions_without_brackets() -> None:
    code = """\
def f():
    try:
        pass
    except* ValueError:
        pass
def g():
    try:
        pass
    except TypeError, ValueError:
        match a:
            case 1:
                return 2
class C: pass
"""
    assert find_extents(code) == {"f": (0, 5), "g": (5, 12), "C": (12, 13)}


def test_generic_arrows_of_typescript() -> None:
    code = """\
const f = <T,>(x: T) => {
  return x
}
const g = <T extends object>(x: T): T => x
export const h = async <T, U = Map<string, T[]>>(
  x: T,
): Promise<U> => {
  return x
}
class A {
  m = <T,>(x: T) => {
    return x
  }
}
"""
    assert find_extents(code, "model.ts") == {
        "f": (0, 3),
        "g": (3, 4),
        "h": (4, 9),
        "A": (9, 14),
        "A.m": (10, 13),
    }
