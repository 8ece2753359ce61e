"""A simulated Colab: no repository, no identity, a stub of google.colab, and a machine that vanishes."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from tests.project import ROOT, Project

if TYPE_CHECKING:
    from pathlib import Path

DRIVE = """\
import os
def mount(path):
    print("Mounted at", path)
    os.makedirs(os.path.join(path, "MyDrive"))
"""
VANISH = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
PAGE = """\
import json, os
def blocking_request(kind, request="", timeout_sec=5):
    assert kind == "get_ipynb"
    with open(os.environ["SHOWN"]) as file:  # a closed tab: no file, an error
        return {"ipynb": json.load(file)}
"""
IDENTITY = ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")


class Colab:
    """A machine with a folder ``content``, and a drive that outlives it."""

    def __init__(self, top: Path) -> None:
        self.content = top / "content"
        self.folder = self.content / "drive" / "MyDrive" / "exp"
        self._stub = top / "stub"
        package = self._stub / "google" / "colab"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "drive.py").write_text(DRIVE)
        (package / "_message.py").write_text(PAGE)
        self.shown = top / "shown.json"
        self.content.mkdir()

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a machine on which nobody has said who they are."""
        left_out = (*IDENTITY, "GITEXP_DIR")
        inherited = {name: value for name, value in os.environ.items() if name not in left_out}
        return {**inherited, "PYTHONPATH": f"{ROOT}:{self._stub}", "SHOWN": str(self.shown)}

    @property
    def start(self) -> str:
        return f'import gitexp\ngitexp.start("{self.folder}", local="{self.content}/gitexp.git")'

    def execute(self, *cells: str) -> list[str]:
        """Run cells in a new kernel and return what each printed; the kernel may die on the way."""
        book = nbformat.v4.new_notebook()
        book.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
        resources = {"metadata": {"path": str(self.content)}}
        client = NotebookClient(book, resources=resources, kernel_name="python3", timeout=120)
        if cells[-1] == VANISH:
            with pytest.raises(DeadKernelError):
                client.execute(env=self.environment)
        else:
            client.execute(env=self.environment)
        return [
            "".join(output.get("text", "") for output in cell.get("outputs", ()))
            for cell in book.cells
        ]

    def vanish(self) -> None:
        """Lose all but the drive."""
        for path in self.content.iterdir():
            if path.name != "drive":
                shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.fixture
def colab(tmp_path: Path) -> Colab:
    return Colab(tmp_path)


def read_cells(machine: Colab) -> list[str]:
    """Return the cells of docs/colab.md below the one with pip, with the paths of this machine."""
    text = (ROOT / "docs" / "colab.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^    .*\n)+", text, re.MULTILINE)
    cells = [re.sub("^    ", "", block, flags=re.MULTILINE).rstrip("\n") for block in blocks]
    cells = [cell for cell in cells if not cell.startswith(("!pip", "$"))]
    assert cells[0].startswith("import gitexp\ngitexp.start(")
    return [machine.start, *cells[1:]]


def list_bundles(machine: Colab) -> list[Path]:
    return sorted(machine.folder.glob("*.bundle"))


def pull(project: Project, machine: Colab) -> str:
    """Pull as the laptop does: the folder alone came there."""
    return project.exp("pull", str(machine.folder))


def test_the_page_of_colab_runs_and_the_machine_vanishes(colab: Colab, begun: Project) -> None:
    begun.exp("new", "on_laptop")
    started, _, kept, _, _ = colab.execute(*read_cells(colab), VANISH)
    assert started.startswith("Mounted at")
    assert f"recording in {colab.content}/gitexp.git; a copy of each record goes to" in started
    assert kept.startswith("+ tcn_filter10 acc=0.6")
    colab.vanish()
    assert "2 experiments" in pull(begun, colab)
    trial = begun.json("show", "tcn_filter10")
    assert trial["entries"][0]["text"] == "フィルタを 50 から 10 に"
    (snapshot,) = trial["snapshots"]
    assert "FILTERS = 10" in begun.git("show", f"{snapshot['commit']}:session.ipynb")
    second = begun.json("show", "e0001")
    assert [metric["value"] for metric in second["metrics"]] == ["0.31"]
    assert "FILTERS = 10" in begun.git("show", f"{second['snapshots'][0]['commit']}:session.ipynb")
    before = begun.git("rev-parse", "gitexp")
    assert "nothing new" in pull(begun, colab)
    assert begun.git("rev-parse", "gitexp") == before
    begun.git("gc", "-q", "--prune=now")
    begun.git("cat-file", "-e", snapshot["commit"])


