"""Settings of YAML, JSON, TOML, INI, gin and ``.env`` files: each key path with its value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gitexp.excerpt.languages.lookup import get_language
from gitexp.excerpt.settings.setting import NamedValue
from gitexp.excerpt.symbols.keys.lines import read_key_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitexp.excerpt.languages.language import Language

_VALUE_A_LINE = ("gin", "env")
_SIGN = re.compile(r"\s*[=:]\s*")
_COMMENT = re.compile(r"(?:^|\s+)#[^\"']*$")
_LONGEST_ROW = 12
"""Values of a list that are one setting. A longer list is data."""


def read_key_values(path: str, text: str) -> list[NamedValue] | None:
    """Return the values of a settings file, or None where the text cannot be read as its kind.

    A file of another kind has none. A key path is dotted: ``train.lr``.
    """
    language = get_language(path)
    if language.name in _VALUE_A_LINE:
        return _read_lines(text, language)
    load = _LOADERS.get(language.name)
    if load is None:
        return []
    try:
        tree = load(text)
    except (ValueError, RecursionError, _YamlError):
        return None
    return list(_flatten("", tree))


def _flatten(name: str, tree: Any) -> Iterator[NamedValue]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _flatten(f"{name}.{key}" if name else str(key), value)
    elif not name:
        return
    elif isinstance(tree, list):
        if (named_rows := _merge_named_rows(tree)) is not None:
            yield from _flatten(name, named_rows)
        elif len(tree) <= _LONGEST_ROW and not any(isinstance(each, dict | list) for each in tree):
            yield NamedValue(name, ", ".join(map(_format, tree)))
        else:
            for place, value in enumerate(tree[:_LONGEST_ROW], 1):
                yield from _flatten(f"{name}.{place}", value)
    else:
        yield NamedValue(name, _format(tree))


def _merge_named_rows(rows: list[Any]) -> dict[Any, Any] | None:
    """Return the mappings of a list as one, where each has one key of its own; else None.

    Such are the defaults of hydra: ``- model: resnet`` is the setting ``defaults.model``.
    """
    merged: dict[Any, Any] = {}
    for row in rows:
        if isinstance(row, list):
            return None
        if isinstance(row, dict):
            if len(row) != 1 or not merged.keys().isdisjoint(row):
                return None
            merged.update(row)
    return merged or None


def _read_lines(text: str, language: Language) -> list[NamedValue]:
    """Return the values of a file in which each key has a line."""
    lines = text.split("\n")
    values = []
    for key in read_key_lines(lines, language):
        if not key.is_group:
            statement = " ".join("\n".join(lines[key.start : key.stop]).split())
            value = _COMMENT.sub("", _SIGN.split(statement, maxsplit=1)[-1]).strip()
            values.append(NamedValue(".".join(key.path), value.strip("\"'")))
    return values


def _format(value: Any) -> str:
    """Return a value in the form that Python code would have, a text in one line."""
    return " ".join(str(value).split())


class _YamlError(Exception):
    """The text is not YAML."""


def _load_yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise _YamlError from error


def _load_json(text: str) -> Any:
    import json

    try:
        return json.loads(text)
    except ValueError:
        # Keys that were cut out of their object.
        return json.loads(f"{{{text.strip().rstrip(',')}}}")


def _load_toml(text: str) -> Any:
    import tomllib

    return tomllib.loads(text)


def _load_ini(text: str) -> Any:
    import configparser

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ValueError(str(error)) from error
    return {section: dict(parser.items(section)) for section in parser.sections()}


_LOADERS: dict[str, Callable[[str], Any]] = {
    "YAML": _load_yaml,
    "JSON": _load_json,
    "TOML": _load_toml,
    "INI": _load_ini,
}
