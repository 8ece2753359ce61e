"""Forms of a day that public diaries and logs have, and what only looks like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitexp.capture.diary import read_diary

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project


def read_days(path: Path, text: str, order: str = "") -> list[tuple[str, str]]:
    """Return day and text of each passage. Nothing is left out."""
    path.write_text(text, encoding="utf-8")
    passages, complaints, _ = read_diary(path, order)
    assert not complaints
    return [(f"{passage.at:%Y-%m-%d}", passage.text.strip("\n")) for passage in passages]


@pytest.mark.parametrize(
    ("heading", "day"),
    [
        ("## 一月八日", "2024-01-08"),
        ("## 二〇二四年十二月二十三日", "2024-12-23"),
        ("## 令和六年十月三十日", "2024-10-30"),
        ("## 0108", "2024-01-08"),
        ("## 0108 masking", "2024-01-08"),
        ("## R6.1.8", "2024-01-08"),
        ("## Ｒ６年１月８日（月）", "2024-01-08"),
        ("## H31/4/1", "2019-04-01"),
        ("## 2024年1月8日（月・祝）成人の日", "2024-01-08"),
        ("# Week 2 (8-14 Jan 2024)", "2024-01-08"),
        ("## Weeks 3 - Sept 15-21, 2024", "2024-09-15"),
        ("## Dec 29 - Jan 4, 2025", "2024-12-29"),
        ("## January 8 to January 14, 2024", "2024-01-08"),
        ("# Week of January 8, 2024", "2024-01-08"),
        ("- **2024-01-08** masking", "2024-01-08"),
        ("**Date:** 2024-01-08", "2024-01-08"),
        ("# 日付: 2024-01-08 (JST)", "2024-01-08"),
        ("実施日：2024年1月8日", "2024-01-08"),
        ("\tDate:\tJanuary 8, 2024 at 10:33:00 AM GMT+9", "2024-01-08"),
        ("Date:   Mon Jan 8 09:10:05 2024 -0500", "2024-01-08"),
        ("## [[2024-01-08|Monday]]", "2024-01-08"),
        ("## @January 8, 2024", "2024-01-08"),
        ("## 1. 2024-01-08", "2024-01-08"),
        ("## 2024-01-08 10:33-12:00", "2024-01-08"),
        (" ### 2024/1/8", "2024-01-08"),
        ("<details><summary>2024-01-08</summary>", "2024-01-08"),
        ("> [!note] 2024-01-08", "2024-01-08"),
        ("## Iteration 0 | 2024-01-08", "2024-01-08"),
        ("## 2024-01-08T00:00:00Z — bootstrap — human", "2024-01-08"),
        ("\\section*{January 8, 2024}", "2024-01-08"),
    ],
)
def test_forms_of_public_diaries(tmp_path: Path, heading: str, day: str) -> None:
    text = f"# 2024-01-01\na_1 acc 0.1\n{heading}\na_2 acc 0.2\n"
    days = read_days(tmp_path / "log.md", text)
    assert [at for at, _ in days] == ["2024-01-01", day]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("2024.md", "- 1/8(月)\n  - one\n- 1/9(火)\n  - two\n"),
        ("2024.md", "- 1/8\n  - one\n- 1/9\n  - two\n- 1/28\n  - three\n"),
        ("log.md", "* 2024-01-08: one\n* 2024-01-09: two\n"),
        ("log.md", "- 2024/01/08 one\n- 2024/01/09 two\n"),
        ("log.txt", "2024-01-08 - one\n2024-01-09 - two\n"),
        ("log.txt", "2024-01-08: one\n2024-01-09: two\n"),
        ("log.txt", "20240108 one\n20240109 two\n"),
        ("log.txt", "[2024-01-08] a_1: one\n[2024-01-09] a_2: two\n"),
        ("ChangeLog", "2024-01-08  T <t@x.org>\n\n\tone\n\n2024-01-09  T <t@x.org>\n\n\ttwo\n"),
        ("log.txt", "Mon Jan 8 09:10:05 2024 +0900 : one\nTue Jan 9 08:59:41 2024 +0900 : two\n"),
        ("log.md", "## 240108\none\n## 240109\ntwo\n"),
        ("log.md", "## 24.1.8\none\n## 24.1.9\ntwo\n"),
        ("log.md", "## '24/1/8\none\n## '24/1/9\ntwo\n"),
        ("log.md", "## 08.01.24\none\n## 09.01.24\ntwo\n"),
        ("log.md", "# Week of January 8, 2024\n## Monday\none\n## Tuesday\ntwo\n"),
        ("log.md", "# 2024年1月\n## 8日\none\n## 9日（火）晴れ\ntwo\n"),
        ("log.org", "* First\n:PROPERTIES:\n:CREATED:  [2024-01-08 Mon 10:33]\n:END:\none\n"
         "* Second\n[2024-01-09 Tue]\ntwo\n"),
        ("log.md", "## 2024-01-08\none\n2024-01-09 11:00 two\n"),
    ],
)  # fmt: skip
def test_days_of_a_whole_file(tmp_path: Path, name: str, text: str) -> None:
    days = read_days(tmp_path / name, text)
    assert [next(at for at, words in days if word in words) for word in ("one", "two")] == [
        "2024-01-08",
        "2024-01-09",
    ]


def test_two_readings_of_short_years_are_told_apart_by_the_nearer_days(tmp_path: Path) -> None:
    days = read_days(tmp_path / "log.md", "# 25.01.24\none\n# 26.01.24\ntwo\n")
    assert [at for at, _ in days] == ["2024-01-25", "2024-01-26"]
    text = "# 2023\n## 1224\none\n## 1225\ntwo\n"
    days = read_days(tmp_path / "log.md", text)
    assert [at for at, _ in days] == ["2023-12-24", "2023-12-25"]


@pytest.mark.parametrize("name", ["24_10_02.md", "24-10-02-masking.md", "02.10.24.md"])
def test_a_short_year_in_the_name_of_a_file(tmp_path: Path, name: str) -> None:
    assert [at for at, _ in read_days(tmp_path / name, "one\n")] == ["2024-10-02"]


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("log.md", "## 240108"),
        ("log.md", "## 24.1.8"),
        ("log.md", "## 8 Jan week 2 2024"),
        ("log.md", "## 四十月八日"),
        ("24_10_20.md", ""),
    ],
)
def test_what_may_be_two_days_stops(tmp_path: Path, name: str, heading: str) -> None:
    (tmp_path / name).write_text(f"{heading}\none\n", encoding="utf-8")
    passages, complaints, _ = read_diary(tmp_path / name)
    assert not passages
    assert [(each.line, each.stops) for each in complaints] == [(1, True)]


@pytest.mark.parametrize(
    "line",
    [
        "## 1024",
        "## 1024 units\n## 1216 units",
        "## R2 score 0.8",
        "## H1.2 heads",
        "- **2024** was slow",
        "- **Masking 2024-01-08** helps",
        "- 1/2 of the data",
        "- 1/8",
        "## Fixed in: May 3",
        "## Sun",
        "## 1.2.3",
        "2023-12-31 23:59 INFO loss 0.3",
        "2024-01-01 10:33:05 INFO loss 0.3",
        "2024-01-05 acc 0.3",
        "- 2024-01-05 deadline\n- 2024-01-06 end",
        "Data: 20240108",
        "due date: 2024-01-08",
    ],
)
def test_what_only_looks_like_a_day(tmp_path: Path, line: str) -> None:
    days = read_days(tmp_path / "log.md", f"# 2024-01-01\nbegun\n{line}\nend\n")
    assert [at for at, _ in days] == ["2024-01-01"]


def test_the_day_of_a_log_line_below_another_day(begun: Project) -> None:
    begun.write("log.md", "## 2024-01-08\ntcn_1 acc 0.1\n2024-01-09 11:00 tcn_2 acc 0.2\n")
    begun.exp("import", "diary", "log.md")
    assert begun.experiment("tcn_1")["at"][:10] == "2024-01-08"
    assert begun.experiment("tcn_2")["at"][:16] == "2024-01-09T11:00"