def test_a_second_session_goes_on_and_brings_only_what_is_new(colab: Colab, begun: Project) -> None:
    colab.execute(colab.start, "acc = 0.5", "%keep first", VANISH)
    pull(begun, colab)
    colab.vanish()
    files = list_bundles(colab)
    started, _, kept = colab.execute(colab.start, "acc = 0.6", "%keep second")
    assert "from earlier sessions: 1 experiment" in started
    assert kept.startswith("+ second")
    assert list_bundles(colab)[: len(files)] == files or set(files) < set(list_bundles(colab))
    assert "new here: 1 experiment" in pull(begun, colab)
    assert {row["id"] for row in begun.json("list")} == {"first", "second"}


def test_a_torn_last_file_costs_that_record_alone(colab: Colab, begun: Project) -> None:
    colab.execute(colab.start, "acc = 0.5", "%keep first", "%exp note first -m later")
    last = list_bundles(colab)[-1]
    data = last.read_bytes()
    for size in (len(data) - 30, 40, 0):
        last.write_bytes(data[:size])
        said = pull(begun, colab)
        assert f"'{last.name}' is torn or lacks what it builds on: left out" in said
        assert begun.json("show", "first")["metrics"][0]["value"] == "0.5"
    last.write_bytes(data)
    pull(begun, colab)
    assert [entry["text"] for entry in begun.json("show", "first")["entries"]] == ["later"]


def test_a_folder_that_is_gone_loses_nothing_and_is_said(colab: Colab, begun: Project) -> None:
    gone = f"import shutil\nshutil.move('{colab.folder}', '{colab.content}/away')"
    back = f"shutil.move('{colab.content}/away', '{colab.folder}')"
    *_, kept, _, again = colab.execute(
        colab.start, gone, "acc = 0.5\n%keep first", back, "acc = 0.6\n%keep second"
    )
    assert "+ first acc=0.5" in kept
    assert "recorded, but" in kept
    assert "Traceback" not in kept
    assert again.startswith("+ second")
    pull(begun, colab)
    assert {row["id"] for row in begun.json("list")} == {"first", "second"}


def test_in_a_clone_the_record_is_that_of_the_repository(colab: Colab) -> None:
    clone = Project.create(colab.content / "repo")
    laptop = Project.create(colab.content.parent / "laptop").begin()
    started, kept = colab.execute(colab.start, "acc = 0.5\n%keep first")
    assert f"recording in {clone.top};" in started
    assert kept.startswith("+ first")
    assert [row["id"] for row in clone.json("list")] == ["first"]
    pull(laptop, colab)
    assert [row["id"] for row in laptop.json("list")] == ["first"]


def test_the_page_tells_the_name_the_headings_and_what_was_shown(
    colab: Colab, begun: Project
) -> None:
    book = nbformat.v4.new_notebook(metadata={"colab": {"name": "数字.ipynb"}})
    printed = nbformat.v4.new_output("stream", name="stdout", text="acc: 0.857\n")
    trained = nbformat.v4.new_code_cell("FILTERS = 10\nprint('nothing')", outputs=[printed])
    book.cells = [nbformat.v4.new_markdown_cell("## Model"), trained]
    colab.shown.write_text(nbformat.writes(book))
    # What was shown before our extension is on the page alone: IPython of Colab remembers nothing.
    forget = "import google.colab\nget_ipython().history_manager.outputs.clear()"
    *_, kept, _ = colab.execute(
        trained.source, forget, colab.start, "%keep first", "gitexp.log(loss=0.5)"
    )
    assert kept.startswith("+ first acc=0.857")
    pull(begun, colab)
    (snapshot,) = begun.json("show", "first")["snapshots"]
    assert begun.git("ls-tree", "--name-only", "-z", snapshot["commit"]) == "数字.ipynb\0"
    begun.exp("filter", "add", "model", "数字.ipynb#Model", "--at", snapshot["commit"])
    assert "FILTERS = 10" in begun.exp("excerpt", "first", "--filter", "model")
    (second,) = [each for each in begun.json("list") if each["id"] != "first"]
    (snapshot,) = begun.json("show", second["id"])["snapshots"]
    assert begun.git("ls-tree", "--name-only", "-z", snapshot["commit"]) == "数字.ipynb\0"


def test_a_page_that_answers_nonsense_changes_nothing(colab: Colab, begun: Project) -> None:
    for answer in ('{"metadata": {}}', '{"metadata": {"colab": {"name": "../../x\\u0007"}}}', "[]"):
        colab.shown.write_text(answer)
        kept = colab.execute("import google.colab", colab.start, "FILTERS = 10", "%keep same")[-1]
        assert "same" in kept
        assert "Traceback" not in kept
    pull(begun, colab)
    for snapshot in begun.json("show", "same")["snapshots"]:
        tree = begun.git("ls-tree", "--name-only", snapshot["commit"])
        assert tree.strip() == "session.ipynb"
