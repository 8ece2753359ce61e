"""Marks in a note: ``#tags``, ``[[topics]]`` and pictures. Nothing in code is a mark."""

from __future__ import annotations

import re

from gitexp.model.fences import FenceReader
from gitexp.model.late_pattern import LatePattern

_TAG = LatePattern(r"(?:^|(?<=[\s(（、。「]))(?<!\]\()#([^\W\d]\w*(?:-\w+)*)")
_TOPIC = LatePattern(r"(?<!!)\[\[([^\[\]\n]+)\]\]")
_CODE_SPAN = LatePattern(r"`[^`]*`")
_IMAGE_PATH = r"(?:[^()>\n]|\([^()\n]*\))+?"
_IMAGE_TITLE = r"(?:\s\"[^\"\n]{0,200}\")?"
_IMAGE = LatePattern(rf"!\[[^\[\]\n]*\]\(<?({_IMAGE_PATH})>?{_IMAGE_TITLE}\)")
# As Obsidian embeds a picture: ![[loss.png|300]]
_EMBED = LatePattern(
    r"!\[\[([^\[\]|\n]+\.(?:png|jpe?g|gif|webp))(?:\|[^\[\]\n]*)?\]\]", re.IGNORECASE
)
_BEGIN_OF_ENDING = (".png", ".jp", ".g", ".webp")
_PATH_ALONE = LatePattern(
    r"\s*(?P<quote>['\"]?)(?P<path>\S.*?\.(?:png|jpe?g|gif|webp))(?P=quote)\s*", re.IGNORECASE
)


def read_tags(text: str) -> tuple[str, ...]:
    """Return each ``#tag`` of a text once, in order. A Markdown heading (``# Title``) is no tag."""
    if "#" not in text:
        return ()
    tags = [match[1] for match in _TAG.finditer(_drop_code(text))]
    return tuple(dict.fromkeys(tags))


def read_topics(text: str) -> tuple[str, ...]:
    """Return each ``[[topic]]`` of a text once, in order."""
    if "[[" not in text:
        return ()
    names = [match[1].strip() for match in _TOPIC.finditer(_drop_code(text))]
    return tuple(dict.fromkeys(name for name in names if name))


def read_images(text: str) -> tuple[str, ...]:
    """Return the paths of pictures: ``![](loss.png)``, or a path alone on its line.

    Addresses on the net are left out.
    """
    if "." not in text and "![" not in text:
        return ()
    paths: dict[str, None] = {}
    for line in _drop_code(text).splitlines():
        paths.update(dict.fromkeys(_read_images_of_line(line)))
    return tuple(path for path in paths if "://" not in path)


def drop_images(text: str) -> str:
    """Return a text without the pictures that it names: what was taken in is no text any more."""
    if "." not in text:
        return text
    lines = [line for line in text.splitlines() if not _find_path_alone(line)]
    if "![" not in text:
        return "\n".join(lines)
    return "\n".join(_EMBED.sub("", _IMAGE.sub("", line)) for line in lines)


def _read_images_of_line(line: str) -> list[str]:
    if "![" in line:
        matches = [*_IMAGE.finditer(line), *_EMBED.finditer(line)]
        embedded = [match[1].strip() for match in matches]
        if embedded:
            return embedded
    path = _find_path_alone(line)
    return [path] if path else []


def _find_path_alone(line: str) -> str:
    """Return the path of a picture that is a whole line, "" for any other line."""
    lower = line.lower()
    if not any(ending in lower for ending in _BEGIN_OF_ENDING):
        return ""
    alone = _PATH_ALONE.fullmatch(line)
    return alone["path"] if alone else ""


def _drop_code(text: str) -> str:
    """Return the text without its fenced code and code spans."""
    if "`" not in text and "~~~" not in text:
        return text
    fences = FenceReader()
    lines = [line for line in text.splitlines() if not fences.covers(line)]
    return "\n".join(_CODE_SPAN.sub("", line) for line in lines)
