"""How comments, strings and annotations look: patterns that rows share."""

from __future__ import annotations

# Each pattern of a comment or a string begins with a plain character: it is looked for at once, and
# what stands before it is looked at afterwards. That makes reading twice as fast.
SLASHES = r"//[^\n]*|/\*.*?(?:\*/|\Z)"
HASH = r"\#[^\n]*"
MAKE_HASH = r"\#(?<!\\\#)[^\n]*"
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
SHELL_HEREDOC = (
    r"<<-?\s*(?P<quote>['\"]?)(?P<end>\w+)(?P=quote)[^\n]*\n"
    # Without a limit, a file of openings without ends takes the square of its length.
    r"(?:[^\n]*\n){0,500}?[ \t]*(?P=end)(?=\n|\Z)"
)
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

OPERATOR = r"[-+*/%=<>!&|^~?:@\\]+"

# Annotations: a whole line without what is in its brackets.
AT = r"(?:@(?!interface\b)[\w.:]+(?:\(\s*\))?\s*)+"
AT_ANYTHING = r"@.*"
BRACKETED = r"(?:\[\s*\]\s*)+"
HASH_BRACKETED = r"(?:\#!?\[\s*\]\s*)+"
