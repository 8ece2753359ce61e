"""Read the key paths of files with one ``key = value`` a line: TOML, INI, gin, ``.env``."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.symbols.expressions import count_opened, measure_line_indent
from gitexp.excerpt.symbols.keys.key import Key
from gitexp.excerpt.symbols.masking import mask_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.languages.language import Language

# A key may be quoted, and then hold dots.
_KEY_PART = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|[^.\s\"']+")


class _Section(NamedTuple):
    """A header of a section, ``[name]``, in line ``line``."""

    path: tuple[str, ...]
    line: int


def read_key_lines(lines: Sequence[str], language: Language) -> Iterator[Key]:
    """Yield the sections of a file, each before its keys."""
    text = "\n".join(lines)
    masked = mask_values(text, language)
    masked_lines = masked.split("\n")
    sections: list[_Section] = []
    keys: list[Key] = []
    stop = offset = 0
    for number, line in enumerate(masked_lines):
        written = text[offset : offset + len(line)]
        offset += len(line) + 1
        match = _compile_key(language).match(line)
        # The value of the key before may have several lines. Only a block has keys in it.
        if match is None or (number < stop and not language.colon_block):
            continue
        if match["section"] is not None:
            path = _split_path(written[match.start("section") : match.end("section")])
            sections.append(_Section(path, number))
            continue
        path = _split_path(written[match.start("key") : match.end("key")])
        stop = _find_value_stop(masked_lines, number, match.end(), language)
        around = sections[-1].path if sections else ()
        if language.colon_block and (block := _find_block(keys, number)) is not None:
            around = block.path
        is_group = language.colon_block and line.rstrip().endswith(":")
        keys.append(Key((*around, *path), number, stop, is_group))
    for place, section in enumerate(sections):
        stop = _find_section_stop(masked_lines, section, sections[place + 1 :])
        yield Key(section.path, section.line, stop, is_group=True)
    yield from keys


@cache
def _compile_key(language: Language) -> re.Pattern[str]:
    """Return a pattern for the beginning of a line, up to the value of its key."""
    section = language.section or "(?P<section>(?!))"
    return re.compile(rf"[ \t]*(?:{section}|{language.key})")


def _split_path(written: str) -> tuple[str, ...]:
    """Return the parts of a dotted key, without their quotes."""
    return tuple(part.strip("\"'") for part in _KEY_PART.findall(written))


def _find_value_stop(
    masked_lines: Sequence[str], number: int, column: int, language: Language
) -> int:
    """Return the line after the value that begins in line ``number`` at ``column``.

    It goes on in open brackets, after a backslash, and in deeper lines where these do not begin a
    key of their own.
    """
    indent = measure_line_indent(masked_lines[number])
    depth = count_opened(masked_lines[number][column:])
    goes_on = masked_lines[number].endswith("\\")
    stop = number + 1
    for next_number in range(number + 1, len(masked_lines)):
        line = masked_lines[next_number]
        is_deeper = not language.line_ends and measure_line_indent(line) > indent
        if not line.strip() and depth <= 0:
            continue
        if depth <= 0 and not goes_on and not is_deeper:
            break
        depth += count_opened(line)
        goes_on = line.endswith("\\")
        stop = next_number + 1
    return stop


def _find_block(keys: Sequence[Key], line: int) -> Key | None:
    """Return the last key that is a block and holds a line."""
    for key in reversed(keys):
        if key.is_group and key.start < line < key.stop:
            return key
    return None


def _find_section_stop(
    masked_lines: Sequence[str], section: _Section, later_sections: Sequence[_Section]
) -> int:
    """Return the line after a section, with the sections below it whose path begins with its own.

    Blank lines and comments at its end are left out.
    """
    stop = len(masked_lines)
    for later in later_sections:
        is_inside = len(later.path) > len(section.path)
        if not is_inside or later.path[: len(section.path)] != section.path:
            stop = later.line
            break
    while stop > section.line + 1 and not masked_lines[stop - 1].strip():
        stop -= 1
    return stop
