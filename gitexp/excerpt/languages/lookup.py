"""Tell the language of a file by its path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.excerpt.languages.rows import CHUNKS, LANGUAGES, NOTEBOOK, PYTHON, UNKNOWN

if TYPE_CHECKING:
    from gitexp.excerpt.languages.language import Language

_NAMED = tuple(language for language in LANGUAGES if language.file_names)
_BY_EXTENSION: dict[str, Language] = {}
for _language in LANGUAGES:
    _BY_EXTENSION.update(dict.fromkeys(_language.extensions, _language))


_ALIASES = (
    (
        r"(?:i|xeus-?|x)?python[\s\d.]*(?: \(.*\))?|py\d|sage(?:math)?[\s\d.-]*|pyspark|pypy\d?",
        "py",
    ),
    (r"ir|xr|rlang|webr|rscript", "r"),
    (r"julia[-\s]?[\d.]*", "jl"),
    (r"(?:xcpp|rcpp|c\+\+|cpp)-?\d*\w*|cuda|arduino", "cpp"),
    (r"node(?:js)?|i?javascript|jslab|deno|ojs|observable|d3", "js"),
    (r"typescript|its|tslab", "ts"),
    (r"shell|console|system|sx|!|script|bash_kernel", "sh"),
    (r"octave|matlab[\w ]*", "m"),
    (r"\.?net-csharp|csharp", "cs"),
    (r"gophernotes|golang|gonb", "go"),
    (r"evcxr|rust[\s\d.]*", "rs"),
    (r"i?ruby[\s\d.]*", "rb"),
    (r"perl\d?", "pl"),
    (r"i?haskell", "hs"),
    (r"almond|spark|scala[\s\d.]*", "scala"),
    (r"ijava|java[\s\d.]*", "java"),
    (r"kotlin", "kt"),
    (r"fortran[\w-]*", "f90"),
    (r"cython", "pyx"),
)
"""How kernels and chunks call languages, besides their names and extensions in the rows."""


def get_language(path: str) -> Language:
    """Return the row with the extension or the name of ``path``, or UNKNOWN."""
    language = _BY_EXTENSION.get(get_extension(path))
    if language is not None:
        return language
    name = path.rpartition("/")[2]
    for named_language in _NAMED:
        if re.fullmatch(named_language.file_names, name):
            return named_language
    return UNKNOWN


def get_extension(path: str) -> str:
    """Return what stands after the last dot of ``path``, in small letters."""
    return path.rpartition(".")[2].lower()


def is_python(path: str) -> bool:
    """Return True for a script that Python reads."""
    return get_language(path) is PYTHON


def is_notebook(path: str) -> bool:
    """Return True for a notebook of Jupyter."""
    return get_language(path) is NOTEBOOK


def has_chunks(path: str) -> bool:
    """Return True for prose that may have chunks of code."""
    return get_language(path).name in ("chunks", "Markdown")


def is_code(path: str) -> bool:
    """Return True for a file of a language that has a row here, but for data and prose."""
    language = get_language(path)
    if language in (NOTEBOOK, CHUNKS):
        return True
    return language.layout != "plain" and language is not UNKNOWN


def find_extension(word: str) -> str:
    """Return the extension of a language that a kernel or a chunk names, or "".

    >>> find_extension("ir"), find_extension("Python 3"), find_extension("mermaid")
    ('r', 'py', '')
    """
    name = word.strip().lower().lstrip(".")
    for language in LANGUAGES:
        if language.layout != "plain" and name in (*language.extensions, language.name.lower()):
            return language.extensions[0]
    for pattern, extension in _ALIASES:
        if re.fullmatch(pattern, name):
            return extension
    return ""


def are_kin(path: str, other_path: str) -> bool:
    """Return True if code may move between two files.

    Their extensions are the same, or their languages are kin.
    """
    if get_extension(path) == get_extension(other_path):
        return True
    kin = get_language(path).kin
    return bool(kin) and kin == get_language(other_path).kin
