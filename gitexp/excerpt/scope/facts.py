"""What a statement does to names: the values that scope analysis gives.

A path is a name with the attributes that follow it: ``("layers", "Foo")`` for ``layers.Foo``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gitexp.excerpt.scope.doubt import Doubt

Path = tuple[str, ...]

ELEMENT = "[]"
"""Stands in a path for any element: ``TABLE[kind].build`` is ``("TABLE", ELEMENT, "build")``."""

OWN_MODULE = "__name__"
"""Stands in an import for the module that imports: ``sys.modules[__name__]``."""

ChangeKind = Literal["set", "method", "switch", "argument", "member"]
MemberAct = Literal["read", "call", "super", "set", "name", "fill"]


@dataclass(frozen=True, slots=True)
class Import:
    """The source of a name: ``from module import name`` with ``level`` dots, or ``import module``.

    ``name`` is "" for ``import module``. ``whole`` is the module that ``import a.b.c`` names in
    full, where only ``a`` is bound.
    """

    module: str
    level: int = 0
    name: str = ""
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """One reading of a module-level name, with the attributes that follow it.

    ``late``: not when the statement runs, but when a function in it is called. ``called``: the name
    is called right there. ``source``: the name was imported inside the function, so that no
    module-level name is meant.
    """

    path: Path
    late: bool = False
    called: bool = False
    doubt: Doubt | None = None
    source: Import | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change to what a module-level name holds, without binding the name anew.

    ``cfg.x = 1`` (``set``), ``names.append(n)`` (``method``), ``tf.enable_eager_execution()``
    (``switch``: of a library it sets how the library works), ``@add_to_class(Net)`` (``member``: a
    decorator may add the function to the class), ``fill(cfg)`` (``argument``). ``of_element``: not
    the value itself is changed, but one that it holds: ``tables[0].x = 1``.
    """

    path: Path
    late: bool = False
    doubt: Doubt | None = None
    kind: ChangeKind = "set"
    of_element: bool = False


@dataclass(frozen=True, slots=True)
class ValuePart:
    """The value, by its path, of which another name holds a part.

    What changes the part changes the value. ``is_element``: the part is one of the values that
    this one holds: ``for table in tables``.
    """

    path: Path
    doubt: Doubt | None = None
    is_element: bool = False


@dataclass(frozen=True, slots=True)
class HandedValue:
    """A value that a call is given: ``fill(cfg)``.

    ``place`` is the position or the keyword; "" for what a lambda there reads. ``parameter``: the
    value is a parameter of the function that the call stands in, not a name of the module.
    """

    callee: Path
    place: int | str
    path: Path
    late: bool = False
    parameter: bool = False


@dataclass(frozen=True, slots=True)
class GivenValue:
    """A value that a call is given, and that training may change.

    ``sure``: it is no data, for its weights are given: ``net.parameters()``.
    """

    path: Path
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Training:
    """A call that trains a value of the module: ``opt.step()``, ``trainer.fit(model)``.

    ``receiver``: it is a method of the value. ``callee``: the function that is called, () for a
    method.
    """

    value: GivenValue
    receiver: bool
    callee: Path
    late: bool


@dataclass(frozen=True, slots=True)
class MemberUse:
    """What a statement of a class body does to a member of that class.

    A ``*`` in ``name`` stands for anything. ``act``: the statement reads or calls the member on
    ``self``, calls it on ``super()``, sets it on ``self``; or it reads the member by its plain
    ``name``, as class bodies do, or changes in this way what the member holds (``fill``).
    """

    name: str
    act: MemberAct
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class StringLookup:
    """A name that a string looks up in what may be a module: ``getattr(nets, "make_" + kind)``."""

    holder: Path
    prefix: str = ""
    suffix: str = ""


@dataclass(slots=True)
class Effects:
    """What a statement does to the names of its module.

    ``attributes``: those read from names of inner scopes. ``filled``: parameters whose value a
    function changes. ``parts``: names bound to parts of other values. ``contents``: names bound to
    lists or tables of other values. ``given``: names bound to what a call made of other values.
    ``trainings``: calls that train. ``trained``: parameters that a function may train, True for
    those that are no data. ``rebinds``: names that a function binds by ``global``.
    ``strings``: strings that could be names. ``file_names``: those that could be settings files.
    ``patterns``: prefix and suffix of names that are
    looked up by strings. ``dynamic``: names are looked up by strings. ``members``: what a statement
    of a class body does to members of its class.
    """

    uses: list[Use] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    handed: list[HandedValue] = field(default_factory=list)
    filled: set[str] = field(default_factory=set)
    parts: dict[str, list[ValuePart]] = field(default_factory=dict)
    contents: dict[str, list[Path]] = field(default_factory=dict)
    given: dict[str, list[GivenValue]] = field(default_factory=dict)
    trainings: list[Training] = field(default_factory=list)
    trained: dict[str, bool] = field(default_factory=dict)
    rebinds: set[str] = field(default_factory=set)
    strings: set[str] = field(default_factory=set)
    file_names: set[str] = field(default_factory=set)
    patterns: set[tuple[str, str]] = field(default_factory=set)
    lookups: set[StringLookup] = field(default_factory=set)
    dynamic: bool = False
    members: set[MemberUse] = field(default_factory=set)
