"""Deltas between excerpts: what is a change, where a hunk ends, which file came from which."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from gitexp.excerpt.cut import Excerpt, FileExcerpt, Span, combine_spans
from gitexp.excerpt.lines.layout import strip_layout
from tests.excerpt.deltas import compare_excerpts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gitexp.excerpt.delta.delta import Delta, DeltaLine

LINE = st.sampled_from(["", "a = 1", "b = 2", "    return a", "def f():", "x", "y", "z"])
TEXT = st.lists(LINE, max_size=25)
WHOLE_FILE = 99
"""Lines of context that show all of a file of these tests."""


def cut_whole(*lines: str, path: str = "a.py") -> Excerpt:
    """Return the excerpt of a file of which nothing is hidden."""
    return cut_lines(lines, Span(0, len(lines)), path=path)


def cut_lines(lines: Sequence[str], *spans: Span, path: str = "a.py") -> Excerpt:
    """Return the excerpt of some spans of a file."""
    return Excerpt((FileExcerpt(path, tuple(lines), combine_spans(spans)),))


def list_lines(delta: Delta) -> list[DeltaLine]:
    """Return the lines of all files of a delta."""
    return [line for hunk in delta.hunks for line in hunk.lines]


def show_lines(delta: Delta) -> list[str]:
    """Return the lines of a delta with their signs."""
    return [line.tag + line.text for line in list_lines(delta)]


def show_layout_delta(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return the signed lines of a delta without regard to white space, with all context."""
    old_file, new_file = cut_whole(*old), cut_whole(*new)
    return show_lines(compare_excerpts(old_file, new_file, whitespace=False, context=WHOLE_FILE))


# What is a change


@st.composite
def excerpts(draw: st.DrawFn) -> Excerpt:
    """Return an excerpt of some lines of a file."""
    lines = draw(TEXT)
    picks = draw(st.lists(st.booleans(), min_size=len(lines), max_size=len(lines)))
    return cut_lines(lines, *(Span(i, i + 1) for i, is_picked in enumerate(picks) if is_picked))


@settings(derandomize=True, max_examples=400, deadline=None)
@given(excerpts(), excerpts())
def test_a_delta_applied_to_the_old_lines_gives_the_new_ones(old: Excerpt, new: Excerpt) -> None:
    lines = list_lines(compare_excerpts(old, new, context=0))
    removed = {line.old_number: line.text for line in lines if line.tag == "-"}
    added = {line.new_number: line.text for line in lines if line.tag == "+"}
    before = {number + 1: old.files[0].lines[number] for number in old.files[0].kept_numbers}
    after = {number + 1: new.files[0].lines[number] for number in new.files[0].kept_numbers}
    assert removed.items() <= before.items()
    assert added.items() <= after.items()
    staying_before = [text for number, text in before.items() if number not in removed]
    staying_after = [text for number, text in after.items() if number not in added]
    assert staying_before == staying_after


@settings(derandomize=True, max_examples=400, deadline=None)
@given(excerpts(), excerpts())
def test_a_delta_is_empty_if_and_only_if_two_excerpts_read_the_same(
    old: Excerpt, new: Excerpt
) -> None:
    reads_same = old.text == new.text
    assert reads_same == (not compare_excerpts(old, new).files)
    assert reads_same == (not compare_excerpts(new, old).files)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(TEXT, TEXT)
def test_a_delta_with_all_context_shows_the_new_text(old: list[str], new: list[str]) -> None:
    delta = compare_excerpts(cut_whole(*old), cut_whole(*new), context=WHOLE_FILE)
    if old == new:
        assert list_lines(delta) == []
    else:
        assert [line.text for line in list_lines(delta) if line.tag != "-"] == new


@settings(derandomize=True, max_examples=25, deadline=None)
@given(TEXT.filter(bool), TEXT.filter(bool))
def test_git_applies_the_text(
    tmp_path_factory: pytest.TempPathFactory, old: list[str], new: list[str]
) -> None:
    text = compare_excerpts(cut_whole(*old), cut_whole(*new)).format_unified()
    folder: Path = tmp_path_factory.mktemp("apply")
    (folder / "a.py").write_text("\n".join(old) + "\n")
    if text:
        command = ["git", "apply", "--unidiff-zero", "-"]
        subprocess.run(command, cwd=folder, input=text.encode(), check=True)
    assert (folder / "a.py").read_text() == "\n".join(new) + "\n"


# White space


@settings(derandomize=True, max_examples=200, deadline=None)
@given(TEXT, st.data())
def test_white_space_is_no_change_when_asked(lines: list[str], data: st.DataObject) -> None:
    spaced = []
    for line in lines:
        spaced += [""] * data.draw(st.integers(0, 1))
        spaced.append(" " * data.draw(st.integers(0, 3)) + line.replace(" ", "  "))
    assert show_layout_delta(lines, spaced) == []


