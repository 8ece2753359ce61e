"""Marks in a note: ``#tags``, ``[[topics]]`` and pictures. Nothing in code is a mark."""

from __future__ import annotations

import re

from gitexp.model.fences import FenceReader

_TAG = re.compile(r"(?:^|(?<=[\s(（、。「]))(?<!\]\()#([^\W\d]\w*(?:-\w+)*)")
_TOPIC = re.compile(r"(?<!!)\[\[([^\[\]\n]+)\]\]")
_CODE_SPAN = re.compile(r"`[^`]*`")
_IMAGE_PATH = r"(?:[^()>\n]|\([^()\n]*\))+?"
_IMAGE_TITLE = r"(?:\s\"[^\"\n]{0,200}\")?"
_IMAGE = re.compile(rf"!\[[^\[\]\n]*\]\(<?({_IMAGE_PATH})>?{_IMAGE_TITLE}\)")
# As Obsidian embeds a picture: ![[loss.png|300]]
_EMBED = re.compile(
    r"!\[\[([^\[\]|\n]+\.(?:png|jpe?g|gif|webp))(?:\|[^\[\]\n]*)?\]\]", re.IGNORECASE
)
_PATH_ALONE = re.compile(
    r"\s*(?P<quote>['\"]?)(?P<path>\S.*?\.(?:png|jpe?g|gif|webp))(?P=quote)\s*", re.IGNORECASE
)


def read_tags(text: str) -> tuple[str, ...]:
    """Return each ``#tag`` of a text once, in order. A Markdown heading (``# Title``) is no tag."""
    tags = [match[1] for match in _TAG.finditer(_drop_code(text))]
    return tuple(dict.fromkeys(tags))


def read_topics(text: str) -> tuple[str, ...]:
    """Return each ``[[topic]]`` of a text once, in order."""
    names = [match[1].strip() for match in _TOPIC.finditer(_drop_code(text))]
    return tuple(dict.fromkeys(name for name in names if name))


def read_images(text: str) -> tuple[str, ...]:
    """Return the paths of pictures: ``![](loss.png)``, or a path alone on its line.

    Addresses on the net are left out.
    """
    paths: dict[str, None] = {}
    for line in _drop_code(text).splitlines():
        paths.update(dict.fromkeys(_read_images_of_line(line)))
    return tuple(path for path in paths if "://" not in path)


def drop_images(text: str) -> str:
    """Return a text without the pictures that it names: what was taken in is no text any more."""
    if "." not in text:
        return text
    lines = [line for line in text.splitlines() if not _PATH_ALONE.fullmatch(line)]
    return "\n".join(_EMBED.sub("", _IMAGE.sub("", line)) for line in lines)


def _read_images_of_line(line: str) -> list[str]:
    matches = [*_IMAGE.finditer(line), *_EMBED.finditer(line)]
    embedded = [match[1].strip() for match in matches]
    if embedded:
        return embedded
    alone = _PATH_ALONE.fullmatch(line)
    return [alone["path"]] if alone else []


def _drop_code(text: str) -> str:
    """Return the text without its fenced code and code spans."""
    if "`" not in text and "~~~" not in text:
        return text
    fences = FenceReader()
    lines = [line for line in text.splitlines() if not fences.covers(line)]
    return "\n".join(_CODE_SPAN.sub("", line) for line in lines)
