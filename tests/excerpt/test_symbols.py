"""Definitions in Python, notebooks and languages without a parser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import gitexp
from gitexp.excerpt.source import Source, read_source
from gitexp.excerpt.symbols.find import find_definition, find_definitions
from gitexp.excerpt.symbols.text import find_stop


def source(path: str, text: str) -> Source:
    return read_source(path, text.encode())


def shown(item: Source) -> list[tuple[str, int, int, int]]:
    """Name, first line (from 1), header line, last line."""
    return [(one.name, one.start + 1, one.header + 1, one.stop) for one in find_definitions(item)]


def test_python_names_are_dotted_and_decorators_belong() -> None:
    text = "X = 1\n\n# why\n@wrap\ndef f(a):\n    def g():\n        pass\n    return g\n\nclass A:\n    y = 2\n    def m(self): pass\n"
    found = source("a.py", text)
    assert shown(found) == [
        ("X", 1, 1, 1),
        ("f", 4, 5, 8),
        ("f.g", 6, 6, 7),
        ("A", 10, 10, 12),
        ("A.m", 12, 12, 12),
    ]
    decorated = find_definition(found, "f")
    assert decorated is not None
    assert decorated.lead == 2
    assert decorated.signature == "deff(a):"


def test_last_definition_of_a_notebook_wins() -> None:
    cells = [
        {"cell_type": "code", "source": "def f():\n    return 1"},
        {"cell_type": "code", "source": ["!ls\n", "def f():\n", "    return 2"]},
    ]
    found = find_definition(read_source("n.ipynb", json.dumps({"cells": cells}).encode()), "f")
    assert found is not None
    assert (found.start, found.stop) == (3, 5)


def test_python_that_does_not_parse_is_cut_by_indentation() -> None:
    text = 'print "x"\n@deco\ndef f(a,\n  b):\n    """doc\nx\n    """\n    return 1\n\nclass A(object):\n    def m(self):\n        pass\n'
    assert shown(source("a.py", text)) == [("f", 2, 3, 8), ("A", 10, 10, 12), ("A.m", 11, 11, 12)]


JAVA = """package x;
/** Doc. */
@Deprecated
public class A<T> extends B {
    int[] v = {1, 2};
    @Override
    public void run(int a, String... b) throws E {
        if (a > 1) { s = "}"; } // {
        new T() { public int inner() { return '{'; } };
    }
    public A(int a) { for (;;) { } }
    abstract int size();
    enum K { X, Y }
}
"""


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        (
            "A.java",
            JAVA,
            [
                ("A", 3, 4, 14),
                ("A.run", 6, 7, 10),
                ("A.run.inner", 9, 9, 9),
                ("A.A", 11, 11, 11),
                ("A.size", 12, 12, 12),
                ("A.K", 13, 13, 13),
            ],
        ),
        (
            "a.c",
            "#define X {\nstatic int\nfoo(int a)\n{\n if (a) { }\n}\nstruct s *bar(void) { }\n",
            [("foo", 2, 2, 6), ("bar", 7, 7, 7)],
        ),
        ("a.cpp", "void Foo::bar(int x) const {\n}\n", [("Foo.bar", 1, 1, 2)]),
        (
            "a.go",
            "package m\nfunc (r *Repo) Name(a int) (string, error) {\n\tx := T{1}\n}\ntype T struct {\n}\n",
            [("Repo.Name", 2, 2, 4), ("T", 5, 5, 6)],
        ),
        (
            "a.rs",
            "impl<'a> Foo for Bar<'a> {\n #[inline]\n pub fn x<T>(&'a self) -> Z {\n }\n}\n",
            [("Bar", 1, 1, 5), ("Bar.x", 2, 3, 4)],
        ),
        (
            "a.R",
            "library(x)\ntrain <- function(x, y = c(1,2),\n    z) {\n}\n",
            [("train", 2, 2, 4)],
        ),
        ("a.jl", "function f(x)\n  x\nend\ng(x) = x + 1\n", [("f", 1, 1, 3), ("g", 4, 4, 4)]),
        (
            "a.ts",
            "import a\nexport const f = async (a = {}) => {\n}\nclass C {\n  m(a: string): void {\n  }\n}\n",
            [("f", 2, 2, 3), ("C", 4, 4, 7), ("C.m", 5, 5, 6)],
        ),
    ],
)
def test_other_languages(path: str, text: str, names: list[tuple[str, int, int, int]]) -> None:
    assert shown(source(path, text)) == names


def test_enclosing_names_may_be_left_out_where_unique() -> None:
    found = find_definition(source("A.java", JAVA), "size")
    assert found is not None
    assert found.name == "A.size"
    assert find_definition(source("A.java", JAVA), "nothing") is None


def test_unclosed_brackets_and_strings_never_raise() -> None:
    for text in ("void f() { (", "}}})", 'void f() { "', "/* x", "class", "a(" * 3000):
        for path in ("a.java", "a.js", "a.c", "a.py", "a.jl"):
            find_definitions(source(path, text))


def test_a_method_without_a_body_may_begin_with_type_parameters() -> None:
    text = "interface Box {\n    <T> void add(T item);\n    <T> T last(Box<T> one,\n        int n);\n}\n"
    assert "Box.add" in [item.name for item in find_definitions(source("Box.java", text))]


def test_a_word_that_opens_a_block_elsewhere_names_a_method() -> None:
    java = "class A {\n  boolean match(int x) {\n    return true;\n  }\n  void select() {\n    loop();\n  }\n}\n"
    assert [name for name, *_ in shown(source("A.java", java))] == ["A", "A.match", "A.select"]
    script = "class A {\n  delete(key) {\n    if (key) { drop(key); }\n  }\n  when(x) {\n    return x;\n  }\n}\n"
    assert [name for name, *_ in shown(source("a.js", script))] == ["A", "A.delete", "A.when"]
    rust = "fn f(x: u8) {\n    match (x) {\n        _ => {}\n    }\n    loop {\n        g();\n    }\n}\n"
    assert [name for name, *_ in shown(source("a.rs", rust))] == ["f"]


@pytest.mark.parametrize(
    ("written", "name"),
    [("cafe\u0301", "café"), ("\uff8a\uff9f\uff70", "パー"), ("ﬁt", "fit"), ("学習", "学習")],
)
def test_a_name_is_found_in_any_form_that_python_takes_for_it(written: str, name: str) -> None:
    for path, text in (
        ("a.py", f"x = 1\ndef {written}(): pass\n"),
        ("a.ipynb", book("x = 1", f"def {written}(): pass")),
    ):
        found = find_definition(source(path, text), name)
        assert found is not None
        assert found.kind == "function"


def book(*cells: str) -> str:
    raw = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    return json.dumps({"cells": raw, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def test_methods_with_an_expression_for_a_body() -> None:
    text = """class Names {
    int size = Of(x => x);
    static int[] Cut(int[] all, int n) => all
        .Where(x => x > n).Select(x => { return x; })
        .ToArray();
    int Size => 3;
    int Next(int n) => n + 1;
}
"""
    assert shown(source("a.cs", text)) == [
        ("Names", 1, 1, 8),
        ("Names.Cut", 3, 3, 5),
        ("Names.Next", 7, 7, 7),
    ]


def test_attributes_of_csharp_are_no_names() -> None:
    text = """namespace Maps {
    [DebuggerDisplay("{Type}")]
    [Flags]
    public class Details {
        [Editor(Sizes = new[] { 1, 2 })]
        int Next(int n) { return n; }
    }
}
"""
    assert [(name, first, header) for name, first, header, _ in shown(source("a.cs", text))] == [
        ("Maps", 1, 1), ("Maps.Details", 2, 4), ("Maps.Details.Next", 5, 6),
    ]  # fmt: skip


def test_classes_that_a_call_makes() -> None:
    text = """"use strict";
