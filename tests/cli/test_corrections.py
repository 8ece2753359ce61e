"""Corrections, retractions, undo, as-of, the journal and mentions, as a person uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.project import Project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def told(begun: Project) -> Project:
    for number in (1, 2, 3):
        begun.exp(
            "new",
            f"tcn_{number}",
            "-m",
            f"tcn_{number} acc 0.{number}\n考え {number}",
            "--at",
            f"2019-06-0{number} 10:00",
        )
    return begun


def entry(project: Project, ident: str, number: int = 0) -> dict[str, Any]:
    return dict(project.experiment(ident)["entries"][number])


def test_one_correction_stands_on_every_record_it_reaches(told: Project) -> None:
    tip = told.git("rev-list", "--count", "gitexp")
    before = told.untouchable()
    out = told.exp(
        "correct",
        "tcn_1..tcn_2",
        "-m",
        "引数が逆だった",
        "--metric",
        "acc=0.05",
        "--at",
        "2019-06-10",
    )
    assert told.untouchable() == before
    assert out.splitlines()[:2] == ["✗ tcn_1  acc=0.05* (was 0.1)", "✗ tcn_2  acc=0.05* (was 0.2)"]
    assert "corrected 2 experiments" in out
    assert int(told.git("rev-list", "--count", "gitexp")) == int(tip) + 1
    shown = told.exp("show", "tcn_1").splitlines()
    assert "acc=0.05* (was 0.1)" in shown
    assert "↳ corrected  2019-06-10 00:00  (with tcn_2)" in shown
    assert "  引数が逆だった" in shown
    assert "acc=0.3" in told.exp("show", "tcn_3")
    assert [line.split()[2] for line in told.exp("list").splitlines()[1:]] == [
        "0.05*",
        "0.05*",
        "0.3",
    ]
    assert told.exp("list", "--where", "corrected:yes").count("tcn_") == told.exp(
        "list", "--where", "id:tcn_1 or id:tcn_2"
    ).count("tcn_")
    assert told.experiment("tcn_1")["metrics"][0]["was"] == ["0.1"]


def test_an_entry_is_corrected_and_the_correction_taken_back(told: Project) -> None:
    wrong = entry(told, "tcn_2")["id"]
    assert wrong in told.exp("show", "tcn_2", "--ids")
    assert wrong in told.exp("journal", "--ids")
    made = told.exp("correct", wrong[:6], "-m", "256 in truth").split()[-1]
    shown = told.exp("show", "tcn_2").splitlines()
    place = shown.index("2019-06-02 10:00  ✗ corrected below")
    assert shown[place + 1 : place + 3] == ["  tcn_2 acc 0.2", "  考え 2"]
    assert shown[place + 3].startswith("  ↳ corrected  ")
    assert shown[place + 4] == "    256 in truth"
    second = told.exp("correct", made, "-m", "no, 128").split()[-1]
    assert [(item["text"], item["corrected"]) for item in told.experiment("tcn_2")["entries"]][
        1:
    ] == [
        ("256 in truth", True),
        ("no, 128", False),
    ]
    assert told.exp("retract", second[:8], "-m", "it was right").startswith(
        f"taken back: {second}  no, 128"
    )
    assert "✗ taken back" in told.exp("show", "tcn_2")
    assert "it was right" in told.exp("show", "tcn_2")
    assert "taken back already" in told.fails("retract", second, code=2)
    assert "is not a correction" in told.fails("retract", wrong, code=2)


def test_a_range_of_entries_and_everything_a_search_finds(told: Project) -> None:
    first, last = entry(told, "tcn_1")["id"], entry(told, "tcn_3")["id"]
    assert "3 experiments and 3 of their entries" in told.exp(
        "correct", f"{last}..{first}", "-m", "all wrong"
    )
    assert all(entry(told, f"tcn_{number}")["corrected"] for number in (1, 2, 3))
    out = told.exp("correct", "--where", "acc>0.1 -id:tcn_3", "-m", "this one")
    assert out.splitlines()[0] == "✗ tcn_2"
    assert "goes from an experiment to an entry" in told.fails(
        "correct", f"tcn_1..{last}", "-m", "x", code=2
    )


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("correct", "nowhere", "-m", "x"), "there is no experiment"),
        (("correct", "tcn_1", "-m", " "), "is empty"),
        (("correct", "-m", "x"), "nothing to correct in this"),
        (("correct", "tcn_1", "--metric", "acc"), "is not a metric"),
        (("correct", "--where", "acc>", "-m", "x"), "query, column 5"),
        (("retract", "zzzz"), "there is no entry"),
        (("correct", "tcn_1"), "no terminal"),
    ],
)
def test_what_cannot_be_corrected(told: Project, args: tuple[str, ...], words: str) -> None:
    tip = told.git("rev-parse", "gitexp")
    ran = told.run(*args)
    assert ran.code in (1, 2)
    assert words in ran.err
    assert told.git("rev-parse", "gitexp") == tip


def test_two_clones_that_correct_the_same_entry_agree(told: Project, tmp_path: Path) -> None:
    told.git("clone", "-q", str(told.top), str(tmp_path / "twin"))
    twin = Project(tmp_path / "twin")
    twin.git("branch", "-q", "gitexp", "origin/gitexp")
    wrong = entry(told, "tcn_1")["id"]
    told.exp("correct", wrong, "-m", "here", "--metric", "acc=0.7")
    twin.exp("correct", wrong, "-m", "there", "--metric", "acc=0.8")
    for one, other, path in ((told, twin, tmp_path / "a"), (twin, told, tmp_path / "b")):
        one.git("worktree", "add", "-q", str(path), "gitexp")
        one.git("-C", str(path), "pull", "-q", "--no-rebase", "--no-edit", str(other.top), "gitexp")
    states = [project.experiment("tcn_1") for project in (told, twin)]
    assert states[0]["metrics"] == states[1]["metrics"]
    assert states[0]["entries"] == states[1]["entries"]
    assert {item["text"] for item in states[0]["entries"]} >= {"here", "there"}


def test_undo_takes_back_what_was_understood_and_keeps_the_text(told: Project) -> None:
    text = "wrong-word acc 0.9\nthe rest of it"
    assert told.exp("note", "-m", text) == "+ wrong-word acc=0.9\n"
    assert (
        told.exp("undo")
        == "- wrong-word acc=0.9 snapshot, the experiment itself\n  the text stays in the journal\n"
    )
    assert "wrong-word" not in [item["id"] for item in told.json("list")]
    (kept,) = (item for item in told.json("journal") if item["text"] == text)
    assert kept["experiments"] == []
    told.exp("new", "tcn_4")
    assert told.json("status")["active"] == "tcn_4"
    told.exp("undo")
    assert told.json("status")["active"] == "tcn_3"
    told.exp("correct", "tcn_1", "-m", "x", "--metric", "acc=0.9")
    told.exp("undo")
    assert told.experiment("tcn_1")["metrics"][0]["value"] == "0.1"
    for _ in range(3):
        told.exp("undo")
    assert told.json("list") == []
    assert "nothing to undo" in told.fails("undo")


def test_undoing_a_rename_a_tag_and_a_filter(told: Project) -> None:
    told.exp("rename", "tcn_1", "first")
    told.exp("undo")
    assert told.experiment("tcn_1")["aliases"] == []
    told.exp("filter", "add", "model", "layers.py")
    told.exp("undo")
    assert told.json("filter", "list") == []
    told.exp("tag", "tcn_1", "good")
    told.exp("undo")
    assert told.experiment("tcn_1")["tags"] == []


def test_what_was_believed_then(told: Project) -> None:
    told.exp("correct", "tcn_1", "-m", "wrong", "--metric", "acc=0.9", "--at", "2019-06-10")
    told.exp("metric", "tcn_2", "acc=0.95", "--at", "2019-06-12")
    then = told.exp("list", "--as-of", "2019-06-02")
    assert [line.split()[:3:2] for line in then.splitlines()[1:]] == [
        ["tcn_1", "0.1"],
        ["tcn_2", "0.2"],
    ]
    assert "0.9*" in told.exp("list", "--as-of", "2019-06-11")
    assert "wrong" not in told.exp("show", "tcn_1", "--as-of", "2019-06-09")
    assert "there is no experiment" in told.fails("show", "tcn_3", "--as-of", "2019-06-02")
    assert "tcn_3" not in told.exp("journal", "--as-of", "2019-06-02")
    assert "tcn_1" in told.exp("search", "acc<0.15", "--as-of", "2019-06-09")
    assert told.exp("search", "acc<0.15") == "nothing found\n"
    assert "is not a time" in told.fails("list", "--as-of", "soon", code=2)


def test_the_log_labels_experiments_as_they_were_believed(told: Project) -> None:
    told.exp("filter", "add", "model", "layers.py")
    told.exp("correct", "tcn_3", "-m", "wrong", "--metric", "acc=0.9", "--at", "2019-06-10")
    assert "acc=0.9*" in told.exp("log", "--stat")
    assert "acc=0.3" in told.exp("log", "--stat", "--as-of", "2019-06-09")


def test_the_journal_reads_in_order(told: Project) -> None:
    told.exp("note", "-m", "tcn_2 と tcn_1 を比べる", "--at", "2019-06-02 18:00")
    lines = told.exp("journal").splitlines()
    assert [line for line in lines if line.startswith("###")] == [
        "### 2019-06-01",
        "### 2019-06-02",
        "### 2019-06-03",
    ]
    assert lines[lines.index("### 2019-06-02") + 2 :][:6] == [
        "10:00",
        "  tcn_2 acc 0.2",
        "  考え 2",
        "",
        "18:00  tcn_3 acc=0.3",
        "  tcn_2 と tcn_1 を比べる",
    ]
    assert told.exp("journal", "-n", "1").count("考え") == 1
    assert [
        item["at"][:10]
        for item in told.json("journal", "--since", "2019-06-02", "--until", "2019-06-02")
    ] == ["2019-06-02"] * 2
    assert [item["text"][:5] for item in told.json("journal", "--id", "tcn_1")] == ["tcn_1"]
    assert next(item["at"][:10] for item in told.json("journal", "--reverse")) == "2019-06-03"
    assert told.exp("journal", "--since", "2030-01-01") == "nothing found\n"


def test_mentions_lead_back_also_when_the_id_comes_later(told: Project) -> None:
    told.exp("note", "tcn_3", "-m", "tcn_1より良い。gru_9 は明日、(tcn_2) も")
    told.exp("note", "tcn_3", "-m", "tcn_10 is no mention of tcn_1x")
    assert [item["experiments"] for item in told.json("show", "tcn_1")["mentions"]] == [["tcn_3"]]
    assert "mentioned in: tcn_3" in told.exp("show", "tcn_2")
    told.exp("new", "gru_9")
    assert [item["text"][:5] for item in told.json("show", "gru_9")["mentions"]] == ["tcn_1"]
    told.exp("new", "基準_X")
    told.exp("note", "tcn_1", "-m", "これは基準_Xより悪い")
    assert "mentioned in: tcn_1" in told.exp("show", "基準_X")
    told.exp("rename", "tcn_1", "first")
    assert told.json("show", "first")["mentions"]
    assert told.json("show", "tcn_3")["mentions"] == []
    told.exp("note", "first", "-m", "first, once tcn_1, says nothing of others")
    assert "mentioned in: tcn_3\n" in told.exp("show", "first")
    lived = {
        name: told.json("show", name)["mentions"] for name in ("first", "gru_9", "基準_X", "tcn_2")
    }
    for path in (told.top / ".git/gitexp").glob("index.sqlite*"):
        path.unlink()
    assert {name: told.json("show", name)["mentions"] for name in lived} == lived


def edited(project: Project, script: str, *day: str) -> str:
    """What ``git exp diary`` prints when the editor does what a shell script does to its page, ``$1``."""
    editor = project.top.parent / "editor.sh"
    editor.write_text(f"#!/bin/sh\n{script}\n")
    editor.chmod(0o755)
    return project.typed("diary", *day, GIT_EDITOR=str(editor))


def test_the_diary_takes_what_is_added_below(told: Project, tmp_path: Path) -> None:
    def diary(script: str, *day: str) -> str:
        return edited(told, script, *day)

    page = told.top / ".git/gitexp/diary/2019-06-02.md"
    out = diary(
        f'cp "$1" {tmp_path}/seen; printf "\\ntcn_2 acc 0.25\\nもう一度\\n" >> "$1"', "2019-06-02"
    )
    assert "· tcn_2 acc=0.25" in out
    assert "考え 2" in (tmp_path / "seen").read_text()
    assert not page.exists()
    added = [item for item in told.json("journal") if item["text"] == "tcn_2 acc 0.25\nもう一度"]
    assert [item["at"][:10] for item in added] == ["2019-06-02"]
    assert "nothing new" in diary("true")
    assert "failed with exit code 3" in diary(
        'echo "unsaved thought" >> "$1"; exit 3', "2019-06-02"
    )
    assert "unsaved thought" in page.read_text()
    assert "tcn_3" in diary("true", "2019-06-02")  # what was left is there again, and recorded
    assert any(item["text"] == "unsaved thought" for item in told.json("journal"))
    assert "you changed the text above the line" in diary(
        'sed -i \'s/考え/嘘/\' "$1"; echo more >> "$1"', "2019-06-02"
    )
    assert "between the old text and the new is missing" in diary('echo mine > "$1"', "2019-06-02")
    assert "needs a terminal" in told.fails("diary", code=2)


def test_no_way_of_saving_the_diary_loses_a_text(told: Project) -> None:
    pages = told.top / ".git/gitexp/diary"
    out = edited(told, 'sed -i "1a typed in the wrong place" "$1"', "2019-06-02")
    assert "not recorded, but kept in" in out
    assert [("wrong place" in page.read_text()) for page in pages.iterdir()] == [True]
    assert not any("wrong place" in item["text"] for item in told.json("journal"))
    assert "you changed" not in edited(
        told, 'sed -i "s/$/ /" "$1"', "2019-06-02"
    )  # blanks that an editor adds
    assert "not saved as UTF-8" in edited(told, 'printf "\\202\\240\n" >> "$1"', "2019-06-03")
    kept = (pages / "2019-06-03.md").read_bytes()
    assert kept.endswith(b"\202\240\n")
    assert "not saved as UTF-8" in edited(told, "true", "2019-06-03")
    assert (pages / "2019-06-03.md").read_bytes() == kept


def test_a_mark_in_an_old_text_parts_nothing(told: Project) -> None:
    from gitexp.cli.diary_ import MARK

    told.exp("note", "-m", f"evil\n{MARK}\nnot mine", "--at", "2019-06-05")
    before = len(told.json("journal"))
    assert "nothing new" in edited(told, "true", "2019-06-05")
    assert len(told.json("journal")) == before
