"""The base of small classes: values by place, by name, and by default."""

from __future__ import annotations

import pytest

from gitexp.named_values import NamedValues
from gitexp.store.discover import is_full_id


class _Range(NamedValues):
    start: int
    stop: int
    name: str = "all"


def test_values_are_given_in_order_or_by_name() -> None:
    by_place, by_name = _Range(1, 2, "some"), _Range(stop=2, start=1)
    assert (by_place.start, by_place.stop, by_place.name) == (1, 2, "some")
    assert (by_name.start, by_name.stop, by_name.name) == (1, 2, "all")
    assert _Range(1, 2) != _Range(1, 2)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("a" * 40, True),
        ("0123456789abcdef" * 4, True),
        ("A" * 40, False),
        ("a" * 39, False),
        ("a" * 20 + "g" + "a" * 19, False),
        ("a" * 39 + "\n", False),
        ("", False),
    ],
)
def test_a_full_id_is_40_or_64_hexadecimal_digits(text: str, fits: bool) -> None:
    assert is_full_id(text) is fits
