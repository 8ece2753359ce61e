"""One value, whoever prints it: terminal, page, Markdown and JSON show the same numbers."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from gitexp.follow.follower import Follower
from gitexp.history.change import find_filter_if_any
from gitexp.history.experiment_view import build_experiment_page
from gitexp.history.lineage import build_lineage
from gitexp.history.lineup import LineupRequest, build_lineup
from gitexp.history.log import view_step, walk_experiment_steps
from gitexp.history.version_diff import ComparedVersion, compare_versions
from gitexp.record.write.begin import TrialContent, begin_experiment
from gitexp.render.html_views import render_experiment, render_lineage, render_lineup
from gitexp.render.json import (
    serialize_lineage,
    serialize_lineup,
    serialize_page,
    serialize_step,
)
from gitexp.render.lineage import format_lineage
from gitexp.render.lineup import format_lineup
from gitexp.render.log import format_step
from gitexp.render.pages import format_experiment_page
from gitexp.render.show import format_page
from gitexp.render.terminal import TextStyle
from tests.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitexp.record.record import Record
    from tests.templates import CopyProject

# Wide enough that no line is cut.
COLUMNS = 600
IDS = ["base", "wide", "deep", "deeper"]
CODE = """
FILTERS = {filters}
KERNEL = 3


def encode(x):
{layers}
    return x


def unused(x):
    return x
