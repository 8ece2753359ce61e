"""Settings of YAML, JSON, TOML and INI files: each key path with its value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitexp.excerpt.settings.setting import NamedValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LONGEST_ROW = 12
"""Values of a list that are one setting. A longer list is data."""


def read_key_values(path: str, text: str) -> list[NamedValue] | None:
    """Return the values of a settings file, or None where the text cannot be read as its kind.

    A file of another kind has none. A key path is dotted: ``train.lr``.
    """
    suffix = path.rpartition(".")[2].lower()
    load = _LOADERS.get(suffix)
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
        if len(tree) <= _LONGEST_ROW and not any(isinstance(each, dict | list) for each in tree):
            yield NamedValue(name, ", ".join(map(_format, tree)))
        else:
            for place, value in enumerate(tree[:_LONGEST_ROW], 1):
                yield from _flatten(f"{name}.{place}", value)
    else:
        yield NamedValue(name, _format(tree))


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

    return json.loads(text)


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
    "yaml": _load_yaml,
    "yml": _load_yaml,
    "json": _load_json,
    "toml": _load_toml,
    "ini": _load_ini,
    "cfg": _load_ini,
}
