"""Topics, search and suggestions, as a person uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.project import Project
from tests.sealed import seal

if TYPE_CHECKING:
    from collections.abc import Iterator


TRIALS = [
    ("tcn_filter10", "tcn_filter10 acc 0.6\nマスクを直した #tcn"),
    ("tcn_filter50", "tcn_filter50 acc 0.7\nkernel 5 [[エンコーダ]]"),
    ("gru_plain", "gru_plain acc 0.4\nFilter size does not matter"),
    ("gru_wide", "gru_wide loss 0.2\nｋｅｒｎｅｌ を変えた"),
]


def record_trials(project: Project) -> Project:
    """Record four trials on four days, each with other code."""
    project.exp("filter", "add", "model", "layers.py")
    for number, (name, text) in enumerate(TRIALS, 1):
        project.write("layers.py", f"FILTERS = {number}\n")
        project.exp("new", name, "-m", text, "--at", f"2019-06-0{number} 10:00")
    project.exp("use", "gru_wide")
    return project


@pytest.fixture
def trials(begun: Project) -> Project:
    """Four trials."""
    return record_trials(begun)


@pytest.fixture(scope="module")
def trials_to_read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Four trials. Only to be read."""
    with pytest.MonkeyPatch.context() as patch:
        seal(patch, tmp_path_factory)
        project = Project.create(tmp_path_factory.mktemp("trials") / "project")
        yield record_trials(project.begin())


def search_ids(project: Project, query: str) -> list[str]:
    """Return the ids of the experiments that a query finds, None for an entry about none."""
    return [hit["experiment"] for hit in project.json("search", query)]


@pytest.mark.parametrize(
    ("query", "idents"),
    [
        ("kernel", ["tcn_filter50", "gru_wide"]),
        ("マスク", ["tcn_filter10"]),
        ("を", ["tcn_filter10", "gru_wide"]),
        ("filter", ["tcn_filter10", "tcn_filter50", "gru_plain"]),
        ('"filter size"', ["gru_plain"]),
        ("acc>0.5", ["tcn_filter10", "tcn_filter50"]),
        ("acc>=60% acc!=0.7", ["tcn_filter10"]),
        ("loss<1 or acc<0.5", ["gru_plain", "gru_wide"]),
        ("id:GRU_*", ["gru_plain", "gru_wide"]),
        ("#tcn", ["tcn_filter10"]),
        ("topic:エンコーダ", []),
        ("parent:tcn_filter10", ["tcn_filter50"]),
        ("before:2019-06-02", ["tcn_filter10"]),
        ("since:2019-06-03 -kernel", ["gru_plain"]),
        ("on:2019-06", ["tcn_filter10", "tcn_filter50", "gru_plain", "gru_wide"]),
        ("since:2w", []),
        ("has:loss", ["gru_wide"]),
        ("has:code not has:parent", ["tcn_filter10"]),
        ("has:image", []),
        ("（マスク or kernel）　acc＞０．６５", ["tcn_filter50"]),
        ("corrected:yes", []),
    ],
)
def test_what_a_query_finds(trials_to_read: Project, query: str, idents: list[str]) -> None:
    assert search_ids(trials_to_read, query) == idents


def test_search_shows_the_line_that_matched(trials_to_read: Project) -> None:
    assert trials_to_read.exp("search", "kernel").splitlines() == [
        "2019-06-02   acc=0.7  tcn_filter50",
        "                        kernel 5 [[エンコーダ]]",
        "2019-06-04  loss=0.2  gru_wide",
        "                        ｋｅｒｎｅｌ を変えた",
    ]
    assert trials_to_read.exp("search", "nowhere") == "nothing found\n"
    assert "the last 1 of 2" in trials_to_read.exp("search", "kernel", "-n", "1")
    assert "column 1" in trials_to_read.fails("search", "(kernel", code=2)


