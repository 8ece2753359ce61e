"""Queries: one grammar for the terminal, the page and saved topics, kept as inert data.

    query := any ; any := all ("or" all)* ; all := one ("and"? one)* ; one := ("not" | "-") one | "(" any ")" | term
    term  := word | "phrase" | #tag | field:value | metric (> >= < <= = !=) number

What a Japanese input method types instead (full-width letters and brackets) means the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gitexp.errors import UsageError

# Fields and what their values may be.
FIELDS = {
    "id": "an id, * for any letters",
    "parent": "an id, * for any letters",
    "tag": "a tag",
    "topic": "a topic",
    "before": "a day",
    "after": "a day",
    "since": "a day",
    "on": "a day or month",
    "has": "image, series, code, parent, correction, entry, or a metric",
    "corrected": "yes or no",
}
COMPARISONS = (">=", "<=", "!=", ">", "<", "=")
DAY = re.compile(r"(?:\d{4}(?:-\d{1,2}){0,2}|\d{1,4}[dwmy]|today|yesterday)")

_DAYS = ("before", "after", "since", "on")
_WIDE = str.maketrans("　（）：＝＞＜＃－！＂“”「」", ' ():=><#-!"""""')
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<bracket>[()])
      | (?P<minus>-(?=[^\s)]))
      | "(?P<phrase>(?:[^"\\]|\\.)*)(?P<closed>"?)
      | (?P<field>[A-Za-z]+):(?P<value>"(?:[^"\\]|\\.)*"|[^\s()"]*)
      | (?P<metric>[^\W\d][\w./-]*?)\s*(?P<op>>=|<=|!=|==|=|>|<)\s*(?P<number>[^\s()"]*)
      | \#(?P<tag>[^\s()"]+)
      | (?P<word>[^\s()"]+)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class TextTerm:
    """Text that stands somewhere in an entry or an id."""

    text: str


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """A property: ``name`` of FIELDS with its value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class MetricTerm:
    """A metric compared with a number; ``value`` as typed, a per cent sign divides by 100."""

    metric: str
    comparison: str
    value: str

    @property
    def number(self) -> float:
        """What the metric is compared with."""
        return float(self.value.removesuffix("%")) / (100 if self.value.endswith("%") else 1)


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


def parse_query(text: str) -> Query:
    """Read a query. Raises UsageError with the column (from 1) of what cannot be understood."""
    reader = _Reader(text)
    found = reader.any()
    if reader.bracket or reader.kind:
        raise reader.error(
            "a bracket too many" if reader.bracket == ")" else "the query goes on after its end"
        )
    return found


def format_query(query: Query) -> str:
    """The query as text; ``parse_query`` reads the same query from it."""
    if isinstance(query, TextTerm):
        plain = re.fullmatch(
            r"[^\s()\"#:=<>!\\-][^\s()\":=<>!\\]*", query.text
        ) and query.text.lower() not in ("and", "or", "not")
        return (
            query.text
            if plain and query.text.translate(_WIDE) == query.text
            else _quoted(query.text)
        )
    if isinstance(query, FieldTerm):
        plain = (
            re.fullmatch(r"[^\s()\"\\]+", query.value)
            and query.value.translate(_WIDE) == query.value
        )
        return f"{query.name}:{query.value if plain else _quoted(query.value)}"
    if isinstance(query, MetricTerm):
        return f"{query.metric}{query.comparison}{query.value}"
    if isinstance(query, NotQuery):
        return f"not {_inner(query.inner, (AllQuery, AnyQuery))}"
    if isinstance(query, AllQuery):
        return " ".join(_inner(part, (AllQuery, AnyQuery)) for part in query.parts)
    return " or ".join(_inner(part, (AnyQuery,)) for part in query.parts)


def list_texts(query: Query) -> tuple[str, ...]:
    """The texts that a query wants to find, for marking them: those under ``not`` are left out."""
    if isinstance(query, TextTerm):
        return (query.text,)
    if isinstance(query, AllQuery | AnyQuery):
        return tuple(text for part in query.parts for text in list_texts(part))
    return ()


def _inner(query: Query, bracketed: tuple[type, ...]) -> str:
    text = format_query(query)
    return f"({text})" if isinstance(query, bracketed) else text


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Reader:
    """Reads one token ahead. Columns are those of the text as it was typed."""

    def __init__(self, text: str) -> None:
        self._typed = text
        self._text = _widths(text)
        self._next = 0
        self.start = 0
        self.kind = ""
        self.bracket = ""
        self._match: re.Match[str] | None = None
        self._advance()

    def error(
        self,
        what: str,
        hint: str = "git exp search -h shows the grammar",
        column: int | None = None,
    ) -> UsageError:
        """An error that points at a column."""
        return UsageError(
            f"query, column {(self.start if column is None else column) + 1}: {what}", hint
        )

    def any(self) -> Query:
        parts = [self._all()]
        while self._is_word("or"):
            self._advance()
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else AnyQuery(tuple(parts))

    def _all(self) -> Query:
        parts = [self._one()]
        while self.kind and self.bracket != ")" and not self._is_word("or"):
            if self._is_word("and"):
                self._advance()
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else AllQuery(tuple(parts))

    def _one(self) -> Query:
        turns = 0
        while self.kind == "minus" or self._is_word("not"):
            turns += 1
            self._advance()
        if turns > 50:
            raise self.error("too many 'not'")
        found = self._atom()
        for _ in range(turns):
            found = NotQuery(found)
        return found

    def _atom(self) -> Query:
        if self.bracket == "(":
            opened = self.start
            self._depth_check()
            self._advance()
            found = self.any()
            if self.bracket != ")":
                raise self.error("this bracket is not closed", column=opened)
            self._advance()
            return found
        if not self.kind or self.bracket or self._is_word("and") or self._is_word("or"):
            raise self.error("something to search for is missing here")
        found = self._term()
        self._advance()
        return found

    def _term(self) -> Query:
        match = self._match
        assert match is not None  # noqa: S101 - there is a token
        if self.kind == "phrase":
            if not match["closed"]:
                raise self.error("this quote is not closed")
            text = _raw(self._typed[match.start("phrase") : match.end("phrase")])
            if not text.strip():
                raise self.error("there is nothing between the quotes")
            return TextTerm(text)
        if self.kind == "field":
            return self._field(
                match["field"].lower(),
                self._typed[match.start("value") : match.end("value")],
                match.start("value"),
            )
        if self.kind == "metric":
            return self._measured(match)
        if self.kind == "tag":
            return FieldTerm("tag", self._typed[match.start("tag") : match.end("tag")])
        return TextTerm(self._typed[match.start("word") : match.end("word")])

    def _field(self, name: str, value: str, column: int) -> FieldTerm:
        if name not in FIELDS:
            raise self.error(
                f"there is no field '{name}'",
                f"fields are {', '.join(FIELDS)}; in quotes it is text",
            )
        plain = _raw(value[1:-1]) if value.translate(_WIDE).startswith('"') else value
        if name in _DAYS:
            plain = _widths(plain).replace("/", "-")
        fits = (
            DAY.fullmatch(plain)
            if name in _DAYS
            else plain in ("yes", "no")
            if name == "corrected"
            else plain.strip()
        )
        if not fits:
            raise self.error(
                f"'{name}:' wants {FIELDS[name]}", f"for example {_EXAMPLES[name]}", column
            )
        return FieldTerm(name, plain)

    def _measured(self, match: re.Match[str]) -> Query:
        name, operator, value = match["metric"], match["op"].replace("==", "="), match["number"]
        if name.lower() in FIELDS and operator == "=":
            return self._field(name.lower(), value, match.start("number"))
        if not re.fullmatch(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?%?", value):
            raise self.error(
                f"'{name}{operator}' wants a number", f"{name}{operator}0.8", match.start("number")
            )
        return MetricTerm(name, operator, value)

    def _is_word(self, word: str) -> bool:
        return (
            self.kind == "word" and self._match is not None and self._match["word"].lower() == word
        )

    def _depth_check(self) -> None:
        if self._text.count("(", 0, self.start) > 100:
            raise self.error("too many brackets")

    def _advance(self) -> None:
        match = _TOKEN.match(self._text, self._next)
        if match is None:
            self.kind, self.bracket, self._match = "", "", None
            self.start = len(self._text.rstrip())
            return
        self._match, self._next = match, match.end()
        self.kind = next(
            name
            for name in ("bracket", "minus", "phrase", "field", "metric", "tag", "word")
            if match[name] is not None
        )
        self.bracket = match["bracket"] or ""
        self.start = match.end() - len(match[0].lstrip())


_EXAMPLES = {"before": "before:2019-07-01 or before:2w", "corrected": "corrected:yes"} | {
    name: f"{name}:{value}"
    for name, value in (
        ("after", "2019-06"),
        ("since", "3d"),
        ("on", "2019-06-23"),
        ("id", "tcn_*"),
        ("parent", "tcn_10"),
        ("tag", "rnn"),
        ("topic", "encoder"),
        ("has", "image"),
    )
}


def _widths(text: str) -> str:
    """Full-width operators and digits outside of quotes as plain ones, letter by letter so that columns stay."""
    plain = text.translate(_WIDE)
    return "".join(
        chr(ord(char) - 0xFEE0) if "０" <= char <= "９" or char == "．" else char for char in plain
    )


def _raw(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
