"""Settings of kept code: what is read as one, under which name, and how a renamed one goes on."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest
from hypothesis import given, strategies as st

from gitexp.excerpt.cut import Excerpt, FileExcerpt, Span
from gitexp.excerpt.settings.command import apply_command, read_command_values
from gitexp.excerpt.settings.find import find_settings
from gitexp.excerpt.settings.renames import follow_renames
from gitexp.excerpt.settings.setting import NamedValue, Setting, format_values, gather_settings
from gitexp.excerpt.source import read_source


def cut_whole(path: str, text: str) -> Excerpt:
    lines = tuple(dedent(text).strip("\n").split("\n"))
    return Excerpt((FileExcerpt(path, lines, (Span(0, len(lines)),)),))


def read_values(text: str, path: str = "train.py") -> dict[str, str]:
    """Return the settings of a text as the table shows them."""
    settings = find_settings(cut_whole(path, text)).settings
    return {name: str(setting) for name, setting in settings.items()}


def make_version(**values: str) -> dict[str, Setting]:
    names = {name.replace("__", "."): value for name, value in values.items()}
    return {name: Setting(name, (value,)) for name, value in names.items()}


@pytest.mark.parametrize(
    ("code", "settings"),
    [
        ("FILTERS = 50", {"FILTERS": "50"}),
        ("LR: float = 1e-3", {"LR": "0.001"}),
        ("BATCH = 2 ** 5", {"BATCH": "2 ** 5"}),
        ("a, b = 1, 'two'", {"a": "1", "b": "two"}),
        ("SIZES = [3, 5]", {"SIZES": "[3, 5]"}),
        ("encoder = encoder_TCN", {"encoder": "encoder_TCN"}),
        ("config.lr = 0.1", {"config.lr": "0.1"}),
        (
            "config = {'lr': 0.1, 'net': {'depth': 3}}",
            {"config.lr": "0.1", "config.net.depth": "3"},
        ),
        ("config = dict(lr=0.1)", {"config.lr": "0.1"}),
        (
            "groups = [dict(decay=0.1), dict(decay=0.2)]\nconfig = dict(lr=1, net=dict(depth=3))",
            {"dict.decay": "0.1, 0.2", "config.lr": "1", "config.net.depth": "3"},
        ),
        (
            "Trainer(args={'lr': 0.1}, other=dict(depth=3))\nAdam([{'decay': 0.2}])",
            {"Trainer.args.lr": "0.1", "Trainer.other.depth": "3", "dict.decay": "0.2"},
        ),
        ("def create_model(x, filters=50): pass", {"create_model.filters": "50"}),
        ("async def run(*, seed=1): pass", {"run.seed": "1"}),
        ("class Config:\n    lr: float = 0.1", {"Config.lr": "0.1"}),
        (
            "class Net:\n    def __init__(self):\n        self.rate = 0.5",
            {"Net.__init__.rate": "0.5"},
        ),
        (
            "def encoder(x):\n    return layers.Conv1D(128, kernel_size=5)(x)",
            {"encoder.Conv1D.1": "128", "encoder.Conv1D.kernel_size": "5"},
        ),
        ("Dense(1, activation=tf.nn.relu)", {"Dense.1": "1", "Dense.activation": "tf.nn.relu"}),
        ("parser.add_argument('-b', '--batch-size', default=32)", {"batch_size": "32"}),
        ("@click.option('--lr', default=0.1)\ndef main(lr): pass", {"lr": "0.1"}),
        ("parser.set_defaults(lr=0.2)", {"lr": "0.2"}),
        ("x = f(3)\nx = f(3)\nx = f(1)", {"f.1": "3 x2, 1"}),
    ],
)
def test_what_is_a_setting(code: str, settings: dict[str, str]) -> None:
    assert read_values(code) == settings


@pytest.mark.parametrize(
    "code",
    [
        "steps = samples // batch",  # it follows from others
        "def run(x, size):\n    y = x\n    n = size.width\n    return f(y, size=n)",
        "def run(depth):\n    return Net(depth=depth)",
        "print('epoch', 1)",
        "log.info('start')",
        f"TEXT = '{'a' * 200}'",
        "TEXT = 'red\\x1b[31m'",
        "model = build()",
    ],
)
def test_what_is_none(code: str) -> None:
    assert read_values(code) == {}


def test_cells_with_magics_are_read() -> None:
    code = "%matplotlib inline\n!pip install x\nFILTERS = 50"
    assert read_values(code, "train.ipynb") == {"FILTERS": "50"}


def test_a_cell_that_is_no_python_hides_no_other() -> None:
    cells = ["LR = 0.1", "def show(", "%%bash\nEPOCHS=3", "UNITS = 64"]
    found = find_settings(cut_notebook(cells))
    assert list(found.settings) == ["LR", "UNITS"]
    assert found.unread == ("train.ipynb",)
    assert find_settings(cut_notebook(["LR = 0.1", "%%bash\nif true"])).unread == ()


def cut_notebook(texts: list[str]) -> Excerpt:
    """Return the excerpt of a whole notebook with code cells."""
    cells = [{"cell_type": "code", "metadata": {}, "source": text} for text in texts]
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
    source = read_source("train.ipynb", json.dumps(notebook).encode())
    span = Span(0, len(source.lines))
    return Excerpt((FileExcerpt("train.ipynb", source.lines, (span,), source.notebook_cells),))


def test_lines_inside_a_function_are_read_alone() -> None:
    lines = ("def f():", "    rate = 0.5", "    size = 3")
    excerpt = Excerpt((FileExcerpt("a.py", lines, (Span(1, 3),)),))
    assert list(find_settings(excerpt).settings) == ["rate", "size"]


def test_only_kept_lines_are_read() -> None:
    lines = ("A = 1", "B = 2")
    excerpt = Excerpt((FileExcerpt("a.py", lines, (Span(1, 2),)),))
    assert list(find_settings(excerpt).settings) == ["B"]


def test_a_file_that_cannot_be_read_is_named() -> None:
    found = find_settings(cut_whole("a.py", "A = (1"))
    assert found.settings == {}
    assert found.unread == ("a.py",)
    assert find_settings(cut_whole("a.yaml", "a: [1")).unread == ("a.yaml",)
    assert find_settings(cut_whole("readme.txt", "A = (1")).unread == ()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("conf.yaml", "train:\n  lr: 0.1\n  sizes: [3, 5]\nname: 実験"),
        ("conf.json", '{"train": {"lr": 0.1, "sizes": [3, 5]}, "name": "実験"}'),
        ("conf.toml", 'name = "実験"\n[train]\nlr = 0.1\nsizes = [3, 5]'),
    ],
)
def test_settings_files_are_read_by_key_path(path: str, text: str) -> None:
    values = read_values(text, path)
    assert values == {"train.lr": "0.1", "train.sizes": "3, 5", "name": "実験"}


def test_ini_files_are_read_by_section() -> None:
    assert read_values("[train]\nlr = 0.1\n", "conf.ini") == {"train.lr": "0.1"}


def test_gin_and_env_files_are_read_by_line() -> None:
    gin = "import models\ntrain.lr = 0.1  # rate\nNet.sizes = [\n    1,\n    2]\nDNN:\n  act = @relu\n"
    assert read_values(gin, "a.gin") == {
        "train.lr": "0.1",
        "Net.sizes": "[ 1, 2]",
        "DNN.act": "@relu",
    }
    env = "# NOT=1\nLR=0.1 # rate\nexport NAME='a # b'\n"
    assert read_values(env, ".env") == {"LR": "0.1", "NAME": "a # b"}


def test_defaults_of_hydra_are_named_by_their_groups() -> None:
    text = (
        "defaults:\n  - model: resnet\n  - optimizer: adam\n  - _self_\nrows:\n  - a: 1\n  - a: 2\n"
    )
    assert read_values(text, "conf.yaml") == {
        "defaults.model": "resnet",
        "defaults.optimizer": "adam",
        "rows.1.a": "1",
        "rows.2.a": "2",
    }


def test_a_key_that_was_cut_out_of_json_is_read() -> None:
    lines = ('{"train": {', '  "lr": 0.1,', '  "decay": 1', "}}")
    excerpt = Excerpt((FileExcerpt("a.json", lines, (Span(1, 2),)),))
    assert {name: str(value) for name, value in find_settings(excerpt).settings.items()} == {
        "lr": "0.1"
    }


def test_many_values_are_cut() -> None:
    assert format_values(("5", "5", "3")) == "5 x2, 3"
    assert format_values(tuple("1234567890")) == "1, 2, 3, 4, 5, 6, …"


def test_a_renamed_setting_goes_on_under_its_newest_name() -> None:
    versions = [
        make_version(FILTERS="50", LR="0.1"),
        make_version(N_FILTERS="50", LR="0.1"),
        make_version(N_FILTERS="10", LR="0.1"),
    ]
    followed = follow_renames(versions)
    values = [[version["N_FILTERS"].values, version["LR"].values] for version in followed]
    assert values == [[("50",), ("0.1",)], [("50",), ("0.1",)], [("10",), ("0.1",)]]
    assert all(len(version) == 2 for version in followed)


def test_a_moved_setting_goes_on_with_another_value() -> None:
    followed = follow_renames(
        [make_version(encoder__Conv__size="3"), make_version(block__Conv__size="5")]
    )
    assert [list(version) for version in followed] == [["block.Conv.size"]] * 2


def test_two_settings_that_stand_side_by_side_stay_two() -> None:
    versions = [
        make_version(A="1", B="1"),
        make_version(B="1", C="1"),
        make_version(A="1", C="1"),
        make_version(A="1", B="1", C="1"),
    ]
    assert [set(version) for version in follow_renames(versions)] == [
        {"A", "B"},
        {"B", "C"},
        {"A", "C"},
        {"A", "B", "C"},
    ]


def test_what_fits_two_names_is_followed_to_none() -> None:
    versions = [make_version(A="1"), make_version(B="1", C="1")]
    assert [set(version) for version in follow_renames(versions)] == [{"A"}, {"B", "C"}]


NAMES = st.sampled_from(["A", "B", "f.A", "f.g.A", "f.B", "C"])
VERSIONS = st.lists(st.dictionaries(NAMES, st.sampled_from("123"), max_size=5), max_size=6)


@given(VERSIONS)
def test_following_loses_and_invents_no_value(raw: list[dict[str, str]]) -> None:
    versions = [
        {name: Setting(name, (value,)) for name, value in version.items()} for version in raw
    ]
    for version, followed in zip(versions, follow_renames(versions), strict=True):
        before = sorted(setting.values for setting in version.values())
        after = sorted(setting.values for setting in followed.values())
        assert before == after


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("python train.py --lr 0.1", {"lr": "0.1"}),
        ("python train.py --learning-rate=1e-3 -b 32", {"learning_rate": "0.001", "b": "32"}),
        ("python -m train --amp --seed 3", {"amp": "True", "seed": "3"}),
        ("python train.py --shift -0.5 data/x.csv", {"shift": "-0.5"}),
        ("python train.py train.lr=0.1 +model/size=9", {"train.lr": "0.1", "model.size": "9"}),
        ("./train.sh --name 残差 --note a=b", {"name": "残差", "note": "True", "a": "b"}),
        ("train", {}),
    ],
)
def test_options_of_a_command_line(line: str, values: dict[str, str]) -> None:
    assert dict(read_command_values(line.split())) == values


def test_an_option_takes_the_place_of_its_default() -> None:
    code = gather_settings([NamedValue("lr", "0.1"), NamedValue("train.size", "8")])
    applied = apply_command(code, ["train.py", "--lr", "0.2", "--size", "9", "--depth", "3"])
    assert {name: setting.values for name, setting in applied.items()} == {
        "lr": ("0.2",),
        "train.size": ("9",),
        "run.depth": ("3",),
    }


def test_an_option_that_could_be_two_settings_is_none_of_them() -> None:
    code = gather_settings([NamedValue("a.lr", "1"), NamedValue("b.lr", "2")])
    applied = apply_command(code, ["train.py", "--lr", "3"])
    assert [setting.values for setting in applied.values()] == [("1",), ("2",), ("3",)]