"""


def record_trials(project: Project) -> None:
    """Record four trials in a line; the last one keeps the code, so the log leaves it out."""
    for number, name in enumerate(IDS):
        layers = "\n".join(f"    x = layer_{layer}(x)" for layer in range(min(number, 2) + 1))
        project.write("model.py", CODE.format(filters=10 + min(number, 2), layers=layers))
        day = f"2019-06-0{number + 1}"
        project.exp("new", name, "-m", f"acc 0.{number + 5}", "--at", day)
        project.exp("metric", name, f"loss={number}.25")
    project.exp("correct", "wide", "-m", "wrong split", "--metric", "acc=0.11")
    project.exp("note", "deep", "-m", "like wide, with another layer")
    project.exp("filter", "add", "model", "model.py::FILTERS", "model.py::encode")


@pytest.fixture
def record(copy_project: CopyProject) -> Record:
    return copy_project(Project.begin, record_trials).record()


@pytest.fixture
def follower(record: Record) -> Iterator[Follower]:
    with Follower(record.repository) as follower:
        yield follower


def count_signs(lines: Iterable[str]) -> tuple[int, int]:
    """Count added and removed lines of unified diffs."""
    texts = [line.strip() for line in lines]
    added = [text for text in texts if text.startswith("+") and not text.startswith("+++")]
    removed = [text for text in texts if text.startswith("-") and not text.startswith("---")]
    hidden = [text for text in added if re.fullmatch(r"\+ \d+ lines? hidden", text)]
    return len(added) - len(hidden), len(removed)


def count_marks(html: str) -> tuple[int, int]:
    return html.count('<span class="add">'), html.count('<span class="cut">')


def count_values(values: Iterable[dict[str, Any]]) -> tuple[int, int]:
    deltas = [each["delta"] for each in values if each["delta"]]
    return sum(delta["added"] for delta in deltas), sum(delta["removed"] for delta in deltas)


def count_shown_signs(lines: Iterable[str]) -> tuple[int, int, int]:
    """Count added, removed and changed rows of reading deltas."""
    texts = list(lines)
    return (*count_signs(texts), sum(text.startswith("~ ") for text in texts))


def count_shown_marks(html: str) -> tuple[int, int, int]:
    return (*count_marks(html), html.count("<i>~</i>"))


def count_shown_values(deltas: Iterable[dict[str, Any] | None]) -> tuple[int, int, int]:
    """Count the rows of deltas as JSON has them; a setting is a changed row."""
    signs: list[str] = []
    for delta in deltas:
        definitions = delta["definitions"] if delta else []
        for entry in (entry for each in definitions for entry in each["entries"]):
            signs += ["~"] if "setting" in entry else [row["sign"] for row in entry["rows"]]
    return signs.count("+"), signs.count("-"), signs.count("~")


def list_metrics(values: Iterable[dict[str, Any]]) -> list[str]:
    numbers = []
    for each in values:
        numbers += [metric["value"] for metric in each["metrics"]]
    return numbers


@pytest.mark.parametrize("against_parents", [False, True])
def test_a_line_up(record: Record, follower: Follower, against_parents: bool) -> None:
    experiments = tuple(record.read_experiment(ident) for ident in IDS)
    code_filter = find_filter_if_any(record)
    request = LineupRequest(experiments, code_filter, against_parents=against_parents)
    lineup = build_lineup(record, follower, request)
    values = serialize_lineup(lineup, record.branch_name)
    lines = format_lineup(lineup, COLUMNS, everything=True)
    html = render_lineup(lineup)
    cells = [cell.strip() for line in lines for cell in split_cells(line)]
    shown = count_shown_values(each["delta"] for each in values)
    assert shown == count_shown_signs(cells) == count_shown_marks(html)
    assert shown > (0, 0, 0)
    assert [each["against"] for each in values] == find_bases(against_parents)
    for number in list_metrics(values):
        assert number in "\n".join(lines)
        assert number in html
    is_same = [view.change.is_same_code for view in lineup.columns]
    assert is_same == [False, False, False, against_parents]
    assert any("the same code" in line for line in lines) is against_parents
    assert ("the same code" in html) is against_parents


def split_cells(line: str) -> list[str]:
    """Return the cells of a line of a line-up; the first one stands behind its label."""
    label = re.match(r"(?:(?! {2}).)*  +", line)
    return (line[label.end() :] if label else line).split("│")


def find_bases(against_parents: bool) -> list[str | None]:
    return [None, *(IDS[:3] if against_parents else ["base"] * 3)]


def test_every_view_counts_the_same_for_the_same_pair(record: Record, follower: Follower) -> None:
    """The log, one experiment, two versions, and the line-up on the page and in the terminal."""
    code_filter = find_filter_if_any(record)
    assert code_filter is not None
    steps = walk_experiment_steps(record, follower, code_filter)
    in_log = {step.experiments[0]: view_step(record, step).delta.changed_count for step in steps}
    pair = [record.read_experiment(ident) for ident in ("wide", "deep")]
    page = build_experiment_page(record, follower, pair[1], code_filter)
    lineup = build_lineup(record, follower, LineupRequest(tuple(pair), code_filter))
    older, newer = (ComparedVersion(each.version, each.id, each.metrics) for each in pair)
    compared = compare_versions(follower, code_filter, older, newer)
    deltas = [page.view.change.delta, lineup.columns[1].change.delta, compared.delta]
    counts = [delta.changed_count if delta else None for delta in deltas]
    assert counts == [in_log["deep"]] * 3
    changes = [change for row in lineup.code for change in row.cells[1].all_changes]
    assert sum(change.size for change in changes) == in_log["deep"] > 0
    words = f"{in_log['deep']} lines"
    assert f"<td>{words}</td>" in render_lineup(lineup)
    assert any(line.endswith(f"│ {words}") for line in format_lineup(lineup, 100))


def test_columns_in_a_line_are_compared_with_their_parents(
    record: Record, follower: Follower
) -> None:
    code_filter = find_filter_if_any(record)
    for names, against_parents in (
        (("base", "wide", "deep"), True),
        (("deep", "wide"), True),
        (("base", "deep"), False),
        (("wide", "base", "deep"), False),
    ):
        experiments = tuple(record.read_experiment(name) for name in names)
        lineup = build_lineup(record, follower, LineupRequest(experiments, code_filter))
        assert lineup.against_parents is against_parents, names
        assert lineup.base in render_lineup(lineup)
        assert lineup.base in format_lineup(lineup, 80)[0]


def test_a_lineage(record: Record, follower: Follower) -> None:
    lineage = build_lineage(record, follower, "deeper", find_filter_if_any(record))
    values = serialize_lineage(lineage, record.branch_name)
    lines = format_lineage(lineage, TextStyle(COLUMNS))
    patch = format_lineage(lineage, TextStyle(COLUMNS, patch=True))
    html = render_lineage(lineage)
    assert [each["id"] for each in values] == IDS
    shown = count_shown_values(each["delta"] for each in values)
    assert shown == count_shown_signs(lines) == count_shown_marks(html)
    assert count_values(values) == count_signs(patch)
    assert shown > (0, 0, 0)
    hidden = values[0]["excerpt"]["hidden"]
    counts = [int(count) for count in re.findall(r"\+ (\d+) lines? hidden", "\n".join(lines))]
    marks = [int(count) for count in re.findall(r"\+ (\d+) lines? hidden", html)]
    assert hidden == sum(counts) == sum(marks) > 0
    for number in list_metrics(values):
        assert number in "\n".join(lines)
        assert number in html


def test_a_generation_that_changed_no_code_is_one_line(record: Record, follower: Follower) -> None:
    lineage = build_lineage(record, follower, "deeper", find_filter_if_any(record))
    lines = format_lineage(lineage, TextStyle(80))
    assert lines[-2:] == ["", "deeper  acc=0.8  loss=3.25  the same code"]
    assert all(len(line) <= 30 for line in format_lineage(lineage, TextStyle(30))[-1:])
    html = render_lineage(lineage)
    section = html.rpartition("<section")[2].partition("</section>")[0]
    assert "same-code" in section
    assert section.count("\n") == 2
    assert "<i>acc</i> <b>0.8</b>" in section


def test_a_tree_indents_at_branches_alone(record: Record, follower: Follower) -> None:
    """base - wide - deep - deeper, with two branches from wide, one of them forked."""
    parents = {"left": "wide", "left_a": "left", "left_b": "left", "right": "wide"}
    for day, (ident, parent) in enumerate(parents.items(), 10):
        at = datetime.fromisoformat(f"2019-06-{day}T10:00:00+09:00")
        begin_experiment(record, ident, TrialContent(at=at), parent=parent)
    lineage = build_lineage(record, follower, "deeper", find_filter_if_any(record))
    tree = [(node.summary.id, node.indent, node.begins_branch) for node in lineage.tree]
    assert tree == [
        ("base", 0, False),
        ("wide", 0, False),
        ("left", 1, True),
        ("left_a", 2, True),
        ("left_b", 1, False),
        ("right", 1, True),
        ("deep", 0, False),
        ("deeper", 0, False),
    ]
    assert [node.summary.id for node in lineage.tree if node.is_on_line] == IDS


@pytest.mark.parametrize("ident", IDS)
def test_one_experiment(record: Record, follower: Follower, ident: str) -> None:
    experiment = record.read_experiment(ident)
    page = build_experiment_page(record, follower, experiment, find_filter_if_any(record))
    values = serialize_page(page, record.branch_name)
    lines = format_page(page, record.branch_name, TextStyle(COLUMNS))
    html = render_experiment(page, IDS)
    text = format_experiment_page(page)
    diff = text.partition("```diff\n")[2].partition("```")[0]
    patch = format_page(page, record.branch_name, TextStyle(COLUMNS, patch=True))
    shown = count_shown_values([values["delta"]])
    assert shown == count_shown_signs(lines) == count_shown_marks(html)
    assert shown == count_shown_signs(diff.splitlines())
    assert count_values([values]) == count_signs(patch)
    hidden = f"+ {page.view.change.hidden_count} lines hidden"
    assert hidden in lines
    assert hidden in html
    for number in list_metrics([values]):
        assert number in "\n".join(lines)
        assert number in html
        assert number in text
    mentions = {"wide": ("deep",)}.get(ident, ())
    assert page.mentioning_names == mentions
    assert [entry["experiments"] for entry in values["mentions"]] == [[name] for name in mentions]
    assert ("mentioned in: deep" in lines) is bool(mentions)
    assert ("Mentioned in [deep]" in text) is bool(mentions)


def test_the_steps_of_a_log(record: Record, follower: Follower) -> None:
    code_filter = find_filter_if_any(record)
    assert code_filter is not None
    steps = list(walk_experiment_steps(record, follower, code_filter))
    assert [step.experiments for step in steps] == [("deep",), ("wide",), ("base",)]
    for step in steps:
        view = view_step(record, step)
        values = serialize_step(view)
        lines = format_step(view, TextStyle(COLUMNS))
        patch = format_step(view, TextStyle(COLUMNS, patch=True))
        assert (values["added"], values["removed"]) == count_signs(patch)
        assert count_shown_values([values]) == count_shown_signs(lines)
        assert f"+ {values['excerpt']['hidden']} lines hidden" in lines
        assert values["experiments"] == list(step.experiments)
        assert view.delta.summary in format_step(view, TextStyle(COLUMNS), stat=True)[-1]


def test_a_first_column_without_code_says_so(record: Record, follower: Follower) -> None:
    """Else a line-up in which nothing can be compared gives no reason in its first column."""
    plain = record.read_experiment("base")._replace(id="plain", links=(), snapshots=())
    request = LineupRequest((plain, record.read_experiment("wide")), find_filter_if_any(record))
    lineup = build_lineup(record, follower, request)
    assert lineup.columns[0].change.remark == "no code is tied to it"
    assert lineup.columns[1].change.remark == "plain has no code tied to it"
    assert "no code is tied to it" in render_lineup(lineup)
    assert "no code is tied to it" in "\n".join(format_lineup(lineup, COLUMNS))
