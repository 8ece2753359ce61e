"""Reach by mutation: a change to anything the root needs changes the excerpt, a change to anything else does not."""

from __future__ import annotations

import pytest

from gitexp.excerpt.reach.reach import reach
from tests.excerpt.programs import Program

PROGRAMS = 30


def text(program: Program, change: int = -1) -> list[tuple[str, tuple[str, ...]]]:
    sources = program.sources(change)
    result = reach(sources.get, program.root_path, program.root)
    return [
        (
            path,
            tuple(line for span in spans for line in sources[path].lines[span.start : span.stop]),
        )
        for path, spans in result.spans.items()
    ]


@pytest.mark.parametrize("first", range(0, 600, PROGRAMS))
def test_mutations(first: int) -> None:
    for seed in range(first, first + PROGRAMS):
        program = Program(seed)
        before = text(program)
        for number, needed in program.numbers().items():
            changed = text(program, number) != before
            if changed != needed:
                lines = "\n\n".join(
                    f"# {path}\n" + "\n".join(source.lines)
                    for path, source in program.sources().items()
                )
                kept = "\n".join(line for _, part in before for line in part)
                verdict = (
                    "needed, but its change does not show"
                    if needed
                    else "not needed, but its change shows"
                )
                pytest.fail(
                    f"seed {seed}: {number} is {verdict} (root {program.root})\n{lines}\n\n# kept:\n{kept}"
                )
