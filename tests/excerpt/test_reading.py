"""The reading delta: how each kind of change is told, one small case each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from gitexp.excerpt.cut import (
    Excerpt,
    FileExcerpt,
    RuleSpans,
    Span,
    build_excerpt,
    combine_spans,
)
from gitexp.excerpt.delta.read import read_delta
from gitexp.excerpt.delta.reading_delta import Edit, PlainLine
from gitexp.excerpt.source import read_source
from gitexp.model.filter import parse_rule
from gitexp.render.reading_delta import format_reading
from gitexp.render.terminal import measure_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.delta.reading_delta import DefinitionChange, ReadingDelta, Row

WIDE = 200


def cut_file(text: str, path: str = "train.ipynb", hidden: str = "") -> Excerpt:
    """Return the excerpt of a file, without the lines of ``hidden``."""
    lines = text.strip("\n").split("\n")
    left_out = set(hidden.split("\n")) - {""}
    spans = [Span(n, n + 1) for n, line in enumerate(lines) if line not in left_out]
    return Excerpt((FileExcerpt(path, tuple(lines), combine_spans(spans)),))


def cut_cells(*texts: str) -> Excerpt:
    """Return the excerpt of a whole notebook; a text that begins with ``#:`` is Markdown."""
    cells: list[dict[str, object]] = []
    for text in texts:
        kind = "markdown" if text.startswith("#:") else "code"
        cells.append({"cell_type": kind, "metadata": {}, "source": text.removeprefix("#:")})
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
    source = read_source("train.ipynb", json.dumps(notebook).encode())
    span = Span(0, len(source.lines))
    spans = {"train.ipynb": (span,)}
    rule = parse_rule("train.ipynb")
    return build_excerpt({"train.ipynb": source}, [RuleSpans(rule, spans)])


def show_cells(old: Sequence[str], new: Sequence[str]) -> list[str]:
    reading = read_delta(cut_cells(*old), cut_cells(*new))
    assert sorted(reading.lines) == list_plain_lines(reading)
    return format_reading(reading, WIDE)


def list_plain_lines(reading: ReadingDelta) -> list[PlainLine]:
    """Return the changed lines of the plain diff."""
    lines: list[PlainLine] = []
    for number, file in enumerate(reading.plain.files):
        lines += [PlainLine(number, line) for line in file.lines if line.is_change]
    return sorted(lines)


def compare(old: str, new: str, path: str = "train.ipynb") -> ReadingDelta:
    return read_delta(cut_file(old, path), cut_file(new, path))


def show(old: str, new: str, path: str = "train.ipynb") -> list[str]:
    return format_reading(compare(old, new, path), WIDE)


MODEL = """
import numpy as np
FILTERS = 50
KERNEL = 3

def encode(x, units=64):
    \"\"\"Encode.\"\"\"
    x = conv(x, FILTERS, kernel_size=5)
    for level in range(4):
        x = residual_block(x, 2 ** level)
    return x

def train(model):
    model.fit(data, epochs=10)
    return model
"""


def edit(*replacements: tuple[str, str]) -> list[str]:
    """Return what is shown of MODEL after some replacements."""
    new = MODEL
    for old_text, new_text in replacements:
        assert old_text in new
        new = new.replace(old_text, new_text)
    return show(MODEL, new)


# Settings and marked words


def test_a_constant_reads_as_a_value() -> None:
    assert edit(("FILTERS = 50", "FILTERS = 10")) == ["~ FILTERS 50 → 10"]


def test_a_chosen_alternative_reads_as_a_value() -> None:
    shown = show("encoder = encoder_CNN", "encoder = encoder_TCN")
    assert shown == ["~ encoder encoder_CNN → encoder_TCN"]


def test_constants_never_stand_opposite_each_other() -> None:
    assert edit(("KERNEL = 3", "STRIDE = 3")) == ["+ STRIDE = 3", "- KERNEL = 3"]
    inside = show("def f():\n    a = 1\n    g()", "def f():\n    b = 1\n    g()")
    assert inside == ["f()", "- a = 1", "+ b = 1"]


@pytest.mark.parametrize(
    ("old", "new", "setting"),
    [
        ("kernel_size=5", "kernel_size=3", "~ conv.kernel_size 5 → 3"),
        ("units=64", "units=-1", "~ units 64 → -1"),
        ("epochs=10", "epochs=20", "~ fit.epochs 10 → 20"),
    ],
)
def test_a_keyword_reads_as_a_value_with_its_call(old: str, new: str, setting: str) -> None:
    assert edit((old, new))[1:] == [setting]


