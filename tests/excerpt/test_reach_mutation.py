"""Change what a root needs and see its excerpt change, change anything else and see it stay."""

from __future__ import annotations

import pytest

from gitexp.excerpt.reach.reach import reach
from tests.excerpt.programs import Program

PROGRAMS = 30

Excerpt = list[tuple[str, tuple[str, ...]]]


def cut_excerpt(program: Program, changed: frozenset[int] = frozenset()) -> Excerpt:
    """Return the lines that the root needs by path, after the numbers given were changed."""
    sources = program.sources(changed)
    result = reach(sources.get, program.root_path, program.root)
    excerpt = []
    for path, spans in result.spans.items():
        lines = sources[path].lines
        excerpt.append(
            (path, tuple(line for span in spans for line in lines[span.start : span.stop]))
        )
    return excerpt


def find_mistakes(
    program: Program, before: Excerpt, numbers: frozenset[int], *, needed: bool
) -> list[int]:
    """Return the numbers whose change shows although it should not, or does not although it should."""
    return [
        number
        for number in numbers
        if (cut_excerpt(program, frozenset({number})) != before) != needed
    ]


def describe(program: Program, before: Excerpt, mistakes: list[int], *, needed: bool) -> str:
    verdict = (
        "needed, but its change does not show" if needed else "not needed, but its change shows"
    )
    files = [f"# {path}\n" + "\n".join(source.lines) for path, source in program.sources().items()]
    kept = [line for _, lines in before for line in lines]
    text = "\n\n".join([*files, "# kept:\n" + "\n".join(kept)])
    return f"seed {program.seed}: {mistakes} are {verdict} (root {program.root})\n{text}"


@pytest.mark.parametrize("first", range(0, 600, PROGRAMS))
def test_a_change_shows_where_the_root_needs_it_and_nowhere_else(first: int) -> None:
    """All numbers of a kind change at once; only where something is wrong they change one by one."""
    for seed in range(first, first + PROGRAMS):
        program = Program(seed)
        before = cut_excerpt(program)
        numbers = program.numbers()
        needed = frozenset(number for number, is_needed in numbers.items() if is_needed)
        rest = frozenset(numbers) - needed
        if cut_excerpt(program, rest) != before:
            mistakes = find_mistakes(program, before, rest, needed=False)
            pytest.fail(describe(program, before, mistakes, needed=False))
        after = str(cut_excerpt(program, needed))
        hidden = [number for number in needed if f"{program.replacement(number)}.0" not in after]
        if hidden:
            mistakes = find_mistakes(program, before, needed, needed=True)
            pytest.fail(describe(program, before, mistakes or hidden, needed=True))
