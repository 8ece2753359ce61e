"""Reading a query: one grammar for the terminal, the page and saved topics.

    query := any
    any   := all ("or" all)*
    all   := factor ("and"? factor)*
    factor := ("not" | "-") factor | "(" any ")" | term
    term  := word | "phrase" | #tag | field:value | metric (> >= < <= = !=) number
    metric := a name without spaces | "any name"

What a Japanese input method types instead (full-width letters and brackets) means the same.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gitexp.errors import UsageError
from gitexp.model.query_terms import (
    WIDE_SIGNS,
    AllQuery,
    AnyQuery,
    FieldTerm,
    MetricTerm,
    NotQuery,
    Query,
    TextTerm,
)


class Field(NamedTuple):
    """A field of a query: what its values may be, and an example."""

    values: str
    example: str


FIELDS = {
    "id": Field("an id, * for any letters", "id:tcn_*"),
    "parent": Field("an id, * for any letters", "parent:tcn_10"),
    "tag": Field("a tag", "tag:rnn"),
    "topic": Field("a topic", "topic:encoder"),
    "before": Field("a day", "before:2019-07-01 or before:2w"),
    "after": Field("a day", "after:2019-06"),
    "since": Field("a day", "since:3d"),
    "on": Field("a day or month", "on:2019-06-23"),
    "has": Field("image, series, code, parent, correction, entry, or a metric", "has:image"),
    "corrected": Field("yes or no", "corrected:yes"),
    "set": Field("a setting in the code, or its value", "set:encoder=encoder_TCN"),
}

_FIELDS_OF_DAYS = ("before", "after", "since", "on")
_DAY = re.compile(r"(?:\d{4}(?:-\d{1,2}){0,2}|\d{1,4}[dwmy]|today|yesterday)")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?%?")
_VALUE_WORD = re.compile(r"n/a|nan|[+-]?inf|diverged", re.IGNORECASE)
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<bracket>[()])
      | (?P<minus>-(?=[^\s)]))
      | (?P<field>[A-Za-z]+):(?P<value>"(?:[^"\\]|\\.)*"|[^\s()"]*)
      | (?:(?P<metric>[^\W\d](?:[\w./@+%-]|\([^\s()=:<>!"]*\))*?)|"(?P<quoted>(?:[^"\\]|\\.)+)")
        \s*(?P<operator>>=|<=|!=|==|=|>|<)\s*(?P<number>[^\s()"]*)
      | "(?P<phrase>(?:[^"\\]|\\.)*)(?P<closed>"?)
      | \#(?P<tag>[^\s()"]+)
      | (?P<word>[^\s()"]+)
    )""",
    re.VERBOSE,
)
_TOKEN_KINDS = ("bracket", "minus", "phrase", "field", "metric", "quoted", "tag", "word")
# Far more than a person types; the reader is recursive, and a topic from a remote has a query.
_MOST_BRACKETS = 100
_MOST_NEGATIONS = 50


def parse_query(text: str) -> Query:
    """Read a query. Raises UsageError with the column (from 1) of what cannot be understood."""
    reader = _QueryReader(text)
    query = reader.read_any()
    if reader.bracket == ")":
        raise reader.make_error("a bracket too many")
    if reader.kind:
        raise reader.make_error("the query goes on after its end")
    return query


