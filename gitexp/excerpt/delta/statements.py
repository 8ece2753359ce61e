"""Statements of a file: what its lines say, without comments, docstrings and layout.

Python is read token by token, so that a statement of several lines is one statement however it is
broken. In other languages each line with code is a statement. A file that cannot be parsed is read
too: nothing here asks for a whole syntax tree.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import pairwise
from keyword import kwlist
from typing import TYPE_CHECKING, Literal, NamedTuple

from gitexp.excerpt.languages.lookup import get_extension, get_language, is_notebook, is_python
from gitexp.excerpt.symbols.masking import mask_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LineKind = Literal["code", "blank", "comment", "docstring"]

_KEYWORDS = frozenset((*kwlist, "print"))
_INDENTED_DATA = ("yml", "yaml")
_REMEMBERED_FILES = 64
_REMEMBERED_PIECES = 4096
_NO_STATEMENT = -1

_TOKEN = re.compile(
    r"""
      (?P<blank>[ \t\f\r]+)
    | (?P<newline>\n)
    | (?P<join>\\\n)
    | (?P<comment>\#[^\n]*)
    | (?P<long>[rRbBuUfF]{0,3}(?:\"{3}(?:\\.|(?!\"{3}).)*(?:\"{3}|\Z)|'{3}(?:\\.|(?!'{3}).)*(?:'{3}|\Z)))
    | (?P<string>[rRbBuUfF]{0,3}(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
    | (?P<number>(?:\d|\.\d)(?:(?<=[eE])[+-]\d|[\w.])*)
    | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    | (?P<sign>->|:=|\*\*=?|//=?|<<=?|>>=?|[-+*/%@&|^<>=!~]=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PLAIN_TOKEN = re.compile(
    r"""(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
    r"""|(?P<number>(?:\d|\.\d)(?:(?<=[eE])[+-]\d|[\w.])*)|(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)"""
    r"""|(?P<sign>[^\w\s])"""
)
_OPENING = re.compile(r"(?:def|class|import|from|@)\b|@")
_PIECE_START = re.compile(r"[^\s#]|\s*(?:def\b|class\b|async\b|@)")
"""A line with which a piece may begin: at the margin, or a definition with its decorators."""

_WHOLE_NUMBER = frozenset("0123456789_")
_SIMPLE_STRING = re.compile(r"""[^'"\\\n]*""")


class Token(NamedTuple):
    """A token of a statement and where it stands: line (of the statement, from 0) and columns.

    ``key`` is equal for two tokens that mean the same: the kind of quotes does not count, nor how
    Python writes a number (``5e-4``, ``0.0005``).
    """

    key: str
    line: int
    start: int
    stop: int
    kind: str


class Statement(NamedTuple):
    """Lines ``start`` to ``stop`` of a file (from 0, half-open) that are one statement.

    ``level`` counts the blocks around it, ``column`` is its indentation.
    """

    start: int
    stop: int
    level: int
    column: int
    tokens: tuple[Token, ...]

    @property
    def key(self) -> str:
        """A text that is equal for two statements that say the same."""
        return "\0".join(token.key for token in self.tokens)

    @property
    def first_word(self) -> str:
        """The key of the first token."""
        return self.tokens[0].key


class CodeLayout(NamedTuple):
    """A file as statements. ``kinds`` has the kind of each line, ``owners`` the index of the
    statement that a line belongs to, or -1.
    """

    statements: tuple[Statement, ...]
    kinds: tuple[LineKind, ...]
    owners: tuple[int, ...]
    is_python: bool


@lru_cache(maxsize=_REMEMBERED_FILES)
def read_layout(path: str, lines: tuple[str, ...], borders: tuple[int, ...] = ()) -> CodeLayout:
    """Return the statements of a file; its path says in which language it is written.

    ``borders`` are the lines with which cells begin: no statement goes on across one.
    """
    if not is_python(path) and not is_notebook(path):
        return _read_plain(path, lines)
    statements: list[Statement] = []
    kinds: list[LineKind] = []
    owners: list[int] = []
    for start, stop in pairwise([*sorted({0, *borders}), len(lines)]):
        cell = _read_python(lines[start:stop])
        owners += _shift_owners(cell.owners, len(statements))
        statements += _shift_statements(cell.statements, start)
        kinds += cell.kinds
    return CodeLayout(tuple(statements), tuple(kinds), tuple(owners), is_python=True)


def _read_python(lines: Sequence[str]) -> CodeLayout:
    """Return the layout of Python, read piece by piece.

    Two versions of a file have most pieces in common: what was read once is not read again.
    """
    starts = [number for number, line in enumerate(lines) if number and _PIECE_START.match(line)]
    stops = [*starts, len(lines)]
    statements: list[Statement] = []
    kinds: list[LineKind] = []
    owners: list[int] = []
    columns: tuple[int, ...] = (0,)
    while len(kinds) < len(lines):
        start = len(kinds)
        piece = _read_next_piece(lines, stops, start, columns)
        owners += _shift_owners(piece.owners, len(statements))
        statements += _shift_statements(piece.statements, start)
        kinds += piece.kinds
        columns = piece.columns
    return CodeLayout(tuple(statements), tuple(kinds), tuple(owners), is_python=True)


def _shift_owners(owners: Sequence[int], count: int) -> list[int]:
    """Return the owners of lines with ``count`` statements above them."""
    return [_NO_STATEMENT if owner < 0 else count + owner for owner in owners]


def _shift_statements(statements: Sequence[Statement], start: int) -> Iterator[Statement]:
    """Yield statements of lines that begin at line ``start``."""
    for first, stop, level, column, tokens in statements:
        yield Statement(start + first, start + stop, level, column, tokens)


def _read_next_piece(
    lines: Sequence[str], stops: Sequence[int], start: int, columns: tuple[int, ...]
) -> _Piece:
    """Return the piece that begins at line ``start``: to one of ``stops`` where no statement,
    bracket or string is open.
    """
    first = bisect_right(stops, start)
    count = 1
    while True:
        stop = stops[min(first + count, len(stops)) - 1]
        text = "\n".join(lines[start:stop])
        piece = _read_piece(text, columns, is_last=stop == len(lines))
        if piece is not None:
            return piece
        count *= 2


class _Piece(NamedTuple):
    """Some lines of Python, read by themselves. All lines count from the first of them.

    ``columns`` are the indentations of the blocks that are open at their end.
    """

    statements: tuple[Statement, ...]
    kinds: tuple[LineKind, ...]
    owners: tuple[int, ...]
    columns: tuple[int, ...]


@lru_cache(maxsize=_REMEMBERED_PIECES)
def _read_piece(text: str, columns: tuple[int, ...], *, is_last: bool) -> _Piece | None:
    """Return the piece that some lines are, or None where the line below belongs to them.

    ``columns`` are the indentations of the blocks that are open above them. ``is_last``: no line is
    below.
    """
    reader = _PieceReader(text.split("\n"), columns)
    reader.read(text if is_last else f"{text}\n")
    if is_last:
        reader.end_statement()
    elif not reader.is_complete or text.endswith("\\"):
        # A string may go on below a backslash, whatever the line seems to say without its rest.
        return None
    return reader.make_piece()


class _PieceReader:
    """Reads the statements of a piece of Python, token by token."""

    def __init__(self, lines: Sequence[str], columns: Sequence[int]) -> None:
        self._lines = lines
        self._kinds: list[LineKind] = ["code" if line.strip() else "blank" for line in lines]
        self._owners = [_NO_STATEMENT] * len(lines)
        self._has_code = [False] * (len(lines) + 1)
        self._statements: list[Statement] = []
        self._columns = list(columns)
        self._start = 0
        self._tokens: list[Token] = []
        self._brackets: list[_Bracket] = []

    def read(self, text: str) -> None:
        """Read the lines as one text."""
        position = line_start = number = 0
        while position < len(text):
            if position == line_start and self._begins_anew(self._lines[number]):
                self._take_magic(number)
                position += len(self._lines[number])
                continue
            match = _TOKEN.match(text, position)
            if match is None:
                break
            kind = str(match.lastgroup)
            token = match.group()
            if kind == "newline" and not self._brackets:
                self.end_statement()
            elif kind not in ("blank", "newline", "join", "comment"):
                column = position - line_start
                if not self._tokens:
                    self._start = number
                line = number - self._start
                self._take(Token(token, line, column, column + len(token), kind))
            position = match.end()
            if "\n" in token:
                number += token.count("\n")
                line_start = match.start() + token.rfind("\n") + 1

    @property
    def is_complete(self) -> bool:
        """True if no statement, bracket or long string is open at the end of what was read."""
        return not self._tokens and not self._brackets

    def make_piece(self) -> _Piece:
        """Return what was read."""
        for line, kind in enumerate(self._kinds):
            if kind == "code" and self._owners[line] == _NO_STATEMENT:
                self._kinds[line] = "comment"
        return _Piece(
            tuple(self._statements), tuple(self._kinds), tuple(self._owners), tuple(self._columns)
        )

    def _begins_anew(self, line: str) -> bool:
        """Return True if a line is for IPython.

        In a cell that is no Python a bracket may never be closed: there the next definition or
        import at the margin ends the statement.
        """
        if self._brackets and _OPENING.match(line):
            self.end_statement()
        return not self._tokens and line.lstrip()[:1] in ("!", "%")

    def _take(self, token: Token) -> None:
        if token.kind == "sign" and token.key in "([{":
            self._brackets.append(_Bracket(token.key, self._follows_value(), 0))
        elif token.kind == "sign" and token.key in ")]}" and self._brackets:
            self._drop_last_comma(self._brackets.pop())
        elif token.key == "," and self._brackets:
            last = self._brackets[-1]
            self._brackets[-1] = last._replace(commas=last.commas + 1)
        elif token.kind == "string":
            token = token._replace(key=_normalise_string(token.key))
        elif token.kind == "number" and not token.key.isdigit():
            token = token._replace(key=_normalise_number(token.key))
        self._tokens.append(token)
        first = self._start + token.line
        for line in range(first, first + 1 + token.key.count("\n")):
            self._has_code[line] = True

    def _follows_value(self) -> bool:
        """Return True if a bracket here follows a value: it calls it or takes a part of it."""
        if not self._tokens:
            return False
        last = self._tokens[-1]
        return last.key in (")", "]") or (last.kind == "name" and last.key not in _KEYWORDS)

    def _drop_last_comma(self, bracket: _Bracket) -> None:
        """Take back a comma before a closing bracket, where it says nothing."""
        if not self._tokens or self._tokens[-1].key != ",":
            return
        if bracket.sign == "(":
            is_idle = bracket.follows_value or bracket.commas > 1
        elif bracket.sign == "[":
            is_idle = not bracket.follows_value or bracket.commas > 1
        else:
            is_idle = True
        if is_idle:
            self._tokens.pop()

    def _take_magic(self, number: int) -> None:
        """Take a line for IPython as a statement of words."""
        self._start = number
        for match in re.finditer(r"\S+", self._lines[number]):
            self._tokens.append(Token(match.group(), 0, match.start(), match.end(), "name"))
        self._has_code[number] = True

    def end_statement(self) -> None:
        """End the statement under way, if there is one."""
        tokens, self._tokens, self._brackets = tuple(self._tokens), [], []
        if not tokens:
            return
        start = self._start
        stop = start + tokens[-1].line + 1 + tokens[-1].key.count("\n")
        if all(token.kind in ("long", "string") for token in tokens):
            for line in range(start, stop):
                self._kinds[line] = "docstring"
                self._owners[line] = _NO_STATEMENT
            return
        column = _measure_indentation(self._lines[start])
        while len(self._columns) > 1 and column < self._columns[-1]:
            self._columns.pop()
        if column > self._columns[-1]:
            self._columns.append(column)
        for line in range(start, stop):
            self._owners[line] = len(self._statements)
            if not self._has_code[line]:
                is_blank = not self._lines[line].strip()
                self._kinds[line] = "blank" if is_blank else "comment"
            elif self._kinds[line] == "blank":
                self._kinds[line] = "code"
        level = len(self._columns) - 1
        self._statements.append(Statement(start, stop, level, column, tokens))


class _Bracket(NamedTuple):
    """An open bracket: its sign, whether it follows a value, and the commas in it so far."""

    sign: str
    follows_value: bool
    commas: int


def _normalise_string(text: str) -> str:
    """Return a short string with single quotes, where that does not change it."""
    prefix = text.partition("'")[0].partition('"')[0]
    body = text[len(prefix) + 1 : -1]
    if len(text) > len(prefix) + 1 and _SIMPLE_STRING.fullmatch(body):
        return f"{prefix.lower().replace('u', '')}'{body}'"
    return text


def _normalise_number(text: str) -> str:
    """Return a number as Python prints it. A whole number stays one: ``1e3`` is not ``1000``."""
    is_whole = text[:2].lower() in ("0x", "0o", "0b") or set(text) <= _WHOLE_NUMBER
    try:
        number = int(text, 0) if is_whole else float(text)
    except ValueError:
        return text
    # Beyond the largest number all are infinite.
    return text if number == float("inf") else str(number)


def _measure_indentation(line: str) -> int:
    expanded = line.expandtabs(8)
    return len(expanded) - len(expanded.lstrip())


def _read_plain(path: str, lines: Sequence[str]) -> CodeLayout:
    """Return each line with code as a statement, in a language other than Python."""
    language = get_language(path)
    is_indented = language.layout == "indented" or get_extension(path) in _INDENTED_DATA
    masked = list(lines)
    if language.comments:
        masked = mask_values("\n".join(lines), language).split("\n")
    statements: list[Statement] = []
    kinds: list[LineKind] = []
    owners = []
    for number, line in enumerate(lines):
        has_code = bool(masked[number].strip())
        if not has_code:
            kinds.append("comment" if line.strip() else "blank")
            owners.append(_NO_STATEMENT)
            continue
        kinds.append("code")
        owners.append(len(statements))
        column = _measure_indentation(line)
        level = column if is_indented else 0
        tokens = _split_plain(line)
        statements.append(Statement(number, number + 1, level, column, tokens))
    return CodeLayout(tuple(statements), tuple(kinds), tuple(owners), is_python=False)


def _split_plain(line: str) -> tuple[Token, ...]:
    return tuple(
        Token(match.group(), 0, match.start(), match.end(), str(match.lastgroup))
        for match in _PLAIN_TOKEN.finditer(line)
    )
