"""Queries as inert data: terms that are joined, and the text that means the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FULL_WIDTH = "　（）：＝＞＜＃－！＂“”「」"
_PLAIN_WIDTH = ' ():=><#-!"""""'
WIDE_SIGNS = str.maketrans(_FULL_WIDTH, _PLAIN_WIDTH)
"""Signs of a query that a Japanese input method types, to those they stand for."""

_PLAIN_TEXT = re.compile(r"[^\s()\"#:=<>!\\-][^\s()\":=<>!\\]*")
_ESCAPED = re.compile(r"[\\\"＂“”「」]")
_PLAIN_VALUE = re.compile(r"[^\s()\"\\]+")
_PLAIN_METRIC = re.compile(r"[^\W\d](?:[\w./@+%-]|\([^\s()=:<>!\"]*\))*")
_OPERATORS = ("and", "or", "not")


COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">": gt,
    ">=": ge,
    "<": lt,
    "<=": le,
    "=": eq,
    "!=": ne,
}
"""What the signs of a query ask of two numbers."""


@dataclass(frozen=True, slots=True)
class TextTerm:
    """Text that stands somewhere in an entry or an id."""

    text: str


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """A property: ``name`` is a field of ``query.FIELDS``."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class MetricTerm:
    """A metric compared with a number; ``value`` is as typed."""

    metric: str
    comparison: str
    value: str

    @property
    def is_word(self) -> bool:
        """True for a value that is no number: ``acc=N/A``, ``loss=nan``."""
        return not any(char.isdigit() for char in self.value)

    @property
    def number(self) -> float:
        """The number that the metric is compared with; a per cent sign divides by 100."""
        figure = self.value.removesuffix("%")
        return float(figure) / 100 if figure != self.value else float(figure)


@dataclass(frozen=True, slots=True)
class NotQuery:
    """What the inner query does not find."""

    inner: Query


@dataclass(frozen=True, slots=True)
class AllQuery:
    """What every part finds; two parts at least."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class AnyQuery:
    """What some part finds; two parts at least."""

    parts: tuple[Query, ...]


Query = TextTerm | FieldTerm | MetricTerm | NotQuery | AllQuery | AnyQuery


def format_query(query: Query) -> str:
    """Return the query as text; ``parse_query`` reads the same query from it."""
    match query:
        case TextTerm(text):
            return text if _is_plain_text(text) else _quote(text)
        case FieldTerm(name, value):
            return f"{name}:{value if _is_plain_value(value) else _quote(value)}"
        case MetricTerm(metric, comparison, value):
            name = metric if _PLAIN_METRIC.fullmatch(metric) else _quote(metric)
            return f"{name}{comparison}{value}"
        case NotQuery(inner):
            return f"not {_format_in_brackets(inner, AllQuery, AnyQuery)}"
        case AllQuery(parts):
            return " ".join(_format_in_brackets(part, AllQuery, AnyQuery) for part in parts)
        case AnyQuery(parts):
            return " or ".join(_format_in_brackets(part, AnyQuery) for part in parts)


def list_texts(query: Query) -> tuple[str, ...]:
    """Return the texts that a query wants to find, for marking them.

    Texts under ``not`` are left out.
    """
    if isinstance(query, TextTerm):
        return (query.text,)
    texts: list[str] = []
    if isinstance(query, AllQuery | AnyQuery):
        for part in query.parts:
            texts += list_texts(part)
    return tuple(texts)


def _format_in_brackets(query: Query, *bracketed: type) -> str:
    """Return the query as text, in brackets where it is of one of these types."""
    text = format_query(query)
    return f"({text})" if isinstance(query, bracketed) else text


def _is_plain_text(text: str) -> bool:
    """Return True for a text that needs no quotes to be read as text."""
    is_operator = text.lower() in _OPERATORS
    is_word = _PLAIN_TEXT.fullmatch(text) is not None
    return is_word and not is_operator and text.translate(WIDE_SIGNS) == text


def _is_plain_value(value: str) -> bool:
    """Return True for a value of a field that needs no quotes."""
    return _PLAIN_VALUE.fullmatch(value) is not None and value.translate(WIDE_SIGNS) == value


def _quote(text: str) -> str:
    """Return a text in quotes. All that reads as a quote or a backslash has a backslash before it."""
    return '"' + _ESCAPED.sub(r"\\\g<0>", text) + '"'