def test_a_value_of_a_dict_has_its_key() -> None:
    old = (
        "PARAMS = {\n    'lr': 0.1,\n    'name': 'long enough that it is no setting as a whole',\n}"
    )
    assert show(old, old.replace("0.1", "0.01")) == ["~ lr 0.1 → 0.01"]


def test_changed_words_are_marked() -> None:
    shown = edit(("range(4)", "range(n_levels)"))
    assert shown == ["encode(x, units=64)", "~ for level in range([-4-]{+n_levels+}):"]


def test_changed_words_have_colours() -> None:
    reading = compare("def f():\n    return g(x, 1)", "def f():\n    return g(y, 1)")
    line = format_reading(reading, WIDE, colour=True)[1]
    assert line == "~ return g(\x1b[31;9mx\x1b[0m\x1b[32;1my\x1b[0m, 1)"


def test_lines_that_came_have_the_line_above() -> None:
    shown = edit(("    return x", "    x = norm(x)\n    return x"))
    above = "      x = residual_block(x, 2 ** level)"
    assert shown == ["encode(x, units=64)", above, "+ x = norm(x)"]


def test_equal_lines_stand_once() -> None:
    old = "def f(x):\n    x = a(x)\n    x = b(x)\n    x = c(x)\n    return x"
    new = old.replace("a(x)\n", "a(x)\n    norm()\n").replace("b(x)\n", "b(x)\n    norm()\n")
    assert show(old, new) == ["f(x)", "  x = a(x)", "+ norm()  x 2", "  x = b(x)"]


def test_one_argument_of_a_long_call() -> None:
    old = "def f():\n    model.fit(\n        x,\n        shuffle=True,\n        epochs=n,\n    )"
    shown = show(old, old.replace("epochs=n", "epochs=m"))
    assert shown == ["f()", "  model.fit(", "~     epochs=[-n-]{+m+}"]


# What became of a definition


def test_the_head_of_a_definition_in_one_line_has_no_body() -> None:
    lines = show('def f(x, a=":"): return x\n', 'def f(x, a=":"): return x + 1\n')
    assert lines == ['f(x, a=":")', '~ def f(x, a=":"): return x {++ 1+}']


def test_a_new_definition_is_shown() -> None:
    shown = edit(("def train", "def decode(x):\n    return dense(x)\n\ndef train"))
    assert shown == [
        "decode(x)  new",
        "+ return dense(x)",
        "… not shown: 1 blank line",
    ]


def test_a_gone_definition_is_its_head() -> None:
    gone = "\ndef train(model):\n    model.fit(data, epochs=10)\n    return model\n"
    assert edit((gone, ""))[0] == "train(model)  gone, 3 lines"


def test_a_renamed_definition_says_its_old_name() -> None:
    assert edit(("def encode", "def encode_tcn")) == [
        "encode_tcn(x, units=64)  renamed from encode"
    ]


def test_a_class_that_is_gone_is_one_line() -> None:
    net = "class Net(Base):\n    width = 3\n\n    def run(self, x):\n        return x\n"
    assert show(net + "a = 1", "a = 1")[0] == "Net(Base)  gone, 4 lines"


def test_a_definition_in_another_file_says_where_it_was() -> None:
    body = "def encode(x):\n    x = conv(x, 3)\n    return dense(x, 4)\n"
    old = Excerpt((*cut_file(body + "a = 1", "a.py").files, *cut_file("b = 2", "b.py").files))
    edited = body.replace("4", "5")
    new = Excerpt((*cut_file("a = 1", "a.py").files, *cut_file("b = 2\n" + edited, "b.py").files))
    assert format_reading(read_delta(old, new), WIDE) == [
        "encode(x)  moved from a.py  b.py",
        "~ return dense(x, [-4-]{+5+})",
        "… moved: 2 lines",
    ]


# Folds


def test_what_falls_out_of_reach_is_one_line() -> None:
    train = "def train(model):\n    model.fit(data, epochs=10)\n    return model"
    before, after = cut_file(MODEL), cut_file(MODEL, hidden=train)
    assert format_reading(read_delta(before, after), WIDE) == ["… no longer used: train, 3 lines"]
    assert format_reading(read_delta(after, before), WIDE) == ["… now used: train, 3 lines"]