def test_blank_lines_between_new_ones_are_new() -> None:
    new = ["def f():", "    a = 1", "", "    return a"]
    assert show_layout_delta([], new) == ["+def f():", "+    a = 1", "+", "+    return a"]


def test_blank_lines_beside_unchanged_ones_are_context() -> None:
    new = ["a = 1", "", "b = 2", "", "c = 3", ""]
    shown = [" a = 1", " ", "+b = 2", " ", " c = 3", " "]
    assert show_layout_delta(["a = 1", "c = 3"], new) == shown


def test_context_shows_the_new_layout() -> None:
    shown = [" if a:", "-x = 1", "+    x = 2"]
    assert show_layout_delta(["if  a:", "x = 1"], ["if a:", "    x = 2"]) == shown


def test_lines_that_are_only_broken_anew_are_no_change() -> None:
    old = ["f(a, b)", "x = 1", "y = 1"]
    rewrapped = ["f(", "    a, b", ")", "x = 1"]
    shown = [" f(", "     a, b", " )", " x = 1", "-y = 1", "+y = 2"]
    assert show_layout_delta(old, [*rewrapped, "y = 1"]) == []
    assert show_layout_delta(old, [*rewrapped, "y = 2"]) == shown
    # The text is the same, though "x" has a partner and what stands before it has not.
    assert show_layout_delta(["x", "yx", "y"], ["xy", "x", "y"]) == []


@pytest.mark.parametrize(
    ("old", "new", "is_changed"),
    [
        ("say('lost  it')", "say('lost it')", True),
        ('x = f"{a} b"', 'x = f"{a}b"', True),
        ("say( 'lost it' )", "say('lost it')", False),
        ("x = 1  # don't  say 'a  b'", "x = 1 # don't say 'a b'", False),
        ("it's  what we don't", "it's what we don't", False),
    ],
)
def test_white_space_in_a_string_is_no_layout(old: str, new: str, is_changed: bool) -> None:
    assert (show_layout_delta([old], [new]) != []) is is_changed
    assert (strip_layout([old]) != strip_layout([new])) is is_changed


def test_a_docstring_may_be_laid_out_anew() -> None:
    old = ["def f():", '    """Say "yes or no", it is', '    \'not\' hard."""']
    new = ["def f():", '    """Say "yes', '    or no", it is \'not\' hard."""']
    assert strip_layout(old) == strip_layout(new)


# Counts, names, text


CODE = """
import os
FILTERS = 50


@tf.function
def encoder_TCN(x):
    y = conv(x)

    return dense(
        y,
    )


class Net(
    Base,
):
    def run(self):
        pass
""".strip().split("\n")


def edit_code(old_line: str, *new_lines: str) -> Delta:
    """Return the delta of CODE with one line replaced."""
    place = CODE.index(old_line)
    edited = [*CODE[:place], *new_lines, *CODE[place + 1 :]]
    return compare_excerpts(cut_whole(*CODE), cut_whole(*edited))


@pytest.mark.parametrize(
    ("old_line", "new_lines", "summary"),
    [
        ("FILTERS = 50", ["FILTERS = 10"], "1 line, FILTERS"),
        ("    y = conv(x)", ["    y = conv(x)", "    y = y + x"], "1 line, encoder_TCN"),
        ("@tf.function", ["@jit"], "1 line, encoder_TCN"),
        ("        y,", ["        y, x,"], "1 line, encoder_TCN"),
        ("        pass", ["        return 1"], "1 line, Net"),
        ("import os", ["import sys"], "1 line"),
        ("):", ["):", "    # how it runs"], "1 line, Net"),
        ("import os", ["import os", "# how wide"], "1 line, FILTERS"),
        ("    y = conv(x)", ["    y = conv(x)", ""], "1 line"),
    ],
)
def test_a_summary_names_what_was_touched(
    old_line: str, new_lines: list[str], summary: str
) -> None:
    assert edit_code(old_line, *new_lines).summary == summary


def test_a_summary_counts_names_beyond_the_third() -> None:
    code = cut_whole(*CODE)
    assert compare_excerpts(code, code).summary == "no change"
    added = compare_excerpts(Excerpt(()), code)
    assert added.summary == f"{len(CODE)} lines, FILTERS, encoder_TCN, Net"
    more = cut_whole(*CODE, "SEED = 1", "STEPS = 2")
    summary = f"{len(CODE) + 2} lines, FILTERS, encoder_TCN, Net, 2 more"
    assert compare_excerpts(Excerpt(()), more).summary == summary


