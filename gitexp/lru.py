"""A cache of bounded size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

K = TypeVar("K")
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """The ``size`` values that were used last, by key."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: dict[K, V] = {}

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return the value of a key, from ``make`` where the cache has none.

        A new value takes the place of the one that was not used for longest.
        """
        # A dict keeps the order of insertion: the key goes to its end each time it is used.
        if key in self._values:
            value = self._values.pop(key)
        else:
            value = make()
        self._values[key] = value
        if len(self._values) > self._size:
            del self._values[next(iter(self._values))]
        return value
