"""The settings that a script gives to ``gitexp.init`` stand in the table and in the entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.training.test_training import run_script

if TYPE_CHECKING:
    from tests.project import Project

SCRIPT = """\
import gitexp
WIDTH = 5
run = gitexp.init(name={name!r}, config={{"lr": {lr}, "opt": {{"name": "adam"}}, "WIDTH": {width}}})
run.config.late = "学習 率"
run.log({{"acc": 0.5}})
"""


def train(project: Project, name: str, lr: float, width: int) -> None:
    done = run_script(project.top, SCRIPT.format(name=name, lr=lr, width=width))
    assert done.returncode == 0, done.stderr


def read_table(project: Project) -> dict[str, dict[str, str]]:
    """The settings of each experiment by the names of their columns."""
    lines = project.exp("table", "--all", "--csv").splitlines()
    heads = lines[0].split(",")
    return {row.split(",")[0]: dict(zip(heads, row.split(","), strict=True)) for row in lines[1:]}


def test_the_table_has_them_without_a_filter(begun: Project) -> None:
    begun.git("rm", "-q", "--cached", "train.ipynb")
    (begun.top / "train.ipynb").unlink()
    train(begun, "first", 0.001, 7)
    train(begun, "second", 1e-4, 8)
    table = read_table(begun)
    assert [row["config.lr"] for row in table.values()] == ["0.001", "0.0001"]
    assert table["first"]["config.opt.name"] == "adam"
    assert table["second"]["config.late"] == "学習 率"
    assert [found["id"] for found in begun.json("list", "--where", "set:lr=1e-3")] == ["first"]
    assert "opt.name = adam" in begun.exp("show", "first")


def test_they_count_over_the_code(begun: Project) -> None:
    train(begun, "first", 0.001, 7)
    begun.exp("filter", "add", "script", "script.py::WIDTH")
    train(begun, "second", 0.001, 8)
    table = read_table(begun)
    assert [row["WIDTH"] for row in table.values()] == ["7", "8"]
    assert "config.WIDTH" not in table["first"]
    assert table["second"]["config.lr"] == "0.001"


def test_a_secret_among_them_becomes_stars(begun: Project) -> None:
    code = "import gitexp\nkey = 'Xk29' + 'dkQ01zPa77'\ngitexp.init(name='a', config={'api_key': key})\n"
    done = run_script(begun.top, code)
    assert done.returncode == 0, done.stderr
    assert "Xk29dkQ01zPa77" not in begun.git("log", "-p", "gitexp")
    assert "api_key=" in begun.git("log", "-p", "gitexp")


def test_an_undone_config_is_gone(begun: Project) -> None:
    train(begun, "first", 0.001, 7)
    begun.exp("filter", "add", "script", "script.py::WIDTH")
    before = read_table(begun)["first"]
    assert before["config.late"] == "学習 率"
    while "config.late" in read_table(begun)["first"]:
        begun.exp("undo")


LONG = """\
import gitexp
settings = {{f"size{{number}}": number for number in range(20)}}
settings["学習率"] = {rate}
run = gitexp.init(name={name!r}, config=settings)
run.finish()
"""


def test_a_long_config_is_folded_in_show(begun: Project) -> None:
    for name, rate in (("first", 0.1), ("second", 0.2)):
        run_script(begun.top, LONG.format(name=name, rate=rate))
    first = begun.exp("show", "first").splitlines()
    assert "  size7 = 7" in first
    assert "  + 13 more settings (--all)" in first
    second = begun.exp("show", "second").splitlines()
    assert "  学習率 = 0.2" in second
    assert "  + 20 settings as in first (--all)" in second
    assert not any("size" in line for line in second)
    everything = begun.exp("show", "second", "--all")
    assert "size19 = 19" in everything
    assert "as in first" not in everything
    assert "size19 = 19" in begun.experiment("second")["entries"][0]["text"]
