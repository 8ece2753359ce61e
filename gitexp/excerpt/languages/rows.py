"""The table of languages: one row a language.

A row says how a language writes comments and strings, which words begin its functions and types,
and what ends a block. The room ``symbols`` asks the row. A new language is a row here and a text in
``tests/excerpt/languages``.
"""

from __future__ import annotations

from gitexp.excerpt.languages.language import Language
from gitexp.excerpt.languages.patterns import (
    AT,
    AT_ANYTHING,
    BACKTICKED_NAME,
    BACKTICKS,
    BRACKETED,
    C_RAW,
    CHARACTER,
    CSHARP_RAW,
    DOUBLE,
    ELIXIR_SIGIL,
    HASH,
    HASH_BRACKETED,
    JULIA_CHARACTER,
    LONG_DOUBLE,
    LONG_SINGLE,
    MAKE_HASH,
    MATLAB_STRING,
    OPERATOR,
    PHP_HEREDOC,
    PYTHON_STRINGS,
    RAW_TRIPLE,
    RUBY_HEREDOC,
    RUBY_PERCENT,
    RUBY_REGEX,
    RUBY_STRINGS,
    RUST_RAW,
    SCRIPT_REGEX,
    SHELL_HEREDOC,
    SINGLE,
    SLASHES,
    SWIFT_RAW,
    TEMPLATE,
    TRIPLE,
)