def test_entries_about_no_experiment_are_found_too(begun: Project) -> None:
    begun.exp("note", "-m", "thinking about kernels", "--at", "2019-06-01")
    (hit,) = begun.json("search", "kernel")
    assert (hit["experiment"], hit["entries"][0]["text"]) == (None, "thinking about kernels")
    assert begun.json("search", "not kernel") == []
    assert "thinking" in begun.exp("search", "on:2019-06-01")


def test_code_is_searched_when_asked(trials: Project) -> None:
    assert search_ids(trials, '"FILTERS = 3"') == []
    assert [hit["experiment"] for hit in trials.json("search", '"FILTERS = 3"', "--code")] == [
        "gru_plain"
    ]


def test_corrections_are_found_under_what_they_reach(trials: Project) -> None:
    trials.exp("correct", "gru_plain..gru_wide", "-m", "逆だった")
    assert search_ids(trials, "逆だった") == ["gru_plain", "gru_wide"]
    assert search_ids(trials, "corrected:yes acc>0") == ["gru_plain"]


def test_a_topic_gathers_by_itself_and_by_hand(trials: Project) -> None:
    assert trials.exp("topic").splitlines() == [
        "tcn  1 experiment, 1 entry",
        "エンコーダ  0 experiments, 1 entry",
    ]
    assert (
        trials.exp("topic", "add", "kernels", "--match", "kernel|filter size", "--ids", "tcn_*")
        == "· topic kernels: 2 experiments, 3 entries\n"
    )
    trials.exp("topic", "write", "kernels", "-m", "first view")
    trials.exp("topic", "write", "kernels", "-m", "3 is enough")
    lines = trials.exp("topic", "kernels").splitlines()
    assert lines[:2] == ["# kernels", "3 is enough"]
    assert lines[3:] == [
        "id            acc  FILTERS",
        "tcn_filter10  0.6        1  マスクを直した",
        "tcn_filter50  0.7        2  kernel 5",
        "",
        "2019-06-02  tcn_filter50",
        "              kernel 5 [[エンコーダ]]",
        "2019-06-03  gru_plain",
        "              Filter size does not matter",
        "2019-06-04  gru_wide",
        "              ｋｅｒｎｅｌ を変えた",
    ]
    assert "first view" not in lines
    assert "  first view" in trials.exp("topic", "show", "kernels", "--history").splitlines()
    trials.exp("topic", "unpin", "kernels", "tcn_filter10")
    trials.exp("topic", "pin", "kernels", "gru_plain")
    names = [
        item.get("experiment")
        for item in trials.json("topic", "kernels")["items"]
        if "experiment" in item
    ]
    assert names == ["tcn_filter50", "gru_plain"]
    assert search_ids(trials, "topic:kernels acc<0.5") == ["gru_plain"]
    late = trials.exp("note", "gru_plain", "-m", "a later kernel")
    assert late
    assert "a later kernel" in trials.exp("topic", "kernels")
    assert [entry["text"] for entry in trials.json("journal", "--topic", "tcn")] == [
        "tcn_filter10 acc 0.6\nマスクを直した #tcn"
    ]


def test_a_topic_by_a_saved_search_also_one_that_asks_for_itself(trials: Project) -> None:
    trials.exp("topic", "add", "good", "--query", "acc>0.65 or topic:good")
    assert [item["experiment"] for item in trials.json("topic", "good")["items"]] == [
        "tcn_filter50"
    ]
    assert "column 5" in trials.fails("topic", "add", "bad", "--query", "acc>x", code=2)


