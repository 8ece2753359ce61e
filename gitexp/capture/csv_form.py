"""The form of a CSV file: what stands between its cells, and how it writes numbers."""

from __future__ import annotations

import csv
import re

_REMARKS = 20  # lines that may stand above the head line
_DELIMITERS = (",", ";", "\t", "|")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?%?")


_RULE = re.compile(r"[-=+ ]+")  # below the head
_FEWEST_ROWS = 2
_FEWEST_CELLS = 2


def find_delimiter(text: str) -> str:
    """Return what stands between the cells of a table: a comma, a semicolon, a tab, a bar.

    The head line decides: the sign that splits it into the most cells, a comma where none does. A
    sign inside quotes splits nothing.
    """
    head = _find_head(text)
    counts = {sign: _count_cells(head, sign) for sign in _DELIMITERS}
    return max(_DELIMITERS, key=counts.__getitem__)


def write_tabs_for_blanks(text: str) -> str:
    """Return a table whose cells stand between blanks with tabs instead, each line at its place.

    A text in which some row has not as many cells as the head is no such table, and is returned as
    it is. Rows that pandas prints have a number in front, which the head has no name for. Cells
    with a blank in them stand between two blanks at least, or in quotes.
    """
    lines = [line.strip() for line in text.split("\n")]
    lines = ["" if line.startswith("#") or _RULE.fullmatch(line) else line for line in lines]
    for split in (_split_at_wide_blanks, _split_at_blanks):
        rows = [split(line) if line else [] for line in lines]
        widths = [len(row) for row in rows if row]
        if len(widths) < _FEWEST_ROWS or widths[0] < _FEWEST_CELLS:
            continue
        if set(widths[1:]) == {widths[0] + 1}:
            head = next(row for row in rows if row)
            head.insert(0, "")
        elif len(set(widths)) > 1:
            continue
        return "\n".join("\t".join(row) for row in rows)
    return text


def _split_at_wide_blanks(line: str) -> list[str]:
    return re.split(r"\s{2,}", line)


def _split_at_blanks(line: str) -> list[str]:
    """Return the words of a line; words in quotes are one."""
    return next(csv.reader([line.replace("\t", " ")], delimiter=" ", skipinitialspace=True))


def read_decimal_comma(cell: str) -> str:
    """Return a cell with a point in the place of a decimal comma: ``0,85`` is ``0.85``.

    Only for tables whose cells stand between other signs than commas.
    """
    text = cell.strip()
    return text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else cell


def has_one_column(text: str) -> bool:
    """Return True for a table whose head line no sign between cells splits."""
    return all(_count_cells(_find_head(text), sign) <= 1 for sign in _DELIMITERS)


def _find_head(text: str) -> str:
    lines = [line for line in text.split("\n", _REMARKS)[:_REMARKS] if line.strip()]
    heads = [line for line in lines if not line.startswith("# ")] or lines
    return heads[0] if heads else ""


def _count_cells(line: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return 0