def _split_words(text: str) -> frozenset[str]:
    return frozenset(text.split())


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
_SCRIPT_MODIFIERS = (
    "export|default|declare|async|const|let|var|static|public|private|protected|override|readonly"
    "|abstract|accessor|get|set|return"
)
_ANGLES = r"<(?:->|[^<>{}]|<(?:->|[^<>{}]|<(?:->|[^<>{}])*>)*>)*>"
_ANY_FUNCTION = r"function|func|fn|fun|sub|proc|method|def"
_ANY_TYPE = (
    r"class|interface|enum|struct|object|protocol|extension|mod|module|trait|record|union|namespace"
)
_RUBY_OPERATORS = r"\[\]=?|<=>|===?|=~|![=~]?|\*\*|[-+]@?|[*/%~^&|]|<<|>>|[<>]=?|`"
_JULIA_OPERATOR = r"[-+*/\\^%<>=!&|~÷≈∘⊻]+"
_JULIA_NAME = rf"(?:[\w.!]+\.)?(?::\([^()\s]+\)|:[^\w\s()]+|[^\W\d][\w!]*)|{_JULIA_OPERATOR}"
_JULIA_TYPES = r"(?:\{[^{}\n]*\})?"
_JULIA_ARGUMENTS = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
_JULIA_WHERE = r"(?:\s*where\s(?:[^={\n]|\{(?:[^{}]|\{[^{}]*\})*\})*)?"
_KOTLIN_TYPES = r"<(?:[^<>()]|<(?:[^<>()]|<[^<>()]*>)*>|\([^()]*\)|->)*>"
_KOTLIN_RECEIVER = rf"(?:\([^()\n]*\)\??\.|(?:[\w?]|{_KOTLIN_TYPES}|\.(?=\w))+\.)?"

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
CHUNKS = Language("chunks", ("qmd", "rmd", "rnw", "snw"), "plain")
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
    CHUNKS,
    Language("Markdown", ("md", "markdown"), "plain"),
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
            rf"{_KOTLIN_RECEIVER}(?P<function>\w+)\s*(?=\()"
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
            rf"|impl\b\s*(?:{_ANGLES}\s*)?(?:(?:[^{{;\[]|\[[^\]]*\])*?\bfor\s+)?"
            r"&*\s*(?:'\w+\s+)?(?:mut\s+|dyn\s+)?(?:\w+::)*(?P<target>\w+)"
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
        function=(
            r"function\b\s*&?\s*(?P<function>\w+)\s*(?=\()"
            r"|(?P<assigned>\$\w+)\s*=\s*(?:static\s+)?function\b\s*&?\s*(?=\()"
        ),
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
        type=(
            r"const\s+(?P<type>\w+)\s*=\s*(?:(?:extern|packed)\s+)?"
            r"(?=(?:struct|enum|union|opaque)\b)"
        ),
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
        ("sh", "bash", "zsh", "slurm", "sbatch", "pbs"),
        "worded",
        # A hash inside a word is part of it. Also blanked: what is escaped, and sums.
        comments=r"\#(?<![^\s;&|(]\#)[^\n]*|\\.|\(\([^\n]*?\)\)|<<<",
        strings=rf"{SHELL_HEREDOC}|\$'(?:\\.|[^'\\])*'|'[^']*'|{LONG_DOUBLE}",
        function=(
            r"function[ \t]+(?P<function>[^\s(){};]+)(?:[ \t]*\([ \t]*\))?\s*(?=\{)"
            r"|(?P<named>[\w:.+@-]+)[ \t]*\([ \t]*\)\s*(?=\{)"
        ),
        has_variables=True,
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
        modifiers=_SCRIPT_MODIFIERS,
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
            rf"(?:function|macro)\s+(?P<function>{_JULIA_NAME}){_JULIA_TYPES}\s*(?=[(\n]|end\b)"
            rf"|(?P<short>(?!\d){_JULIA_NAME}){_JULIA_TYPES}{_JULIA_ARGUMENTS}"
            rf"(?:\s*::\s*[\w.{{}}, ]+)?{_JULIA_WHERE}\s*=(?![=>])"
        ),
        types=r"(?:mutable\s+)?struct|abstract\s+type|primitive\s+type|(?:bare)?module",
        type_name=r"\w+",
        block_begin=(
            *("function", "macro", "module", "baremodule", "struct"),
            *("if", "for", "while", "let", "begin", "try", "quote", "do"),
            *(r"abstract\s+type", r"primitive\s+type"),
        ),
        generator_words=("for", "if"),
    ),
    Language(
        "Elixir",
        ("ex", "exs"),
        "ended",
        comments=HASH,
        strings=rf"{ELIXIR_SIGIL}|{TRIPLE}|{LONG_DOUBLE}|{SINGLE}|\?(?<!\w\?)\S",
        function=(
            r"def(?:p|macrop?|guardp?|delegate)?\s+(?P<function>[^\W\d]\w*[!?]?)"
            r"(?=\(|[ \t]*(?:,|\n|do\b|when\b|\Z))"
        ),
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
    Language(
        "Nim",
        ("nim",),
        "indented",
        comments=HASH,
        strings=PYTHON_STRINGS,
        functions="proc|func|method|iterator|template|macro",
    ),
    Language(
        "GDScript",
        ("gd",),
        "indented",
        comments=HASH,
        strings=PYTHON_STRINGS,
        functions="func",
        types="class",
        annotation=AT,
    ),
    Language(
        "CoffeeScript",
        ("coffee",),
        "indented",
        comments=HASH,
        strings=PYTHON_STRINGS,
        types="class",
    ),
    Language(
        "Haskell",
        ("hs",),
        "indented",
        comments=r"--[^\n]*|\{-.*?-\}",
        strings=DOUBLE,
        types="class|module",
    ),
    Language(
        "OCaml", ("ml",), "indented", comments=r"\(\*.*?\*\)", strings=DOUBLE, types="class|module"
    ),
    Language(
        "HCL",
        ("tf",),
        "headed",
        not_functions=_HEADED_WORDS,
        comments=HASH,
        strings=f"{DOUBLE}|{CHARACTER}",
        types=_ANY_TYPE,
    ),
    Language(
        "data",
        ("jsonl", "csv", "tsv", "xml", "svg", "lock", "css", "scss", "less"),
        "plain",
    ),
    Language(
        "Makefile", ("mk", "mak"), "make", file_names="(?:GNU)?[Mm]akefile", comments=MAKE_HASH
    ),
    Language(
        "YAML",
        ("yml", "yaml"),
        "yaml",
        comments=r"\#(?<!\S\#)[^\n]*",
        strings=f"{DOUBLE}|{SINGLE}",
    ),
    Language(
        "JSON", ("json", "jsonc", "json5"), "json", comments=SLASHES, strings=f"{DOUBLE}|{SINGLE}"
    ),
    Language(
        "TOML",
        ("toml",),
        "keys",
        file_names="Pipfile",
        comments=HASH,
        strings=rf"{TRIPLE}|'''.*?'''|{DOUBLE}|{SINGLE}",
        section=r"\[{1,2}[ \t]*(?P<section>[^\[\]\n]+?)[ \t]*\]{1,2}[ \t]*$",
        key=r"(?P<key>[^\s=\[\]{}#,][^=\n\[\]{}]*?)[ \t]*=",
        line_ends=True,
    ),
    Language(
        "INI",
        ("ini", "cfg", "conf"),
        "keys",
        comments=r"[;\#](?<=\n[;\#])[^\n]*|\A[;\#][^\n]*",
        section=r"\[(?P<section>[^\]\n]+)\]",
        key=r"(?P<key>[^\s=:\[;#{}][^=:\n{}]*?)[ \t]*[=:]",
    ),
    Language(
        "gin",
        ("gin",),
        "keys",
        comments=HASH,
        strings=PYTHON_STRINGS,
        key=r"(?!(?:import|include)\b)(?P<key>[\w./]+)[ \t]*(?:=(?!=)|:[ \t]*$)",
        colon_block=True,
    ),
    Language(
        "env",
        ("env", "properties"),
        "keys",
        file_names=r"\.env(?:\..+)?|\.envrc",
        comments=r"\#(?<=\n\#)[^\n]*|\A\#[^\n]*|\#(?<=\s\#)[^\n]*",
        strings=f"{LONG_DOUBLE}|{LONG_SINGLE}",
        key=r"(?:export[ \t]+)?(?P<key>[A-Za-z_][\w.-]*)[ \t]*[=:]",
        line_ends=True,
    ),
    Language("prose", ("rst", "txt", "tex", "log", "out", "diff", "patch", "sql"), "plain"),
)
"""Every row, but for UNKNOWN."""