@pytest.mark.parametrize("line", ["import keras as K", "K.set_floatx('float16')"])
def test_a_line_that_both_versions_hold_is_not_shown_as_new(line: str) -> None:
    text = f"import numpy\n{line}\nx = 1"
    before, after = cut_file(text, hidden=line), cut_file(text.replace("x = 1", "x = 2"))
    shown = format_reading(read_delta(before, after), WIDE)
    assert shown == ["~ x 1 → 2", f"… now used: {line}"]


def test_lines_in_another_place_are_moved() -> None:
    first, second = "    x = conv(x, FILTERS, kernel_size=5)\n", "    return x\n"
    assert edit((first, ""), (second, first + second)) == [
        "… moved: x = conv(x, FILTERS, kernel_size=5)"
    ]


def test_lines_in_another_block_are_told() -> None:
    old = "def f(x):\n    for i in x:\n        a(i)\n        b(i, 1)\n    return x"
    shown = show(old, old.replace("        b(i, 1)", "    b(i, 1)"))
    assert shown == ["… in another block: b(i, 1)"]


def test_the_same_replacement_is_one_line() -> None:
    old = "def f(x):\n    x = Dense(a)(x)\n    x = Dense(b)(x)\n    return Dense(c)(x)"
    shown = show(old, old.replace("Dense", "tf.layers.Dense"))
    assert shown == ["… Dense → tf.layers.Dense x 3"]


def test_rows_of_numbers_are_folded() -> None:
    rows = "\n".join(f"    [{n}, {n + 1}]," for n in range(8))
    new_rows = "\n".join(f"    [{n}.5, {n + 7}]," for n in range(8))
    shown = show(f"MASK = [\n{rows}\n]", f"MASK = [\n{new_rows}\n]")
    assert shown == ["… numbers: 8 lines"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    return x", "    # the end\n    return x", "1 comment line"),
        ("    return x", "    return x  # the end", "1 comment line"),
        ('"""Encode."""', '"""Encode it."""', "1 docstring line"),
        ("KERNEL = 3", "\nKERNEL = 3", "1 blank line"),
        ("units=64", "units = 64", "1 line laid out anew"),
        ("encode(x, units=64):", "encode(\n    x,\n    units=64,\n):", "4 lines laid out anew"),
        ("model.fit(data, epochs=10)", "model.fit(data, epochs=10,)", "1 line laid out anew"),
    ],
)
def test_what_changes_nothing_is_counted_alone(old: str, new: str, told: str) -> None:
    assert edit((old, new)) == [f"… not shown: {told}"]


def test_imports_in_another_order_are_counted_alone() -> None:
    told = ["… not shown: 1 import in another order"]
    assert show("import numpy\nimport os", "import os\nimport numpy") == told
    assert show("from a import b, c", "from a import c, b") == told


def test_a_comma_that_makes_a_tuple_is_a_change() -> None:
    assert edit(("return x", "return (x,)")) != []
    assert show("def f(x):\n    return (x)", "def f(x):\n    return (x,)")[0] == "f(x)"


def test_blanks_in_a_string_are_a_change() -> None:
    assert show("def f():\n    say('a  b')", "def f():\n    say('a b')")[0] == "f()"


# Counts and folds opened


def test_the_count_is_what_a_person_would_call_changed() -> None:
    reading = compare(MODEL, MODEL.replace("50", "10").replace("range(4)", "range(n)"))
    assert reading.changed_count == 2
    assert reading.summary == "2 lines, FILTERS, encode"
    assert compare(MODEL, MODEL).summary == "no change"
    assert compare(MODEL, MODEL.replace("KERNEL", "\nKERNEL")).summary == "no line changed"


def test_more_context_is_shown_when_asked() -> None:
    old, new = cut_file(MODEL), cut_file(MODEL.replace("range(4)", "range(n)"))
    shown = format_reading(read_delta(old, new, context=1), WIDE)
    assert shown == [
        "encode(x, units=64)",
        "  x = conv(x, FILTERS, kernel_size=5)",
        "~ for level in range([-4-]{+n+}):",
        "      x = residual_block(x, 2 ** level)",
    ]


def test_all_opens_each_fold() -> None:
    reading = compare("import numpy\nimport os\n", "import os\n# b\nimport numpy\n")
    assert format_reading(reading, WIDE, everything=True) == [
        "… not shown: 1 comment line, 1 import in another order",
        "-import os",
        "+import os",
        "+# b",
    ]


# Width


