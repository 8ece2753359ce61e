from __future__ import annotations

import subprocess
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitexp.excerpt.cut import Excerpt, FileExcerpt, Span, combine_spans
from gitexp.excerpt.delta.delta import Delta, compare_excerpts
from gitexp.excerpt.lines import matching as unidiff_match
from gitexp.excerpt.lines.likeness import strip_layout

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LINE = st.sampled_from(["", "a = 1", "b = 2", "    return a", "def f():", "x", "y", "z"])
TEXT = st.lists(LINE, max_size=25)


def whole(*lines: str, path: str = "a.py") -> Excerpt:
    return Excerpt((FileExcerpt(path, lines, combine_spans([Span(0, len(lines))])),))


@st.composite
def excerpts(draw: st.DrawFn) -> Excerpt:
    lines = tuple(draw(TEXT))
    picked = draw(st.lists(st.booleans(), min_size=len(lines), max_size=len(lines)))
    return Excerpt(
        (
            FileExcerpt(
                "a.py",
                lines,
                combine_spans(Span(i, i + 1) for i, keep in enumerate(picked) if keep),
            ),
        )
    )


def kept(part: FileExcerpt) -> dict[int, str]:
    return {i + 1: part.lines[i] for span in part.spans for i in range(span.start, span.stop)}


def apply(delta: Delta, old: FileExcerpt) -> list[str]:
    """The new kept lines, from the old ones and a delta with all its context."""
    if not delta.files:
        return list(old.kept_lines)
    return [line.text for line in delta.files[0].lines if line.tag != "-"]


@settings(derandomize=True, max_examples=400)
@given(excerpts(), excerpts())
def test_delta_applied_to_old_gives_new(old: Excerpt, new: Excerpt) -> None:
    delta = compare_excerpts(old, new, context=0)
    gone = {line.old: line.text for file in delta.files for line in file.lines if line.tag == "-"}
    come = {line.new: line.text for file in delta.files for line in file.lines if line.tag == "+"}
    before, after = kept(old.files[0]), kept(new.files[0])
    assert gone.items() <= before.items()
    assert come.items() <= after.items()
    assert [text for number, text in before.items() if number not in gone] == [
        t for number, t in after.items() if number not in come
    ]
    assert (old.text == new.text) == (not delta.files)
    back = compare_excerpts(new, old, context=0)
    assert (old.text == new.text) == (not back.files)


@settings(derandomize=True, max_examples=200)
@given(TEXT, TEXT)
def test_full_context_shows_the_new_text(old: list[str], new: list[str]) -> None:
    delta = compare_excerpts(whole(*old), whole(*new), context=99)
    assert apply(delta, whole(*old).files[0]) == new


@settings(derandomize=True, max_examples=200)
@given(TEXT, st.data())
def test_white_space_is_no_change_when_asked(lines: list[str], data: st.DataObject) -> None:
    spaced = []
    for line in lines:
        spaced += [""] * data.draw(st.integers(0, 1))
        spaced.append(" " * data.draw(st.integers(0, 3)) + line.replace(" ", "  "))
    assert compare_excerpts(whole(*lines), whole(*spaced), whitespace=False).files == ()


def test_blank_lines_between_new_ones_are_new() -> None:
    born = compare_excerpts(
        whole(), whole("def f():", "    a = 1", "", "    return a"), whitespace=False
    )
    assert [line.tag for line in born.files[0].lines] == ["+", "+", "+", "+"]
    beside = compare_excerpts(
        whole("a = 1", "c = 3"), whole("a = 1", "", "b = 2", "c = 3"), whitespace=False
    )
    assert [line.tag for line in beside.files[0].lines] == [" ", " ", "+", " "]


def test_rewrapped_lines_are_white_space() -> None:
    old = whole("f(a, b)", "x = 1")
    new = whole("f(", "    a, b", ")", "x = 2")
    assert (
        compare_excerpts(old, whole("f(", "    a, b", ")", "x = 1"), whitespace=False).files == ()
    )
    assert [
        line.text
        for file in compare_excerpts(old, new, whitespace=False).files
        for line in file.lines
        if line.tag == "+"
    ][-1] == "x = 2"


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        (["say('lost  it')"], ["say('lost it')"], True),
        (['x = f"{a} b"'], ['x = f"{a}b"'], True),
        (["say( 'lost it' )"], ["say('lost it')"], False),
        (["x = 1  # don't  say 'a  b'"], ["x = 1 # don't say 'a b'"], False),
        (["it's  what we don't"], ["it's what we don't"], False),
    ],
)
def test_white_space_in_a_string_is_no_layout(
    old: list[str], new: list[str], changed: bool
) -> None:
    assert bool(compare_excerpts(whole(*old), whole(*new), whitespace=False).files) is changed
    assert (strip_layout(old) != strip_layout(new)) is changed


def test_a_docstring_may_be_laid_out_anew() -> None:
    old = ["def f():", '    """Say "yes or no", it is', '    \'not\' hard."""']
    assert strip_layout(old) == strip_layout(
        ["def f():", '    """Say "yes', '    or no", it is \'not\' hard."""']
    )