class _QueryReader:
    """Reads one token ahead. Columns are those of the text as it was typed."""

    def __init__(self, text: str) -> None:
        self._typed = text
        self._text = _make_widths_plain(text)
        self._position = 0
        self._token: re.Match[str] | None = None
        self.start = 0
        self.kind = ""
        self.bracket = ""
        self._advance()

    def make_error(
        self,
        message: str,
        hint: str = "git exp search -h shows the grammar",
        column: int | None = None,
    ) -> UsageError:
        """Return an error that points at a column, counted from 0; else at the next token."""
        shown_column = (self.start if column is None else column) + 1
        return UsageError(f"query, column {shown_column}: {message}", hint)

    def read_any(self) -> Query:
        """Read parts that ``or`` joins."""
        parts = [self._read_all()]
        while self._is_word("or"):
            self._advance()
            parts.append(self._read_all())
        return parts[0] if len(parts) == 1 else AnyQuery(tuple(parts))

    def _read_all(self) -> Query:
        parts = [self._read_factor()]
        while self.kind and self.bracket != ")" and not self._is_word("or"):
            if self._is_word("and"):
                self._advance()
            parts.append(self._read_factor())
        return parts[0] if len(parts) == 1 else AllQuery(tuple(parts))

    def _read_factor(self) -> Query:
        negations = 0
        while self.kind == "minus" or self._is_word("not"):
            negations += 1
            self._advance()
        if negations > _MOST_NEGATIONS:
            raise self.make_error("too many 'not'")
        query = self._read_bracketed() if self.bracket == "(" else self._read_term()
        for _ in range(negations):
            query = NotQuery(query)
        return query

    def _read_bracketed(self) -> Query:
        opening = self.start
        if self._text.count("(", 0, opening) > _MOST_BRACKETS:
            raise self.make_error("too many brackets")
        self._advance()
        query = self.read_any()
        if self.bracket != ")":
            raise self.make_error("this bracket is not closed", column=opening)
        self._advance()
        return query

    def _read_term(self) -> Query:
        token = self._token
        if token is None or self.bracket or self._is_word("and") or self._is_word("or"):
            raise self.make_error("something to search for is missing here")
        query = self._build_term(token)
        self._advance()
        return query

    def _build_term(self, token: re.Match[str]) -> Query:
        match self.kind:
            case "phrase":
                return self._build_phrase(token)
            case "field":
                value = self._get_typed(token, "value")
                return self._build_field(token["field"].lower(), value, token.start("value"))
            case "metric" | "quoted":
                return self._build_comparison(token)
            case "tag":
                return FieldTerm("tag", self._get_typed(token, "tag"))
        return TextTerm(self._get_typed(token, "word"))

    def _build_phrase(self, token: re.Match[str]) -> TextTerm:
        if not token["closed"]:
            raise self.make_error("this quote is not closed")
        text = _unescape(self._get_typed(token, "phrase"))
        if not text.strip():
            raise self.make_error("there is nothing between the quotes")
        return TextTerm(text)

    def _build_field(self, name: str, typed: str, column: int) -> FieldTerm:
        if name not in FIELDS:
            raise self.make_error(
                f"there is no field '{name}'",
                f"fields are {', '.join(FIELDS)}; in quotes it is text",
            )
        is_quoted = typed.translate(WIDE_SIGNS).startswith('"')
        value = _unescape(typed[1:-1]) if is_quoted else typed
        if name in _FIELDS_OF_DAYS:
            value = _make_widths_plain(value).replace("/", "-")
        if not _fits_field(name, value):
            raise self.make_error(
                f"'{name}:' wants {FIELDS[name].values}",
                f"for example {FIELDS[name].example}",
                column,
            )
        return FieldTerm(name, value)

    def _build_comparison(self, token: re.Match[str]) -> Query:
        name = token["metric"] or _unescape(self._get_typed(token, "quoted"))
        value = token["number"]
        operator = "=" if token["operator"] == "==" else token["operator"]
        if token["metric"] and name.lower() in FIELDS and operator == "=":
            return self._build_field(name.lower(), value, token.start("number"))
        is_word = operator in ("=", "!=") and _VALUE_WORD.fullmatch(value) is not None
        if not is_word and not _NUMBER.fullmatch(value):
            raise self.make_error(
                f"'{name}{operator}' wants a number",
                f"{name}{operator}0.8",
                token.start("number"),
            )
        return MetricTerm(name, operator, value)

    def _get_typed(self, token: re.Match[str], group: str) -> str:
        """Return a group of a token in the widths in which it was typed."""
        return self._typed[token.start(group) : token.end(group)]

    def _is_word(self, word: str) -> bool:
        if self._token is None or self.kind != "word":
            return False
        return self._token["word"].lower() == word

    def _advance(self) -> None:
        token = _TOKEN.match(self._text, self._position)
        self._token = token
        if token is None:
            self.kind = self.bracket = ""
            self.start = len(self._text.rstrip())
            return
        self._position = token.end()
        self.kind = next(kind for kind in _TOKEN_KINDS if token[kind] is not None)
        self.bracket = token["bracket"] or ""
        self.start = token.end() - len(token[0].lstrip())


def _fits_field(name: str, value: str) -> bool:
    """Return True for a text that the field can have as its value."""
    if name in _FIELDS_OF_DAYS:
        return _DAY.fullmatch(value) is not None
    if name == "corrected":
        return value in ("yes", "no")
    return bool(value.strip())


def _make_widths_plain(text: str) -> str:
    """Return the text with full-width signs and digits as plain ones, so that columns stay."""
    return "".join(map(_make_digit_plain, text.translate(WIDE_SIGNS)))


def _make_digit_plain(char: str) -> str:
    return chr(ord(char) - 0xFEE0) if "０" <= char <= "９" or char == "．" else char


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
