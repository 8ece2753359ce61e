"""The settings that a script gave, in a note: a fence of ``name = value`` lines, often a long one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OPENING = "```config"
_CLOSING = "```"
_MOST_ROWS = 8
"""Settings that are shown whole: a few lines are read faster than a fold is opened."""

LONGEST_SETTING = 200  # of a recorded setting, name and value; the note may have more of it


def fold_settings(text: str, parent_settings: Mapping[str, str], parent: str) -> str:
    """Return a text with its long lists of settings folded, and the count of what is hidden.

    Shown are the settings that ``parent`` has otherwise; the first ones where it has none.
    """
    if OPENING not in text:
        return text
    lines: list[str] = []
    rows: list[str] | None = None
    for line in text.split("\n"):
        if rows is None:
            lines.append(line)
            if line == OPENING:
                rows = []
        elif line == _CLOSING:
            lines += [*_fold_rows(rows, parent_settings, parent), line]
            rows = None
        else:
            rows.append(line)
    return "\n".join([*lines, *(rows or ())])


def _fold_rows(
    rows: Sequence[str], parent_settings: Mapping[str, str], parent: str
) -> Sequence[str]:
    if len(rows) <= _MOST_ROWS:
        return rows
    if not parent_settings:
        return [*rows[:_MOST_ROWS], f"+ {len(rows) - _MOST_ROWS} more settings (--all)"]
    shown = [row for row in rows if _differs(row, parent_settings)]
    hidden = len(rows) - len(shown)
    if not hidden:
        return rows
    return [*shown, f"+ {hidden} settings as in {parent} (--all)"]


def _differs(row: str, parent_settings: Mapping[str, str]) -> bool:
    name, _, value = row.partition(" = ")
    if name not in parent_settings:
        return True
    before = f"{name}={parent_settings[name]}"
    return f"{name}={value}"[:LONGEST_SETTING] != before[:LONGEST_SETTING]
