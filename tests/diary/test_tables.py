"""Tables as trackers export them: MLflow, wandb, DVC, spreadsheets, a results.tsv beside commits."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from gitexp.record.read.runs import read_configs

if TYPE_CHECKING:
    from tests.project import Project


def import_table(project: Project, text: str, *options: str, name: str = "runs.csv") -> str:
    project.write(name, text)
    ran = project.run("import", "csv", name, *options)
    assert ran.code == 0, ran.err
    return ran.out + ran.err


def read_settings(project: Project, ident: str) -> dict[str, str]:
    return read_configs(project.record()).get(ident, {})


def list_ids(project: Project) -> list[str]:
    found: list[dict[str, Any]] = project.json("list")
    return sorted(each["id"] for each in found)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("name;acc;Verlust\ngru_1;0,85;1,5e-3\n", "utf-8"),
        ("name\tacc\tVerlust\ngru_1\t0,85\t1,5e-3\n", "utf-16"),
        ("name|acc|Verlust\ngru_1|0.85|1.5e-3\n", "utf-8-sig"),
        ('name,acc,Verlust\n"gru_1",0.85,1.5e-3\n', "cp1252"),
    ],
)
def test_tables_of_spreadsheets(begun: Project, text: str, encoding: str) -> None:
    (begun.top / "runs.csv").write_bytes(text.encode(encoding))
    begun.exp("import", "csv", "runs.csv")
    assert begun.read_metrics("gru_1") == {"acc": "0.85", "Verlust": "1.5e-3"}


def test_two_columns_of_one_name(begun: Project) -> None:
    import_table(begun, "name,acc,acc,note,note\ngru_1,0.5,0.6,a,b\n")
    assert begun.read_metrics("gru_1") == {"acc": "0.5", "acc_2": "0.6"}
    assert begun.experiment("gru_1")["entries"][0]["text"] == "note: a\nnote_2: b"


def test_the_export_of_mlflow(begun: Project) -> None:
    import_table(
        begun,
        "Start Time,Duration,Run ID,Name,Source Type,Source Name,User,Status,lr,val_acc\n"
        "2024-01-08 10:15:00,3.1min,0123456789abcdef,bold-fox-1,LOCAL,train.py,me,FINISHED,0.1,0.8\n",
    )
    run = begun.experiment("bold-fox-1")
    assert run["at"][:16] == "2024-01-08T10:15"
    assert begun.read_metrics("bold-fox-1") == {"lr": "0.1", "val_acc": "0.8"}
    assert "Run ID: 0123456789abcdef" in run["entries"][0]["text"]
    import_table(
        begun,
        "run_id,status,start_time,metrics.acc,params.lr\n"
        "a0b1c2,FINISHED,2024-01-09 10:00:00.123000+00:00,0.7,0.01\n",
        name="search.csv",
    )
    assert begun.read_metrics("a0b1c2") == {"acc": "0.7", "lr": "0.01"}


def test_the_export_of_wandb(begun: Project) -> None:
    import_table(
        begun,
        '"Name","State","Notes","User","Tags","Created","Runtime","Sweep","ID","acc"\n'
        '"deep-sea-3","finished","-","me","a, b","2024-01-08T10:15:00.000Z","93","","x1y2z3","0.9"\n'
        '"calm-lake-4","crashed","-","me","","2024-01-08T11:15:00.000Z","9","","x1y2z4","0"\n',
    )
    assert list_ids(begun) == ["calm-lake-4", "deep-sea-3"]
    assert begun.experiment("deep-sea-3")["at"].startswith("2024-01-08T")
    assert begun.read_metrics("calm-lake-4")["acc"] == "N/A"


def test_the_table_of_dvc(begun: Project) -> None:
    out = import_table(
        begun,
        "Experiment,rev,typ,Created,parent,acc\n"
        ",workspace,baseline,,,0.5\n"
        "puffy-daks,7f8c1d2,branch_base,2024-01-08T10:15:00,,0.6\n"
        'sunny-hare,1234567,checkpoint_tip,"Jan 09, 2024",7f8c1d2,0.7\n'
        ",89abcde,checkpoint_base,2024-01-09T11:00:00,1234567,0.8\n",
    )
    assert "imported 4 runs" in out
    assert begun.experiment("sunny-hare")["parent"] == "puffy-daks"
    assert begun.experiment("89abcde")["parent"] == "sunny-hare"
    assert begun.experiment("sunny-hare")["at"][:10] == "2024-01-09"


def test_a_results_table_beside_commits_is_a_line_up_with_code(begun: Project) -> None:
    commits = []
    for depth in (8, 10, 12):
        begun.write("train.py", f"DEPTH = {depth}\n")
        begun.git("add", "train.py")
        begun.git("commit", "-qm", f"depth {depth}")
        commits.append(begun.git("rev-parse", "--short=7", "HEAD").strip())
    begun.git("reset", "-q", "--hard", commits[0])
    begun.write("train.py", "DEPTH = 6\n")
    begun.git("commit", "-qam", "depth 6")
    commits.append(begun.git("rev-parse", "--short=7", "HEAD").strip())
    rows = [
        f"{commits[0]}\t0.9979\t44.0\tkeep\tbaseline",
        f"{commits[1]}\t0.9932\t44.2\tkeep\tdepth to 10",
        f"{commits[2]}\t0.000000\t0.0\tcrash\tdepth to 12 (OOM)",
        f"{commits[3]}\t1.005\t40.0\tdiscard\tdepth to 6",
        "0000000\t1.1\t40.0\tdiscard\tlost",
    ]
    head = "commit\tval_bpb\tmemory_gb\tstatus\tdescription"
    out = import_table(begun, "\n".join([head, *rows]), "--commit", "commit", name="results.tsv")
    assert "'0000000' is not in this clone" in out
    names = [f"run_{each}" if re.fullmatch(r"\d+(e\d+)?", each) else each for each in commits]
    assert begun.experiment(names[1])["parent"] == names[0]
    assert begun.experiment(names[2])["parent"] == names[1]
    assert begun.experiment(names[3])["parent"] == names[0]
    lost = begun.experiment("run_0000000")
    assert (lost["parent"], lost["parent_presumed"]) == (names[3], True)
    assert lost["at"] == begun.experiment(names[3])["at"]
    assert begun.read_metrics(names[2]) == {"val_bpb": "N/A", "memory_gb": "N/A"}
    assert "description: depth to 10" in begun.experiment(names[1])["entries"][0]["text"]
    assert "DEPTH = 10" in begun.exp("excerpt", names[1], "--rule", "train.py")
    begun.exp("filter", "add", "train", "train.py")
    assert "DEPTH" in begun.exp("compare", *names)
    again = begun.exp("import", "csv", "results.tsv", "--commit", "commit")
    assert again.splitlines()[-1] == "imported 0 runs, 5 were there already"


def test_rows_of_one_name_never_mix_however_the_table_grows(begun: Project) -> None:
    head = "name,date,lr,acc\n"
    old = "river,2024-01-08,0.1,0.8\n"
    import_table(begun, head + old)
    newer = "river,2024-01-09,0.2,\n"
    out = import_table(begun, head + newer + old)
    assert "imported 1 run, 1 were there already" in out
    assert begun.read_metrics("river") == {"lr": "0.1", "acc": "0.8"}
    assert begun.read_metrics("river-2") == {"lr": "0.2"}
    import_table(begun, head + "river,2024-01-10,0.3,\n" + newer + old)
    assert list_ids(begun) == ["river", "river-2", "river-3"]
    assert begun.read_metrics("river-3") == {"lr": "0.3"}
    import_table(begun, head + "river,2024-01-11,0.4,\n", name="other.csv")
    assert begun.read_metrics("river-4") == {"lr": "0.4"}


def test_rows_of_one_name_without_times_never_mix(begun: Project) -> None:
    import_table(begun, "name,lr,acc\nriver,0.1,0.8\n")
    import_table(begun, "name,lr,acc\nriver,0.2,\nriver,0.1,0.8\n")
    assert begun.read_metrics("river") == {"lr": "0.1", "acc": "0.8"}
    assert begun.read_metrics("river-2") == {"lr": "0.2"}


def test_tables_in_markdown(begun: Project) -> None:
    begun.write(
        "experiments.md",
        "# 実験\n\n| 日付 | 実験名 | モデル | CV | LB | 結果 |\n|--|:--|--|--:|--|--|\n"
        "| 2024/1/8 | exp001 | resnet | **0.81** | - | first<br>try |\n"
        "| 2024/1/9 | exp002 | vit | 0.84 | 0.83 | 採用 |\n\n"
        "| n | seconds |\n|--|--|\n| 3 | 0.1 |\n\n"
        "| no | acc |\n|--|--|\n| 7 | 0.7 |\n| 8 | 0.8 | 9 |\n",
    )
    ran = begun.run("import", "csv", "experiments.md")
    assert "3 columns where the head has 2" in ran.err
    assert begun.read_metrics("exp001") == {"CV": "0.81"}
    assert begun.read_metrics("exp002") == {"CV": "0.84", "LB": "0.83"}
    assert begun.read_metrics("run_7") == {"acc": "0.7"}
    assert "first; try" in begun.exp("show", "exp001")
    assert len(begun.json("list")) == 3


def test_a_table_of_runs_that_are_numbered(begun: Project) -> None:
    begun.write("runs.csv", "Order,Description,MAP@3(train)\n1,Baseline,0.49\n2,char grams,0.46\n")
    begun.exp("import", "csv", "runs.csv")
    assert begun.read_metrics("run_2") == {"MAP@3(train)": "0.46"}


def test_tables_in_an_old_or_bare_notebook(begun: Project) -> None:
    table = ["| run | acc |\n", "|--|--|\n", "| a_1 | 0.5 |\n"]
    page = "<table><tr><th>run</th><th>acc</th></tr><tr><td>a_2</td><td>0.6</td></tr></table>"
    cells = [
        {"cell_type": "heading", "level": 1, "source": ["Runs"]},
        {"cell_type": "markdown", "source": table},
        {"cell_type": "code", "input": ["runs"], "outputs": [{"html": [page], "output_type": "pyout"}]},
    ]  # fmt: skip
    book = {"nbformat": 3, "worksheets": [{"cells": cells}]}
    begun.write("old.ipynb", json.dumps(book))
    begun.write("bare.ipynb", json.dumps({"cells": [{"source": None}, {"cell_type": "markdown"}]}))
    begun.exp("import", "notebook", "old.ipynb")
    assert begun.read_metrics("a_1") == {"acc": "0.5"}
    assert begun.read_metrics("a_2") == {"acc": "0.6"}
    assert "no cell was executed" in begun.fails("import", "notebook", "bare.ipynb")


def test_an_old_notebook_as_a_run(begun: Project) -> None:
    printed = {"output_type": "stream", "stream": "stdout", "text": ["acc: 0.5\n"]}
    cell = {"cell_type": "code", "input": ["fit()"], "prompt_number": 3, "outputs": [printed]}
    book = {"nbformat": 3, "worksheets": [{"cells": [cell]}]}
    begun.write("old_7.ipynb", json.dumps(book))
    begun.exp("import", "notebook", "old_7.ipynb")
    assert begun.read_metrics("old_7") == {"acc": "0.5"}


def test_a_branch_of_dvc_goes_by_its_revision(begun: Project) -> None:
    import_table(
        begun,
        "Experiment,rev,parent,acc\nmain,abc1234,,0.4\nexp-a,1234567,abc1234,0.6\n",
    )
    assert begun.experiment("exp-a")["parent"] == "abc1234"
    assert begun.read_metrics("exp-a") == {"acc": "0.6"}
    assert begun.read_metrics("abc1234") == {"acc": "0.4"}


@pytest.mark.parametrize(
    ("text", "ident"),
    [
        (",acc\n0,0.5\n1,0.6\n", "run_1"),
        ("sep=;\nid;acc\nx_1;0.6\n", "x_1"),
        ("# seed 3\nid,acc\nx_1,0.6\n", "x_1"),
        ("# seed 3, lr 0.1\n# later\nid\tacc\nx_1\t0.6\n", "x_1"),
        ("#,acc\n7,0.6\n", "run_7"),
    ],
)
def test_what_programs_put_before_a_table(begun: Project, text: str, ident: str) -> None:
    import_table(begun, text)
    assert begun.read_metrics(ident) == {"acc": "0.6"}


def test_objects_in_json_lines(begun: Project) -> None:
    begun.write("runs.jsonl", '{"id":"j_1","metrics":{"acc":0.5},"cfg":{"opt":{"name":"adam"}}}\n')
    begun.exp("import", "jsonl", "runs.jsonl")
    assert begun.read_metrics("j_1") == {"acc": "0.5"}
    assert "cfg.opt.name: adam" in begun.exp("show", "j_1")


@pytest.mark.parametrize(
    "text",
    [
        "name    acc   loss\ngru_1   0.85  0.3\ngru_22  0.9   0.2\n",
        "name acc loss\n---- --- ----\ngru_1 0.85 0.3\n\n# seed 3\ngru_22 0.9 0.2\n",
        "     name   acc  loss\n0   gru_1  0.85   0.3\n1  gru_22  0.90   0.2\n",
        'name acc loss note\ngru_1 0.85 0.3 "first try"\ngru_22 0.9 0.2 x\n',
        "name    acc   loss  note\ngru_1   0.85  0.3   first try\ngru_22  0.9   0.2   x\n",
    ],
)
def test_tables_split_by_blanks(begun: Project, text: str) -> None:
    import_table(begun, text, name="results.txt")
    assert begun.read_metrics("gru_1") == {"acc": "0.85", "loss": "0.3"}
    assert list_ids(begun) == ["gru_1", "gru_22"]
    if "note" in text:
        assert begun.experiment("gru_1")["entries"][0]["text"] == "note: first try"


def test_a_text_whose_rows_are_not_as_wide_as_its_head_is_no_table(begun: Project) -> None:
    begun.write("results.txt", "name acc loss\ngru_1 0.85 0.3\ngru_2 0.9\n")
    assert "no column of ids" in begun.fails("import", "csv", "results.txt", code=2)
    assert list_ids(begun) == []


def test_what_was_put_into_a_run_is_a_setting_besides(begun: Project) -> None:
    text = (
        "name,lr,batch_size,Seed,学習率,config.opt.name,optimizer,noise,val_acc\n"
        "gru_1,0.1,32,1,0.2,sgd,adam,0.5,0.8\ngru_2,1e-3,32,2,0.2,sgd,adam,0.25,0.9\n"
    )
    begun.git("config", "gitexp.settingColumns", "noise, width")
    import_table(begun, text)
    assert read_settings(begun, "gru_1") == {
        "lr": "0.1",
        "batch_size": "32",
        "Seed": "1",
        "学習率": "0.2",
        "opt.name": "sgd",
        "optimizer": "adam",
        "noise": "0.5",
    }
    assert [row["id"] for row in begun.json("list", "--where", "set:lr=0.001")] == ["gru_2"]
    words = begun.exp("table").split()
    assert {"lr", "Seed", "noise", "val_acc", "0.25"} <= set(words)
    assert words.count("lr") == 1
    assert "imported 0 runs, 2 were there already" in import_table(begun, text)
