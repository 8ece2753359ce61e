"""Every language with definitions, held against a grammar or a list on a small text that is hard to read.

The texts are in ``tests/excerpt/languages``, one an extension.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from gitexp.excerpt.languages.lookup import are_kin, get_language, is_code
from gitexp.excerpt.languages.rows import LANGUAGES, NOTEBOOK, PYTHON, UNKNOWN
from gitexp.excerpt.source import read_source
from gitexp.excerpt.symbols.find import find_definitions
from tests.excerpt.grammars import GRAMMARS, Expected, compare_definitions, read_definitions

_FOLDER = Path(__file__).parent / "languages"
_TEXTS = {path.suffix[1:].lower(): path for path in sorted(_FOLDER.iterdir())}
_WITH_GRAMMAR = sorted(extension for extension in _TEXTS if extension in GRAMMARS)

_FLOORS = {"c": (0.8, 1.0), "cpp": (0.94, 0.94)}
"""Least recall and precision by extension, where they are not 1.

C: a function that returns a function, and the parameters of C before 1989, are not read. C++: a body
that is a ``try`` ends with its first block.
"""

_LISTED = {
    "coffee": [("Shape", 2, 4)],
    "dart": [
        ("Shape", 4, 13),
        ("Shape.Shape", 6, 6),
        ("Shape.area", 7, 7),
        ("Shape.load", 8, 12),
        ("main", 15, 17),
    ],
    "f90": [("shapes", 2, 13), ("shapes.draw", 4, 9), ("shapes.area", 10, 12)],
    "gd": [("Inner", 4, 7), ("Inner.draw", 6, 7), ("_ready", 9, 12)],
    "groovy": [("Shape", 2, 11), ("Shape.area", 4, 7), ("Shape.main", 8, 10)],
    "hs": [("Hard", 2, 2), ("Shape", 4, 5)],
    "m": [("split", 2, 7), ("single", 9, 11)],
    "ml": [("Inner", 2, 3)],
    "nim": [("area", 2, 5), ("twice", 7, 7), ("log", 8, 9)],
    "pl": [("new", 5, 9), ("area", 17, 17)],
    "pyx": [("Shape", 2, 8), ("Shape.area", 4, 5), ("Shape.make", 6, 8), ("run", 10, 12)],
    "r": [("train", 4, 9), ("train.inner", 7, 7), ("area", 10, 11), ("print.shape", 12, 14)],
    "tcl": [("area", 2, 6), ("draw", 7, 7)],
    "vb": [("Shape", 2, 11), ("Shape.Draw", 3, 7), ("Shape.Area", 8, 10)],
    "zig": [("Shape", 4, 11), ("Shape.area", 6, 10), ("add", 13, 15)],
}
"""Name, first and last line of all definitions, where no grammar is at hand."""


def _find(extension: str) -> tuple[str, set[Expected]]:
    """Return the text of a language, and the definitions that are found in it."""
    path = _TEXTS[extension]
    data = path.read_bytes()
    definitions = find_definitions(read_source(path.name, data))
    found = {
        Expected(definition.name, definition.start + 1, definition.stop)
        for definition in definitions
    }
    return data.decode(), found


@pytest.mark.parametrize("extension", _WITH_GRAMMAR)
def test_a_language_is_read_as_its_grammar_reads_it(extension: str) -> None:
    text, found = _find(extension)
    reading = read_definitions(extension, text)
    assert not reading.unread, "the grammar must understand the whole text"
    right, missed, wrong = compare_definitions(reading, found)
    least_recall, least_precision = _FLOORS.get(extension, (1.0, 1.0))
    assert len(right) >= 6
    assert len(right) / (len(right) + len(missed)) >= least_recall, missed
    assert len(right) / (len(right) + len(wrong)) >= least_precision, wrong


@pytest.mark.parametrize("extension", sorted(_LISTED))
def test_a_language_without_a_grammar_is_read_as_listed(extension: str) -> None:
    _, found = _find(extension)
    assert sorted(found) == sorted(Expected(*listed) for listed in _LISTED[extension])


def test_every_language_with_definitions_has_a_text() -> None:
    assert set(_TEXTS) == set(_LISTED) | set(_WITH_GRAMMAR)
    read = {get_language(path.name).name for path in _TEXTS.values()}
    with_definitions = {
        language.name
        for language in LANGUAGES
        if language.layout not in ("settings", "plain") and language is not PYTHON
    }
    assert with_definitions - read == {"configuration"}


def test_an_extension_is_that_of_one_language() -> None:
    extensions: list[str] = []
    for language in LANGUAGES:
        extensions.extend(language.extensions)
    assert len(extensions) == len(set(extensions))
    assert get_language("a/b.PY") is PYTHON
    assert get_language("a.ipynb") is NOTEBOOK
    assert get_language("Makefile.am") is UNKNOWN


def test_code_moves_between_kin() -> None:
    assert are_kin("a.py", "b.ipynb")
    assert are_kin("a.h", "b.cu")
    assert are_kin("a.odd", "b.odd")
    assert not are_kin("a.py", "b.js")
    assert not are_kin("a.rs", "b.go")


def test_data_and_prose_are_no_code() -> None:
    assert [path for path in ("a.py", "a.ipynb", "a.kt", "a.yaml") if not is_code(path)] == []
    assert [path for path in ("a.csv", "a.md", "LICENSE", "a.odd") if is_code(path)] == []
