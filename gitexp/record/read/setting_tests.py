"""What a query asks of the settings in the code of experiments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.model.normalise import fold_text
from gitexp.model.query_terms import COMPARISONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    SettingsById = Mapping[str, Mapping[str, tuple[str, ...]]]

_QUESTION = re.compile(r"(?P<name>.+?)(?P<sign>>=|<=|!=|==|=|>|<)(?P<value>.*)", re.DOTALL)


def find_with_setting(settings: SettingsById, question: str) -> Iterator[str]:
    """Yield the ids of the experiments whose code has a setting: ``encoder``, ``encoder=tcn``."""
    match = _QUESTION.fullmatch(question)
    if match is None:
        yield from _find(settings, question, lambda _: True)
        return
    sign = "=" if match["sign"] == "==" else match["sign"]
    yield from find_with_value(settings, match["name"], sign, match["value"])


def find_with_value(settings: SettingsById, name: str, sign: str, wanted: str) -> Iterator[str]:
    """Yield the ids of the experiments in which a value of a setting fits.

    Two numbers are compared by size. Texts are the same or not, whatever the case and width of
    letters. ``name`` is the name of the setting, or its end: ``kernel_size``.
    """
    yield from _find(settings, name, lambda value: _fits(value, sign, wanted))


def _find(settings: SettingsById, name: str, fits: Callable[[str], bool]) -> Iterator[str]:
    folded_name = fold_text(name)
    for ident, by_name in settings.items():
        if any(fits(value) for value in _list_values(by_name, folded_name)):
            yield ident


def _list_values(by_name: Mapping[str, tuple[str, ...]], folded_name: str) -> Iterable[str]:
    for name, values in by_name.items():
        folded = fold_text(name)
        if folded == folded_name or folded.endswith(f".{folded_name}"):
            yield from values


def _fits(value: str, sign: str, wanted: str) -> bool:
    numbers = _read_number(value), _read_number(wanted)
    if numbers[0] is not None and numbers[1] is not None:
        return COMPARISONS[sign](numbers[0], numbers[1])
    is_same = fold_text(value) == fold_text(wanted)
    return is_same if sign == "=" else sign == "!=" and not is_same


def _read_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
