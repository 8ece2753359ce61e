"""The form of a CSV file: what stands between its cells, and how it writes numbers."""

from __future__ import annotations

import csv
import re

_REMARKS = 20  # lines that may stand above the head line
_DELIMITERS = (",", ";", "\t", "|")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?%?")


def find_delimiter(text: str) -> str:
    """Return what stands between the cells of a table: a comma, a semicolon, a tab, a bar.

    The head line decides: the sign that splits it into the most cells, a comma where none does. A
    sign inside quotes splits nothing.
    """
    lines = [line for line in text.split("\n", _REMARKS)[:_REMARKS] if line.strip()]
    heads = [line for line in lines if not line.startswith("# ")] or lines
    head = heads[0] if heads else ""
    counts = {sign: _count_cells(head, sign) for sign in _DELIMITERS}
    return max(_DELIMITERS, key=counts.__getitem__)


def read_decimal_comma(cell: str) -> str:
    """Return a cell with a point in the place of a decimal comma: ``0,85`` is ``0.85``.

    Only for tables whose cells stand between other signs than commas.
    """
    text = cell.strip()
    return text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else cell


def _count_cells(line: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return 0