def test_long_lines_are_cut_around_the_change() -> None:
    names = ", ".join(f"name{n}" for n in range(30))
    old = f"def f():\n    return call({names}, old, {names})"
    reading = compare(old, old.replace("old", "new"))
    line = format_reading(reading, 80)[1]
    assert measure_width(line) <= 80
    assert "[-old-]{+new+}" in line


def test_wide_letters_count_two_columns() -> None:
    old = "def f():\n    plot('これは長い説明の文章です。学習の結果を図にする', x)"
    reading = compare(old, old.replace("x)", "x, y, title='損失と精度の推移をまとめて見る')"))
    assert all(measure_width(line) <= 40 for line in format_reading(reading, 40))


# Other languages


def test_a_function_of_another_language() -> None:
    old = "function f(x) {\n  // say\n  return x + 1;\n}\n"
    shown = show(old, old.replace("x + 1", "x + 2").replace("say", "tell"), "a.js")
    assert shown == ["f", "~ return x + [-1-]{+2+};", "… not shown: 1 comment line"]


def test_a_comment_in_a_settings_file_is_no_change() -> None:
    old = "width: 3\n# why\ndepth: 4\n"
    shown = show(old, old.replace("4", "5").replace("why", "how"), "a.yaml")
    assert shown[:2] == ["top level", "~ depth: [-4-]{+5+}"]


def test_a_settings_file() -> None:
    old = "model:\n  width: 3\n  depth: 4\n"
    assert show(old, old.replace("3", "5"), "a.yaml") == ["model", "~ width: [-3-]{+5+}"]


def test_an_item_of_a_list_is_shown_with_its_first_line() -> None:
    old = "rows:\n- name: a\n  size: 3\n"
    shown = show(old, f"{old}- name: b\n  size: 4\nlist:\n- name: c\n- name: d\n", "a.yaml")
    assert shown == [
        *("top level", "  rows:", "+ list:"),
        *("rows.2  new", "+ - name: b", "+   size: 4"),
        *("list.1  new", "+ - name: c", "list.2  new", "+ - name: d"),
    ]


SPACED_WORDS = st.lists(
    st.sampled_from(["x", " = ", "f(", ")", " ", ", ", "y", " + 1"]), max_size=9
)


@given(SPACED_WORDS, SPACED_WORDS)
def test_a_removed_or_added_row_is_a_line_of_its_version(old: list[str], new: list[str]) -> None:
    """Word for word and blank for blank: what is equal in both may have had other gaps."""
    old_line, new_line = f"x = g({''.join(old)})", f"x = g({''.join(new)})"
    for entry in compare(f"def f():\n    {old_line}", f"def f():\n    {new_line}").changes:
        for row in list_rows_of(entry):
            if row.tag == "-":
                assert row.text.strip() == old_line
            elif row.tag == "+":
                assert row.text.strip() == new_line


def list_rows_of(change: DefinitionChange) -> list[Row]:
    rows: list[Row] = []
    for entry in change.entries:
        if isinstance(entry, Edit):
            rows += entry.rows
    return rows


def test_a_word_that_is_the_same_has_the_gap_of_its_version() -> None:
    shown = show("def f():\n    x = x", "def f():\n    x = layers.mask_padding(x, lengths)")
    assert any("x = x" in line for line in shown)


# Cells


def test_half_a_cell_leaves_the_cells_below_alone() -> None:
    half, whole = "@patch\ndef show(", "@patch\ndef show(x):\n    plot(x)"
    below = "set_seed(1)\nmodel.fit(epochs)"
    shown = show_cells(("a()", half, below), ("a()", whole, below))
    assert "set_seed" not in " ".join(shown)
    assert "- set_seed(1)" not in show_cells(("a()", half, below), ("a()", below))


def test_a_number_written_in_another_way_is_folded() -> None:
    old = "def f():\n    return optimise(lr=5e-4)"
    assert show(old, old.replace("5e-4", "0.0005")) == ["… not shown: 1 line laid out anew"]


LOAD = "data = load(path)\nshow(data)"
TRAIN = "model = build(data)\nmodel.fit(data, epochs=3)\nmodel.save(target)"
PLOT = "history = model.history\nplot(history['loss'])\nplt.legend(axis)\nplt.show()"


def test_code_of_a_cell_stands_under_its_number_and_heading() -> None:
    changed = TRAIN.replace("save(target)", "save(target, kind)")
    shown = show_cells((LOAD, "#:# Training", TRAIN), (LOAD, "#:# Training", changed))
    assert shown == ["cell 2, Training", "~ model.save(target{+, kind+})"]


