"""Long lists of settings in a note are folded, and nothing is hidden without a count."""

from __future__ import annotations

from gitexp.model.config_fence import fold_settings

ROWS = [f"size{number} = {number}" for number in range(12)]
BEFORE = {f"size{number}": str(number) for number in range(12)}


def write(rows: list[str]) -> str:
    return "\n".join(["words", "", "```config", *rows, "```", "after"])


def test_what_is_short_or_no_config_stays() -> None:
    short = write(ROWS[:8])
    assert fold_settings(short, BEFORE, "a1") == short
    code = write(ROWS).replace("```config", "```")
    assert fold_settings(code, BEFORE, "a1") == code


def test_what_the_parent_has_is_counted() -> None:
    changed = [*ROWS[:11], "size11 = 7", "new = 1"]
    shown = fold_settings(write(changed), BEFORE, "a1")
    assert shown == write(["size11 = 7", "new = 1", "+ 11 settings as in a1 (--all)"])
    assert fold_settings(write(ROWS), {"other": "1"}, "a1") == write(ROWS)
    assert fold_settings(write(ROWS), {}, "") == write([*ROWS[:8], "+ 4 more settings (--all)"])


def test_a_fence_that_is_never_closed_stays() -> None:
    text = "\n".join(["```config", *ROWS])
    assert fold_settings(text, {}, "") == text