def test_topics_are_renamed_merged_and_forgotten(trials: Project) -> None:
    trials.exp("topic", "rename", "エンコーダ", "encoder")
    assert [item["text"][-9:] for item in trials.json("topic", "encoder")["items"]] == [
        "[[エンコーダ]]"
    ]
    assert trials.json("topic", "エンコーダ")["name"] == "encoder"
    trials.exp("topic", "merge", "tcn", "encoder")
    values = trials.json("topic", "encoder")
    assert values["also"] == ["tcn", "エンコーダ"]
    assert [item["experiment"] for item in values["items"] if "experiment" in item] == [
        "tcn_filter10"
    ]
    trials.exp("topic", "add", "list", "-m", "a topic called as a verb")
    assert "a topic called" in trials.exp("topic", "show", "list")
    trials.exp("topic", "remove", "list")
    assert "there is no topic 'list'" in trials.fails("topic", "show", "list")
    assert "did you mean encoder" in trials.fails("topic", "encode")
    assert "cannot name a topic" in trials.fails("topic", "add", "a[b", code=2)
    assert "called so already" in trials.fails("topic", "rename", "encoder", "encoder", code=2)


def test_what_recurs_is_suggested(trials: Project) -> None:
    trials.exp("new", "tcn_filter90", "-m", "kernel again")
    words = {item["word"]: item for item in trials.json("topic", "suggest")}
    assert words["kernel"]["experiments"] == ["tcn_filter50", "gru_wide", "tcn_filter90"]
    assert "filter" in words
    assert words["filter"]["in_ids"]
    assert "tcn" not in words  # is one already


def test_addresses_and_common_words_are_no_suggestion_and_parts_of_ids_come_first(
    begun: Project,
) -> None:
    for number in range(8):
        words = "still better results, see https://gist.example.org/pages dilation"
        begun.exp("new", f"gru_wide{number}", "-m", words if number < 4 else "nothing")
        begun.exp("new", f"tcn_level{number}")
    found = begun.json("topic", "suggest")
    assert [item["word"] for item in found] == ["gru", "level", "tcn", "wide", "dilation"]


def test_an_empty_record_has_no_topics(begun: Project) -> None:
    assert begun.exp("topic").startswith("no topics yet")
    assert begun.exp("topic", "suggest") == "no word recurs that is not a topic already\n"
    assert "there is no topic" in begun.fails("topic", "x")


def test_hostile_names_do_not_steer_the_terminal(begun: Project) -> None:
    begun.exp("new", "a", "-m", "[[x\x1b3\u202ey]] \u202e back")
    for args in (("topic",), ("search", "back"), ("journal",), ("topic", "x\x1b3\u202ey")):
        assert not {"\x1b", "\u202e"} & set(begun.exp(*args))


def test_have_i_tried_this(trials: Project) -> None:
    trials.write("layers.py", "FILTERS = 2\nEXTRA = 1\n")
    trials.exp("new", "tcn_filter55", "-m", "kernel 5 once more", "--at", "2019-06-09")
    found = trials.json("similar")
    assert found[0]["experiment"] == "tcn_filter50"
    assert "code differs in 1 line, EXTRA" in found[0]["reason"]
    assert "both say kernel" in found[0]["reason"]
    assert [near["score"] for near in found] == sorted(
        (near["score"] for near in found), reverse=True
    )
    trials.exp("correct", "tcn_filter50", "-m", "wrong data")
    assert (
        trials.exp("similar", "tcn_filter55").splitlines()[0]
        == "2019-06-02  tcn_filter50  acc=0.7*  ✗ corrected"
    )
    assert trials.exp("similar", "tcn_filter10") == "no earlier experiment is like it\n"


def test_likeness_by_text_where_no_code_is_known(begun: Project) -> None:
    (begun.top / "train.ipynb").unlink()
    begun.write("notes.txt", "x")
    begun.commit("no code")
    for number, text in enumerate(["dropout everywhere", "padding masked", "学習率 を下げた"]):
        begun.exp(
            "new", f"run_{number}", "--no-snapshot", "-m", text, "--at", f"2019-06-0{number + 1}"
        )
    begun.exp("new", "other", "--no-snapshot", "-m", "学習率 again", "--at", "2019-06-09")
    found = begun.json("similar", "other")
    assert [near["experiment"] for near in found] == ["run_2"]
    assert "学習率" in found[0]["reason"]
