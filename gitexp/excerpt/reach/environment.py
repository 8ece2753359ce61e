"""Variables of the environment that code sets for a library: ``os.environ["KERAS_BACKEND"] = "jax"``.

Nothing in the repository reads them, so each is a guess: the name says which library may.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.reach.unparsed import find_magic_variable
from gitexp.excerpt.scope.names import read_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.excerpt.reach.module import Module
    from gitexp.excerpt.reach.statement import Statement

_NUMBER_LIBRARIES = frozenset({"torch", "tensorflow", "keras", "jax", "flax", "numpy", "sklearn"})
_GPU_LIBRARIES = frozenset(
    {"torch", "tensorflow", "keras", "jax", "flax", "cupy", "transformers", "xgboost", "lightgbm"}
)
_HUB_LIBRARIES = frozenset(
    {"transformers", "datasets", "diffusers", "huggingface_hub", "accelerate", "peft", "trl"}
)

_READERS = {
    "CUDA": _GPU_LIBRARIES,
    "CUBLAS": _GPU_LIBRARIES,
    "XLA": frozenset({"jax", "flax", "tensorflow", "keras"}),
    "TF": frozenset({"tensorflow", "keras"}),
    "KERAS": frozenset({"keras", "tensorflow"}),
    "JAX": frozenset({"jax", "flax"}),
    "TORCH": frozenset({"torch", "torchvision"}),
    "TORCHINDUCTOR": frozenset({"torch"}),
    "PYTORCH": frozenset({"torch"}),
    "NCCL": frozenset({"torch"}),
    "TOKENIZERS": _HUB_LIBRARIES,
    "HF": _HUB_LIBRARIES,
    "OMP": _NUMBER_LIBRARIES,
    "MKL": _NUMBER_LIBRARIES,
}
"""Libraries that read the variables whose first word is such, as their manuals say.

The first words are those that the public clones of docs/reach.md, and forty more, set most. A first
word that is the name of a library (``WANDB_MODE``) needs no row.
"""

_TELLS_NOTHING = re.compile(
    r"LOG_LEVEL|VERBOS|WARNING|PROGRESS|API_KEY|SECRET|PASSWORD|(?:^|_)TOKEN$"
)
"""Parts of names that only set what is printed, and of names that hold a secret."""


class Setting(NamedTuple):
    """A statement that sets variables of the environment, and the names of these variables."""

    statement: Statement
    variables: tuple[str, ...]


@lru_cache(maxsize=32)
def find_environment_settings(module: Module) -> tuple[Setting, ...]:
    """Return the statements of a module that set variables of the environment by plain names.

    A call of a function of the module that sets them is one, too.
    """
    settings = []
    functions = {
        statement.node.name: statement.node
        for statement in module.statements
        if isinstance(statement.node, ast.FunctionDef)
    }
    for statement in module.statements:
        if statement.node is None:
            names = [find_magic_variable(statement.text)]
        else:
            called = functions.get(_find_called_name(statement.node))
            names = _list_set_variables(statement.node)
            for inner in called.body if called else ():
                names += _list_set_variables(inner)
        variables = tuple(name for name in names if name and not _TELLS_NOTHING.search(name))
        if variables:
            settings.append(Setting(statement, variables))
    return tuple(settings)


def may_read(library: str, variables: Iterable[str]) -> bool:
    """Return True if a library, by the name of its top package, may read one of these variables."""
    for variable in variables:
        first_word = variable.partition("_")[0]
        if first_word.lower() == library or library in _READERS.get(first_word, ()):
            return True
    return False


def _find_called_name(node: ast.stmt) -> str:
    """Return the name of the function that a statement is a call of: ``prepare()``."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return ""
    called = node.value.func
    return called.id if isinstance(called, ast.Name) else ""


def _list_set_variables(node: ast.stmt) -> list[str]:
    """Return the variables of the environment that a statement sets."""
    if isinstance(node, ast.Assign):
        keys = [
            target.slice
            for target in node.targets
            if isinstance(target, ast.Subscript) and _is_environment(target.value)
        ]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        keys = _list_keys_of_call(node.value)
    else:
        return []
    constants = [key.value for key in keys if isinstance(key, ast.Constant)]
    return [name for name in constants if isinstance(name, str)]


def _list_keys_of_call(call: ast.Call) -> list[ast.expr]:
    """Return the keys that ``os.environ.setdefault``, ``os.environ.update`` or ``os.putenv`` set."""
    if read_path(call.func) == ("os", "putenv"):
        return call.args[:1]
    if not isinstance(call.func, ast.Attribute) or not _is_environment(call.func.value):
        return []
    if call.func.attr == "setdefault":
        return call.args[:1]
    if call.func.attr != "update":
        return []
    keys: list[ast.expr] = [ast.Constant(keyword.arg) for keyword in call.keywords]
    for argument in call.args:
        if isinstance(argument, ast.Dict):
            keys.extend(key for key in argument.keys if key is not None)
    return keys


def _is_environment(node: ast.expr) -> bool:
    """Return True for ``os.environ``, and for ``environ`` alone."""
    return read_path(node) in {("os", "environ"), ("environ",)}
