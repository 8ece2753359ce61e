"""Results kept for the next time they are asked for, so many at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

K = TypeVar("K")
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """The last ``size`` values that were made, by key."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: dict[K, V] = {}

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of a key; made when it is not there, in the place of the oldest one."""
        if key not in self._values:
            value = make()
            while len(self._values) >= self._size:
                del self._values[next(iter(self._values))]
            self._values[key] = value
        return self._values[key]
