"""Read the key paths of YAML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from gitexp.excerpt.symbols.keys.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MERGE = "<<"

# YAML ends a line with these too, a source does not.
_OTHER_LINE_ENDS = re.compile("[\x85\u2028\u2029]")


def read_yaml(lines: Sequence[str]) -> list[Key]:
    """Return the keys of lines of YAML, none where they are no YAML."""
    text = _OTHER_LINE_ENDS.sub(" ", "\n".join(lines))
    # The loader in C is ten times as fast, but not everywhere.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    reader = _YamlReader(lines)
    keys: list[Key] = []
    try:
        for document in yaml.compose_all(text, Loader=loader):
            keys.extend(reader.read(document, ()))
    except (yaml.YAMLError, ValueError, RecursionError):
        return []
    return keys


class _YamlReader:
    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    def read(self, node: yaml.Node | None, path: tuple[str, ...]) -> Iterator[Key]:
        """Yield the keys inside a node; an empty document is None."""
        if isinstance(node, yaml.MappingNode):
            yield from self._read_mapping(node, path)
        elif isinstance(node, yaml.SequenceNode):
            yield from self._read_sequence(node, path)

    def _read_mapping(self, node: yaml.MappingNode, path: tuple[str, ...]) -> Iterator[Key]:
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else _MERGE
            # What an alias names stands elsewhere.
            is_alias = value.start_mark.index < key.start_mark.index
            start = key.start_mark.line
            if name == _MERGE:
                continue
            if is_alias:
                yield Key((*path, name), start, start + 1)
                continue
            stop = max(start + 1, self._find_stop(value))
            yield Key((*path, name), start, stop, is_group=isinstance(value, yaml.MappingNode))
            yield from self.read(value, (*path, name))

    def _read_sequence(self, node: yaml.SequenceNode, path: tuple[str, ...]) -> Iterator[Key]:
        """Yield the keys of the mappings in a list.

        Their place is part of the path, counted from 1. It is not where each mapping has one key of
        its own, as in the defaults of hydra: ``- model: resnet`` is ``defaults.model``.
        """
        is_named = _has_own_keys(node)
        for place, value in enumerate(node.value, 1):
            if isinstance(value, yaml.ScalarNode) or value.start_mark.index < node.start_mark.index:
                continue
            if is_named:
                yield from self.read(value, path)
                continue
            value_path = (*path, str(place))
            yield Key(value_path, value.start_mark.line, self._find_stop(value), is_group=True)
            yield from self.read(value, value_path)

    def _find_stop(self, node: yaml.Node) -> int:
        """Return the line after a node, blank lines and comments below it left out."""
        start, end = node.start_mark, node.end_mark
        if isinstance(node, yaml.CollectionNode) and not node.flow_style:
            return max(map(self._find_stop, _list_parts(node, start.index)), default=start.line + 1)
        last_line = self._lines[end.line] if end.line < len(self._lines) else ""
        stop = end.line if not last_line[: end.column].strip() else end.line + 1
        while stop > start.line + 1 and not self._lines[stop - 1].strip():
            stop -= 1
        return max(stop, start.line + 1)


def _list_parts(node: yaml.Node, start: int) -> list[yaml.Node]:
    """Return the nodes directly inside a block, but for those that an alias names."""
    parts: list[yaml.Node] = []
    for part in node.value:
        parts.extend(part if isinstance(part, tuple) else (part,))
    return [part for part in parts if part.start_mark.index >= start]


def _has_own_keys(node: yaml.SequenceNode) -> bool:
    """Return True if the mappings in a list have one key each, all of them different."""
    names = []
    for value in node.value:
        if isinstance(value, yaml.MappingNode):
            if len(value.value) != 1:
                return False
            names.append(value.value[0][0].value)
        elif isinstance(value, yaml.SequenceNode):
            return False
    return bool(names) and len(set(map(str, names))) == len(names)
