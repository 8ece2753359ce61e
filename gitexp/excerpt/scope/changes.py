"""What an expression changes without binding a name: calls that fill, fit or load, and the parts of a value that loops hand out.

Python does not say which method changes its object. The lists below are of verbs that libraries agree on.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from gitexp.excerpt.scope.facts import How, Part, dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

# Methods that only look: a call whose result is thrown away is there to be seen.
_READING = re.compile(
    r"(?:summary|head|tail|describe|info|warn\w*|error|debug|log\w*|print\w*|show\w*|plot\w*|display\w*|view\w*|draw\w*|imshow|hist"
    r"|save\w*|to_\w+|get\w*|is_\w+|has_\w+|predict\w*|evaluate\w*|score|write\w*|export\w*|dump\w*|close|flush"
    r"|keys|items|values|count|index|copy|format|join|test\w*|check\w*|main|run|visuali\w*"
    r"|mean|sum|std|var|min|max|median|quantile|prod|norm|all|any|arg(?:max|min|sort)|corr|cov|abs|round|cumsum"
    r"|value_counts|n?unique|duplicated|sample|nlargest|nsmallest|groupby|isnull|isna|notnull|notna|memory_usage"
    r"|dropna|fillna|drop_duplicates|sort_values|sort_index|set_index|reset_index"
    r"|numpy|item|tolist|astype|reshape|flatten|ravel|squeeze|transpose|dim|size|numel|detach|clone|element_spec"
    r"|forward|state_dict|(?:named_)?(?:parameters|modules|children|buffers)|count_params|take|batch|map"
    r"|split|strip|lower|upper|title|startswith|endswith)"
)
_CHANGING = re.compile(
    r"(?:append|extend|insert|update|add\w*|set\w*|remove|pop(?:item|left)?|discard|clear|sort|reverse|register\w*|__setitem__|[a-z]\w*_)"
)
# Where the result is used only what changes its object as well counts; ``opt.update`` and ``x.add`` give new values elsewhere.
_CHANGING_USED = re.compile(
    r"(?:pop|popitem|popleft|setdefault|add_\w+|set_(?!index|axis)\w+|register\w*|[a-z]\w*_"
    r"|(?:partial_)?fit|fit_\w+|load_(?:weights|state\w*)|restore|train|train_(?:on_batch|step)|learn)"
)
_TAKING = re.compile(r"_?(?:register|configure|patch|setup|install|init|enable|freeze)\w*")
# Functions that change their first argument. PyTorch marks those by a last underscore.
_IN_PLACE = re.compile(r"(?:[a-z]\w*_|heap(?:push|pop|ify|replace|pushpop)|insort\w*|setattr|delattr)")
_IN_PLACE_ALONE = re.compile(r"(?:shuffle|fill_diagonal|copyto|put|place|putmask)")
_GIVING = re.compile(r"(?:add_\w+|setdefault)")
_PASSING_ON = ("enumerate", "zip", "reversed", "list", "tuple", "sorted", "iter", "filter", "chain")


def thrown_away(node: ast.expr) -> Iterator[ast.expr]:
    """Expressions whose result is thrown away when that of ``node`` is."""
    if isinstance(node, ast.Await):
        yield from thrown_away(node.value)
    elif isinstance(node, (ast.ListComp, ast.SetComp)):
        yield from thrown_away(node.elt)
    elif isinstance(node, ast.IfExp):
        yield from (inner for arm in (node.body, node.orelse) for inner in thrown_away(arm))
    elif isinstance(node, ast.BoolOp):
        yield from thrown_away(node.values[-1])
    else:
        yield node


@dataclass(frozen=True, slots=True)
class _Verb:
    """What the name of a function or method says of a call: does it change its object (alone; its result used), its arguments?"""

    method: bool
    method_used: bool
    certain: bool
    takes: bool
    first: bool
    first_alone: bool
    flag: bool


@lru_cache(maxsize=4096)
def _verb(name: str) -> _Verb:
    return _Verb(
        method=not _READING.fullmatch(name),
        method_used=bool(_CHANGING_USED.fullmatch(name)),
        certain=bool(_CHANGING.fullmatch(name)),
        takes=bool(_TAKING.fullmatch(name)),
        first=bool(_IN_PLACE.fullmatch(name)),
        first_alone=bool(_IN_PLACE_ALONE.fullmatch(name)),
        # absl and TensorFlow 1 keep all flags in one object, which scripts call FLAGS.
        flag=name.startswith("DEFINE_"),
    )


def changed_by(call: ast.Call, alone: bool) -> Iterator[tuple[ast.expr, How, bool]]:
    """What a call changes by itself: the expression, how, and whether that is a guess. ``alone``: its result is thrown away."""
    called = call.func
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    verb = _verb(name)
    if isinstance(called, ast.Attribute):
        in_place = any(
            word.arg == "inplace" and isinstance(word.value, ast.Constant) and word.value.value is True for word in call.keywords
        )
        if in_place or (verb.method if alone else verb.method_used):
            yield called.value, "method", not (in_place or verb.certain)
    if alone and verb.takes:
        given = [*call.args, *(word.value for word in call.keywords)]
        yield from ((item, "argument", True) for item in given if isinstance(item, ast.Name))
    if call.args and verb.first:
        yield call.args[0], "argument", False
    elif call.args and (name == "next" or (alone and verb.first_alone)):
        yield call.args[0], "argument", True
    yield from ((word.value, "argument", True) for word in call.keywords if word.arg == "out")
    if verb.flag:
        yield ast.Name("FLAGS", ast.Load()), "method", False


def path_of(node: ast.expr) -> tuple[str, ...]:
    """The name, with attributes as far as they are plain, of the value that ``node`` is or is a part of; empty if it has none."""
    if isinstance(node, ast.Name):
        return (node.id,)
    while isinstance(node, (ast.Subscript, ast.Starred)):
        node = node.value
    inner = node
    while True:
        if isinstance(inner, (ast.Attribute, ast.Subscript)):
            inner = inner.value
        elif isinstance(inner, ast.Call) and dotted(inner.func) == ("vars",) and inner.args:
            inner = inner.args[0]
        else:
            return dotted(node) or dotted(inner)


def parts_of_loop(target: ast.expr, values: ast.expr) -> dict[str, list[Part]]:
    """Names that a loop binds to parts of values: ``for p in net.parameters()``."""
    # What stands behind a plain name may as well be made anew at each step: the batches of a loader.
    plain = isinstance(values, ast.Name)
    parts = [Part(path, guess=plain) for path in _sources(values)]
    return {node.id: parts for node in ast.walk(target) if isinstance(node, ast.Name)} if parts else {}


def part_of(value: ast.expr) -> Part | None:
    """The value that an assignment gives another name, whole or in part: ``c = cfg``, ``optim = cfg.optim``, or what a method hands
    out to be filled further (``parser.add_argument_group()``, ``config.setdefault("k", {})``).
    """
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and _GIVING.fullmatch(value.func.attr):
        path = path_of(value.func.value)
        return Part(path) if path else None
    if isinstance(value, (ast.Name, ast.Attribute)) and (path := dotted(value)):
        return Part(path, guess=len(path) > 1)
    return None


def _sources(node: ast.expr) -> Iterator[tuple[str, ...]]:
    """Values whose parts an expression walks through."""
    if path := path_of(node):
        yield path
    elif isinstance(node, ast.Call):
        if dotted(node.func)[-1:] and dotted(node.func)[-1] in _PASSING_ON:
            yield from (path for item in node.args for path in _sources(item))
        elif isinstance(node.func, ast.Attribute):
            yield from _sources(node.func.value)
