"""The cells of a notebook, out of its JSON."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from gitexp.errors import ContentError
from gitexp.excerpt.languages.lookup import find_extension
from gitexp.excerpt.parse.text import decode

_DEEPEST_HEADING = 6
_DEEPEST_LABEL = 20
"""Lines of a cell in which its label is looked for."""

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


class RawCell(NamedTuple):
    """One cell of a notebook file. ``id`` is "" where the file gives none.

    ``names`` are its tags and labels. ``language`` is an extension, "" for Python.
    """

    id: str
    is_code: bool
    text: str
    names: tuple[str, ...] = ()
    language: str = ""


def read_cells(path: str, data: bytes) -> list[RawCell]:
    """Return the cells of a notebook, in order.

    Raises ContentError where the bytes are not JSON or not a notebook; ``path`` names it there.
    """
    import json

    try:
        book = json.loads(_decode(data))
    except (ValueError, RecursionError) as error:
        problem = f"'{path}' is not a notebook: {_describe_error(error)}"
        raise ContentError(problem, "look for conflict marks or a save that broke off") from None
    cells = _find_cells(book)
    if cells is None:
        problem = f"'{path}' is not a notebook: it has no list of cells"
        raise ContentError(problem, "open and save it once in Jupyter")
    language = _find_kernel_language(book)
    return [_read_cell(cell, language) for cell in cells if isinstance(cell, dict)]


def _find_kernel_language(book: dict[str, Any]) -> str:
    """Return the extension of the language of the kernel, "" for Python or where none is named."""
    metadata = _get_table(book, "metadata")
    info = _get_table(metadata, "language_info")
    kernel = _get_table(metadata, "kernelspec")
    words = (
        info.get("name"),
        info.get("file_extension"),
        kernel.get("language"),
        kernel.get("name"),
    )
    for word in words:
        extension = find_extension(word) if isinstance(word, str) else ""
        if extension:
            return "" if extension == "py" else extension
    return ""


def _get_table(table: dict[str, Any], key: str) -> dict[str, Any]:
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def _decode(data: bytes) -> str:
    """Return the text of JSON in UTF-8, -16 or -32, with a mark or without; else a guess."""
    import json

    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return decode(data)


def _describe_error(error: Exception) -> str:
    line = getattr(error, "lineno", 0)
    return f"no valid JSON at line {line}" if line else "no valid UTF-8 JSON"


def _find_cells(book: Any) -> list[Any] | None:
    """Return the list of cells of nbformat 4, or of nbformat 3, which has them in worksheets."""
    if not isinstance(book, dict):
        return None
    if isinstance(book.get("cells"), list):
        return list(book["cells"])
    sheets = book.get("worksheets")
    if not isinstance(sheets, list):
        return None
    cells: list[Any] = []
    for sheet in sheets:
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list):
            cells.extend(sheet["cells"])
    return cells


def _read_cell(cell: dict[str, Any], kernel_language: str) -> RawCell:
    metadata = _get_table(cell, "metadata")
    # Colab keeps the id in the metadata.
    cell_id = _replace_half_characters(str(cell.get("id") or metadata.get("id") or ""))
    kind = cell.get("cell_type")
    text = _read_text(cell)
    if kind == "heading":
        # nbformat 3 has the level of a heading beside its text.
        level = cell.get("level")
        signs = level if isinstance(level, int) and 1 <= level <= _DEEPEST_HEADING else 1
        return RawCell(cell_id, False, f"{'#' * signs} {' '.join(text.split())}")
    if kind == "raw":
        return RawCell(cell_id, False, "")
    if kind != "code":
        return RawCell(cell_id, False, text)
    # Most cells say no more of themselves, and each version of a notebook has all of them read.
    names = _find_labels(text) if text.startswith("#|") else ()
    language = kernel_language
    if metadata:
        names = (*_find_metadata_names(metadata), *names)
    if metadata or "language" in cell:
        language = _find_cell_language(cell, metadata) or kernel_language
    return RawCell(cell_id, True, text, names, "" if language == "py" else language)


def _find_metadata_names(metadata: dict[str, Any]) -> list[str]:
    """Return the tags of a cell, its name, and the title that Databricks gives it."""
    tags = metadata.get("tags")
    names = list(tags) if isinstance(tags, list) else []
    names += [metadata.get("name"), metadata.get("title")]
    names.append(_get_table(metadata, "application/vnd.databricks.v1+cell").get("title"))
    return [_replace_half_characters(name) for name in names if isinstance(name, str) and name]


def _find_labels(text: str) -> tuple[str, ...]:
    """Return the labels in the first lines of a cell, as Quarto reads them: ``#| label: fit``."""
    names: tuple[str, ...] = ()
    for line in text.split("\n", _DEEPEST_LABEL)[:_DEEPEST_LABEL]:
        if not line.startswith("#|"):
            break
        from gitexp.excerpt.parse.cells.options import find_option_names

        names += find_option_names(line[2:])
    return names


def _find_cell_language(cell: dict[str, Any], metadata: dict[str, Any]) -> str:
    """Return the extension of the language that a cell itself names, or ""."""
    vscode = _get_table(metadata, "vscode").get("languageId")
    for word in (vscode, metadata.get("kernel"), cell.get("language")):
        extension = find_extension(word) if isinstance(word, str) else ""
        if extension:
            return extension
    return ""


def _read_text(cell: dict[str, Any]) -> str:
    """Return the source of a cell, which is a string or a list of strings.

    nbformat 3 calls the source of a code cell ``input``.
    """
    text = cell.get("source", cell.get("input", ""))
    if isinstance(text, list):
        text = "".join(line for line in text if isinstance(line, str))
    return _replace_half_characters(text) if isinstance(text, str) else ""


def _replace_half_characters(text: str) -> str:
    """Return the text with U+FFFD for each half of a surrogate pair that stands alone.

    JSON can write such a half, but no encoding of a file or terminal can.
    """
    return text if text.isascii() else _HALF_CHARACTER.sub("\ufffd", text)
