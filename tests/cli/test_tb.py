"""``git exp tb``, and the lines of docs/tensorboard.md."""

from __future__ import annotations

import io
import shlex
import shutil
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.util.tensor_util import make_tensor_proto

from tests.event_files import make_summary, write_events, write_scalars, write_simple_values
from tests.pages import find_examples
from tests.pictures import run_with_input

if TYPE_CHECKING:
    from tests.project import Project, Ran


def test_the_lines_of_the_page_run_and_print_what_it_says(begun: Project) -> None:
    write_log_of_page(begun)
    begun.write("train.py", 'LOG_DIR = "logs"\n')
    begun.exp("new", "tcn_filter10")
    Image.new("RGB", (64, 48)).save(begun.top / "loss.png")
    examples = find_examples("tensorboard.md")
    assert len(examples) == 10
    for example in examples:
        words = shlex.split(example.command)
        if words[1] == "config":
            begun.git(*words[1:])
            continue
        if words[2] == "note":
            write_log_of_page(begun)  # the next trial has run
        ran = run_words(begun, words[2:])
        assert (ran.code, ran.err) == (0, ""), example.command
        example.check_printed(ran.out.splitlines())


def write_log_of_page(project: Project) -> None:
    """Write the log of a trial in place of the one before."""
    shutil.rmtree(project.top / "logs", ignore_errors=True)
    losses = [1.0, 0.25, 0.5]
    write_scalars(project.top / "logs/train", {"epoch_loss": losses, "lr": [0.1, 0.1, 0.01]})
    write_scalars(project.top / "logs/validation", {"epoch_loss": losses})


def run_words(project: Project, words: list[str]) -> Ran:
    """Run a verb, with a file as its standard input where the words say so."""
    if "<" not in words:
        return project.run(*words)
    *arguments, _, name = words
    return run_with_input(project, (project.top / name).read_bytes(), *arguments)


def test_what_is_shown_stays_when_the_log_is_gone(begun: Project) -> None:
    steps = [1 / (step + 1) for step in range(3000)]
    write_simple_values(begun.top / "runs/学習", {"Loss/train": steps, "Loss/val": steps})
    begun.exp("new", "a1")
    begun.exp("tb", "runs")
    shutil.rmtree(begun.top / "runs")
    experiment = begun.experiment("a1")
    assert {metric["name"]: metric["value"] for metric in experiment["metrics"]} == {
        "学習/Loss/val": "0.000333333"
    }
    curves = begun.json("series", "list", "a1", "--json")
    assert [curve["tag"] for curve in curves] == ["学習/Loss/train", "学習/Loss/val"]
    for curve in curves:
        assert len(curve["steps"]) == 500
        assert (max(curve["values"]), min(curve["values"])) == (1.0, pytest.approx(1 / 3000))


def test_time_is_counted_from_the_beginning_of_the_log(begun: Project) -> None:
    write_simple_values(begun.top / "logs/a", {"loss": [1, 2, 3]}, seconds=60)
    begun.exp("new", "a1")
    begun.exp("tb", "logs", "--xaxis", "wall")
    (curve,) = begun.json("series", "list", "a1", "--json")
    assert curve["steps"] == [0.0, 60.0, 120.0]


def test_pictures_and_texts_are_taken_and_no_metric_is_read_in_a_text(begun: Project) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (5, 4)).save(picture, "PNG")
    png = picture.getvalue()
    as_image = Summary.Image(height=4, width=5, encoded_image_string=png)
    plugin = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
    arguments = make_tensor_proto([b"acc 0.99 #no_tag\napi_key = 'sk-proj-abcdefghijklmnopqrstuv'"])
    events = [
        make_summary(3, tag="層/0", image=as_image),
        make_summary(1, tag="broken", image=Summary.Image(encoded_image_string=b"no picture")),
        make_summary(2, tag="args", tensor=arguments, metadata=plugin),
    ]
    write_events(begun.top / "logs", events)
    begun.exp("new", "a1")
    ran = begun.run("tb", "a1", "logs")
    assert (ran.code, ran.out) == (0, "· a1\n· a1 層-0 step 3.png 5x4\n")
    assert "'broken' is no readable picture" in ran.err
    experiment = begun.experiment("a1")
    assert [image["name"] for image in experiment["images"]] == ["層-0 step 3.png"]
    assert (experiment["metrics"], experiment["tags"]) == ([], [])
    shown = begun.exp("show", "a1")
    assert "acc 0.99 #no_tag" in shown
    assert "sk-proj-abcdefghij" not in shown


def test_a_log_read_again_adds_only_what_is_new(begun: Project) -> None:
    write_simple_values(begun.top / "logs", {"val_acc": [0.5, 0.75]})
    begun.exp("new", "a1")
    begun.exp("tb", "a1", "logs")
    first = begun.experiment("a1")
    begun.exp("tb", "a1", "logs")
    assert begun.experiment("a1") == first
    shutil.rmtree(begun.top / "logs")
    write_simple_values(begun.top / "logs", {"val_acc": [0.5, 0.75, 0.7]})
    begun.exp("tb", "a1", "logs")
    values = {metric["name"]: metric["value"] for metric in begun.experiment("a1")["metrics"]}
    assert values == {"val_acc": "0.7", "val_acc_best": "0.75"}


def test_what_is_lost_is_said(begun: Project) -> None:
    file = write_simple_values(begun.top / "logs", {"loss": [3, 2, 1]})
    file.write_bytes(file.read_bytes()[:-5])
    begun.exp("new", "a1")
    ran = begun.run("tb", "a1", "logs")
    assert "loss=2" in ran.out
    assert f"git exp: {file.name}: the last record is cut off" in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("a1", "missing"), "missing' cannot be read: No such file"),
        (("a1", "empty"), "empty' (event files are named *tfevents*)"),
        (("a1", "logs", "--tags", "nope"), "logs' (tags are chosen by --tags)"),
        (("a1", "logs", "--tags", "("), "--tags is no regular expression"),
        (("a1", "logs", "--xaxis", "day"), "there is no axis 'day'"),
        (("a1",), "no log folder is named"),
        (("a1", "logs", "logs"), "more than one log folder"),
        (("b2", "logs"), "no experiment 'b2'"),
    ],
)
def test_errors_are_a_line(begun: Project, words: tuple[str, ...], said: str) -> None:
    write_simple_values(begun.top / "logs", {"loss": [3, 2, 1]})
    (begun.top / "empty").mkdir()
    begun.exp("new", "a1")
    ran = begun.run("tb", *words)
    assert ran.code
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_the_log_folder_in_the_code_is_the_one_that_changed_last(begun: Project) -> None:
    write_simple_values(begun.top / "old", {"loss": [3]})
    write_simple_values(begun.top / "src/new", {"loss": [2]})
    begun.write("a.py", 'LOG = "old"\n')
    begun.write("src/b.py", 'LOG = "gone"\nLOG = "new"\n# LOG = "old"\n')
    begun.git("config", "gitexp.logdirPattern", 'LOG = "([^"]+)"')
    begun.exp("new", "a1")
    assert "loss=2" in begun.exp("tb")
    begun.git("config", "gitexp.logdirPattern", "LOG")
    assert "config gitexp.logdirPattern has no group" in begun.run("tb").err
