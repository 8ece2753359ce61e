"""A base for small classes of named values that are made at every start."""

from __future__ import annotations

from typing import Any, dataclass_transform


@dataclass_transform(frozen_default=True)
class NamedValues:
    """Some values, named by the annotations of the class and given in their order or by name.

    What the body of the class gives to a name is its default. A value is equal to itself alone.

    No named tuple and no dataclass: Python takes a tenth of a millisecond to make one of those
    classes, a verb that is typed every day makes dozens before it begins, and few of them are ever
    compared or unpacked.
    """

    def __init__(self, *values: Any, **named: Any) -> None:
        vars(self).update(zip(self.__annotations__, values, strict=False), **named)
