"""``--as-of``: every verb that takes it says what was believed then, and nothing of later."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from gitexp.errors import NotFoundError
from gitexp.model.branch_layout import IMAGES, read_attachment_path
from gitexp.model.event import draft_event
from gitexp.model.filter import CodeFilter, parse_rule
from gitexp.model.metric_syntax import parse_metric
from gitexp.model.picture import Picture
from gitexp.model.query import parse_query
from gitexp.record.read.resolve import resolve_target
from gitexp.record.read.search import find, search
from gitexp.record.write.begin import TrialContent, begin_experiment, rename_experiment
from gitexp.record.write.corrections import add_correction
from gitexp.record.write.entries import add_note
from gitexp.record.write.filters import save_filter
from gitexp.record.write.topics import change_topic
from gitexp.record.write.values import add_images, add_metrics
from tests.project import Project

if TYPE_CHECKING:
    from tests.templates import CopyProject

THEN = ("--as-of", "2020-02-01")
JAPAN = timezone(timedelta(hours=9))
IN_JANUARY = datetime(2020, 1, 1, 10, tzinfo=JAPAN)
IN_MARCH = datetime(2020, 3, 1, 10, tzinfo=JAPAN)
UNTIL = datetime(2020, 2, 1, 23, 59, 59, tzinfo=JAPAN).timestamp()


def record_growth(project: Project) -> None:
    begin_experiment(
        project.record(), "a1", TrialContent(text="a1 acc 0.5 first #early", at=IN_JANUARY)
    )
    project.write("layers.py", "changed = 1\n")
    project.commit("second")
    record = project.record()
    add_note(record, ["a1"], "kernel swapped [[kernels]]", at=IN_MARCH)
    add_metrics(record, "a1", [parse_metric("loss=0.25")], at=IN_MARCH)
    picture = Picture(
        "curve.png",
        b"no matter",
        read_attachment_path("images/00/" + "0" * 64 + ".png", IMAGES),
        1,
        1,
    )
    add_images(record, "a1", [picture], at=IN_MARCH)
    add_correction(
        record, resolve_target(record, "a1"), "it was worse", [parse_metric("acc=0.4")], at=IN_MARCH
    )
    tagged = {"add": ["late"], "remove": []}
    record.append_events([draft_event("tag", IN_MARCH.isoformat(), ("a1",), tagged)])
    begin_experiment(record, "a2", TrialContent(text="a2 acc 0.9 better than a1", at=IN_MARCH))
    add_note(record, [], "nothing works. kernel 3?", at=IN_MARCH)
    change_topic(record, "early", text="a summary of today")
    save_filter(
        record, CodeFilter("model", (parse_rule("layers.py"),), project.git("rev-parse", "HEAD"))
    )
    rename_experiment(record, "a1", "b1")


@pytest.fixture
def grown(copy_project: CopyProject) -> Project:
    """a1 of January, of which March said more; a2 of March; today a1 is b1 and a filter is
    saved.
    """
    return copy_project(Project.begin, record_growth)


def test_the_note_of_march_is_not_found_in_february(begun: Project) -> None:
    begun.exp("new", "a1", "--at", "2020-01-01", "-m", "first")
    begun.exp("note", "a1", "--at", "2020-03-01", "-m", "kernel swapped")
    assert begun.exp("search", "kernel", *THEN) == "nothing found\n"
    assert begun.exp("list", "--where", "kernel", *THEN) == "nothing found\n"
    assert "a1" in begun.exp("search", "kernel", "--as-of", "2020-03-01")


LATER = (
    *("kernel", "ke", "worse", "loss<1", "acc<0.45", "acc>0.8", "#late", "id:a2", "on:2020-03"),
    *("has:image", "has:loss", "has:correction", "corrected:yes", "parent:b1"),
)
THERE = (
    *("first", "fi", "acc>0.45", "topic:early", "#early", "id:b1", "id:a*", "not kernel"),
    *("corrected:no", "has:code", "has:entry", "has:acc", "-has:image"),
    *("on:2020-01", "before:2020-02"),
)


@pytest.mark.parametrize("query", LATER)
def test_a_search_finds_nothing_of_later(grown: Project, query: str) -> None:
    with closing(grown.record()) as record:
        assert search(record, parse_query(query)).hits
        record.look_back(UNTIL)
        assert find(record, query) == []
        assert search(record, parse_query(query)).hits == ()


@pytest.mark.parametrize("query", THERE)
def test_a_search_finds_what_there_was(grown: Project, query: str) -> None:
    with closing(grown.record()) as record:
        record.look_back(UNTIL)
        assert find(record, query) == ["b1"]
        (hit,) = search(record, parse_query(query)).hits
        assert hit.summary == record.read_experiment("a1").summary
        assert all(entry.text.startswith("a1 acc 0.5 first") for entry in hit.entries)


def test_a_topic_that_was_named_later_is_not_there(grown: Project) -> None:
    with closing(grown.record()) as record:
        assert find(record, "topic:kernels or kernel")
        record.look_back(UNTIL)
        with pytest.raises(NotFoundError, match="there is no topic 'kernels'"):
            find(record, "topic:kernels")


def test_list_and_show(grown: Project) -> None:
    assert grown.exp("list").count("\n") > 2
    (listed,) = grown.json("list", *THEN)
    shown = grown.json("show", "a1", *THEN)
    assert {
        **listed,
        "delta": None,
        "absent": [],
        "filter": shown["filter"],
        "mentions": [],
        "pinned": [],
        "runs": [],
    } == shown
    assert (shown["id"], shown["aliases"]) == ("b1", ["a1"])
    assert (shown["tags"], shown["images"]) == (["early"], [])
    assert [(metric["name"], metric["value"]) for metric in shown["metrics"]] == [("acc", "0.5")]
    assert [entry["text"] for entry in shown["entries"]] == ["a1 acc 0.5 first #early"]
    assert "there is no experiment" in grown.fails("show", "a2", *THEN)
    text = grown.exp("show", "b1", *THEN) + grown.exp("list", *THEN)
    for later in ("kernel", "worse", "late", "loss", "a2", "0.4", "2020-03"):
        assert later not in text


def test_journal(grown: Project) -> None:
    texts = [entry["text"] for entry in grown.json("journal")]
    assert len(texts) == 5
    for options in ("", "--topic early", "--id a1", "-n 3", "--until 2021-01-01", "--reverse"):
        entries = grown.json("journal", *options.split(), *THEN)
        assert (options, [entry["text"] for entry in entries]) == (options, texts[:1])


def test_log(grown: Project) -> None:
    second, first = grown.git("rev-list", "HEAD").split()
    assert experiments_of_log(grown, "--as-of", "2020-03-01") == {second: ["a2"], first: ["b1"]}
    assert experiments_of_log(grown, *THEN) == {second: [], first: ["b1"]}
    text = grown.exp("log", *THEN)
    assert "b1 acc=0.5" in text
    # The id of a commit may hold these letters.
    assert "a2" not in text.replace(second[:7], "").replace(first[:7], "")
    assert [step["experiments"] for step in grown.json("log", "--experiments", *THEN)] == [["b1"]]
    assert "there is no experiment or version 'a2'" in grown.fails("log", "a2", *THEN)


def experiments_of_log(project: Project, *options: str) -> dict[str, list[str]]:
    return {step["commit"]: step["experiments"] for step in project.json("log", *options)}


def test_topic(grown: Project) -> None:
    shown = grown.json("topic", "early", *THEN)
    assert shown["summary"] is None
    items = [item.get("experiment", item.get("text")) for item in shown["items"]]
    assert items == ["b1", "a1 acc 0.5 first #early"]
    assert "there is no topic" in grown.fails("topic", "kernels", *THEN)


def test_a_note_of_later_does_not_mention(grown: Project) -> None:
    add_note(grown.record(), [], "a1 again", at=IN_MARCH)
    mentions = [entry["text"] for entry in grown.json("show", "a1")["mentions"]]
    assert mentions == ["a2 acc 0.9 better than a1", "a1 again"]
    assert grown.json("show", "a1", *THEN)["mentions"] == []