def test_a_replaced_line_counts_once() -> None:
    delta = edit_code("FILTERS = 50", "FILTERS = 10", "WIDTH = 2")
    assert (delta.added_count, delta.removed_count, delta.changed_count) == (2, 1, 2)
    assert delta.names == ("FILTERS", "WIDTH")
    assert delta.format_unified().splitlines()[:6] == [
        "--- a/a.py",
        "+++ b/a.py",
        "@@ -1,5 +1,6 @@",
        " import os",
        "-FILTERS = 50",
        "+FILTERS = 10",
    ]


# Which file came from which


def list_paths(delta: Delta) -> list[tuple[str, str]]:
    """Return the paths before and after of each file of a delta."""
    return [(file.old_path, file.new_path) for file in delta.files]


def join_excerpts(*parts: Excerpt) -> Excerpt:
    """Return the files of several excerpts as one."""
    return Excerpt(tuple(file for part in parts for file in part.files))


def test_a_file_that_only_moved_has_no_delta() -> None:
    assert compare_excerpts(cut_whole(*CODE), cut_whole(*CODE, path="b.py")).files == ()


def test_a_file_that_moved_and_changed_is_compared_with_where_it_was() -> None:
    moved = compare_excerpts(cut_whole(*CODE), cut_whole(*CODE, "x = 1", path="b.py"))
    assert list_paths(moved) == [("a.py", "b.py")]
    assert moved.added_count == 1


def test_files_with_little_in_common_are_a_new_one_and_one_that_is_gone() -> None:
    delta = compare_excerpts(cut_whole("a", "b", "c"), cut_whole("c", "d", "e", path="b.py"))
    assert list_paths(delta) == [("", "b.py"), ("a.py", "")]
    assert "--- /dev/null\n+++ b/b.py\n@@ -0,0 +1,3 @@" in delta.format_unified()


def test_of_several_files_the_most_alike_came_from_each_other() -> None:
    old = join_excerpts(
        cut_whole("a", "b", "c", "x", path="far.py"), cut_whole("a", "b", "c", "d", path="near.py")
    )
    new = join_excerpts(
        cut_whole("a", "b", "c", "y", path="other.py"),
        cut_whole("a", "b", "c", "d", "e", path="heir.py"),
    )
    assert list_paths(compare_excerpts(old, new)) == [
        ("far.py", "other.py"),
        ("near.py", "heir.py"),
    ]
    one_heir = compare_excerpts(old, cut_whole("a", "b", "c", "d", "e", path="heir.py"))
    assert list_paths(one_heir) == [("near.py", "heir.py"), ("far.py", "")]


# Hunks


LINES = tuple(f"l{number}" for number in range(20))


def replace_line(number: int, text: str) -> list[str]:
    """Return LINES with one line replaced."""
    return [*LINES[:number], text, *LINES[number + 1 :]]


def test_context_ends_at_hidden_lines() -> None:
    spans = (Span(0, 2), Span(10, 12))
    old = cut_lines(LINES, *spans)
    new = cut_lines(replace_line(10, "new"), *spans)
    (hunk,) = compare_excerpts(old, new).hunks
    assert hunk.header == "@@ -11,2 +11,2 @@"
    assert [line.tag + line.text for line in hunk.lines] == ["-l10", "+new", " l11"]


def test_both_sides_step_over_the_same_hidden_lines() -> None:
    spans = (Span(0, 5), Span(6, 11))
    old, new = cut_lines(LINES, *spans), cut_lines(replace_line(6, "new"), *spans)
    # The removed line stands below the gap, and so does the added one, a line later.
    assert [hunk.header for hunk in compare_excerpts(old, new).hunks] == ["@@ -7,4 +7,4 @@"]


@pytest.mark.parametrize("is_old_hidden", [True, False])
def test_a_hunk_ends_where_one_side_alone_hides_lines(is_old_hidden: bool) -> None:
    cut = cut_lines(["a", "hidden", "b", "c"], Span(0, 1), Span(2, 4))
    shown = cut_whole("a", "b", "d")
    pair = (cut, shown) if is_old_hidden else (shown, cut)
    (hunk,) = compare_excerpts(*pair).hunks
    assert hunk.lines[0].text == "b"


def test_a_hunk_without_lines_of_one_side_begins_at_the_line_before() -> None:
    grown = [*LINES[:5], "new", *LINES[5:]]
    (hunk,) = compare_excerpts(cut_whole(*LINES), cut_whole(*grown), context=0).hunks
    assert hunk.header == "@@ -5,0 +6 @@"


def test_changes_whose_contexts_touch_are_one_hunk() -> None:
    edited = replace_line(4, "one")
    edited[9] = "two"
    old, new = cut_whole(*LINES), cut_whole(*edited)
    assert [hunk.header for hunk in compare_excerpts(old, new, context=2).hunks] == [
        "@@ -3,10 +3,10 @@"
    ]
    assert len(list(compare_excerpts(old, new, context=1).hunks)) == 2