var opts = $.extend({a: 1}, more);
var Cart = React.createClass({
  render: function() {
    return nodes.map(function(node) { return node; });
  }
});
exports.Row = Backbone.View.extend({
  onClick(e) { return e; },
});
"""
    assert shown(source("a.js", text)) == [
        ("Cart", 3, 3, 7),
        ("Cart.render", 4, 4, 6),
        ("exports.Row", 8, 8, 10),
        ("exports.Row.onClick", 9, 9, 9),
    ]


def test_values_with_calls_among_them_define_nothing() -> None:
    plugins = """const chain = store => (next, last) => {
};
export default [
  { input, plugins: plugins(true), output: { file } },
  { plugins: [json(), resolve()], external: _ => (/x/).test(_), output: { file } },
];
"""
    assert shown(source("a.js", plugins)) == [("chain", 1, 1, 2)]
    bound = 'fn main() {\n    let Some(dir) = var("DIR")\n        .map(PathBuf::from)\n    else {\n        bail!();\n    };\n}\n'
    assert shown(source("a.rs", bound)) == [("main", 1, 1, 7)]


def test_type_parameters_on_lines_of_their_own() -> None:
    text = """const x = 1
export default function build<
  Result extends LocaleDayPeriod,
  Callback extends LocalizeCallback<Value> | undefined,
