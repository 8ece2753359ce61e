"""Run a file of somebody else, statement by statement, and note which statements fail.

    python run_file.py ORDER

The judge of ``bench_reach`` starts this in a process of its own, over a whole repository or over a
cut of it, and compares the two reports. A statement that fails does not end the run. ORDER is JSON:
``path`` of the file, its ``package`` or "", the ``folders`` in which modules are looked for,
``local_names`` that the repository has itself, and ``report``, a file that gets a line of JSON for
each statement at the top level: its first line, and its error or "".

Libraries that are not installed are stood in for by empty ones. There is no network, and memory,
time and what is written are bounded. Nothing but the standard library is needed: the interpreter may
be any with more libraries.
"""

from __future__ import annotations
import __future__

import abc
import ast
import dis
import importlib.abc
import importlib.machinery
import json
import os
import resource
import signal
import socket
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MEMORY = 6 << 30
"""Bytes of address space: numerical libraries map far more than they use."""

WRITTEN = 100 << 20
"""Bytes of a file that may be written."""

CPU_SECONDS = 60
STATEMENT_SECONDS = 5

_OPERATORS = (
    "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift "
    "radd rsub rmul rtruediv rfloordiv rmod rpow rmatmul rand ror rxor "
    "neg pos invert abs getitem lt le gt ge"
)
_UNPACKINGS = {dis.opmap["UNPACK_SEQUENCE"], dis.opmap["UNPACK_EX"]}


class _Empty(abc.ABCMeta):
    """The class of the classes that stand for what an absent library has."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _make_empty_class(name)
        setattr(cls, name, made)
        return made

    def __iter__(cls) -> Iterator[Any]:
        return iter([EmptyValue()] * _count_wanted(sys._getframe(1)))


class EmptyValue(metaclass=_Empty):
    """A value of an absent library: it can be called, read, joined and gone through."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return EmptyValue()

    def __call__(self, *_: Any, **__: Any) -> Any:
        return EmptyValue()

    def __iter__(self) -> Iterator[Any]:
        return iter([EmptyValue()] * _count_wanted(sys._getframe(1)))

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __len__(self) -> int:
        return 1

    def __index__(self) -> int:
        return 1

    def __float__(self) -> float:
        return 1.0

    def __format__(self, form: str) -> str:
        return "empty"

    def __enter__(self) -> Any:
        return EmptyValue()

    def __exit__(self, *_: Any) -> None:
        pass


class EmptyLibraries(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds each module that nobody else finds, unless the repository has one of that name."""

    def __init__(self, local_names: Sequence[str]) -> None:
        self._local_names = frozenset(local_names)

    def find_spec(
        self, fullname: str, path: Any = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        del target
        name, _, inner = fullname.partition(".")
        is_real = inner and not isinstance(sys.modules.get(name), _EmptyModule)
        if is_real or name in self._local_names:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _EmptyModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        module.__dict__["__all__"] = []


class _EmptyModule(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _make_empty_class(name)
        setattr(self, name, made)
        return made


def _make_empty_class(name: str) -> Any:
    return _Empty(name, (EmptyValue,), {})


def _count_wanted(frame: types.FrameType) -> int:
    """Return how many values the instruction unpacks at which a frame stands; else 1."""
    at = frame.f_lasti
    code = frame.f_code.co_code
    return code[at + 1] if code[at] in _UNPACKINGS else 1


def _add_operators() -> None:
    def answer(self: Any, *_: Any) -> Any:
        return self

    for word in _OPERATORS.split():
        setattr(EmptyValue, f"__{word}__", answer)
        setattr(_Empty, f"__{word}__", answer)


def bound_resources() -> None:
    """Bound memory, time and written files, and take the network away."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise OSError("no network")

    socket.socket.connect = refuse  # type: ignore[method-assign]
    socket.getaddrinfo = refuse


def run_statements(path: Path, package: str, report: TextIO) -> None:
    """Run the statements of a file one by one, and write a line for each to ``report``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    module = types.ModuleType("__main__")
    module.__dict__.update(
        __file__=str(path),
        __package__=package,
        display=lambda *_: None,
        get_ipython=EmptyValue,
    )
    sys.modules["__main__"] = module
    flags = _read_future_flags(tree)
    for node in tree.body:
        error = _run_statement(node, flags, module.__dict__)
        report.write(json.dumps([node.lineno, error]) + "\n")
        report.flush()


def _run_statement(node: ast.stmt, flags: int, namespace: dict[str, Any]) -> str:
    """Return the error of a statement, or ""."""
    signal.alarm(STATEMENT_SECONDS)
    try:
        module = ast.Module([node], [])
        code = compile(module, namespace["__file__"], "exec", flags, dont_inherit=True)
        exec(code, namespace)
    except BaseException as error:  # noqa: BLE001 (code of others may raise anything)
        return f"{type(error).__name__}: {error}"[:200]
    finally:
        signal.alarm(0)
    return ""


def _read_future_flags(tree: ast.Module) -> int:
    flags = 0
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                flags |= getattr(__future__, alias.name).compiler_flag
    return flags


def _stop_statement(*_: Any) -> NoReturn:
    raise TimeoutError("the statement takes too long")


def main(order_path: str) -> None:
    """Run the file that an order names, in the folder that it lies in."""
    order = json.loads(Path(order_path).read_text(encoding="utf-8"))
    path = Path(order["path"])
    sys.path[:1] = order["folders"]
    sys.argv = [str(path)]
    sys.meta_path.append(EmptyLibraries(order["local_names"]))
    os.chdir(path.parent)
    _add_operators()
    bound_resources()
    signal.signal(signal.SIGALRM, _stop_statement)
    with Path(order["report"]).open("w", encoding="utf-8") as report:
        run_statements(path, order["package"], report)


if __name__ == "__main__":
    main(sys.argv[1])
