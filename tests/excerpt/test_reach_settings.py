"""Reach takes in the settings files that kept code names, as guesses."""

from __future__ import annotations

from gitexp.excerpt.scope.doubt import Doubt
from tests.excerpt.test_reach import check

CONF = "+train:\n+  lr: 0.1"


def test_a_file_that_kept_code_opens() -> None:
    result = check(
        {
            "m.py": """
                +import yaml
                +def load():
                +    with open("conf.yaml") as file:
                +        return yaml.safe_load(file)
                 def other(): return open("other.json")
                +def train(): return load()["train"]["lr"]
            """,
            "conf.yaml": CONF,
            "other.json": ' {"lr": 1}',
        },
        "m.py@train",
    )
    assert result.guesses["conf.yaml"] == ((0, 2),)
    (reason,) = result.explain("conf.yaml")
    assert reason.chain == ("train", "load", "conf.yaml")
    assert reason.doubt is Doubt.OPENED
    assert reason.line_count == 2


def test_defaults_of_options_and_files_beside_the_code() -> None:
    files: dict[str, str | list[str]] = {
        "src/m.py": """
            +import argparse
            +from omegaconf import OmegaConf
            +parser = argparse.ArgumentParser()
            +parser.add_argument("--config", default="./base.toml")
            +CFG = OmegaConf.load("configs/train.yaml")
            +def train(): return CFG.lr, parser.parse_args()
        """,
        "src/base.toml": "+lr = 0.1",
        "configs/train.yaml": "+lr: 0.1",
    }
    check(files, "src/m.py@train")


def test_what_is_no_settings_file_of_the_repository() -> None:
    files: dict[str, str | list[str]] = {
        "m.py": """
            +def train():
            +    json_in("see conf.yaml"), open(f"{x}.yaml"), glob("*.yaml"), open("/etc/a.ini")
            +    return open("gone.yaml"), open("large.json"), open("../up.yaml")
        """,
        "conf.yaml": " a: 1",
        "large.json": "\n".join(" 1" for _ in range(400)),
    }
    check(files, "m.py@train")


def test_a_file_that_is_to_be_left_out() -> None:
    files: dict[str, str | list[str]] = {
        "m.py": '+def train(): return open("c/conf.yaml")',
        "c/conf.yaml": " a: 1",
    }
    assert check(files, "m.py@train", stop=["conf.yaml"]).stopped == ("conf.yaml",)
    assert check(files, "m.py@train", stop=["c/conf.yaml"]).stopped == ("c/conf.yaml",)


def test_the_settings_of_hydra() -> None:
    files: dict[str, str | list[str]] = {
        "src/m.py": """
            +import hydra
            +from hydra import compose
            +@hydra.main(version_base=None, config_path="../conf", config_name="config")
            +def train(cfg): return compose(config_name="other.yaml")
        """,
        "conf/config.yaml": "+lr: 0.1",
        "src/other.yaml": "+lr: 0.1",
        "config.yaml": " lr: 0.2",
    }
    check(files, "src/m.py@train")