>(
  args: Args<Result>,
): Result
  | undefined {
  return 1
}
"""
    assert shown(source("a.ts", text)) == [("build", 2, 2, 10)]


def test_a_function_of_a_class_is_no_class() -> None:
    text = "class Maker {\n    class func prepare(view: View) -> Int {\n        return 1\n    }\n    class var one: Int { return 1 }\n}\n"
    assert shown(source("a.swift", text)) == [("Maker", 1, 1, 6), ("Maker.prepare", 2, 2, 4)]


KOTLIN = """class Spec {
  @Test
  fun `loads all`() = runBlocking {
    x
  }
  private fun size(): Int = all.count()
  override fun <T> Flow<T>.debounce(t: (T) -> Int): Flow<T> =
    debounceInternal { it }
      .map { x }

  fun String?.orEmpty(): String = this ?: ""
  fun last() { }
  private var job: Job?
  fun next() {
  }
}
interface Service {
  fun all(): Call<List<User>>
}
"""
SCALA = """object A {
  def f(x: Int): Int = x + 1
  implicit def g[T](x: T)(implicit y: Y): Z =
    new Z(x)
  def h = {
    1
  }
}
"""
TYPESCRIPT = """export const add = (a: number, b: number): number => a + b
const big = (a) =>
  a.map(b => b + 1)
    .filter(c => c)

const h = (a) => {
  return 1
}
const y = 3
"""
SHELL = r"""#!/bin/sh
# don't
nvm_echo() {
  command printf %s\\n "$*" # it's
  x="${#y}"
  cat <<EOF
don't { do
EOF
  awk 'BEGIN { print "{" }
  { x }' | sed "s/\"//"
}
function g {
  case "$1" in
    a) echo ;;
  esac
}
h() {
  x=$'it\'s' y=$((1 << n))
  cat <<< done
}
n() { x; }
done
"""
GO = """func f(t T, method string, x interface{}, a ...interface{}) int {
	x := `C:\\Prog (x86)\\`
	if extra := a[r]; len(extra) > 0 {
	}
}
func (r *Repo) G(a map[string]interface{}) {
}
"""
JAVA_8 = """interface A {
  default N field(String p) { return 1; }
  synchronized void readFully(byte[] b) { }
  static final TypeAdapter<X> S = new TypeAdapter<X>() {
    public void write() { }
  };
  void g(int x) { switch (x) { default: { } } synchronized (x) { } }
}
"""
CSHARP = """class A {
  public static CachePolicy<TResult> Cache<TResult>(
     ISync<TResult> a, Func<A, B> f) where T : new()
  {
  }
  public Task<T> Read<T>() => Row<T>(x);
  string p = @"C:\\dir\\";
  public object Make(int x) { return x; }
  bool operator ==(A a, B b) { return true; }
}
"""
RUST = """pub(crate) struct Conn<I, B> {
    a: I,
}
pub(crate) trait Io: Read {
    fn on(&self, r: Response<()>);
}
impl X {
    fn f() { match x { Start::A => { } B::C(x) => { } } }
}
mod tests {
    literal!(lit7, "foo", Some(s("foo")));
}
"""
PHP = """interface A { public function send(R $r, array $o = []): X; }
class B {
  function f() { if ($x) { } elseif ($y) { } $p = function ($a) use ($b) { }; }
}
function &by_reference($a) {
}
"""
C = """TEST_BEGIN(one) {
}
TEST_END

