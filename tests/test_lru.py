"""The cache keeps what was used last, and never more than it may."""

from __future__ import annotations

from hypothesis import given, strategies as st

from gitexp.lru import LruCache


def test_the_value_that_was_not_used_for_longest_goes_first() -> None:
    cache: LruCache[str, int] = LruCache(2)
    cache.get("a", lambda: 1)
    cache.get("b", lambda: 2)
    cache.get("a", lambda: 3)
    cache.get("c", lambda: 4)
    assert cache.get("a", lambda: 5) == 1
    assert cache.get("b", lambda: 6) == 6


def test_a_value_is_made_once_though_it_is_none() -> None:
    cache: LruCache[str, None] = LruCache(2)
    made_keys: list[str] = []

    def make(key: str) -> None:
        made_keys.append(key)

    for key in "aab":
        cache.get(key, lambda key=key: make(key))  # type: ignore[misc]
    assert made_keys == ["a", "b"]


def test_a_value_may_use_the_cache_while_it_is_made() -> None:
    cache: LruCache[int, int] = LruCache(2)

    def sum_to(number: int) -> int:
        return number + cache.get(number - 1, lambda: sum_to(number - 1)) if number else 0

    assert cache.get(10, lambda: sum_to(10)) == 55


@given(st.lists(st.integers(0, 6)), st.integers(1, 4))
def test_it_is_as_a_list_that_is_cut(keys: list[int], size: int) -> None:
    cache: LruCache[int, int] = LruCache(size)
    values: dict[int, int] = {}
    recent_keys: list[int] = []
    for number, key in enumerate(keys):
        if key not in recent_keys:
            values[key] = number
        assert cache.get(key, lambda number=number: number) == values[key]  # type: ignore[misc]
        recent_keys = [*(recent for recent in recent_keys if recent != key), key][-size:]
