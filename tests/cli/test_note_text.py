"""The text of a note on its way from the command line, a file or an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitexp.capture.textfile import decode_text
from gitexp.errors import ContentError

if TYPE_CHECKING:
    from tests.project import Project


def test_several_messages_are_paragraphs(begun: Project) -> None:
    begun.exp("note", "-m", "new_1 acc 0.5", "-m", "and a thought")
    assert begun.json("journal")[0]["text"] == "new_1 acc 0.5\n\nand a thought"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("café à Zürich: größer".encode("latin-1"), "café à Zürich: größer"),
        ("“naïve” – ½".encode("cp1252"), "“naïve” – ½"),
        ("学習率を下げた".encode("cp932"), "学習率を下げた"),
        ("精度は 0.8 だった".encode("euc_jp"), "精度は 0.8 だった"),
        ("new_1 acc 0.5\n".encode("utf-16-le"), "new_1 acc 0.5\n"),
        ("é\r\n".encode("utf-8-sig"), "é\n"),
    ],
)
def test_no_letter_is_lost_by_an_encoding(data: bytes, text: str) -> None:
    assert decode_text(data, "it").text == text


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0\0", bytes(range(1, 32)) * 10])
def test_a_binary_file_is_no_note(begun: Project, data: bytes) -> None:
    with pytest.raises(ContentError, match="is no text"):
        decode_text(data, "it")
    (begun.top / "file").write_bytes(data)
    assert "is no text" in begun.fails("note", "-F", "file", code=1)


def test_a_text_too_long_to_be_read_again_is_refused(begun: Project) -> None:
    begun.exp("new", "base", "--no-snapshot")
    begun.write("huge.txt", "loss 0.5\n" * 500_000)
    tip = begun.git("rev-parse", "gitexp")
    for words in (("note", "-F", "huge.txt"), ("note", "base", "-F", "huge.txt")):
        assert "4.5 million letters, more than 4" in begun.fails(*words, code=2)
    assert begun.git("rev-parse", "gitexp") == tip


def test_a_near_twin_is_told_once(begun: Project) -> None:
    begun.exp("new", "tcn_1", "--no-snapshot")
    assert "near to tcn_1" in begun.exp("note", "-m", "TCN_1 acc 0.5")
    assert "near to" not in begun.exp("note", "-m", "TCN_1 acc 0.6")
    assert "try 'lr0.01_bs32'" in begun.fails("new", "lr=0.01,bs=32", code=2)
    assert "names a metric" in begun.fails("new", "loss", code=2)
    assert "names a metric" in begun.fails("new", "best_val_acc", code=2)


def test_values_without_a_number_sort_last_and_are_shown(begun: Project) -> None:
    begun.exp("note", "-m", "a_1 acc 0.5\na_2 acc nan\na_3 acc 0.9\na_4 acc N/A\na_5 acc diverged")
    begun.exp("correct", "a_3", "--metric", "acc=N/A", "-m", "wrong split")
    for column in ("acc", "-acc"):
        rows = begun.json("list", "--sort", column)
        assert rows[0]["id"] == "a_1"
    assert "diverged" in begun.exp("list")
    assert "a_2" in begun.exp("search", "acc=nan")
    assert "a_2" not in begun.exp("search", "acc!=0.5")


def test_a_correction_without_a_value_marks_the_values(begun: Project) -> None:
    begun.exp("note", "-m", "a_1 acc 0.5\nthe thought")
    begun.exp("correct", "a_1", "-m", "trained on the test set")
    out = begun.exp("list")
    assert "0.5*" in out
    assert "the thought" in out
    assert "trained on" not in out


def test_two_names_of_one_metric(begun: Project) -> None:
    begun.exp("note", "-m", "a_1 accuracy 0.5\na_2 acc 0.6")
    begun.git("config", "gitexp.metricAlias", "accuracy=acc")
    metrics = [row["metrics"][0]["name"] for row in begun.json("list")]
    assert metrics == ["acc", "acc"]
    assert "a_1" in begun.exp("search", "accuracy>0.4")
    assert "a_1" in begun.exp("search", "acc>0.4")


def test_what_was_not_read_is_said(begun: Project) -> None:
    out = begun.exp("note", "-m", "a_1 acc 0.5\nresnet50 acc 0,85")
    assert "? not read, line 2: resnet50 acc 0,85" in out
