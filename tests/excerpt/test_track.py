"""Where a block of one version of a file is in another: lines, cells and definitions."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, strategies as st

from gitexp.excerpt.locate.block import make_definition_block, make_range_block
from gitexp.excerpt.locate.elsewhere import locate_elsewhere
from gitexp.excerpt.locate.locate import locate_block
from gitexp.excerpt.locate.thresholds import CONTEXT_LINES
from gitexp.excerpt.locate.version import FileVersion

LOAD = [
    "def load(path):",
    "    data = open(path).read()",
    "    rows = data.split()",
    "    return [int(row) for row in rows]",
]
SAVE = [
    "def save(path, rows):",
    "    with open(path, 'w') as out:",
    "        out.write(' '.join(rows))",
    "        out.flush()",
]
TRAIN = ["step = 128", "rates, losses = find_rate(model, batch=step)", "plot_rates(rates, losses)"]


def text(lines: list[str], path: str = "a.py") -> FileVersion:
    return FileVersion(path, "\n".join([*lines, ""]).encode())


def book(*cells: list[str]) -> FileVersion:
    """A notebook of these code cells."""
    raw = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": "\n".join(cell)}
        for cell in cells
    ]
    return FileVersion(
        "n.ipynb",
        json.dumps({"cells": raw, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode(),
    )


def found(newer: FileVersion, start: int, stop: int, older: FileVersion) -> tuple[str, ...] | None:
    """Lines of ``older`` that lines ``start`` to ``stop`` (from 1) of ``newer`` were."""
    match = locate_block(newer, make_range_block(newer, start - 1, stop), older)
    return match.block.lines if match is not None else None


@pytest.mark.parametrize(
    ("start", "stop", "form"),
    [
        (2, 5, "definition"),
        (1, 6, "definition"),
        (2, 4, "range"),
        (3, 5, "range"),
        (2, 7, "range"),
        (1, 4, "range"),
    ],
)
def test_a_range_is_a_definition_only_when_it_holds_its_header_and_nothing_else(
    start: int, stop: int, form: str
) -> None:
    source = text(["", *LOAD, "", "print(load('x'))"])
    assert make_range_block(source, start - 1, stop).form == form


def test_the_last_line_may_be_missing_from_a_longer_definition() -> None:
    source = text(["# nothing", "", LOAD[0], LOAD[1], "    # rows", *LOAD[2:]])
    assert make_range_block(source, 2, 6).form == "definition"
    assert make_range_block(source, 2, 5).form == "range"


def test_a_cell_with_more_than_a_definition_is_the_cell() -> None:
    notebook = book(["reset()", "", *LOAD, "    # end"], LOAD)
    assert make_range_block(notebook, 0, 7).form == "cell"
    assert make_range_block(notebook, 7, 11).form == "definition"


def test_a_copy_of_code_that_still_stands_began_as_a_copy() -> None:
    older = book(["import os"], TRAIN, ["history = fit(model, 25)"])
    newer = book(
        ["import os"],
        TRAIN,
        ["history = fit(model, 25)"],
        [*TRAIN, "plt.axis([min(rates), max(rates), 0, 1])"],
    )
    assert found(newer, 6, 9, older) is None
    assert found(newer, 2, 4, older) == tuple(TRAIN)
    lines = [*LOAD, "", *TRAIN, "", *SAVE]
    assert (
        found(text([*lines, "", TRAIN[0], *TRAIN[1:], "report(losses)"]), 15, 18, text(lines))
        is None
    )


def test_a_cell_goes_on_in_the_cell_that_resembles_it_most() -> None:
    older = book(TRAIN, ["evaluate(model)"])
    newer = book(
        [*TRAIN, "report(losses)"],
        ["evaluate(model)"],
        [TRAIN[0], "show(rates, losses)", "plot_rates(rates, losses)"],
    )
    assert found(newer, 1, 4, older) == tuple(TRAIN)
    assert found(newer, 6, 8, older) is None


def test_a_cell_that_lost_its_first_line_was_the_whole_cell() -> None:
    older = book(["import os"], ["# slow, see below", *TRAIN], ["evaluate(model)"])
    assert found(book(["import os"], TRAIN, ["evaluate(model)"]), 2, 4, older) == (
        "# slow, see below",
        *TRAIN,
    )
    assert found(
        book(["import os"], ["# slow, see below"], TRAIN, ["evaluate(model)"]), 3, 5, older
    ) == tuple(TRAIN), "it was split"


def test_a_cell_that_was_rewritten_stays_a_cell() -> None:
    older = book(["import os"], ["%matplotlib inline", *TRAIN], ["evaluate(model)"])
    newer = book(
        ["import os"],
        [TRAIN[0], "found = find(model, 3)", "print(found)", TRAIN[2]],
        ["evaluate(model)"],
    )
    match = locate_block(newer, make_range_block(newer, 1, 5), older)
    assert match is not None
    assert (match.block.form, match.block.lines) == ("cell", ("%matplotlib inline", *TRAIN))


def test_a_formatter_does_not_drag_the_edges_of_a_range() -> None:
    older = [
        "import os",
        "",
        "pages = [",
        "  ('index', 'Book', 'Pages of the book',",
        "   'One line', 'Other'),",
        "]",
        "",
        "last = 'x'",
    ]
    newer = [
        "import os",
        "",
        "pages = [",
        "    (",
        '        "index",',
        '        "Book",',
        '        "Pages of the book",',
    ]
    newer += ['        "One line",', '        "Other",', "    )", "]", "", 'last = "x"']
    assert found(text(newer), 3, 9, text(older)) == tuple(older[2:5])


def test_a_formatter_leaves_each_line_its_partner() -> None:
    older = ["table = {", *(f"    'key{n}': value{n}," for n in range(150)), "}"]
    newer = [
        "table = {",
        *(f'    "extra{n}": None,' for n in range(9)),
        *(f'    "key{n}": value{n},' for n in range(150)),
        "}",
    ]
    assert found(text(newer), 81, 84, text(older)) == tuple(older[71:75])


def test_a_statement_broken_at_an_edge_is_layout() -> None:
    older = text(
        [
            "a = 1",
            "train, test = split(",
            "    rows=rows,",
            "    share=0.2)",
            "fit(train)",
            "score(test)",
        ]
    )
    newer = text(
        [
            "a = 1",
            "train, test = split(rows=rows,",
            "                    share=0.2)",
            "fit(train)",
            "score(test)",
        ]
    )
    for start, stop in ((1, 2), (3, 5)):
        match = locate_block(newer, make_range_block(newer, start - 1, stop), older)
        assert match is not None
        assert match.change == "format"
    edited = text(["a = 2", *newer.lines[1:]])
    match = locate_block(edited, make_range_block(edited, 0, 2), older)
    assert match is not None
    assert match.change == "body"


def test_what_is_taken_away_beside_a_range_is_not_in_it() -> None:
    gone = [
        "@skip_unless(PYTHON_26)",
        "def test_ssl_26():",
        "    assert info()['ssl'] == {'version': ''}",
        "",
        "",
    ]
    kept = [
        "def test_ssl():",
        '    """It is there."""',
        "    assert info()['ssl']['version'] != ''",
    ]
    newer = text(["import info", "", "", *kept, "", "", "limit = 3"])
    older = text(["import info", "", "", *gone, *kept, "", "", "limit = 3"])
    assert found(newer, 3, 5, older) == ("", *kept[:2])
    assert found(
        text(["import a", "", "limit = 3"]), 1, 2, text(["import a", "import c", "", "limit = 3"])
    ) == ("import a",)


def test_a_closing_bracket_is_the_nearest_one() -> None:
    first = ["int one(int x) {", "  x = step(x, 1);", "  return x;", "}"]
    gone = ["", "int two(int y) {", "  y = other(y);", "  return y + y;", "}"]
    last = ["", "int three(int z) {", "  return z;", "}"]
    newer = ["int limit = 3;", *first, *last]
    newer[2] = "  x = step(x, 2);"
    older = ["int limit = 3;", *first, *gone, *last]
    assert found(text(newer, "a.c"), 1, 5, text(older, "a.c")) == ("int limit = 3;", *first)


def test_lines_that_grew_out_of_few_are_not_new() -> None:
    few = [
        "class Server:",
        "    def run(self, handler):",
        "        from wsgi import listen, serve",
        "        serve(listen(), handler)",
    ]
    more = [
        f"        if not patched(thread{n}): raise RuntimeError('patch thread {n} first')"
        for n in range(9)
    ]
    newer = [
        *few[:2],
        "        from wsgi import listen, patched, serve",
        *more,
        "        log('ready')",
        few[3],
    ]
    assert found(text(newer), 2, 12, text(few)) == tuple(few[1:3])
    assert found(text(newer), 4, 12, text(few)) is None


def test_scraps_of_what_stood_beside_are_not_its_beginning() -> None:
    ending = ["    assert ok?", "    assert_equal 'hello', body", "  end", ""]
    added = [
        "  it 'merges the options' do",
        "    mock_app do",
        "      set :haml, format: :html5",
        "      get('/') { haml 'x' }",
        "    end",
        "  end",
    ]
    few = ["describe 'haml' do", "  it 'renders' do", *ending, "end"]
    newer = [*few[:6], *added, "end"]
    assert found(text(newer, "a.rb"), 3, 12, text(few, "a.rb")) is None
    assert found(text(newer, "a.rb"), 3, 7, text(few, "a.rb")) is not None


def test_scraps_are_no_beginning_however_long_their_lines_are() -> None:
    few = [
        "names = read(path)",
        "first = extract_results(path, names, sizes[0], 12)",
        "tar = open_archive(path, mode, names[0], level)",
    ]
    table = [f"    'set{n}': {n}," for n in range(9)]
    newer = ["import os", "metrics = {", *table, "}", *few[1:], "end()"]
    assert found(text(newer), 2, 14, text(["import os", *few, "end()"])) is None
    assert found(text(newer), 2, 14, text([*newer[:6], *few, "end()"])) is not None


def test_what_changed_sides_with_its_neighbours_is_still_there() -> None:
    """A diff keeps one of the two in its place, and takes the other for new."""
    namespace = ["namespace details {", "class flag_formatter;", "}", ""]
    formatter = ["class formatter", "{", "public:", "    virtual ~formatter() = default;"]
    after = ["class pattern : public formatter", "{", "public:"]
    begin = [
        "#pragma once",
        *(f"#include <{name}>" for name in ("memory", "string", "vector")),
        "namespace spdlog {",
    ]
    older = [
        *begin,
        *namespace,
        *formatter,
        "    virtual void format() = 0;",
        "};",
        "",
        *after,
        "a",
    ]
    newer = [
        *begin,
        "",
        *formatter,
        "    virtual void format(int to) = 0;",
        "};",
        "",
        *namespace,
        *after,
        "b",
    ]
    assert found(text(newer, "a.h"), 2, 10, text(older, "a.h")) == tuple(older[1:13])


def test_a_function_inside_one_that_was_renamed() -> None:
    def outer(name: str, inner: str, *steps: str) -> list[str]:
        return [
            f"def {name}(runner):",
            "    def cmd(a):",
            f"        print({inner})",
            *(f"    {step}(runner)" for step in steps),
            "",
        ]

    first, second = (
        ("invoke", "begin", "check_first", "finish"),
        ("open", "report", "count_second", "close"),
    )
    older = text([*outer("test_one", "repr(a)", *first), *outer("test_two", "str(a)", *second)])
    newer = text(
        [*outer("test_first", "str(a), 1", *first), *outer("test_second", "repr(a), 1", *second)]
    )
    assert make_range_block(newer, 1, 3).name == "test_first.cmd"
    match = locate_block(newer, make_range_block(newer, 1, 3), older)
    assert match is not None
    assert (match.block.name, match.change) == ("test_one.cmd", "body")


def test_lines_that_moved_with_their_definition_and_were_edited() -> None:
    older = text([*LOAD, "", *SAVE], "old.py")
    edited = [SAVE[0], SAVE[1], "        out.write(','.join(rows))", SAVE[3]]
    newer = text(["import os", "", "", *edited], "new.py")
    match = locate_elsewhere(newer, make_range_block(newer, 4, 7), older, text(LOAD, "old.py"))
    assert match is not None
    assert match.block.lines == tuple(SAVE[1:])
    assert locate_elsewhere(newer, make_range_block(newer, 4, 7), older, older) is None


def test_the_definition_around_lines_says_more_than_lines_like_them() -> None:
    setup = [
        "    def upper(flags, name):",
        "        return Name(name.upper())",
        "",
        "    command = Command()",
    ]
    passed = [
        "def test_passed_on(check):",
        *setup,
        "    command.normalize(upper)",
        "    child = Command()",
        "    command.add(child)",
    ]
    passed += ["    assert child.flags.lookup('flag') is child.flags.lookup('FLAG')"]
    decoy = [
        "def test_consistent(check):",
        *setup,
        "    command.normalize(upper)",
        "    command.normalize(lower)",
    ]
    before = [
        "def test_passed_on(check):",
        "    def n(flags, name):",
        *setup[1:],
        "    command.add(first)",
        *passed[6:],
    ]
    older, newer = text([*before, "", *decoy], "old.py"), text(["import os", "", *passed], "new.py")
    match = locate_elsewhere(newer, make_range_block(newer, 2, 8), older, None)
    assert match is not None
    assert match.block.start == 0


def body(name: str, count: int = 7, head: str = "x") -> list[str]:
    """A function of as many statements that say something of their own."""
    return [
        f"def {name}({head}):",
        *(f"    x = step_{number}(x, {number})" for number in range(count)),
        "    return x",
        "",
    ]


def moved_from(
    newer: FileVersion, start: int, stop: int, older: FileVersion, standing: FileVersion | None
) -> tuple[str, ...] | None:
    match = locate_elsewhere(newer, make_range_block(newer, start - 1, stop), older, standing)
    return match.block.lines if match is not None else None


def test_a_definition_moved_and_renamed_at_once() -> None:
    older, newer = (
        text([*LOAD, "", *body("encode")]),
        text(["import os", "", *body("encode_tcn")], "b.py"),
    )
    assert moved_from(newer, 3, 11, older, text(LOAD)) == tuple(body("encode")[:-1])
    assert moved_from(newer, 3, 11, older, older) is None, "what still stands is no ancestor"
    both = text(["import os", "", *body("encode_tcn"), *body("encode")], "b.py")
    assert moved_from(both, 3, 11, older, text(LOAD)) is None, "it came under its own name"


def test_what_has_the_name_but_another_body_gives_way_to_the_body() -> None:
    older = text([*body("headers", 1), *body("syn", 12)])
    steps = [
        f"    x = step_{n}(x, {n})" if n < 8 else f"    mode.note_{n}(key={n})" for n in range(12)
    ]
    newer = text(
        [
            "def headers(x, mode):",
            "    if mode.fails():",
            "        mode.close()",
            *steps,
            "    return x",
        ]
    )
    assert found(newer, 1, 16, older) == tuple(body("syn", 12)[:-1])


def test_a_name_that_holds_the_other_counts_for_something() -> None:
    def placing(name: str, *steps: str) -> list[str]:
        return [
            f"def {name}(boxes, area):",
            *(f"    {step}" for step in steps),
            "    return area",
            "",
        ]

    kept = (
        "left = area.left + pad",
        "box.width = area.right - left",
        "box.height = area.bottom - area.top",
        "box.weight = area.weight / 3",
    )
    edited = (
        "stack = stacks[box.pos]", "left = zone.left + params.pad", "box.width = zone.w if box.full else zone.right - left",
        "box.height = zone.h or zone.bottom - zone.top", "box.weight = stack.weight / 3", "count = sum(b.full for b in boxes)",
        "if count > 1:", "    log('full', count)",
    )  # fmt: skip
    older = text(placing("place_box", *kept))
    assert found(text(placing("place_boxes", *edited)), 1, 10, older) == older.lines[:6]
    assert found(text(placing("arrange_all", *edited)), 1, 10, older) is None


def java(*methods: str) -> FileVersion:
    return FileVersion(
        "A.java", ("class A {\n" + "".join(f"{method}\n" for method in methods) + "}\n").encode()
    )


def test_overloads_are_paired_to_the_last() -> None:
    """Each method on one line; one overload goes on unchanged, so that the name is enough for the other."""
    kept = "  int get(int[] all) { return all[0] + all[1] + size(all); }"
    older = java(
        kept,
        "  int get(String key, int size) { while (size > 0) { size = shrink(size, key); } return size; }",
    )
    newer = java("  int get(Type key) { return find(key); }", kept)
    match = locate_block(newer, make_range_block(newer, 1, 2), older)
    assert match is not None
    assert match.block.start == 2


def test_an_overload_that_was_renamed_is_no_longer_an_overload() -> None:
    loop = (
        "for (int i = 0; i < text.length(); i++) { out.append(text.charAt(i)); } out.append(last);"
    )
    first = "  void format(Buffer out, Object arg, int most) { out.append(arg); out.append(most); out.close(); }"
    older = java(first, f"  void format(Buffer out, String text) {{ {loop} }}")
    many = "  void format(Buffer out, Object... all) { escape(out, all[0]); out.close(); }"
    newer = java(
        first, many, f"  void escape(Buffer into, String text) {{ {loop.replace('out', 'into')} }}"
    )
    match = locate_block(newer, make_range_block(newer, 3, 4), older)
    assert match is not None
    assert match.block.start == 2


def test_an_overload_has_more_in_common_than_the_name() -> None:
    """A stub is not what a long overload was, though nothing else is left of that name."""
    steps = " ".join(f"frame{n} = decode(source, {n}, data.at({n}));\n" for n in range(12))
    older = java(
        "  Image animated(Images all) { return none; }",
        f"  Image animated(Data data, float scale) {{\n{steps} return all; }}",
    )
    shell = (
        "  Image animated(Data data, float scale) { return animated(data, new Options(scale)); }"
    )
    newer = java(
        f"  Image animated(Data data, Options how) {{\n{steps} return show(all); }}", shell
    )
    assert locate_block(newer, make_range_block(newer, 1, 14), older) is None


ALLOC = [
    "{",
    "    int x;",
    "    if (k <= Kmax && freelist[k])",
    "        freelist[k] = 0;",
    "    x = 1 << k;",
    "    rv->k = k;",
    "    return rv;",
    "}",
]


def test_an_attribute_belongs_to_the_method_below_it() -> None:
    method = [
        "        public void Adds()",
        "        {",
        "            One.Equals(1.0);",
        "            Two.Equals(2.0);",
        "        }",
    ]
    older = ["class Tests {", "        [Fact]", *method, "}"]
    newer = [*older[:4], "            Assert.Equal(1.0, One);", *older[5:]]
    assert found(text(newer, "a.cs"), 2, 7, text(older, "a.cs")) == tuple(older[1:7])


def test_a_definition_that_could_not_be_read_as_one() -> None:
    """Its lines stood where they stand, behind an argument list of old."""
    old = [
        "#ifdef KR",
        "Balloc",
        "    (k) int k;",
        "#else",
        "    (int k)",
        "#endif",
        *ALLOC[:3],
        *ALLOC[3:],
    ]
    older, newer = text(["int a;", *old], "a.c"), text(["int a;", "Balloc(int k)", *ALLOC], "a.c")
    assert [item.name for item in older.definitions] == []
    assert found(newer, 2, 10, older) is not None
    inside = text(["int a;", "free(int k) {", *ALLOC[1:]], "a.c")
    body = text(["int a;", "free(int k) {", "    Balloc(k);", "}", "Balloc(int k)", *ALLOC], "a.c")
    assert found(body, 5, 13, inside) is None  # cut out of a function that goes on: it begins here
    assert (
        found(newer, 2, 10, text(["int a;", "Balloc", "    (k) int k;", *ALLOC[:3]], "a.c")) is None
    )


def test_a_short_function_that_was_renamed_where_it_stood() -> None:
    body = ["    unsafe {", "        libc::abort();", "    }", "}"]
    around = ["fn start() {", "    go(1);", "}", ""]
    old = [
        "#[lang]",
        "#[no_mangle]",
        'pub extern "C" fn begin_panic(',
        "    _msg: core::Args,",
        "    _file: &'static str,",
        "    _line: u32,",
        ") -> ! {",
    ]
    older = text([*around, *old, *body], "a.rs")
    newer = text([*around, "#[lang]", "fn panic(_info: &core::Info) -> ! {", *body], "a.rs")
    assert found(newer, 5, 10, older) == (*old, *body)
    other = text([*around, *old, "    loop {", "        halt();", "    }", "}"], "a.rs")
    assert found(newer, 5, 10, other) is None


def test_a_range_that_ends_in_the_blank_lines_of_the_file() -> None:
    lines = [f"x{number} = {number}" for number in range(20)]
    newer, older = (
        FileVersion("m.txt", "\n".join([*lines, "", "", "", ""]).encode()),
        text(lines, "m.txt"),
    )
    match = locate_block(newer, make_range_block(newer, 17, 22), older)
    assert match is not None
    assert match.block.lines == tuple(lines[17:20])


def test_a_twin_in_a_class_of_another_name() -> None:
    """The classes changed places and one its name: what encloses the method is not where it was."""

    def classes(first: str, second: str) -> FileVersion:
        pad = [f"    x{number} = {number}" for number in range(14)]
        forward = ["    def forward(self, y):", "        return y * 2", "", *pad]
        return text(
            [
                f"class {first}:",
                *pad,
                *forward,
                "",
                f"class {second}:",
                *pad,
                *forward,
                "",
                *(line.strip() for line in pad),
            ]
        )

    newer, older = classes("Other", "New"), classes("Old", "Other")
    block = make_definition_block(newer, newer.by_name["New.forward"][0])
    match = locate_block(newer, block, older)
    assert match is not None
    assert match.block.name == "Other.forward"


LINES = st.lists(st.sampled_from(["a = 1", "b = 関数(a)", "", "    return a", "x"]), max_size=40)
ENCODINGS = st.sampled_from([("utf-8", "\n"), ("utf-8", "\r\n"), ("cp932", "\n"), ("utf-16", "\n")])


@example(
    [["a = 1"] * 11, [], [""], []], [], ["a = 1"], True, ("utf-8", "\n")
)  # a blank line is the end of any line
@given(st.lists(LINES, min_size=4, max_size=4), LINES, LINES, st.booleans(), ENCODINGS)
def test_what_is_unchanged_beside_an_edit_is_found_by_its_place(
    parts: list[list[str]], block: list[str], inserted: list[str], above: bool, how: tuple[str, str]
) -> None:
    """An edit above or below a block, and another one further off on the same side in the version before that."""
    encoding, end = how

    def version(first: list[str], last: list[str]) -> FileVersion:
        lines = [*first, *parts[0], *block, *parts[1], *last]
        return FileVersion("a.py", end.join([*lines, ""]).encode(encoding))

    rest = [parts[2], parts[3]]
    edits = [
        (rest[0], rest[1]),
        (inserted, rest[1]) if above else (rest[0], inserted),
        (rest[1], rest[1]) if above else (rest[0], rest[0]),
    ]
    newer, older, oldest = (version(first, last) for first, last in edits)
    place = len(rest[0]) + len(parts[0])
    for one, other in ((newer, older), (older, oldest)):
        beside = one.find_unchanged(place, place + len(block), other)
        if beside is None:
            context = "\n".join(parts[0] if above else parts[1]).strip("\n")
            assert (
                context.count("\n") < CONTEXT_LINES - 1
                or encoding == "utf-16"
                or place + len(block) >= one.feeds
            )
            return
        start, above_is_same = beside
        assert other.lines[start : start + len(block)] == one.lines[place : place + len(block)]
        same_above = one.lines[:place] == other.lines[:start]
        same_below = "\n".join(one.lines[place + len(block) :]).rstrip("\n") == "\n".join(
            other.lines[start + len(block) :]
        ).rstrip("\n")
        assert same_above if above_is_same else same_below
        # What is known of the place in the other version is what would be counted there.
        known = other.find_context_offsets(start, start + len(block))
        assert known == FileVersion(
            "a.py", end.join([*other.lines, ""]).encode(encoding)
        ).find_context_offsets(start, start + len(block))
        place = start
