"""One step back (or forth) in time: locate a block of one version of a file in another version.

The order: the exact text; the definition of the same name; the most similar definition (or cell)
that the other version has and this one lacks; lines by diff, where the block is no definition; the
place for which most of its lines vote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.locate.block import BlockMatch, CodeBlock, classify_change

if TYPE_CHECKING:
    from gitexp.excerpt.locate.version import FileVersion


def locate_block(newer: FileVersion, block: CodeBlock, older: FileVersion) -> BlockMatch | None:
    """Return the place of ``block`` of ``newer`` in ``older``, or None when the block is not there.

    ``older`` is another version of the same file, which may have had another name.
    """
    if block.form == "file":
        older_block = CodeBlock("file", 0, len(older.lines), older.lines)
        return BlockMatch(older_block, 1.0, classify_change(block, older_block))
    # Ten modules: a log of experiments, where most code is read by its name, needs none of them.
    from gitexp.excerpt.locate.cells import locate_cell
    from gitexp.excerpt.locate.definitions import locate_definition, locate_unread_definition
    from gitexp.excerpt.locate.exact import locate_exactly
    from gitexp.excerpt.locate.ranges import locate_lines

    match = locate_exactly(newer, block, older)
    if match is not None:
        return match
    if block.form == "definition":
        match = locate_definition(newer, block, older)
        return match or locate_unread_definition(newer, block, older)
    if block.form == "cell":
        match = locate_cell(newer, block, older)
    return match or locate_lines(newer, block, older)
