"""Options of a cell, and names in them: ``tags=["parameters"]``, ``id="abc"``, ``label: fig-a``."""

from __future__ import annotations

from gitexp.excerpt.parse.cells.comments import compile_pattern

TEXT_KIND = r"\[(?:markdown|md|raw)\]"
"""What a mark says of a cell of text."""

KIND_AND_OPTIONS = r"\s*\[\w+\].*$|\s*\{.*$|\s*[\w.]+=.*$"
"""What stands behind the title in a mark."""

_WORD = r"[^\s,\"'\[\]{}()=#]+"
_VALUE = rf"(?:\"([^\"]*)\"|'([^']*)'|({_WORD}))"
_NAME = rf"(?:^|[\s,{{;|:])[\"']?(?:label|name|id|title|cell_id)[\"']?\s*[:=]\s*{_VALUE}"
_TAGS = r"(?:^|[\s,{{;|:])[\"']?tags[\"']?\s*[:=]\s*(\[[^\]]*\]|[^\s\[{]+)"
_QUOTES = "\"'"


def find_option_names(text: str) -> tuple[str, ...]:
    """Return the labels and tags that options give, in order.

    >>> find_option_names('tags=["parameters", "b"] id="x"')
    ('x', 'parameters', 'b')
    """
    names = []
    for groups in compile_pattern(_NAME).findall(text):
        names.append(next((value for value in groups if value), ""))
    for tags in compile_pattern(_TAGS).findall(text):
        for tag in tags.strip("[]").split(","):
            names.append(tag.strip().strip(_QUOTES))
    return tuple(dict.fromkeys(name for name in names if name))
