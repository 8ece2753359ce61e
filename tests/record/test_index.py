"""The index: a copy that may be lost, damaged or behind, and then says the same again."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings, strategies as st

from gitexp.model.event import Event, draft_event, encode_event
from gitexp.model.metric_syntax import parse_metric
from gitexp.record.index.fill import Index
from gitexp.record.read.journal import read_journal
from gitexp.record.write.begin import TrialContent, begin_experiment, rename_experiment
from gitexp.record.write.entries import add_note
from gitexp.record.write.undo import undo_last_command
from gitexp.record.write.values import add_metrics, change_tags
from tests.project import Project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.model.experiment import Experiment
    from gitexp.record.record import Record
    from tests.templates import Templates

NAMES = ("a", "b", "実験", "実験は", "d")


def find_index_file(project: Project) -> Path:
    return project.top / ".git/gitexp/index.sqlite"


def fill_record(project: Project) -> list[Experiment]:
    record = project.record()
    begin_experiment(record, "tcn_filter10", TrialContent(text="acc 0.645 #tcn"))
    begin_experiment(record, "tcn_filter50", TrialContent(text="次はフィルタ50"))
    add_metrics(record, "tcn_filter50", [parse_metric("acc=0.7")])
    rename_experiment(record, "tcn_filter10", "tcn_f10")
    return project.record().read_experiments()


def edit_by_hand(project: Project, path: str, data: bytes | None) -> None:
    """Change one file and commit, as a person does in a checkout of the record branch."""
    record = project.record()
    tip = record.branch.tip
    assert tip is not None
    blob = None if data is None else record.database.write_blob(data)
    tree = record.database.write_tree(record.database.read_tree_id(tip), {path: blob})
    project.git(
        "update-ref",
        "refs/heads/gitexp",
        project.git("commit-tree", tree, "-p", tip, "-m", "by hand"),
    )


def list_event_files(project: Project, kind: str) -> list[str]:
    return [
        path
        for path in project.git("ls-tree", "-r", "--name-only", "gitexp").split()
        if f"-{kind}-" in path
    ]


def replace_index_file(index: Path, data: bytes) -> None:
    """Put another file in the place of the index, while nobody has it open."""
    for path in index.parent.glob("index.sqlite*"):
        path.unlink()
    index.write_bytes(data)


def check_rebuilt(project: Project) -> list[Experiment]:
    """Return the experiments of the living index; one made anew must say the same of all."""
    record = project.record()
    experiments = record.read_experiments()
    names = record.index.read_names()
    broken = record.index.list_broken_files()
    texts = read_texts(record)
    for path in find_index_file(project).parent.glob("index.sqlite*"):
        path.unlink()
    rebuilt = project.record()
    assert rebuilt.read_experiments() == experiments
    assert rebuilt.index.read_names() == names
    assert rebuilt.index.list_broken_files() == broken
    assert read_texts(rebuilt) == texts
    return experiments


def read_texts(record: Record) -> list[object]:
    """Return what the index knows of texts: the journal, the mentions, the topics."""
    ids = {place.number: place.id for place in record.index.read_entry_places()}
    mentioned = {
        ids[number]: names
        for number, names in record.index.read_mentions().items()
        if number in ids
    }
    return [
        list(read_journal(record)),
        mentioned,
        record.index.count_named_topics(),
        sorted(ids.values()),
    ]


def test_deleted_it_comes_back(begun: Project) -> None:
    before = fill_record(begun)
    assert check_rebuilt(begun) == before


@pytest.mark.parametrize("damage", ["garbage", "empty", "head", "middle", "truncated"])
def test_damaged_it_comes_back(begun: Project, damage: str) -> None:
    before = fill_record(begun)
    path = find_index_file(begun)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    data = path.read_bytes()
    changed = {
        "garbage": b"not a database at all" * 500,
        "empty": b"",
        "head": b"\0" * 100 + data[100:],
        "middle": data[:4096] + b"\xff" * (len(data) - 4096),
        "truncated": data[: len(data) // 2],
    }[damage]
    replace_index_file(path, changed)
    ran = begun.run("list")
    removed = "git exp: the index was damaged and is removed (nothing is lost: run it again)\n"
    assert ran.code == 0 or ran.err == removed
    assert begun.record().read_experiments() == before
    replace_index_file(path, changed)
    add_note(begun.record(), ["tcn_f10"], "written after the damage")
    last_entry = begun.record().read_experiment("tcn_f10").entries[-1]
    assert last_entry.text == "written after the damage"


def test_of_another_version_it_is_made_anew(begun: Project) -> None:
    before = fill_record(begun)
    with sqlite3.connect(find_index_file(begun)) as db:
        db.execute("PRAGMA user_version = 999")
        db.execute("DELETE FROM experiment")
        db.execute("CREATE TABLE of_tomorrow(x)")
    db.close()
    assert begun.record().read_experiments() == before


def test_where_it_cannot_be_written_it_lives_in_memory(begun: Project) -> None:
    before = fill_record(begun)
    for path in find_index_file(begun).parent.glob("index.sqlite*"):
        path.unlink()
    find_index_file(begun).mkdir()
    assert begun.record().read_experiments() == before


def test_it_never_goes_back(begun: Project) -> None:
    first = begun.record()
    behind = first.branch.tip
    assert behind is not None
    fill_record(begun)
    index = Index(first.repository.state_dir)
    index.fill_up_to(first.branch, behind, first.database.read_blob)
    assert index.tip == begun.git("rev-parse", "gitexp")
    assert len(list(index.read_experiments())) == 2


def test_an_event_edited_by_hand_is_read(begun: Project) -> None:
    fill_record(begun)
    (path,) = (
        path
        for path in list_event_files(begun, "note")
        if "フィルタ" in begun.git("show", f"gitexp:{path}")
    )
    edited = (
        "---\nkind: note\nat: 2019-06-23 10:15:00+09:00\nlamport: 5\nreplica: x\n"
        "author: 'me'\nexp:\n  - tcn_filter50\n---\n手で直した\n"
    )
    edit_by_hand(begun, path, edited.encode())
    assert [entry.text for entry in begun.record().read_experiment("tcn_filter50").entries] == [
        "手で直した"
    ]
    (state,) = (state for state in check_rebuilt(begun) if state.id == "tcn_filter50")
    assert state.entries[0].id in path


def test_a_text_edited_in_place_keeps_its_id(begun: Project) -> None:
    fill_record(begun)
    (path,) = (
        path
        for path in list_event_files(begun, "note")
        if "フィルタ" in begun.git("show", f"gitexp:{path}")
    )
    edited = begun.git("show", f"gitexp:{path}").replace("フィルタ50", "フィルタ60")
    assert "フィルタ60" in edited
    edit_by_hand(begun, path, (edited + "\n").encode())
    (entry,) = begun.record().read_experiment("tcn_filter50").entries
    assert entry.text == "次はフィルタ60"
    assert path.endswith(f"{entry.id}.md")
    check_rebuilt(begun)


HEAD = "---\nkind: {kind}\nat: 2019-06-23T10:15:00+09:00\nlamport: 1\nreplica: x\nauthor: me\n{more}---\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no front matter",
        "---\nkind: note\n",
        "---\n: [\n---\n\n",
        "---\n- a list\n---\n\n",
        HEAD.format(kind="note", more="exp: 5\n"),
        HEAD.format(kind="metric", more="exp: [a]\nname: acc\nvalue: high\n"),
        HEAD.format(kind="metric", more="exp: [a]\nname: acc\nvalue: [1]\n"),
        HEAD.format(kind="tag", more="exp: [a]\nadd: 5\n"),
        HEAD.format(kind="tag", more="exp: [a]\nadd: [5]\n"),
        HEAD.format(kind="snapshot", more="exp: [a]\nleft_out: many\n"),
        HEAD.format(kind="image", more="exp: [a]\nwidth: wide\n"),
        HEAD.format(kind="note", more="exp: [a]\n").replace(
            "2019-06-23T10:15:00+09:00", "yesterday"
        ),
        HEAD.format(kind="note", more="exp: [a]\n").replace("lamport: 1", "lamport: one"),
        "\0\0",
        "---\n" + "[" * 1000 + "\n---\n\n",
    ],
)
def test_a_broken_file_is_reported_and_the_rest_goes_on(begun: Project, text: str) -> None:
    before = fill_record(begun)
    path = "log/2019-06/23/101500-note-kkkkkkkkkkkk.md"
    edit_by_hand(begun, path, text.encode())
    assert begun.record().index.list_broken_files() == [path]
    assert check_rebuilt(begun) == before
    mended = HEAD.format(kind="note", more="exp: [a]\n") + "mended\n"
    edit_by_hand(begun, path, mended.encode())
    assert begun.record().index.list_broken_files() == []
    assert {state.id for state in check_rebuilt(begun)} == {"a", "tcn_f10", "tcn_filter50"}
    edit_by_hand(begun, path, None)
    assert check_rebuilt(begun) == before


@pytest.mark.parametrize("kind", ["new", "rename", "link", "filter", "of_tomorrow"])
def test_an_event_that_says_little_breaks_nothing(begun: Project, kind: str) -> None:
    fill_record(begun)
    edit_by_hand(
        begun,
        "log/2019-06/23/101500-x-kkkkkkkkkkkk.md",
        HEAD.format(kind=kind, more="exp: []\n").encode(),
    )
    assert len(check_rebuilt(begun)) == 2


def test_a_bytes_file_that_is_no_text(begun: Project) -> None:
    edit_by_hand(begun, "log/2019-06/23/101500-note-kkkkkkkkkkkk.md", b"\xff\xfe---\n")
    assert len(begun.record().index.list_broken_files()) == 1


def test_a_file_that_was_moved_is_not_lost(begun: Project) -> None:
    fill_record(begun)
    for path in list_event_files(begun, "note"):
        data = begun.git("show", f"gitexp:{path}").encode() + b"\n"
        edit_by_hand(begun, path, None)
        edit_by_hand(begun, path.replace("log/", "log/0"), data)
    assert all(state.entries for state in check_rebuilt(begun))


def test_a_removed_event_is_forgotten(begun: Project) -> None:
    fill_record(begun)
    for path in list_event_files(begun, "metric"):
        edit_by_hand(begun, path, None)
    assert not any(state.metrics for state in check_rebuilt(begun))


def test_a_renamed_experiment_answers_to_both_names(begun: Project) -> None:
    fill_record(begun)
    record = begun.record()
    assert record.resolve_id("tcn_filter10") == record.resolve_id("tcn_f10") == "tcn_f10"
    assert record.read_experiment("tcn_filter10").aliases == ("tcn_filter10",)
    assert record.read_experiment("tcn_filter50").parent == "tcn_f10"
    check_rebuilt(begun)


def test_renamed_and_back_again(begun: Project) -> None:
    fill_record(begun)
    rename_experiment(begun.record(), "tcn_f10", "third")
    rename_experiment(begun.record(), "third", "tcn_filter10")
    record = begun.record()
    assert [state.id for state in record.read_experiments()] == ["tcn_filter10", "tcn_filter50"]
    assert record.read_experiment("third").aliases == ("tcn_f10", "third")
    assert record.read_experiment("tcn_filter50").parent == "tcn_filter10"
    check_rebuilt(begun)


def test_a_longer_id_that_comes_and_goes_changes_what_is_mentioned(begun: Project) -> None:
    begin_experiment(begun.record(), "a", TrialContent(text="実験1bより悪い、tcn-も"))

    def list_mentioned() -> list[str]:
        check_rebuilt(begun)
        mentions: list[str] = []
        for names in begun.record().index.read_mentions().values():
            mentions += names
        return mentions

    begin_experiment(begun.record(), "実験1b")
    begin_experiment(begun.record(), "tcn")
    assert list_mentioned() == ["tcn", "実験1b"]
    begin_experiment(begun.record(), "tcn-")
    begin_experiment(begun.record(), "実験1bより")
    assert list_mentioned() == ["tcn-", "実験1bより"]
    undo_last_command(begun.record())
    undo_last_command(begun.record())
    assert list_mentioned() == ["tcn", "実験1b"]


def test_what_is_recorded_under_an_old_name_goes_to_the_new(begun: Project) -> None:
    fill_record(begun)
    add_note(begun.record(), ["tcn_filter10"], "to the alias")
    change_tags(begun.record(), "tcn_filter10", ["late"])
    state = begun.record().read_experiment("tcn_f10")
    assert state.entries[-1].text == "to the alias"
    assert state.tags == ("late", "tcn")


# Random records: batches of facts about few names, so that they meet.

_FACT = st.one_of(
    st.tuples(st.just("new"), st.sampled_from(NAMES), st.sampled_from(("", *NAMES))),
    st.tuples(
        st.just("note"),
        st.sampled_from(NAMES),
        st.sampled_from(("one", "二", "a->b", "実験は#d、実験2は別", "a-b [[d]]")),
    ),
    st.tuples(st.just("metric"), st.sampled_from(NAMES), st.sampled_from(("1", "2"))),
    st.tuples(st.just("rename"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(
        st.sampled_from(("correction", "retract", "undo")),
        st.sampled_from(NAMES),
        st.sampled_from(("0", "1", "4", "9")),
    ),
    st.tuples(st.just("link"), st.sampled_from(NAMES), st.sampled_from(("1" * 40, "2" * 40))),
)
_BATCHES = st.lists(st.lists(_FACT, min_size=1, max_size=4), min_size=1, max_size=5)


def make_events(
    facts: Sequence[tuple[str, str, str]], lamport: int, replica: str, earlier: list[Event]
) -> list[Event]:
    """Return facts as events, and add these to the ``earlier`` ones.

    The value of a fact about another event says which of the earlier ones that is.
    """
    field = {"new": "parent", "metric": "value", "rename": "to", "link": "commit"}
    events = []
    for number, (kind, name, value) in enumerate(facts):
        fields: dict[str, object] = {field[kind]: value} if kind in field else {}
        if kind in ("correction", "retract", "undo"):
            targets = [earlier[int(value) % len(earlier)].id] if earlier else []
            fields = {"events" if kind == "undo" else "targets": targets}
            fields |= {"metrics": [["acc", "3", False, False]]} if kind == "correction" else {}
        text = {"note": value, "correction": kind, "retract": kind}.get(kind, "")
        at = f"2019-06-{1 + (lamport + number) % 28:02d}T10:15:00+09:00"
        fields |= {"name": "acc"} if kind == "metric" else {}
        event = draft_event(kind, at, (name,), fields, text)
        events.append(event.sign(lamport + number, replica, "me"))
    earlier += events
    return events


def append_batch(project: Project, events: Sequence[Event]) -> None:
    record = project.record()
    record.branch.append({event.path: encode_event(event) for event in events}, "batch\n")
    record.refresh()


def read_state(project: Project) -> tuple[list[Experiment], dict[str, str]]:
    record = project.record()
    return record.read_experiments(), dict(record.index.read_names())


_FEW = settings(max_examples=25)


@_FEW
@given(_BATCHES)
def test_filled_bit_by_bit_it_is_as_when_rebuilt(
    templates: Templates, batches: list[list[tuple[str, str, str]]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = templates.copy(Path(folder) / "project", Project.begin)
        earlier: list[Event] = []
        for number, facts in enumerate(batches):
            append_batch(project, make_events(facts, 1 + number * 3, "k", earlier))
        check_rebuilt(project)


@_FEW
@example([[("rename", "a", "実験")]], [[("new", "b", "a")], [("undo", "a", "0")]])
@given(_BATCHES, _BATCHES)
def test_the_union_of_two_clones_is_the_same_from_either_side(
    templates: Templates,
    ours: list[list[tuple[str, str, str]]],
    theirs: list[list[tuple[str, str, str]]],
) -> None:
    batches = []
    for side, replica in ((ours, "k"), (theirs, "l")):
        earlier: list[Event] = []
        batches.append(
            [
                make_events(facts, 1 + number * 3, replica, earlier)
                for number, facts in enumerate(side)
            ]
        )
    with tempfile.TemporaryDirectory() as folder:
        first = templates.copy(Path(folder) / "one", Project.begin)
        second = templates.copy(Path(folder) / "other", Project.begin)
        for batch in (*batches[0], *batches[1]):
            append_batch(first, batch)
        for batch in (*batches[1], *batches[0]):
            append_batch(second, batch)
        assert first.git("rev-parse", "gitexp^{tree}") == second.git("rev-parse", "gitexp^{tree}")
        assert read_state(first) == read_state(second)


def test_a_search_with_a_nul_in_it_finds_what_there_is(begun: Project) -> None:
    begin_experiment(begun.record(), "a", TrialContent(text="one\0two"))
    assert len(begun.record().index.find_numbers_with("ne\0tw")) == 1
    assert begun.record().index.find_numbers_with("ne\0xx") == []