@settings(derandomize=True, max_examples=25)
@given(TEXT.filter(bool), TEXT.filter(bool))
def test_git_applies_the_text(tmp_path_factory: object, old: list[str], new: list[str]) -> None:
    text = compare_excerpts(whole(*old), whole(*new)).format_unified()
    folder: Path = tmp_path_factory.mktemp("apply")  # type: ignore[attr-defined]  # hypothesis hides the fixture's type
    (folder / "a.py").write_text("\n".join(old) + "\n")
    if text:
        subprocess.run(
            ["git", "apply", "--unidiff-zero", "-"], cwd=folder, input=text.encode(), check=True
        )
    assert (folder / "a.py").read_text() == "\n".join(new) + "\n"


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


def edit(old: str, new: str) -> Delta:
    at = CODE.index(old)
    return compare_excerpts(whole(*CODE), whole(*CODE[:at], *new.split("\n"), *CODE[at + 1 :]))


def test_summary_names_what_was_touched() -> None:
    assert edit("FILTERS = 50", "FILTERS = 10").summary == "1 line, FILTERS"
    assert (
        edit("    y = conv(x)", "    y = conv(x)\n    y = y + x").summary == "1 line, encoder_TCN"
    )
    assert edit("@tf.function", "@jit").summary == "1 line, encoder_TCN"
    assert edit("        y,", "        y, x,").summary == "1 line, encoder_TCN"
    assert edit("        pass", "        return 1").summary == "1 line, Net"
    assert edit("import os", "import sys").summary == "1 line"
    assert compare_excerpts(whole(*CODE), whole(*CODE)).summary == "no change"
    assert (
        compare_excerpts(Excerpt(()), whole(*CODE)).summary
        == f"{len(CODE)} lines, FILTERS, encoder_TCN, Net"
    )


def test_counts_and_text() -> None:
    delta = edit("FILTERS = 50", "FILTERS = 10\nWIDTH = 2")
    assert (delta.added, delta.removed, delta.changed, delta.names) == (
        2,
        1,
        2,
        ("FILTERS", "WIDTH"),
    )
    assert delta.format_unified().splitlines()[:6] == [
        "--- a/a.py",
        "+++ b/a.py",
        "@@ -1,5 +1,6 @@",
        " import os",
        "-FILTERS = 50",
        "+FILTERS = 10",
    ]


def test_a_file_that_only_moved_has_no_delta() -> None:
    assert compare_excerpts(whole(*CODE), whole(*CODE, path="b.py")).files == ()
    moved = compare_excerpts(whole(*CODE), whole(*CODE, "x = 1", path="b.py")).files[0]
    assert (moved.old_path, moved.new_path) == ("a.py", "b.py")
    other = compare_excerpts(whole("a", "b"), whole("c", "d", path="b.py"))
    assert [(file.old_path, file.new_path) for file in other.files] == [("", "b.py"), ("a.py", "")]
    assert "--- /dev/null\n+++ b/b.py\n@@ -0,0 +1,2 @@" in other.format_unified()


def test_context_ends_at_a_gap() -> None:
    lines = tuple(f"l{i}" for i in range(20))
    spans = (Span(0, 2), Span(10, 12))
    old = Excerpt((FileExcerpt("a.py", lines, spans),))
    new = Excerpt((FileExcerpt("a.py", (*lines[:10], "new", *lines[11:]), spans),))
    (hunk,) = compare_excerpts(old, new).files[0].hunks
    assert hunk.header == "@@ -11,2 +11,2 @@"
    assert [line.tag + line.text for line in hunk.lines] == ["-l10", "+new", " l11"]


@settings(
    derandomize=True,
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(TEXT, TEXT)
def test_split_at_unique_lines_stays_in_order(
    monkeypatch: pytest.MonkeyPatch, old: list[str], new: list[str]
) -> None:
    monkeypatch.setattr(unidiff_match, "_LARGE", 4)
    done_old = done_new = 0
    for a, b, size in unidiff_match.find_equal_stretches(old, new):
        assert a >= done_old
        assert b >= done_new
        assert old[a : a + size] == new[b : b + size]
        done_old, done_new = a + size, b + size


def test_huge_repetitive_input_is_compared_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing 30,000 lines with 30,000 at once would take minutes."""
    comparisons = 0

    class CountingMatcher(SequenceMatcher[str]):
        def __init__(
            self, junk: None, left: Sequence[str], right: Sequence[str], *, autojunk: bool
        ) -> None:
            nonlocal comparisons
            comparisons += len(left) * len(right)
            assert comparisons < 5_000_000
            super().__init__(junk, left, right, autojunk)

    monkeypatch.setattr(unidiff_match, "SequenceMatcher", CountingMatcher)
    old = [f"x{i % 7}" if i % 50 else f"unique {i}" for i in range(30_000)]
    new = [
        *old[:100],
        "changed",
        *old[101:15_000],
        "more",
        *old[15_000:29_900],
        *reversed(old[29_900:]),
    ]
    delta = compare_excerpts(whole(*old), whole(*new))
    assert comparisons > 0
    assert delta.changed < 250
