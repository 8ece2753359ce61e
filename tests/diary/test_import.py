"""A thousand lines of diary, read as they were meant; imported once however often; nothing lost,
nothing half.
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from gitexp.capture.diary import read_diary
from gitexp.capture.table import read_table
from tests.diary.make import DIARY, TRUTH
from tests.project import Project, notebook

if TYPE_CHECKING:
    from pathlib import Path

    from tests.templates import CopyProject


def entries(project: Project) -> list[dict[str, Any]]:
    return list(project.json("journal"))


def import_diary(project: Project) -> None:
    out = project.exp("import", "diary", str(DIARY))
    assert (
        out.splitlines()[-1]
        == f"imported {len(json.loads(TRUTH.read_text(encoding='utf-8')))} entries"
    )


@pytest.fixture
def imported(copy_project: CopyProject) -> Project:
    """A record that took in the diary of handwriting.md."""
    return copy_project(Project.begin, import_diary)


def test_the_whole_diary_is_understood_as_it_was_meant(imported: Project) -> None:
    truth = json.loads(TRUTH.read_text(encoding="utf-8"))
    assert len(DIARY.read_text(encoding="utf-8").splitlines()) > 1000
    found = entries(imported)
    assert [(item["at"][:10], item["text"], item["experiments"]) for item in found] == [
        (item["day"], item["text"], [item["experiment"]] if item["experiment"] else [])
        for item in truth
    ]
    meant: dict[str, dict[str, list[Any]]] = {}
    for item in truth:
        values = meant.setdefault(item["experiment"], {}) if item["experiment"] else {}
        values.update({metric[0]: metric for metric in item["metrics"]})
    understood = {
        one["id"]: {
            metric["name"]: [metric["name"], metric["value"], metric["about"], metric["partial"]]
            for metric in one["metrics"]
        }
        for one in imported.json("list")
    }
    assert understood == meant
    days = {one["id"]: one["at"][:10] for one in imported.json("list")}
    assert days == {
        item["experiment"]: item["day"] for item in reversed(truth) if item["experiment"]
    }


def test_a_second_import_adds_nothing_and_a_grown_diary_only_the_rest(
    imported: Project, tmp_path: Path
) -> None:
    before = entries(imported)
    assert (
        imported.exp("import", "diary", str(DIARY))
        == f"imported 0 entries, {len(before)} were there already\n"
    )
    imported.exp(
        "new", "plain_gru_units512", "-m", "an id that was only a word when the diary came in"
    )
    grown = tmp_path / "grown.md"
    grown.write_text(
        DIARY.read_text(encoding="utf-8")
        + "\nplain_gru_new1 acc 0.5\n続き\n\n## 2020-01-01\n\nplain_gru_new2 acc 0.6\n",
        encoding="utf-8",
    )
    assert imported.exp("import", "diary", str(grown)).splitlines() == [
        "+ plain_gru_new1 acc=0.5",
        "+ plain_gru_new2 acc=0.6",
        f"imported 2 entries, {len(before)} were there already",
    ]
    texts = [item["text"] for item in entries(imported)]
    assert texts[: len(before)] == [item["text"] for item in before]
    assert "plain_gru_new1 acc 0.5\n続き" in texts
    imported.exp("undo")
    imported.exp("undo")


def test_what_a_day_says_again_further_down_is_taken_in_again(tmp_path: Path) -> None:
    """The day grew by an entry that is there already, word for word: a second table, the same
    remark in the evening.
    """
    project = Project.create(tmp_path / "again").begin()
    file = tmp_path / "log.md"
    said = "## 2019-07-24\n\ntcn_1 acc 0.1\n同じ結果\n"
    for more in ("", "tcn_2 acc 0.2\n", "tcn_1 acc 0.1\n同じ結果\n", "tcn_1 acc 0.1\n同じ結果\n"):
        said += more
        file.write_text(said, encoding="utf-8")
        project.exp("import", "diary", str(file))
    texts = [
        "tcn_1 acc 0.1\n同じ結果",
        "tcn_2 acc 0.2",
        "tcn_1 acc 0.1\n同じ結果",
        "tcn_1 acc 0.1\n同じ結果",
    ]
    assert [item["text"] for item in entries(project)] == texts
    assert "imported 0 entries, 4 were there already" in project.exp("import", "diary", str(file))


def test_growing_by_any_lines_is_the_same_as_coming_at_once(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    lines = DIARY.read_text(encoding="utf-8").splitlines(keepends=True)
    start = next(
        number
        for number in range(chance.randrange(6, 700), len(lines))
        if lines[number].startswith(("## 2", "### 2"))
    )
    part = lines[start : start + 60]
    at_once, by_parts = (Project.create(tmp_path / name).begin() for name in ("once", "parts"))
    file = tmp_path / "log.md"
    for stop in sorted({*chance.sample(range(1, len(part)), 4), len(part)}):
        file.write_text("".join(part[:stop]), encoding="utf-8")
        by_parts.exp("import", "diary", str(file))
    at_once.exp("import", "diary", str(file))

    def lines_of(project: Project) -> list[tuple[str, str]]:
        return [
            (item["at"][:10], line)
            for item in entries(project)
            for line in item["text"].splitlines()
            if line.strip()
        ]

    assert lines_of(by_parts) == lines_of(at_once)


def test_nothing_is_written_on_a_dry_run(begun: Project) -> None:
    tip = begun.git("rev-parse", "gitexp")
    out = begun.exp("import", "diary", str(DIARY), "--dry-run")
    assert out.splitlines()[-1].startswith("would import ")
    assert begun.git("rev-parse", "gitexp") == tip


@pytest.mark.parametrize(
    ("heading", "at"),
    [
        ("### 2019/06/23", "2019-06-23T00:00:00+09:00"),
        ("## 2019-06-23", "2019-06-23T00:00:00+09:00"),
        ("# June 23, 2019", "2019-06-23T00:00:00+09:00"),
        ("# Sunday, Jun 23rd, 2019", "2019-06-23T00:00:00+09:00"),
        ("# 23 June 2019", "2019-06-23T00:00:00+09:00"),
        ("## 2019年6月23日(日)", "2019-06-23T00:00:00+09:00"),
        ("### 2019/6/23 (日) 10:15", "2019-06-23T10:15:00+09:00"),
        ("### Sun 2019-06-23", "2019-06-23T00:00:00+09:00"),
        ("# Sun Jun 23 2019", "2019-06-23T00:00:00+09:00"),
        ("## 2019-06-23 (Sun) 10:15 ##", "2019-06-23T10:15:00+09:00"),
        ("## 2019-06-23 日曜日", "2019-06-23T00:00:00+09:00"),
        ("<2019-06-23>", "2019-06-23T00:00:00+09:00"),
        ("* <2019-06-23 Sun>", "2019-06-23T00:00:00+09:00"),
        ("## [[2019-06-23]]", "2019-06-23T00:00:00+09:00"),
        ("[2019-06-23 10:15] began", "2019-06-23T10:15:00+09:00"),
        ("[2019-06-23 10:15:30 PM] began", "2019-06-23T22:15:00+09:00"),
    ],
)
def test_the_common_forms_of_a_date(begun: Project, heading: str, at: str) -> None:
    begun.write("log.md", f"{heading}\ntcn_1 acc 0.5\n")
    begun.exp("import", "diary", "log.md")
    found = entries(begun)
    assert {item["at"][:16] for item in found} == {at[:16]}
    assert found[-1]["experiments"] == ["tcn_1"]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("### 2019/06/23 TCN を試す", "TCN を試す"),
        ("## 2019-06-23: masking, C#", "masking, C#"),
        ("## 2019年6月23日(日) - 日本語データ [[tcn]]", "日本語データ [[tcn]]"),
        ("# June 23, 2019 – Monitoring", "Monitoring"),
        ("## 2019-06-23 日本語データ", "日本語データ"),
        ("## 2019-06-23 Monitor the loss", "Monitor the loss"),
        ("## 2019-06-23 tcn_9 acc 0.4", "tcn_9 acc 0.4"),
    ],
)
def test_what_a_heading_says_behind_its_date_is_text_of_that_day(
    begun: Project, heading: str, title: str
) -> None:
    begun.write("log.md", f"## 2019-06-22\nold\n\n{heading}\n\nnew\n")
    begun.exp("import", "diary", "log.md")
    assert [(item["at"][:10], item["text"]) for item in entries(begun)] == [
        ("2019-06-22", "old"),
        ("2019-06-23", f"{title}\n\nnew"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "### 2019-06-23 の結果を見直す",
        "* 2019-06-23 bought a disk",
        "## Layer 12 2048 units",
        "2019-06-23 acc 0.5",
        "- 2019-06-23 bought a disk",
        "## Results of 2019-06-23",
        "## 3.4 (linear) layers",
        "#2019 goals",
    ],
)
def test_what_only_names_a_date_opens_no_day(begun: Project, line: str) -> None:
    begun.write("log.md", f"## 2019-07-01\n{line}\nnew\n")
    assert begun.run("import", "diary", "log.md").err == ""
    assert {item["at"][:10] for item in entries(begun)} == {"2019-07-01"}


@pytest.mark.parametrize("name", ["2019_06_23.md", "2019-06-23.md", "2019-06-23 TCN.md"])
def test_a_day_in_the_name_of_the_file(begun: Project, name: str) -> None:
    begun.write(name, "- tcn_1 acc 0.5\n")
    begun.exp("import", "diary", name)
    assert entries(begun)[0]["at"] == "2019-06-23T00:00:00+09:00"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp932", "euc_jp"])
def test_other_encodings_and_line_ends(begun: Project, encoding: str) -> None:
    (begun.top / "log.md").write_bytes(
        "### 2019/06/23\r\n手書き文字の認識を試す\r\n学習が進まない\r\n".encode(encoding)
    )
    out = begun.exp("import", "diary", "log.md")
    assert entries(begun)[0]["text"] == "手書き文字の認識を試す\n学習が進まない"
    assert ("read as" in out) == (encoding != "utf-8-sig")


def test_what_cannot_be_read_is_named_and_the_rest_comes(begun: Project) -> None:
    begun.write(
        "log.md", "no day yet\n\n### 2019/02/30\nnowhere\n\n### 2019/06/23\ntcn_1 acc 0.5\n"
    )
    tip = begun.git("rev-parse", "gitexp")
    assert "log.md:3: there is no such day" in begun.fails("import", "diary", "log.md")
    assert begun.git("rev-parse", "gitexp") == tip
    ran = begun.run("import", "diary", "log.md", "--lenient")
    assert ran.code == 0
    assert "log.md:3: there is no such day" in ran.err
    assert "log.md:1: text before the first date" in ran.err
    assert [item["text"] for item in entries(begun)] == ["tcn_1 acc 0.5"]
    begun.write("other.md", "### 2019/06/24\ntcn_2 acc 0.5\n### 2019/13/01\n")
    tip = begun.git("rev-parse", "gitexp")
    assert "other.md:3" in begun.fails("import", "diary", "other.md", "--strict")
    assert begun.git("rev-parse", "gitexp") == tip


@pytest.mark.parametrize(
    ("data", "word"),
    [(b"a\0b", "zero bytes"), (b"\xff\x80\xfd\x81 \xa0", "encoding"), (None, "cannot be read")],
)
def test_files_that_are_no_diary(begun: Project, data: bytes | None, word: str) -> None:
    if data is not None:
        (begun.top / "log.md").write_bytes(data)
    assert word in begun.fails("import", "diary", "log.md", code=2 if data is None else 1)


def test_pictures_are_found_beside_the_diary(begun: Project, tmp_path: Path) -> None:
    Image.new("RGB", (3, 2)).save(tmp_path / "損失.png")
    Image.new("RGB", (4, 2)).save(tmp_path / "a b.png")
    text = "### 2019/06/23\ntcn_1 acc 0.5\n![loss](損失.png)\n![gone](gone.png)\n![](a%20b.png)\n~no_such_user/c.png\n"
    (tmp_path / "log.md").write_text(text, encoding="utf-8")
    out = begun.exp("import", "diary", str(tmp_path / "log.md"))
    assert "gone.png' cannot be read" in out
    assert "no_such_user/c.png' cannot be read" in out
    assert [image["name"] for image in begun.experiment("tcn_1")["images"]] == [
        "損失.png",
        "a b.png",
    ]


def test_tables_of_past_runs(begun: Project) -> None:
    begun.write(
        "runs.csv",
        '名前,acc,optimizer,date\n"run 1",0.5,adam,2019/7/1\nrun/2,88%,"sgd, momentum",2019-07-02 10:00\nshort,1\n,0.1,x,\n',
    )
    ran = begun.run("import", "csv", "runs.csv")
    assert ran.out.splitlines() == ["+ run_1 acc=0.5", "+ run_2 acc=88%", "imported 2 runs"]
    assert "runs.csv:4: 2 columns where the head has 4" in ran.err
    assert "runs.csv:5:" in ran.err
    two = begun.experiment("run_2")
    assert (two["at"][:16], two["entries"][0]["text"]) == (
        "2019-07-02T10:00",
        "optimizer: sgd, momentum",
    )
    assert begun.run("import", "csv", "runs.csv").out == "imported 0 runs, 2 were there already\n"
    begun.write(
        "runs.jsonl",
        '{"model": "a_1", "loss": 0.25, "parent": "run_1", "timestamp": 1561939200}\n{"model": \n',
    )
    ran = begun.run("import", "jsonl", "runs.jsonl")
    assert ran.out.splitlines() == ["+ a_1 loss=0.25", "imported 1 run"]
    assert "runs.jsonl:2: no JSON" in ran.err
    assert begun.experiment("a_1")["parent"] == "run_1"
    assert "has no column 'nope'" in begun.fails(
        "import", "csv", "runs.csv", "--id", "nope", code=2
    )
    assert "nothing was imported" in begun.fails("import", "jsonl", "runs.jsonl", "--strict")


def test_odd_rows_of_tables(begun: Project) -> None:
    begun.write(
        "runs.csv", 'name,note,acc\na_1,"one\ntwo\u2028three",0.5\na_2,"open,0.6\na_3,x,0.7\n'
    )
    ran = begun.run("import", "csv", "runs.csv")
    assert begun.experiment("a_1")["entries"][0]["text"] == "note: one\ntwo\u2028three"
    assert "runs.csv:4: broken: unexpected end of data; lines 4 to 5 are left out" in ran.err
    begun.write(
        "runs.jsonl",
        '{"id": null, "acc": 0.4}\n{"id": "b_1", "acc": 0.5, "ok": true, "layers": [64, "全結合"]}\n',
    )
    ran = begun.run("import", "jsonl", "runs.jsonl")
    assert "runs.jsonl:1: an id cannot be empty" in ran.err
    assert ran.out.splitlines() == ["+ b_1 acc=0.5", "imported 1 run"]
    assert begun.experiment("b_1")["entries"][0]["text"] == 'ok: true\nlayers: [64, "全結合"]'


def test_tables_in_a_notebook(begun: Project) -> None:
    cells = [
        (
            "markdown",
            "# 結果\n\n| model | acc | 備考 |\n|---|---|---|\n| `tcn_1` | 0.5 | 遅い |\n| tcn_2 | 0.6 | |",
        ),
        ("code", "df"),
    ]
    content = json.loads(notebook(cells))
    html = "<table><tr><th></th><th>name</th><th>val_loss</th></tr><tr><th>0</th><td>gru_1</td><td>0.31</td></tr></table>"
    output = {
        "output_type": "execute_result",
        "data": {"text/html": [html]},
        "metadata": {},
        "execution_count": 1,
    }
    content["cells"][1]["outputs"] = [output]
    begun.write("runs.ipynb", json.dumps(content, ensure_ascii=False))
    out = begun.exp("import", "notebook", "runs.ipynb")
    assert out.splitlines() == [
        "+ tcn_1 acc=0.5",
        "+ tcn_2 acc=0.6",
        "+ gru_1 val_loss=0.31",
        "imported 3 runs",
    ]
    assert begun.experiment("tcn_1")["entries"][0]["text"] == "備考: 遅い"
    begun.write("broken.ipynb", "{")
    assert "is no notebook" in begun.fails("import", "notebook", "broken.ipynb")


@pytest.mark.parametrize(
    ("heading", "day"),
    [
        ("# 2024/Jan/06, Saturday", "2024-01-06"),
        ("# 06-Jan-2024", "2024-01-06"),
        ("# 07.01.2024", "2024-01-07"),
        ("# 20240108", "2024-01-08"),
        ("# Thu Jan 10 10:15:00 JST 2024", "2024-01-10"),
        ("**2024-01-11**", "2024-01-11"),
        ("# 5. Januar 2024", "2024-01-05"),
        ("## Montag, 8. Jänner 2024", "2024-01-08"),
        ("## Di 09.01.2024", "2024-01-09"),
        ("# lundi 8 janvier 2024", "2024-01-08"),
        ("# 1er février 2024", "2024-02-01"),
        ("# 8 de enero de 2024", "2024-01-08"),
        ("# 5 января 2024", "2024-01-05"),
        ("# 2024년 1월 8일", "2024-01-08"),
        ("# 2024년 1월 8일 (월)", "2024-01-08"),
        ("# 2024. 1. 8.", "2024-01-08"),
        ("# 2024年1月8日 星期一", "2024-01-08"),
        ("# 令和6年1月8日(月)", "2024-01-08"),
        ("# ２０２４年１月８日（月）", "2024-01-08"),
        ("# January 8, 2024", "2024-01-08"),
        ("# Mon 8 Jan", "2024-01-08"),
        ("# Mon, Jan 8", "2024-01-08"),
        ("# 8. Januar", "2024-01-08"),
        ("# 8 janvier", "2024-01-08"),
        ("### 11月22日", "2024-11-22"),
        ("### 11月22日(金)", "2024-11-22"),
        ("### 11월 22일", "2024-11-22"),
        ("# 13/01/2024", "2024-01-13"),
        ("# 01/13/2024", "2024-01-13"),
        ("# 1/13 masking", "2024-01-13"),
        ("# 2024-01-08T10:15:00+00:00", "2024-01-08"),
        ("2024-01-08\n==========", "2024-01-08"),
        ("January 8, 2024\n---", "2024-01-08"),
        ("==========\n2024-01-08\n==========", "2024-01-08"),
        ("\n2024-01-08\n", "2024-01-08"),
        ("== 2024-01-08 ==", "2024-01-08"),
        ("■2024/1/8(月)", "2024-01-08"),
        ("【2024年1月8日】", "2024-01-08"),
        ("<h2>2024-01-08</h2>", "2024-01-08"),
        ("Date: 2024-01-08", "2024-01-08"),
        ("日付：2024年1月8日", "2024-01-08"),
        ("__8 January 2024__:", "2024-01-08"),
        ("**2024-01-11**: second", "2024-01-11"),
        ("*** 2024-01-05 Friday", "2024-01-05"),
        ("* [2024-01-05 Fri 10:15]", "2024-01-05"),
        ("## [1.2.0] - 2024-01-08", "2024-01-08"),
        ("## Day 3 (January 8, 2024)", "2024-01-08"),
        ("### [20240108] :smile: first try", "2024-01-08"),
        ("### [2024-01-08]: first try", "2024-01-08"),
        ("## (2024/1/8) first try", "2024-01-08"),
        ("## 2024/01/08~10", "2024-01-08"),
        ("## 2024/01/08～10 改善", "2024-01-08"),
        ("## 2024-01-08 – 2024-01-10", "2024-01-08"),
        ("## 1月8日〜10日", "2024-01-08"),
        ("## 2024年1月8日から10日", "2024-01-08"),
        ("## le 8 janvier 2024", "2024-01-08"),
        ("# 20240108T1015", "2024-01-08"),
        ("#2024-01-08", "2024-01-08"),
        ("## 📅 2024-01-08", "2024-01-08"),
        ("## @2024-01-08 masking", "2024-01-08"),
        ("## ~2024-01-08~", "2024-01-08"),
        ("- 2024-01-08", "2024-01-08"),
        ("--- 2024-01-08 ---", "2024-01-08"),
        ("<!-- 2024-01-08 -->", "2024-01-08"),
        ("## [[2024-01-08]] tcn", "2024-01-08"),
        ("\\section{2024-01-08}", "2024-01-08"),
        ("# Log 2024-01-08 10:15", "2024-01-08"),
        ("## 8 Jan 24", "2024-01-08"),
        ("## Jan 8 '24: masking", "2024-01-08"),
        ("## 1/8（月）", "2024-01-08"),
        ("## 1.8 (月) 改善", "2024-01-08"),
    ],
)
def test_more_forms_of_a_day(tmp_path: Path, heading: str, day: str) -> None:
    file = tmp_path / "log.md"
    file.write_text(f"# 2024-01-01\na_1 acc 0.1\n{heading}\na_2 acc 0.2\n", encoding="utf-8")
    passages, complaints, _ = read_diary(file)
    assert [f"{passage.at:%Y-%m-%d}" for passage in passages] == ["2024-01-01", day]
    assert not complaints


@pytest.mark.parametrize(
    ("heading", "is_named"),
    [
        ("# 5. Januaar 2024", True),
        ("# 24/01/08", True),
        ("# 07/01/2024", True),
        ("# Monday 8", True),
        ("# 2024-W02-1", True),
        ("# 2024-13-01", True),
        ("**07/01/2024**", True),
        ("# 13/45/2024", True),
        ("# May 3 runs", False),
        ("## 1.2. Results", False),
        ("# Masking", False),
        ("# 1.2.3 release", False),
        ("# 3-4 layers", False),
        ("# 10 ideas", False),
    ],
)
def test_a_heading_that_looks_like_a_day_and_is_not_read_is_named(
    tmp_path: Path, heading: str, is_named: bool
) -> None:
    file = tmp_path / "log.md"
    file.write_text(f"# 2024-01-01\na_1 acc 0.1\n{heading}\na_2 acc 0.2\n", encoding="utf-8")
    _, complaints, _ = read_diary(file)
    assert [complaint.line for complaint in complaints] == ([3] if is_named else [])
    assert all(complaint.stops for complaint in complaints)


def read_days(path: Path, text: str, order: str = "") -> list[tuple[str, str]]:
    path.write_text(text, encoding="utf-8")
    passages, complaints, _ = read_diary(path, order)
    assert not [complaint for complaint in complaints if complaint.stops]
    return [(f"{passage.at:%Y-%m-%d %H:%M}", passage.text) for passage in passages]


@pytest.mark.parametrize(
    ("name", "text", "day"),
    [
        ("2024_01_08.md", "- a_1", "2024-01-08"),
        ("2024-01-08 Mon.md", "a_1", "2024-01-08"),
        ("Jan 8th, 2024.md", "a_1", "2024-01-08"),
        ("20240108_notes.txt", "a_1", "2024-01-08"),
        ("lab-2024-01-08.md", "a_1", "2024-01-08"),
        ("note.md", "---\ndate: 2024-01-08\ntags: [tcn]\n---\na_1", "2024-01-08"),
        ("note.md", '---\ntitle: TCN\ncreated: "2024-01-08T10:15"\n---\na_1', "2024-01-08"),
        ("2024-01-09-post.md", "---\ndate: 2024-01-08 10:00:00 +0000\n---\na_1", "2024-01-08"),
        ("page.md", "date:: [[Jan 8th, 2024]]\ntags:: tcn\n\na_1", "2024-01-08"),
        ("daily.org", "#+title: 2024-01-08\n\na_1", "2024-01-08"),
        ("2024.md", "# 1月8日\na_1", "2024-01-08"),
        ("log-2024-01.md", "# 8日(月)\na_1", "2024-01-08"),
        ("note.md", "# 2024\n## Mon 8 Jan\na_1", "2024-01-08"),
        ("note.md", "# January 2024\n## Monday 8\na_1", "2024-01-08"),
        ("note.md", "# 2024年1月\n## 8日\na_1", "2024-01-08"),
        ("log.org", "* 2024\n** 2024-01 January\n*** 2024-01-08 Monday\na_1", "2024-01-08"),
    ],
)
def test_a_day_from_the_page(tmp_path: Path, name: str, text: str, day: str) -> None:
    days = read_days(tmp_path / name, text)
    assert [(at[:10], words.splitlines()[-1].strip("- ")) for at, words in days] == [(day, "a_1")]


def test_the_text_beside_a_bracketed_day_and_a_range_of_days(tmp_path: Path) -> None:
    file = tmp_path / "log.md"
    file.write_text("## [20240108] :smile: 初\none\n## 2024/01/09~11 続き\ntwo\n", encoding="utf-8")
    passages, _, _ = read_diary(file)
    assert [passage.text for passage in passages] == [
        ":smile: 初\none",
        "2024/01/09~11 続き\ntwo",
    ]


def test_the_year_goes_on_over_the_turn_of_the_year(tmp_path: Path) -> None:
    up = "# 2023-12-30\na\n# 12月31日\nb\n# 1月2日\nc\n# 3月1日\nd\n"
    days = [at[:10] for at, _ in read_days(tmp_path / "log.md", up)]
    assert days == ["2023-12-30", "2023-12-31", "2024-01-02", "2024-03-01"]
    down = "# 2024-01-03\na\n# 1月2日\nb\n# 12月31日\nc\n"
    days = [at[:10] for at, _ in read_days(tmp_path / "log.md", down)]
    assert days == ["2024-01-03", "2024-01-02", "2023-12-31"]


def test_day_or_month_first(tmp_path: Path) -> None:
    file = tmp_path / "log.md"
    assert read_days(file, "# 07/01/2024\na\n", "dmy")[0][0] == "2024-01-07 00:00"
    assert read_days(file, "# 07/01/2024\na\n", "mdy")[0][0] == "2024-07-01 00:00"
    by_another_day = read_days(file, "# 07/01/2024\na\n# 25/01/2024\nb\n", "mdy")
    assert [at for at, _ in by_another_day] == ["2024-01-07 00:00", "2024-01-25 00:00"]
    file.write_text("# 07/01/2024\na\n# 25/01/2024\nb\n# 01/25/2024\nc\n")
    _, complaints, _ = read_diary(file)
    assert [complaint.line for complaint in complaints] == [1, 3, 5]


def test_the_plain_export_of_jrnl(tmp_path: Path) -> None:
    text = (
        "[2024-01-08 10:15] a_1 acc 0.1\nfirst\n\n[2024-01-08 11:30:00 AM] a_2 acc 0.2\n",
        "2024-01-08 10:15 a_1 acc 0.1\nfirst\n\n2024-01-08 11:30 a_2 acc 0.2\n",
    )
    for number, each in enumerate(text):
        assert read_days(tmp_path / f"{number}.txt", each) == [
            ("2024-01-08 10:15", "a_1 acc 0.1\nfirst"),
            ("2024-01-08 11:30", "a_2 acc 0.2"),
        ]


def test_text_below_an_unread_day_is_never_that_of_the_day_before(begun: Project) -> None:
    begun.write(
        "log.md", "# 2024-01-06\na_1 acc 0.1\n\n# 07/01/2024\na_2 acc 0.2\n\n# 8. Xyz 2024\na_3\n"
    )
    tip = begun.git("rev-parse", "gitexp")
    error = begun.fails("import", "diary", "log.md")
    assert "log.md:4:" in error
    assert "log.md:7:" in error
    assert "--date-order" in error
    assert begun.git("rev-parse", "gitexp") == tip
    ran = begun.run("import", "diary", "log.md", "--lenient")
    assert "log.md:4:" in ran.err
    assert "1 line below it" in ran.err
    assert [each["id"] for each in begun.json("list")] == ["a_1"]
    begun.git("config", "gitexp.dateOrder", "dmy")
    begun.exp("import", "diary", "log.md", "--lenient")
    assert begun.experiment("a_2")["at"][:10] == "2024-01-07"
    assert "no order" in begun.fails("import", "diary", "log.md", "--date-order", "ymd", code=2)


def test_text_below_a_month_is_not_that_of_the_day_before(tmp_path: Path) -> None:
    file = tmp_path / "log.md"
    file.write_text("# 2024\n## 2024-01-30\na\n# 2024-02\nplans\n## 2024-02-01\nb\n")
    passages, complaints, _ = read_diary(file)
    assert [passage.text for passage in passages] == ["a", "b"]
    assert [(each.line, each.stops) for each in complaints] == [(5, True)]


def test_files_of_one_day_stay_apart(tmp_path: Path) -> None:
    names = ("one.md", "two.md", "three.md")
    texts = (
        "## 2024-01-08\nwords at the end\n",
        "## 2024-01-08\nwords at the beginning\n\ntcn_1 acc 0.1\n",
        "## 2024-01-08\nwords at the end\n",
    )
    at_once = Project.create(tmp_path / "once").begin()
    one_by_one = Project.create(tmp_path / "parts").begin()
    for project in (at_once, one_by_one):
        for name, text in zip(names, texts, strict=True):
            project.write(name, text)
    at_once.exp("import", "diary", *names)
    for name in names:
        one_by_one.exp("import", "diary", name)
    expected = ["words at the end", "words at the beginning", "tcn_1 acc 0.1"]
    for project in (at_once, one_by_one):
        assert [entry["text"] for entry in entries(project)] == expected
        project.write("one.md", f"{texts[0]}and more\n")
        project.exp("import", "diary", *names)
        assert [entry["text"] for entry in entries(project)] == [*expected, "and more"]
        assert "imported 0 entries, " in project.exp("import", "diary", *reversed(names))


def test_rows_of_one_name_are_runs_of_their_own(tmp_path: Path) -> None:
    """Names of runs are not unique in the usual trackers; their values must never mix."""
    file = tmp_path / "runs.csv"
    file.write_text(
        "name,lr,acc\nriver,0.1,0.8\nriver,0.2,\nriver-2,0.3,0.7\nriver,0.1,0.8\nriver,0.4,\n",
        encoding="utf-8",
    )
    runs, _ = read_table(file, "csv")
    assert [(run.id, run.metrics[0].value) for run in runs] == [
        ("river", "0.1"),
        ("river-3", "0.2"),
        ("river-2", "0.3"),
        ("river", "0.1"),
        ("river-4", "0.4"),
    ]
