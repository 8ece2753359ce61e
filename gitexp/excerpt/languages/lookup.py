"""Tell the language of a file by its path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.excerpt.languages.rows import LANGUAGES, NOTEBOOK, PYTHON, UNKNOWN

if TYPE_CHECKING:
    from gitexp.excerpt.languages.language import Language

_NAMED = tuple(language for language in LANGUAGES if language.file_names)
_BY_EXTENSION: dict[str, Language] = {}
for _language in LANGUAGES:
    _BY_EXTENSION.update(dict.fromkeys(_language.extensions, _language))


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


def is_code(path: str) -> bool:
    """Return True for a file of a language that has a row here, but for data and prose."""
    language = get_language(path)
    return language is NOTEBOOK or (language.layout != "plain" and language is not UNKNOWN)


def are_kin(path: str, other_path: str) -> bool:
    """Return True if code may move between two files.

    Their extensions are the same, or their languages are kin.
    """
    if get_extension(path) == get_extension(other_path):
        return True
    kin = get_language(path).kin
    return bool(kin) and kin == get_language(other_path).kin