def test_a_cell_that_came_has_the_number_of_the_newer_version() -> None:
    shown = show_cells((LOAD, PLOT), (LOAD, TRAIN, PLOT.replace("axis", "line")))
    assert shown == [
        *("cell 2  new", "+ model = build(data)", "+ model.fit(data, epochs=3)"),
        *("+ model.save(target)", "cell 3", "~ plt.legend([-axis-]{+line+})"),
    ]


def test_a_cell_that_is_gone_is_its_head() -> None:
    assert show_cells((LOAD, PLOT, TRAIN), (LOAD, TRAIN)) == ["old cell 2  gone, 4 lines"]


def test_a_short_cell_that_is_gone_is_shown() -> None:
    shown = show_cells((LOAD, "check(data)", TRAIN), (LOAD, TRAIN))
    assert shown == ["old cell 2  gone, 1 line", "- check(data)"]


def test_a_moved_cell_is_one_line() -> None:
    assert show_cells((LOAD, PLOT, TRAIN), (LOAD, TRAIN, PLOT)) == ["… moved: cell 2, 3 lines"]


def test_a_cell_that_moved_and_changed_says_both() -> None:
    changed = PLOT.replace("axis", "line")
    shown = show_cells((PLOT, LOAD, TRAIN), (LOAD, TRAIN, changed))
    assert shown == [
        *("cell 3  moved from cell 1", "~ plt.legend([-axis-]{+line+})", "… moved: 3 lines"),
    ]


def test_a_cell_written_anew_in_its_place_is_the_same() -> None:
    shown = show_cells((LOAD, "check(data)", TRAIN), (LOAD, "describe(rows)", TRAIN))
    assert shown == ["cell 2", "- check(data)", "+ describe(rows)"]


def test_a_value_that_changed_needs_no_cell() -> None:
    shown = show_cells((f"EPOCHS = 3\n{LOAD}", TRAIN), (f"EPOCHS = 5\n{LOAD}", TRAIN))
    assert shown == ["~ EPOCHS 3 → 5"]
    assert show_cells((LOAD,), (LOAD, "EPOCHS = 5")) == ["cell 2  new", "+ EPOCHS = 5"]


def test_cells_of_a_script_are_told_by_their_titles() -> None:
    script = "# %% Load\ndata = load(path)\n\n# %% Train\nmodel.fit(data)\n"
    shown = show(script, script.replace("fit(data)", "fit(data, n)"), "train.py")
    assert shown == ["cell 2, Train", "~ model.fit(data{+, n+})"]


def test_cells_of_a_document_are_told_by_their_headings() -> None:
    document = "# Training\n\n```{python}\nmodel.fit(data)\n```\n"
    shown = show(document, document.replace("fit(data)", "fit(data, n)"), "train.qmd")
    assert shown == ["cell 1, Training", "~ model.fit(data{+, n+})"]


def test_a_chunk_is_told_by_its_label() -> None:
    document = "# Training\n\n```{r fit}\nfit(data)\n```\n"
    shown = show(document, document.replace("fit(data)", "fit(data, n)"), "train.Rmd")
    assert shown == ["cell 1, fit", "~ fit(data{+, n+})"]


def test_a_cell_that_was_joined_to_the_one_above_is_compared_with_its_lines() -> None:
    layers = "first = Pipeline(steps=[scale, impute])\nsecond = Pipeline(steps=[encode, impute])"
    changed = layers.replace("impute]", "impute, check]")
    shown = show_cells((LOAD, TRAIN, layers, PLOT), (LOAD, f"{TRAIN}\n{changed}", PLOT))
    assert shown == [
        "cell 2",
        "~ first Pipeline(steps=[scale, impute]) → Pipeline(steps=[scale, impute, check])",
        "~ second Pipeline(steps=[encode, impute]) → Pipeline(steps=[encode, impute, check])",
    ]


def test_a_cell_that_is_gone_beside_a_changed_one_stays_gone() -> None:
    shown = show_cells((LOAD, TRAIN, PLOT), (LOAD, f"{TRAIN}\nreport(data, kind)"))
    assert "old cell 3  gone, 4 lines" in shown


def test_a_short_cell_that_is_gone_is_not_joined_to_one_with_its_words() -> None:
    changed = TRAIN.replace("model.fit(data", "model.fit(len(data)")
    shown = show_cells((LOAD, TRAIN, "len(data)"), (LOAD, changed))
    assert "- len(data)" in shown
    assert "old cell 3  gone, 1 line" in shown
