"""Cells are followed in each form in which they are written: moved, renamed, split, edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitexp.excerpt.source import read_source
from gitexp.follow.follower import Follower
from gitexp.model.filter import CodeFilter, parse_rule
from tests.follow.accuracy import Accuracy, compare_commits
from tests.follow.cell_histories import (
    FIT_CHANGED,
    FORMS,
    LOOP_CHANGED,
    NET_CHANGED,
    CellForm,
    list_versions,
    write_past,
)

if TYPE_CHECKING:
    from pathlib import Path

RENAMING = frozenset((8,))


def list_rules(form: CellForm) -> dict[str, frozenset[int]]:
    """Return rules for the last version, with the commits that changed what each chooses."""
    last_version = list_versions(form.language)[-1]
    fit = last_version[4]
    loop = fit.code[:-1]
    source = read_source(form.path, form.write(last_version).encode())
    start = next(n for n, line in enumerate(source.lines) if line.strip() == loop[0].strip())
    code_cells = [cell for cell in source.cells if cell.code]
    number = next(
        number for number, cell in enumerate(code_cells, 1) if cell.start <= start < cell.stop
    )
    rules = {
        f"{form.path}::net": NET_CHANGED,
        f"{form.path}#{number}": FIT_CHANGED,
        f"{form.path}:{start + 1}-{start + len(loop)}": LOOP_CHANGED,
    }
    if form.has_names:
        rules[f"{form.path}#build"] = NET_CHANGED
    return rules


@pytest.mark.parametrize("name", FORMS)
def test_cells_are_followed(name: str, tmp_path: Path) -> None:
    form = FORMS[name]
    repository, ids = write_past(form).write(tmp_path)
    tip = ids[-1]
    with Follower(repository) as follower:
        for rule, changed in list_rules(form).items():
            steps = follower.walk_history(CodeFilter("", (parse_rule(rule),), tip), tip)
            reported = {ids.index(step.commit) for step in steps}
            names_a_line = form.shows_names and changed == FIT_CHANGED
            accuracy = compare_commits(reported, changed, RENAMING if names_a_line else frozenset())
            assert accuracy == Accuracy(len(changed)), (rule, sorted(reported), sorted(changed))


def test_the_code_of_a_cell_is_shown_in_each_version(tmp_path: Path) -> None:
    for name, form in FORMS.items():
        repository, ids = write_past(form).write(tmp_path / name.replace(" ", "_"))
        (rule,) = [rule for rule, changed in list_rules(form).items() if changed == FIT_CHANGED]
        code_filter = CodeFilter("", (parse_rule(rule),), ids[-1])
        with Follower(repository) as follower:
            for number, cells in enumerate(list_versions(form.language)):
                excerpt = follower.cut_excerpt(code_filter, ids[number])
                (file,) = excerpt.files
                kept = [line.strip() for line in file.kept_lines]
                fit = next(cell for cell in cells if cell.name in ("fit", "training"))
                code = [line.strip() for line in fit.code]
                first = kept.index(code[0])
                assert kept[first : first + len(code)] == code, (name, number)
