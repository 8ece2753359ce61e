"""Automatic ids: two clones choose different ones, and a person types little of them."""

from __future__ import annotations

import pytest

from gitexp.errors import AmbiguousError, NotFoundError
from gitexp.model.ids import find_id, make_automatic_id, read_automatic_id


def test_the_number_goes_on_from_the_highest() -> None:
    assert make_automatic_id(["e0042", "e7-hkmn", "e9x", "early", "e"], b"\0\1\2\3") == "e43-hjkm"


def test_clones_that_number_at_once_differ() -> None:
    ids = {make_automatic_id([], bytes([number, 1, 2, 3])) for number in range(12)}
    assert len(ids) == 12


KNOWN = ["e0004", "e40-hkmn", "e43-hkmn", "e43-hpqr", "early_1", "e5-kkkk"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("e4", "e0004"),
        ("e0004", "e0004"),
        ("e40", "e40-hkmn"),
        ("e43-hk", "e43-hkmn"),
        ("e43hp", "e43-hpqr"),
        ("e5", "e5-kkkk"),
        ("e005k", "e5-kkkk"),
        ("ea", "early_1"),
    ],
)
def test_little_is_typed(typed: str, meant: str) -> None:
    assert find_id(typed, KNOWN) == meant


def test_what_may_mean_two_is_refused_with_both() -> None:
    with pytest.raises(AmbiguousError) as caught:
        find_id("e43", KNOWN)
    assert "e43-hkmn, e43-hpqr" in caught.value.hint
    with pytest.raises(NotFoundError):
        find_id("e6", KNOWN)


@pytest.mark.parametrize(
    "name", ["e", "e-hkmn", "e4-", "e4-hkmnx", "e4_hkmn", "e４", "e4-h-k", "f4"]
)
def test_other_names_are_no_automatic_ids(name: str) -> None:
    parts = read_automatic_id(name)
    assert parts is None or (name, parts) == ("e4-", (4, ""))
