"""Ids, metrics, rules and notes as people type them."""

from __future__ import annotations

import pytest

from gitexp.errors import AmbiguousError, NotFoundError, UsageError
from gitexp.model.filter import list_readings, parse_rule
from gitexp.model.ids import check_experiment_id, check_new_id, find_id, find_twin
from gitexp.model.metric_syntax import parse_metric, read_metrics
from gitexp.model.note_marks import read_tags
from gitexp.model.note_syntax import read_blocks


@pytest.mark.parametrize(
    "text", ["convencdec_enc256x13dec128x5", "日本語モデル", "a", "e0001", "v1.2+b@x-y", "モデル_2"]
)
def test_ids_that_people_use(text: str) -> None:
    assert check_experiment_id(text) == text


@pytest.mark.parametrize(
    "text",
    ["", " ", "a/b", "a b", "-x", "a:b", "a=1", "a#b", "x" * 201, "a\x1b[0m", "..", "a..b", "a."],
)
def test_ids_that_cannot_be(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_experiment_id(text)
    assert caught.value.hint


def test_a_prefix_finds_its_only_match() -> None:
    known = {"tcn_filter10", "tcn_filter50", "rnn"}
    assert find_id("r", known) == "rnn"
    assert find_id("tcn_filter10", known | {"tcn_filter100"}) == "tcn_filter10"
    with pytest.raises(AmbiguousError) as ambiguous:
        find_id("tcn", known)
    assert "tcn_filter10, tcn_filter50" in ambiguous.value.hint
    with pytest.raises(NotFoundError) as unknown:
        find_id("tcn_filter11", known)
    assert "tcn_filter10" in unknown.value.hint


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("tcn_filter10 acc 0.645, still climbing", [("tcn_filter10", ["acc=0.645"])]),
        ("x1: acc=0.73", [("x1", ["acc=0.73"])]),
        ("x1　acc 0.15", [("x1", ["acc=0.15"])]),
        ("x1 acc 0.3くらい？", [("x1", ["acc=~0.3"])]),
        ("x1 acc 0.82 (途中)", [("x1", ["acc=0.82…"])]),
        ("x1(note in brackets) acc 0.86", [("x1", ["acc=0.86"])]),
        ("x1 val_loss 0.31 acc 0.9", [("x1", ["val_loss=0.31", "acc=0.9"])]),
        ("x1 acc N/A", [("x1", ["acc=N/A"])]),
        ("This acc 0.9 is good", []),
        ("known", [("known", [])]),
        ("known acc is bad", []),
        ("knownish acc", []),
        ("acc 0.9", []),
        ("the known one", []),
        ("日本語_1 acc 88%", [("日本語_1", ["acc=88%"])]),
        ("x1 acc 0.5\n\nx2 acc 0.6", [("x1", ["acc=0.5"]), ("x2", ["acc=0.6"])]),
    ],
)
def test_lines_that_open_an_experiment(line: str, expected: list[tuple[str, list[str]]]) -> None:
    heads = [block.reading for block in read_blocks(line, {"known"}) if block.reading]
    assert [
        (head.experiment, [f"{metric.name}={metric}" for metric in head.metrics]) for head in heads
    ] == expected


def test_metrics_end_at_the_first_other_word() -> None:
    assert [str(metric) for metric in read_metrics("acc 0.5 and then acc 0.9")] == ["0.5"]


def test_tags_are_words_after_a_hash() -> None:
    assert read_tags("# Heading\nsee #tcn and #フィルタ, not a#b or #1. (#mask) #tcn") == (
        "tcn",
        "フィルタ",
        "mask",
    )


@pytest.mark.parametrize(
    "text",
    [
        "a.py",
        "!a.py:10-40",
        "n.ipynb::create_model",
        "a.py@Net.forward",
        "n.ipynb#学習",
        "n.ipynb#3:2-5",
        "conf.yaml::layers.2.size",
        "conf.yaml::train.batch-size",
        "c.json::learning rate",
        "conf.yaml::2d",
        "a/@b/c.js",
        '"try #3.ipynb"::net',
        "!try #3.ipynb#1:2-5",
        '"!a.py"',
        '"a.py:10"',
        '"\\"b#.py"::net',
        '"a.ipynb"#C# and C',
    ],
)
def test_a_rule_is_written_as_it_is_read(text: str) -> None:
    assert str(parse_rule(text)) == text


def test_a_rule_is_read_with_each_path_that_it_may_mean() -> None:
    assert [str(rule) for rule in list_readings("!try #3.py::net")] == [
        "!try #3.py::net",
        '!"try #3.py"::net',
        '!"try #3.py::net"',
        '"!try "#3.py::net',
        '"!try #3.py"::net',
        '"!try #3.py::net"',
    ]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a.py:9-3", "ends before it starts"),
        ("a.py:0-3", "count from 1"),
        ("../a.py", "outside"),
        ("/a.py", "outside"),
        ("", "not a rule"),
        ("a#", "names no cell"),
    ],
)
def test_rules_that_cannot_be(text: str, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        parse_rule(text)


def test_metrics() -> None:
    assert parse_metric("acc = 88%").number == pytest.approx(0.88)
    assert str(parse_metric("acc=.5", about=True, partial=True)) == "~.5…"
    for text in ("acc", "acc=x", "=1", "acc=1 2", "1=acc"):
        with pytest.raises(UsageError):
            parse_metric(text)


@pytest.mark.parametrize("name", ["HEAD", "head", "main", "master", "42", "1e-3", "acc", "Loss"])
def test_what_means_something_else_is_no_new_id(name: str) -> None:
    with pytest.raises(UsageError, match=r"git calls|a number|names a metric"):
        check_new_id(name)


def test_an_id_is_proposed_where_a_name_cannot_be_one() -> None:
    with pytest.raises(UsageError) as error:
        check_new_id("lr=0.01,bs=32")
    assert error.value.hint == "try 'lr0.01_bs32'"


@pytest.mark.parametrize(
    ("name", "twin"),
    [("TCN_1", "tcn_1"), ("ｔｃｎ_1", "tcn_1"), ("tc", "tcn_1"), ("tcn_12", ""), ("tcn_1", "")],
)
def test_a_new_id_that_is_easily_taken_for_another(name: str, twin: str) -> None:
    assert find_twin(name, ["tcn_1"]) == twin
