"""The file form of a kept excerpt: Markdown that a forge shows, and that is read back line by line."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.errors import ContentError
from gitexp.excerpt.cell_names import read_cell_name
from gitexp.excerpt.cut import Excerpt, FileExcerpt, Span
from gitexp.excerpt.parse.cells.cell import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_LINES = 10_000_000
"""Lines of a source. A file from a remote may claim any number, and that many are made."""

_FENCE = re.compile(r"(`{3,})[\w+-]*")
_LANGUAGES = {"py": "python", "ipynb": "python", "js": "javascript", "ts": "typescript"}


class PinOrigin(NamedTuple):
    """The experiment for which an excerpt was pinned first, its version, and the filter.

    ``kind``: what the version is, ``commit`` or ``snapshot``.
    """

    experiment: str
    kind: str
    commit: str
    filter: str
    rules: tuple[str, ...]


def encode_file_excerpt(file: FileExcerpt, origin: PinOrigin | None = None) -> bytes:
    """Return the kept lines of a file as Markdown: a head, then the code by span.

    The head says where the lines come from, then path and line numbers. Without ``origin`` the same
    kept lines give the same bytes.
    """
    spans = [[span.start + 1, span.stop] for span in file.spans]
    lines = [
        "---",
        *(_encode_origin(origin) if origin is not None else ()),
        f"path: {json.dumps(file.path, ensure_ascii=False)}",
        f"lines: {len(file.lines)}",
        f"kept: {json.dumps(spans)}",
        *_encode_cells(file),
        "---",
    ]
    language = _find_language(file.path)
    fence = _make_fence(file)
    for span in file.spans:
        lines += ["", f"{fence}{language}", *file.lines[span.start : span.stop], fence]
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass")


def _encode_cells(file: FileExcerpt) -> list[str]:
    """Return the line of a head that says where the code cells of a notebook stand, with their names.

    The headings that give the names are no lines of the code, and are not kept.
    """
    cells = [
        [cell.start + 1, cell.stop, read_cell_name(file, cell)]
        for cell in file.notebook_cells
        if cell.code
    ]
    return [f"cells: {json.dumps(cells, ensure_ascii=False)}"] if cells else []


def _encode_origin(origin: PinOrigin) -> list[str]:
    """Return the lines of a head that say where an excerpt comes from."""
    values = {
        "experiment": origin.experiment,
        origin.kind: origin.commit,
        "filter": origin.filter,
        "rules": list(origin.rules),
    }
    return [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]


def write_gist(excerpt: Excerpt) -> str:
    """Return an excerpt as Markdown for a person to touch up: a heading a file, then its code."""
    lines: list[str] = []
    for file in excerpt.files:
        fence = _make_fence(file)
        lines += [f"## {file.path}", ""]
        for span in file.spans:
            code = file.lines[span.start : span.stop]
            lines += [f"{fence}{_find_language(file.path)}", *code, fence, ""]
    return "\n".join(lines)


def decode_file_excerpt(data: bytes) -> FileExcerpt:
    """Return a kept excerpt as it was cut. The lines that were hidden are empty: nobody knows them.

    Raises ContentError for what is no such file, or was changed by hand.
    """
    try:
        text = data.decode("utf-8")
        head, body = text.split("\n---\n", 1)
        first, *head_lines = head.split("\n")
        values = _read_head(head_lines)
        path, line_count = values["path"], values["lines"]
        spans = _read_spans(values["kept"], line_count)
        cells = _read_cells(values.get("cells", []), line_count)
        is_ours = first == "---" and isinstance(path, str)
        lines = [""] * line_count
        blocks = list(_read_blocks(body))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ContentError("the kept excerpt cannot be read", str(error)) from None
    if not is_ours or len(blocks) != len(spans):
        raise ContentError("the kept excerpt cannot be read", "it was changed by hand")
    for span, block in zip(spans, blocks, strict=True):
        if len(block) != span.stop - span.start:
            raise ContentError("the kept excerpt cannot be read", "it was changed by hand")
        lines[span.start : span.stop] = block
    return FileExcerpt(path, tuple(lines), tuple(spans), tuple(cells))


def _read_head(lines: list[str]) -> dict[str, Any]:
    """Return the values of a head by their keys. Raises ValueError for what is no such line."""
    values = {}
    for line in lines:
        key, colon, text = line.partition(": ")
        if not colon:
            raise ValueError(f"its head has the line '{line[:40]}'")
        values[key] = json.loads(text)
    return values


def _read_spans(raw: object, line_count: object) -> list[Span]:
    """Return the spans of a head, checked: in order, apart, inside the lines."""
    if not isinstance(line_count, int) or not 0 <= line_count <= _MOST_LINES:
        raise ValueError("its number of lines is none")
    if not isinstance(raw, list):
        raise ValueError("it keeps no lines")
    spans = []
    last = -1
    for start, stop in raw:
        span = Span(int(start) - 1, int(stop))
        if not last < span.start < span.stop <= line_count:
            raise ValueError("its lines are in no order")
        spans.append(span)
        last = span.stop
    return spans


def _read_cells(raw: object, line_count: int) -> list[Cell]:
    """Return the code cells of a head, checked: in order, apart, inside the lines."""
    if not isinstance(raw, list):
        raise ValueError("it has no cells")
    cells = []
    last = 0
    for start, stop, name in raw:
        is_in_order = last <= int(start) - 1 <= int(stop) <= line_count
        if not is_in_order or not isinstance(name, str):
            raise ValueError("its cells are in no order")
        names = (name,) if name else ()
        cells.append(Cell("", True, "", int(start) - 1, int(stop), names))
        last = int(stop)
    return cells


def _read_blocks(body: str) -> Iterator[list[str]]:
    """Yield the lines of each block of code."""
    lines = iter(body.split("\n"))
    for line in lines:
        opening = _FENCE.fullmatch(line)
        if opening is None:
            continue
        block = []
        for code_line in lines:
            if code_line == opening[1]:
                break
            block.append(code_line)
        yield block


def _find_language(path: str) -> str:
    """Return what a fence says of the code below it."""
    ending = path.rpartition(".")[2].lower()
    return _LANGUAGES.get(ending, ending if ending.isalnum() and ending.isascii() else "")


def _make_fence(file: FileExcerpt) -> str:
    """Return a fence that no run of backticks in the kept lines is as long as."""
    longest = 2
    for line in file.kept_lines:
        for run in re.findall("`+", line):
            longest = max(longest, len(run))
    return "`" * (longest + 1)
