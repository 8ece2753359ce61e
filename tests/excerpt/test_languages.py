"""Every language with definitions, held against a grammar or a list on a small text that is hard to
read.

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

C: a function that returns a function, and the parameters of C before 1989, are not read. C++: a
body that is a ``try`` ends with its first block.
"""

_LISTED = {
    "yaml": [
        ("defaults", 2, 5),
        ("defaults.model", 3, 3),
        ("defaults.optimizer", 4, 4),
        ("base", 7, 8),
        ("base.seed", 8, 8),
        ("train", 9, 21),
        ("train.lr", 12, 12),
        ("train.schedule", 13, 13),
        ("train.schedule.name", 13, 13),
        ("train.schedule.warmup", 13, 13),
        ("train.text", 14, 17),
        ("train.names", 19, 21),
        ("quoted key", 23, 24),
        ("layers", 25, 28),
        ("layers.1", 26, 27),
        ("layers.1.size", 26, 26),
        ("layers.1.act", 27, 27),
        ("layers.2", 28, 28),
        ("layers.2.size", 28, 28),
        ("other", 29, 29),
        ("last", 31, 32),
    ],
    "json": [
        ("train", 3, 8),
        ("train.lr", 4, 4),
        ("train.decay", 4, 4),
        ("train.text", 5, 5),
        ("train.betas", 6, 7),
        ("layers", 9, 14),
        ("layers.1", 10, 10),
        ("layers.1.size", 10, 10),
        ("layers.2", 11, 13),
        ("layers.2.size", 12, 12),
        ("empty", 15, 15),
        ("none", 15, 15),
    ],
    "toml": [
        ("title", 2, 2),
        ("quoted.key", 3, 3),
        ("train", 4, 17),
        ("train.lr", 5, 5),
        ("train.optim.name", 6, 6),
        ("train.text", 7, 10),
        ("train.sizes", 11, 14),
        ("train.schedule", 16, 17),
        ("train.schedule.warmup", 17, 17),
        ("layers", 19, 20),
        ("layers.size", 20, 20),
        ("layers", 21, 22),
        ("layers.size", 22, 22),
    ],
    "ini": [
        ("train", 2, 8),
        ("train.lr", 3, 3),
        ("train.name", 4, 4),
        ("train.empty", 5, 5),
        ("train.steps", 6, 8),
        ("model.deep", 11, 12),
        ("model.deep.layers", 12, 12),
    ],
    "gin": [
        ("train.lr", 3, 3),
        ("scope/train.sizes", 4, 7),
        ("RATE", 8, 8),
        ("DNN", 9, 11),
        ("DNN.units", 10, 10),
        ("DNN.activation", 11, 11),
        ("last.name", 12, 12),
    ],
    "env": [("LR", 2, 2), ("NAME", 3, 4), ("EMPTY", 5, 5), ("URL", 6, 6)],
    "mk": [
        ("LR", 2, 2),
        ("DATA", 3, 4),
        ("all", 7, 7),
        ("train", 9, 13),
        ("eval", 9, 13),
        ("%.o", 15, 15),
        ("RECIPE", 16, 18),
        ("B", 20, 20),
    ],
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


def _find(extension: str) -> tuple[str, list[Expected]]:
    """Return the text of a language, and the definitions that are found in it."""
    path = _TEXTS[extension]
    data = path.read_bytes()
    definitions = find_definitions(read_source(path.name, data))
    if extension in GRAMMARS:
        # The grammars are asked about functions and types alone.
        definitions = tuple(each for each in definitions if each.kind != "assignment")
    found = [Expected(each.name, each.start + 1, each.stop) for each in definitions]
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
        if language.layout != "plain" and language is not PYTHON
    }
    assert with_definitions - read == {"HCL"}


def test_an_extension_is_that_of_one_language() -> None:
    extensions: list[str] = []
    for language in LANGUAGES:
        extensions.extend(language.extensions)
    assert len(extensions) == len(set(extensions))
    assert get_language("a/b.PY") is PYTHON
    assert get_language("a.ipynb") is NOTEBOOK
    assert get_language("Makefile.am") is UNKNOWN
    names = [get_language(path).name for path in ("a/Makefile", ".env", "x/.env.local", "a.mk")]
    assert names == ["Makefile", "env", "env", "Makefile"]


def test_code_moves_between_kin() -> None:
    assert are_kin("a.py", "b.ipynb")
    assert are_kin("a.h", "b.cu")
    assert are_kin("a.odd", "b.odd")
    assert not are_kin("a.py", "b.js")
    assert not are_kin("a.rs", "b.go")


def test_data_and_prose_are_no_code() -> None:
    assert [
        path for path in ("a.py", "a.ipynb", "a.kt", "a.yaml", "Makefile") if not is_code(path)
    ] == []
    assert [path for path in ("a.csv", "a.md", "LICENSE", "a.odd") if is_code(path)] == []


@pytest.mark.parametrize("path", ["job.slurm", "jobs/train.sbatch", "a.pbs"])
def test_job_scripts_are_shell(path: str) -> None:
    assert get_language(path).name == "shell"
