"""Find the key paths of a settings file as definitions."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from gitexp.excerpt.symbols import thresholds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.definition import Definition
    from gitexp.excerpt.languages.language import Language
    from gitexp.excerpt.symbols.keys.key import Key


def find_keys(lines: Sequence[str], language: Language) -> list[Definition]:
    """Return the key paths of a settings file, a group before its keys.

    A file with very many keys is data: it has none.
    """
    if sum(map(len, lines)) > thresholds.LARGEST_SETTINGS:
        return []
    keys = list(islice(_read_keys(lines, language), thresholds.MOST_KEYS + 1))
    if len(keys) > thresholds.MOST_KEYS:
        return []
    return [key.to_definition(lines) for key in keys]


def _read_keys(lines: Sequence[str], language: Language) -> Iterable[Key]:
    if language.layout == "yaml":
        from gitexp.excerpt.symbols.keys.yaml import read_yaml

        return read_yaml(lines)
    if language.layout == "json":
        from gitexp.excerpt.symbols.keys.json import read_json

        return read_json(lines)
    from gitexp.excerpt.symbols.keys.lines import read_key_lines

    return read_key_lines(lines, language)