static void
f(void) {
	TAILQ_FOREACH(cb, callbacks, next) {
	}
}
__attribute__((constructor)) void init(void) {
}
#if A
int b(int x) {
#else
int b(long x) {
#endif
	return 1;
}
int c(void) {
}
"""
CPP = """std::function<void(int)> make(int a) {
}
template <typename A, class B> void swap(A a, B b) {
}
struct X {
  NON_NULL(3)
  X(int id_, const char* w) : id(id_), m(w) {}
  bool operator<(X o) const { return 1; }
};
"""
JULIA = """@recipe function f(cp::C)
  g(x) = x^2
  1
end
Base.show(io::IO, x::Vector{Int}) = print(io)
"""
RUBY = """class Rack
  def load(path)
    if config[/^#\\\\(.*)/]
      fail "x"
    end
  rescue IOError
    nil
  end

  def []=(key, value)
    1
  end
end
"""


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        (
            "a.kt",
            KOTLIN,
            [
                ("Spec", 1, 16), ("Spec.next", 14, 15), ("Spec.loads_all", 2, 5),
                ("Spec.size", 6, 6), ("Spec.debounce", 7, 9), ("Spec.orEmpty", 11, 11),
                ("Spec.last", 12, 12), ("Service", 17, 19), ("Service.all", 18, 18),
            ],
        ),
        ("a.scala", SCALA, [("A", 1, 8), ("A.f", 2, 2), ("A.g", 3, 4), ("A.h", 5, 7)]),
        ("a.ts", TYPESCRIPT, [("add", 1, 1), ("big", 2, 4), ("h", 6, 8)]),
        ("a.R", "f <- function(x) x + 1\nh <- function(...) paste(\n  x\n)\nk <- 3\n", [("f", 1, 1), ("h", 2, 4)]),
        ("a.sh", SHELL, [("nvm_echo", 3, 11), ("g", 12, 16), ("h", 17, 20), ("n", 21, 21)]),
        ("a.go", GO, [("f", 1, 5), ("Repo.G", 6, 7)]),
        ("A.java", JAVA_8, [("A", 1, 8), ("A.field", 2, 2), ("A.readFully", 3, 3), ("A.write", 5, 5), ("A.g", 7, 7)]),
        ("a.cs", CSHARP, [("A", 1, 10), ("A.Cache", 2, 5), ("A.Read", 6, 6), ("A.Make", 8, 8), ("A.operator==", 9, 9)]),
        ("a.rs", RUST, [("Conn", 1, 3), ("Io", 4, 6), ("Io.on", 5, 5), ("X", 7, 9), ("X.f", 8, 8), ("tests", 10, 12)]),
        ("a.php", PHP, [("A", 1, 1), ("A.send", 1, 1), ("B", 2, 4), ("B.f", 3, 3), ("B.f.$p", 3, 3), ("by_reference", 5, 6)]),
        ("a.c", C, [("TEST_BEGIN", 1, 2), ("f", 5, 9), ("init", 10, 11), ("b", 13, 18), ("c", 19, 20)]),
        ("a.cpp", CPP, [("make", 1, 2), ("swap", 3, 4), ("X", 5, 9), ("X.X", 6, 7), ("X.operator<", 8, 8)]),
        ("a.swift", "class Foo: Bar, Baz {\n  init(x: Int) { }\n}\n", [("Foo", 1, 3), ("Foo.init", 2, 2)]),
        ("a.jl", JULIA, [("f", 1, 4), ("f.g", 2, 2), ("Base.show", 5, 5)]),
        (
            "a.ex",
            "defmodule A do\n  defmacro using(x) do\n    x\n  rescue\n    1\n  end\n  defp one?(x), do: x\nend\n",
            [("A", 1, 8), ("A.using", 2, 6), ("A.one?", 7, 7)],
        ),
        ("a.nim", "proc f(x: int): int =\n  x\n\nwhen isMainModule:\n  echo f(1)\n", [("f", 1, 2)]),
        ("a.pyx", "def f():\n    print 1\n\nafter(f)\nx = 1\n", [("f", 1, 2)]),
        ("a.rb", RUBY, [("Rack", 1, 13), ("Rack.load", 2, 8), ("Rack.[]=", 10, 12)]),
    ],
)  # fmt: skip
def test_what_is_peculiar_to_a_language(
    path: str, text: str, names: list[tuple[str, int, int]]
) -> None:
    assert sorted(
        (name, first, last) for name, first, _, last in shown(source(path, text))
    ) == sorted(names)


GO_RESULTS = """package m

func (L) F() map[string]interface{} {
	return map[string]interface{}{"a": 1}
}

func pair() (struct{ a int }, []interface{}) {
	return struct{ a int }{1}, nil
}

func shape(x interface{}) struct{ a int } {
	return x
}

func last() interface{} { return nil }
"""


def test_a_type_with_braces_in_a_result_is_not_the_body() -> None:
    assert [(name, first, last) for name, first, _, last in shown(source("a.go", GO_RESULTS))] == [
        ("L.F", 3, 5), ("pair", 7, 9), ("shape", 11, 13), ("last", 15, 15),
    ]  # fmt: skip


def test_a_definition_is_found_by_its_header_up_to_its_own_last_line() -> None:
    lines = source("a.go", GO_RESULTS).lines
    assert [find_stop("a.go", lines, header, 3) for header in (2, 6, 10, 14)] == [5, 9, 13, 15]


def test_a_call_with_a_trailing_lambda_defines_nothing() -> None:
    kotlin = """class Row {
  constructor(n: Int) : this() {
    check(n > 0) { "few" }
    rows.forEach(action) { row ->
      run { row.go() }
    }
  }
  val size: Int
    get() { return 1 }
}
"""
    assert shown(source("a.kt", kotlin)) == [("Row", 1, 1, 10), ("Row.constructor", 2, 2, 7)]
    swift = """class Row {
  init?(n: Int) {
    queue.async(group: n) { self.go() }
    check(n) { row in
      row.go()
    }
  }
  deinit { close() }
  subscript(n: Int) -> Int {
    get { rows.first(where: n) { $0 } }
  }
}
"""
    assert shown(source("a.swift", swift)) == [
        ("Row", 1, 1, 12), ("Row.init", 2, 2, 7), ("Row.deinit", 8, 8, 8), ("Row.subscript", 9, 9, 11),
    ]  # fmt: skip
    scala = """object Row {
  def run(n: Int): Unit = {
    check(n > 0) { "few" }
    rows.foreach(n) { row =>
      row.go()
    }
  }
  test("few") {
    run(0)
  }
}
"""
    assert shown(source("a.scala", scala)) == [("Row", 1, 1, 11), ("Row.run", 2, 2, 7)]


def test_data_and_prose_define_nothing() -> None:
    text = "build() {\n  x: 1\n}\nfunction f(a) {\n}\n"
    assert shown(source("a.js", text)) != []
    for path in ("a.yaml", "a.json", "README.md", "a.csv", "a.log"):
        assert shown(source(path, text)) == []


def test_no_text_takes_the_square_of_its_length() -> None:
    """Each of these took minutes, and the first for ever."""
    for path, text in (
        ("a.cpp", '"""' + '\\"' * 400 + "\n" * 50),
        ("a.xyz", "word " * 60_000),
        ("a.kt", "key: value\n" * 3_000 + "f = (x) => {\n"),
        ("a.rs", "operator" * 20_000 + "{"),
        ("a.sh", "cat <<EOF\n" * 8_000),
        ("a.ts", "function f(x) {\n  return 1\n}\nconst abc = (x: number) => x + 1\n" * 8_000),
        ("a.py", "if if\na" + " " * 200_000 + "\n" + "b, " * 100_000 + "\n" + "(" * 100_000),
        ("b.py", "if if\n" + "def f(\n    x = 1\n" * 20_000),
    ):
        find_definitions(source(path, text))


BROKEN_PYTHON = '''# how fast
RATE = 3
SIZES = [
    1,
    2,
]
a, (b, *c) = first = 1, (2, 3)
width: int = 5
total += 1
text = """
NOT = 1
"""
if RATE == 3:
    chosen = "x=1"
else: other = 2
config.lr = 0.1
run(
    lr=0.1,
)


class Net:
    depth = 3

    def run(self, x):
        inner = 1
        print(f"{x["a"]}")
        return x["a"] * RATE


half = build(
    Net,

def last(x,
         y=2):
    return x

LAST = \\
    1
'''


@pytest.mark.parametrize("broken", ['print "old"', "if if", 'f"{x["a"]}"'])
def test_python_that_does_not_parse_has_its_names_all_the_same(broken: str) -> None:
    found = source("a.py", BROKEN_PYTHON + broken + "\n")
    assert all(unit.tree is None for unit in found.units)
    names = [(name, first, last) for name, first, _, last in shown(found)]
    assert names == [
        ("RATE", 2, 2), ("SIZES", 3, 6), ("a", 7, 7), ("b", 7, 7), ("c", 7, 7), ("first", 7, 7),
        ("width", 8, 8), ("total", 9, 9), ("text", 10, 12), ("chosen", 14, 14),
        ("Net", 22, 28), ("Net.run", 25, 28), ("half", 31, 33), ("last", 34, 36), ("LAST", 38, 39),
    ]  # fmt: skip
    rate = find_definition(found, "RATE")
    assert rate is not None
    assert rate.lead == 0


def test_the_names_that_are_found_do_not_depend_on_whether_a_file_parses() -> None:
    text = BROKEN_PYTHON.replace("half = build(\n    Net,\n", "").replace(
        'f"{x["a"]}"', "f\"{x['a']}\""
    )
    parsed = shown(source("a.py", text.replace("a, (b, *c)", "a, b, c")))
    broken = shown(source("a.py", text.replace("a, (b, *c)", "a, b, c") + "= broken\n"))
    assert [each for each in parsed if each[0] != "other"] == broken


def test_a_cell_with_an_error_has_its_names_all_the_same() -> None:
    cells = ["LR = 0.1\nif if\nclass Net:\n    pass", "%%writefile net.py\nDEEP = 1\n== 1"]
    foreign = ["%%bash\nLR=1\necho $LR", "%%writefile run.sh\nOUT=2", "ok = 1"]
    names = [name for name, *_ in shown(source("n.ipynb", book(*cells, *foreign)))]
    assert names == ["LR", "Net", "DEEP", "ok"]


def test_variables_of_a_shell() -> None:
    text = """#!/bin/sh
# NOT=1
LR=0.1
export DATA="a b" SEED=3  # why
declare -r SIZES=(1
  2)
TEXT="x
NEITHER=1"
LR=1 python train.py
if [ "$A" = 1 ]; then
  DEEP=$(cat "$DATA" | wc -l); OTHER=1
fi
run() {
  local inner=1
  name=2
}
echo A=1
python train.py \\
  --lr=$LR
"""
    assert [(name, first, last) for name, first, _, last in shown(source("a.sh", text))] == [
        ("LR", 3, 3), ("DATA", 4, 4), ("SEED", 4, 4), ("SIZES", 5, 6), ("TEXT", 7, 8),
        ("DEEP", 11, 11), ("run", 13, 16),
    ]  # fmt: skip


def test_types_of_typescript() -> None:
    text = """export type Name<T extends { id: number } = { id: 1 }> = {
  id: T
}
type Mode =
  | 'fast' // why
  | 'slow'
type Handler = (event: { a: 1 },
  next: () => void) => void
type Deep<T> = T extends Array<infer U>
  ? Deep<U>
  : T;
declare type One = 1
const type = 5
type == 6
export type { Other } from './other'
function after() { }
"""
    assert [(name, first, last) for name, first, _, last in shown(source("a.ts", text))] == [
        ("Name", 1, 3), ("Mode", 4, 6), ("Handler", 7, 8), ("Deep", 9, 11), ("One", 12, 12),
        ("after", 16, 16),
    ]  # fmt: skip


def test_a_key_path_is_found_by_its_end_and_a_group_holds_its_keys() -> None:
    text = "model:\n  encoder:\n    # how many\n    depth: 3\n  size: 2\nlr: 0.1\n"
    conf = source("conf.yaml", text)
    depth = find_definition(conf, "encoder.depth")
    assert depth is not None
    assert (depth.name, depth.lead, depth.start, depth.stop) == ("model.encoder.depth", 2, 3, 4)
    model = find_definition(conf, "model")
    assert model is not None
    assert (model.kind, model.start, model.stop) == ("class", 0, 5)


def test_settings_that_do_not_parse_or_are_data_have_no_keys() -> None:
    for path, text in (
        ("a.yaml", "a: [1\n"),
        ("a.yaml", "\ta: 1\n b"),
        ("a.yaml", "&a [*a, {b: *a}]\n"),
        ("a.json", "]}" * 100),
        ("a.json", "[" * 100_000),
        ("a.json", '{"a": ' * 3_000),
        ("a.yaml", "".join(f"k{number}: 1\n" for number in range(3_000))),
        ("a.toml", "".join(f"k{number} = 1\n" for number in range(3_000))),
        ("a.yaml", "- " * 3_000),
    ):
        assert find_definitions(source(path, text)) == ()


def test_no_pattern_repeats_a_group_possessively() -> None:
    """Python 3.11.0 to 3.11.3 match such patterns wrongly; Debian 12 has 3.11.2."""
    package = Path(gitexp.__file__).parent
    possessive = re.compile(r"(?<!\\)\)[*+?]\+(?=[^ 0-9])")
    found = []
    for path in sorted(package.rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"""\br[f]?["']|^\s*r?f?r?["'(]""", line) and possessive.search(line):
                found.append(f"{path.relative_to(package)}:{number}")
    assert found == []
