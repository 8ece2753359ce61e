"""The languages that are read without a grammar: one row a language.

A row says how a language writes comments and strings, which words begin its functions and types, and what ends a
block. The modules ``symbols.*`` ask the row. A new language is a row here and a text in ``tests/excerpt/languages``.

A pattern is a regular expression as text: it is compiled where a text of its language is read, for that takes longer
than most other things of a start. ``""`` stands for what a language does not have.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Layout = Literal["worded", "script", "headed", "indented", "ended", "settings", "plain"]
"""What shows that lines are a definition.

- ``worded``: a word begins each definition (``fn``, ``class``), braces hold its body.
- ``script``: JavaScript and its kin: words, arrows, and methods without a word; braces hold the body.
- ``headed``: braces hold the body, and the text before them shows what it is (``int main(void) {``).
- ``indented``: a word begins each definition, all deeper lines are its body.
- ``ended``: a word begins each definition, ``end`` ends it.
- ``settings``: names and their values.
- ``plain``: data and prose, without definitions.
"""


class Language(NamedTuple):
    """How one language is written."""

    name: str
    extensions: tuple[str, ...]
    layout: Layout
    comments: str = ""
    strings: str = ""
    functions: str = ""
    """Words that begin a function."""
    types: str = ""
    """Words that begin a class or what is like one."""
    function_name: str = r"[\w$]+"
    type_name: str = r"[\w$.]+"
    function: str = ""
    """A whole header with the group ``function`` for its name, where a word and a name do not make it."""
    type: str = ""
    """The same for a type, with the group ``type``."""
    bodiless: str = ""
    """Words that begin a definition which may have no body."""
    expression_after: str = ""
    """What stands before a body that is an expression: ``fun size() = all.count()``."""
    line_ends: bool = False
    """The end of a line ends a statement."""
    type_brace: str = ""
    """What stands before a brace that opens a type in a header, not the body."""
    colon_block: bool = False
    """A colon at the end of a header opens a block of deeper lines."""
    not_functions: frozenset[str] = frozenset()
    """Words before round brackets that are no name of a function."""
    statements: str = ""
    """Words that begin a statement, besides those of all languages."""
    bare_functions: Literal["anywhere", "outside", "never"] = "outside"
    """Where a function may have neither a word nor a type before its name: outside of types, apart from constructors."""
    annotation: str = ""
    """A line that belongs to the definition below it, what is in its brackets left out."""
    annotation_marks: tuple[str, ...] = ("@", "#[", "#![", "[[")
    """What a line begins with that belongs to the definition below it, seen without masking."""
    quoted_names: bool = False
    """Backticks hold a name: it is read as one without blanks."""
    preprocessor: bool = False
    """Lines that begin with a hash are those of a preprocessor."""
    macros: bool = False
    """Words in capitals may be macros: before a declaration, or with a block that they make a function."""
    block_begin: tuple[str, ...] = ()
    """Words that begin a block which ``block_end`` ends. Without them indentation shows where ``end`` belongs."""
    block_end: tuple[str, ...] = ("end",)
    generator_words: tuple[str, ...] = ()
    """Words of ``block_begin`` that begin no block directly inside brackets: ``[f(x) for x in y if x > 0]``."""
    goes_on: str = ""
    """Words at the indentation of a header that go on with its body: ``rescue``."""
    kin: str = ""
    """Code moves between files whose languages name the same kin; without it between files of one extension."""


def _split_words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Comments and strings. Each begins with a plain character: it is looked for at once, and what stands before it is looked
# at afterwards. That makes reading twice as fast.
SLASHES = r"//[^\n]*|/\*.*?(?:\*/|\Z)"
HASH = r"\#[^\n]*"
# A quote that nothing closes in its line is no string.
DOUBLE = r'"(?:\\.|[^"\\\n])*"'
SINGLE = r"'(?:\\.|[^'\\\n])*'"
LONG_DOUBLE = r'"(?:\\.|[^"\\])*"'
LONG_SINGLE = r"'(?:\\.|[^'\\])*'"
CHARACTER = r"'(?:\\[^\n']{1,10}|\\'|[^'\\\n])'"
TRIPLE = r'"""(?:\\.|[^\\])*?"""'
RAW_TRIPLE = r'""""*.*?""""*'
BACKTICKS = r"`[^`]*`"
BACKTICKED_NAME = r"`[^`\n]+`"
TEMPLATE = r"`(?:\\.|[^`\\])*`"
PYTHON_STRINGS = rf"""\"\"\".*?(?:\"\"\"|\Z)|\'\'\'.*?(?:\'\'\'|\Z)|{DOUBLE}|{SINGLE}"""
# A slash begins a regular expression where no value stands before it.
SCRIPT_REGEX = (
    r"/(?:(?<=[=(,:!&|?;\[{]/)|(?<=[=(,:!&|?;>] /)|(?<=\breturn /)|(?<==>/))(?![*/\s])"
    r"(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/"
)
C_RAW = r'"(?<=R")(?P<raw>[^()\\\s]{0,16})\(.*?\)(?P=raw)"'
CSHARP_RAW = r'""(?P<raws>"+).*?""(?P=raws)|@\$?"(?:[^"]|"")*"|\$@"(?:[^"]|"")*"'
RUST_RAW = r'"(?<=\br").*?"|\#(?<=\br\#)(?P<raw>\#*)".*?"\#(?P=raw)'
SWIFT_RAW = r'\#(?P<raw>\#*)"(?:"")?.*?"\#(?P=raw)'
PHP_HEREDOC = r"<<<[ \t]*(?P<quote>['\"]?)(?P<end>\w+)(?P=quote)\n.*?\n[ \t]*(?P=end)\b"
SHELL_HEREDOC = r"<<-?\s*(?P<quote>['\"]?)(?P<end>\w+)(?P=quote)[^\n]*\n(?:[^\n]*\n){0,500}?[ \t]*(?P=end)(?=\n|\Z)"
RUBY_HEREDOC = (
    r"<<(?:[~-]|(?=['\"]?[A-Z]))(?P<quote>['\"`]?)(?P<end>\w+)(?P=quote)[^\n]*\n"
    r"(?:[^\n]*\n)*?[ \t]*(?P=end)(?=\n|\Z)"
)
RUBY_STRINGS = r"""\"(?<!\$")(?:\\.|[^"\\\n])*\"|'(?<!\$')(?:\\.|[^'\\\n])*'"""
RUBY_PERCENT = r"%[wWiIqQr]?(?:\[[^\]]*\]|\([^()]*\)|\{[^{}]*\}|<[^<>]*>|\|[^|]*\||![^!\n]*!)"
RUBY_REGEX = r"/(?<=[=(,~ ]/)(?![\s=])(?:\\.|[^/\\\n])+/(?=[\w\s.,)\]}])"
ELIXIR_SIGIL = (
    r"~[a-zA-Z](?:\"\"\".*?\"\"\"|/(?:\\.|[^/\\])*/|\([^()]*\)|\[[^\]]*\]|\|[^|]*\||\"[^\"]*\")"
)
# A quote after a value is no string, it transposes.
JULIA_CHARACTER = r"'(?<![\w)\]}]')(?:\\[^\n']{1,10}|\\'|[^'\\\n])'"
MATLAB_STRING = r"'(?<![\w)\]}.']')(?:[^'\n]|'')*'"
# Names
OPERATOR = r"[-+*/%=<>!&|^~?:@\\]+"
# Annotations, as a whole line without what is in its brackets.
AT = r"(?:@(?!interface\b)[\w.:]+(?:\(\s*\))?\s*)+"
AT_ANYTHING = r"@.*"
BRACKETED = r"(?:\[\s*\]\s*)+"
HASH_BRACKETED = r"(?:\#!?\[\s*\]\s*)+"

# Before round brackets: modifiers before a tuple, types of a pointer to a function.
_HEADED_WORDS = _split_words(
    """
    public private protected internal static async override virtual sealed partial readonly abstract
    extern unsafe const final inline void int char long short float double bool unsigned signed auto
    function func fn fun decltype requires explicit
    """
)
_SCRIPT_WORDS = _split_words(
    """
    if for while switch catch with function return super import typeof new do else await yield throw
    in of case void
    """
)
_C_TYPES = r"class|struct|union|enum\s+class|enum\s+struct|enum|namespace"
_SCRIPT_TYPES = r"class|interface|enum|namespace|module"
_ANGLES = r"<(?:->|[^<>{}]|<(?:->|[^<>{}]|<(?:->|[^<>{}])*+>)*+>)*+>"
_ANY_FUNCTION = r"function|func|fn|fun|sub|proc|method|def"
_ANY_TYPE = (
    r"class|interface|enum|struct|object|protocol|extension|mod|module|trait|record|union|namespace"
)
_RUBY_OPERATORS = r"\[\]=?|<=>|===?|=~|![=~]?|\*\*|[-+]@?|[*/%~^&|]|<<|>>|[<>]=?|`"
_JULIA_NAME = r"(?:[\w.!]+\.)?(?::\([^()\s]+\)|:[^\w\s()]+|[^\W\d][\w!]*)|[-+*/\\^%<>=!&|~÷≈∘⊻]+"

PYTHON = Language(
    "Python",
    ("py", "pyw", "pyi"),
    "indented",
    comments=HASH,
    strings=PYTHON_STRINGS,
    functions="def",
    types="class",
    annotation=AT_ANYTHING,
    kin="python",
)
NOTEBOOK = Language("notebook", ("ipynb",), "plain", kin="python")
UNKNOWN = Language(
    "any other language with braces",
    (),
    "headed",
    not_functions=_HEADED_WORDS,
    comments=SLASHES,
    strings=f"{DOUBLE}|{CHARACTER}",
    functions=_ANY_FUNCTION,
    types=_ANY_TYPE,
    bare_functions="anywhere",
    annotation=AT,
)

LANGUAGES = (
    PYTHON,
    NOTEBOOK,
    Language(
        "Cython",
        ("pyx", "pxd"),
        "indented",
        comments=HASH,
        strings=PYTHON_STRINGS,
        types=r"class|cdef\s+(?:class|struct)",
        function=r"c?p?def[ \t]+(?:[\w.\[\],*]+[ \t]+)*?\*?(?P<function>\w+)[ \t]*(?=\()",
        annotation=AT_ANYTHING,
        kin="python",
    ),
    Language(
        "Go",
        ("go",),
        "worded",
        comments=SLASHES,
        strings=f"{DOUBLE}|{CHARACTER}|{BACKTICKS}",
        function=r"func\s+(?:\(\s*(?:\w+\s+)?\*?\s*(?P<receiver>\w+)[^)]*\)\s*)?(?P<function>\w+)",
        # Items of a group of types stand one tab deep.
        type=(
            r"type\s+(?P<type>\w+)(?:\[[^\n]*?\])?\s+(?=(?:struct|interface)\b)"
            r"|(?m:^\t)(?P<grouped>\w+)(?:\[[^\n]*?\])?\s+(?=(?:struct|interface)\b)"
        ),
        line_ends=True,
        type_brace=r"\bfunc\b.*\b(?:struct|interface)\s*$",
    ),
    Language(
        "Kotlin",
        ("kt", "kts"),
        "worded",
        comments=SLASHES,
        strings=f"{RAW_TRIPLE}|{DOUBLE}|{CHARACTER}|{BACKTICKED_NAME}",
        function=(
            r"fun\s+(?:<(?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*>\s*)?"
            r"(?:\([^()\n]*\)\??\.|(?:[\w?]|<(?:[^<>()]|<(?:[^<>()]|<[^<>()]*>)*>|\([^()]*\)|->)*>|\.(?=\w))+\.)?(?P<function>\w+)\s*(?=\()"
            r"|(?P<constructor>constructor)\s*(?=\()"
        ),
        types="class|interface|object",
        bodiless="fun|class|interface|object|constructor",
        expression_after="=",
        line_ends=True,
        annotation=AT,
        quoted_names=True,
        kin="jvm",
    ),
    Language(
        "Swift",
        ("swift",),
        "worded",
        comments=SLASHES,
        strings=f"{SWIFT_RAW}|{TRIPLE}|{DOUBLE}|{BACKTICKED_NAME}",
        function=(
            r"func\s+(?P<function>\w+|[-+*/%=<>!&|^~?.]+?)\s*(?:<[^()]*>)?\s*(?=\()"
            r"|(?P<constructor>init|subscript)\s*[?!]?\s*(?=[(<])|(?P<destructor>deinit)\s*(?=\{)"
        ),
        types="class|struct|enum|extension|protocol|actor",
        bodiless="func|init",
        line_ends=True,
        annotation=AT,
        quoted_names=True,
    ),
    Language(
        "Scala",
        ("scala", "sc"),
        "worded",
        comments=SLASHES,
        strings=f"{RAW_TRIPLE}|{DOUBLE}|{CHARACTER}|{BACKTICKED_NAME}",
        functions="def",
        types="class|object|trait|enum",
        function_name=rf"\w+_{OPERATOR}|\w+|{OPERATOR}",
        bodiless="def|class|object|trait",
        expression_after="=",
        line_ends=True,
        colon_block=True,
        annotation=AT,
        quoted_names=True,
        kin="jvm",
    ),
    Language(
        "Rust",
        ("rs",),
        "worded",
        comments=SLASHES,
        strings=f"{RUST_RAW}|{LONG_DOUBLE}|{CHARACTER}",
        functions="fn",
        function_name=r"\w+",
        type=(
            r"(?:struct|enum|union|trait|mod)\s+(?P<type>\w+)"
            rf"|impl\b\s*(?:{_ANGLES}\s*)?(?:(?:[^{{;\[]|\[[^\]]*\])*?\bfor\s+)?+&*\s*(?:'\w+\s+)?(?:mut\s+|dyn\s+)?(?:\w+::)*(?P<target>\w+)"
        ),
        bodiless="fn|struct",
        annotation=HASH_BRACKETED,
    ),
    Language(
        "PHP",
        ("php",),
        "worded",
        comments=rf"\#(?!\[)[^\n]*|{SLASHES}|\?>.*?(?:<\?(?:php|=)|\Z)",
        strings=f"{LONG_DOUBLE}|{LONG_SINGLE}|{PHP_HEREDOC}",
        function=r"function\b\s*&?\s*(?P<function>\w+)\s*(?=\()|(?P<assigned>\$\w+)\s*=\s*(?:static\s+)?function\b\s*&?\s*(?=\()",
        types="class|interface|trait|enum|namespace",
        type_name=r"[\w\\]+",
        bodiless="function",
        annotation=HASH_BRACKETED,
    ),
    Language(
        "Zig",
        ("zig",),
        "worded",
        comments=SLASHES,
        strings=f"{DOUBLE}|{CHARACTER}",
        functions="fn",
        type=r"const\s+(?P<type>\w+)\s*=\s*(?:(?:extern|packed)\s+)?(?=(?:struct|enum|union|opaque)\b)",
    ),
    Language(
        "Perl",
        ("pl", "pm"),
        "worded",
        comments=rf"{HASH}|=(?<=\n=)[a-z].*?(?:\n=cut\b[^\n]*|\Z)",
        strings=f"{DOUBLE}|{SINGLE}",
        functions="sub",
        types="package|class",
        function_name=r"[\w:']+",
        type_name=r"[\w:]+",
    ),
    Language(
        "Tcl",
        ("tcl",),
        "worded",
        comments=HASH,
        strings=DOUBLE,
        function=r"proc\s+(?P<function>\S+)\s+(?:\{(?:[^{}]|\{[^{}]*\})*\}|\w+)\s*(?=\{)",
        line_ends=True,
    ),
    Language(
        "R",
        ("r",),
        "worded",
        comments=HASH,
        strings=f"{LONG_DOUBLE}|{LONG_SINGLE}|{BACKTICKED_NAME}",
        function=r"(?P<function>[\w.]+)\s*(?:<<?-|=)\s*(?:function|\\)\s*(?=\()",
        expression_after=")",
        line_ends=True,
        quoted_names=True,
    ),
    Language(
        "shell",
        ("sh", "bash", "zsh"),
        "worded",
        # A hash inside a word is part of it. Also blanked: what is escaped, and sums.
        comments=r"\#(?<![^\s;&|(]\#)[^\n]*|\\.|\(\([^\n]*?\)\)|<<<",
        strings=rf"{SHELL_HEREDOC}|\$'(?:\\.|[^'\\])*'|'[^']*'|{LONG_DOUBLE}",
        function=(
            r"function[ \t]+(?P<function>[^\s(){};]+)(?:[ \t]*\([ \t]*\))?\s*(?=\{)"
            r"|(?P<named>[\w:.+@-]+)[ \t]*\([ \t]*\)\s*(?=\{)"
        ),
        line_ends=True,
    ),
    Language(
        "JavaScript",
        ("js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "vue", "svelte"),
        "script",
        not_functions=_SCRIPT_WORDS,
        comments=SLASHES,
        strings=f"{DOUBLE}|{SINGLE}|{TEMPLATE}|{SCRIPT_REGEX}",
        types=_SCRIPT_TYPES,
        line_ends=True,
        type_brace=r"[:<|&,=]\s*$",
        annotation=AT,
        kin="script",
    ),
    Language(
        "Java",
        ("java",),
        "headed",
        not_functions=_HEADED_WORDS,
        comments=SLASHES,
        strings=f"{TRIPLE}|{DOUBLE}|{CHARACTER}",
        types=r"class|@?interface|enum|record",
        bare_functions="never",
        annotation=AT,
        kin="jvm",
    ),
    Language(
        "Groovy",
        ("groovy", "gradle"),
        "headed",
        not_functions=_HEADED_WORDS,
        comments=SLASHES,
        strings=f"{TRIPLE}|{DOUBLE}|{SINGLE}",
        functions="def",
        types=r"class|@?interface|enum|trait",
        line_ends=True,
        bare_functions="never",
        annotation=AT,
        kin="jvm",
    ),
    Language(
        "Dart",
        ("dart",),
        "headed",
        not_functions=_HEADED_WORDS,
        comments=SLASHES,
        strings=f"{TRIPLE}|'''.*?'''|{DOUBLE}|{SINGLE}",
        types="class|enum|mixin|extension",
        expression_after="=>",
        annotation=AT,
    ),
    Language(
        "C#",
        ("cs",),
        "headed",
        not_functions=_HEADED_WORDS,
        comments=SLASHES,
        strings=f"{CSHARP_RAW}|{DOUBLE}|{CHARACTER}",
        types=r"class|interface|enum|struct|record\s+class|record\s+struct|record|namespace",
        bodiless="class|interface|struct|record",
        expression_after="=>",
        statements="using|lock|unsafe|fixed|delegate",
        bare_functions="never",
        annotation=BRACKETED,
        annotation_marks=("[", "@", "#[", "#![", "[["),
        preprocessor=True,
    ),
    Language(
        "C",
        ("c",),
        "headed",
        not_functions=_HEADED_WORDS,
        comments=SLASHES,
        strings=f"{DOUBLE}|{CHARACTER}",
        types="struct|union|enum",
        preprocessor=True,
        macros=True,
        kin="c",
    ),
    Language(
        "C++",
        ("h", "cc", "cpp", "cxx", "hpp", "hh", "hxx", "cu", "cuh", "inl", "mm"),
        "headed",
        not_functions=_HEADED_WORDS,
        comments=SLASHES,
        strings=f"{C_RAW}|{DOUBLE}|{CHARACTER}",
        types=_C_TYPES,
        annotation=BRACKETED,
        preprocessor=True,
        macros=True,
        kin="c",
    ),
    Language(
        "Ruby",
        ("rb", "rake"),
        "ended",
        comments=rf"{HASH}|=(?<=\n=)begin\b.*?(?:\n=end\b[^\n]*|\Z)|_(?<=\n_)_END__\n.*",
        strings=f"{RUBY_HEREDOC}|{RUBY_STRINGS}|{RUBY_PERCENT}|{RUBY_REGEX}",
        functions="def",
        function_name=rf"(?:[\w@:]+\.)?(?:\w+(?:[!?]|=(?=\())?|{_RUBY_OPERATORS})",
        types="class|module",
        type_name=r"(?:::)?[A-Z][\w:]*",
        goes_on=r"(?:rescue|ensure|else|private|protected|public)\b",
    ),
    Language(
        "Lua",
        ("lua",),
        "ended",
        comments=r"--\[(?P<level>=*)\[.*?\](?P=level)\]|--[^\n]*",
        strings=rf"\[(?P<depth>=*)\[.*?\](?P=depth)\]|{DOUBLE}|{SINGLE}",
        function=r"function\s+(?P<function>[\w.:]+)|(?P<assigned>[\w.]+)[ \t]*=[ \t]*function\b",
        block_begin=("function", "if", "do", "repeat"),
        block_end=("end", "until"),
    ),
    Language(
        "Julia",
        ("jl",),
        "ended",
        comments=rf"\#=.*?=\#|{HASH}",
        strings=f"{TRIPLE}|{LONG_DOUBLE}|{JULIA_CHARACTER}",
        function=(
            rf"(?:function|macro)\s+(?P<function>{_JULIA_NAME})(?:\{{[^{{}}\n]*\}})?\s*(?=[(\n]|end\b)"
            rf"|(?P<short>(?!\d){_JULIA_NAME})(?:\{{[^{{}}\n]*\}})?\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)(?:\s*::\s*[\w.{{}}, ]+)?"
            r"(?:\s*where\s(?:[^={\n]|\{(?:[^{}]|\{[^{}]*\})*\})*)?\s*=(?![=>])"
        ),
        types=r"(?:mutable\s+)?struct|abstract\s+type|primitive\s+type|(?:bare)?module",
        type_name=r"\w+",
        block_begin=(
            *("function", "macro", "module", "baremodule", "struct", "if", "for", "while", "let", "begin"),
            *("try", "quote", "do", r"abstract\s+type", r"primitive\s+type"),
        ),
        generator_words=("for", "if"),
    ),
    Language(
        "Elixir",
        ("ex", "exs"),
        "ended",
        comments=HASH,
        strings=rf"{ELIXIR_SIGIL}|{TRIPLE}|{LONG_DOUBLE}|{SINGLE}|\?(?<!\w\?)\S",
        function=r"def(?:p|macrop?|guardp?|delegate)?\s+(?P<function>[^\W\d]\w*[!?]?)(?=\(|[ \t]*(?:,|\n|do\b|when\b|\Z))",
        types=r"def(?:module|protocol|impl)",
        type_name=r"[\w.]+",
        # A documentation of several lines, which masking puts in brackets, is none.
        annotation=r"@(?!\w+ \()\w+(?s:.*)",
        block_begin=(r"do(?!:)", "fn"),
    ),
    Language(
        "MATLAB",
        ("m",),
        "ended",
        comments=r"%[^\n]*",
        strings=f"{DOUBLE}|{MATLAB_STRING}",
        function=r"function\s+(?:\[?[\w, ]*\]?\s*=\s*)?(?P<function>[\w.]+)",
        types="classdef",
    ),
    Language(
        "Fortran",
        ("f90", "f95", "f03", "f08"),
        "ended",
        comments=r"![^\n]*",
        strings=f"{DOUBLE}|{SINGLE}",
        functions="[sS]ubroutine|SUBROUTINE|[fF]unction|FUNCTION",
        types="[mM]odule|MODULE",
        goes_on=r"[cC]ontains\b|CONTAINS\b",
    ),
    Language(
        "Visual Basic",
        ("vb",),
        "ended",
        comments=r"'[^\n]*",
        strings=DOUBLE,
        functions="[sS]ub|[fF]unction",
        types="[cC]lass|[mM]odule|[sS]tructure",
    ),
    Language("Nim", ("nim",), "indented", comments=HASH, strings=PYTHON_STRINGS, functions="proc|func|method|iterator|template|macro"),
    Language("GDScript", ("gd",), "indented", comments=HASH, strings=PYTHON_STRINGS, functions="func", types="class", annotation=AT),
    Language("CoffeeScript", ("coffee",), "indented", comments=HASH, strings=PYTHON_STRINGS, types="class"),
    Language("Haskell", ("hs",), "indented", comments=r"--[^\n]*|\{-.*?-\}", strings=DOUBLE, types="class|module"),
    Language("OCaml", ("ml",), "indented", comments=r"\(\*.*?\*\)", strings=DOUBLE, types="class|module"),
    Language("configuration", ("tf", "cfg", "conf"), "headed",
        not_functions=_HEADED_WORDS, comments=HASH, strings=f"{DOUBLE}|{CHARACTER}", types=_ANY_TYPE),
    Language(
        "data",
        ("json", "jsonl", "csv", "tsv", "properties", "xml", "svg", "lock", "css", "scss", "less"),
        "plain",
    ),
    Language("settings", ("yml", "yaml", "toml", "ini"), "settings"),
    Language("prose", ("md", "rst", "txt", "tex", "log", "out", "diff", "patch", "sql"), "plain"),
)  # fmt: skip

_BY_EXTENSION = {extension: language for language in LANGUAGES for extension in language.extensions}


def get_language(path: str) -> Language:
    """Return the language of a file by the extension of ``path``; ``UNKNOWN`` where no row has that."""
    return _BY_EXTENSION.get(get_extension(path), UNKNOWN)


def get_extension(path: str) -> str:
    """Return what stands after the last dot of ``path``, in small letters."""
    return path.rpartition(".")[2].lower()


def is_python(path: str) -> bool:
    """Return True for a script that Python reads."""
    return get_language(path) is PYTHON


def is_notebook(path: str) -> bool:
    """Return True for a notebook of Jupyter."""
    return get_language(path) is NOTEBOOK


def is_code(path: str) -> bool:
    """Return True for a file of a language that has a row here, but for data and prose."""
    language = get_language(path)
    return language is NOTEBOOK or (language.layout != "plain" and language is not UNKNOWN)


def are_kin(path: str, other_path: str) -> bool:
    """Return whether code may move between two files: of one extension, or of languages that are kin."""
    if get_extension(path) == get_extension(other_path):
        return True
    kin = get_language(path).kin
    return bool(kin) and kin == get_language(other_path).kin
