"""The docs say what the commands do: docs/commands.md is their help, and the README's commands run.

``python -m tests.cli.test_docs`` writes docs/commands.md anew.
"""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Any

import click
from PIL import Image

from gitexp.cli.clicked import cli
from gitexp.cli.verbs import VERBS
from tests.clones import add_remote
from tests.pages import find_examples
from tests.project import ROOT, Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


COMMANDS = ROOT / "docs" / "commands.md"
HEAD = """# Commands

`git exp -h` lists them, `git exp VERB -h` prints what stands here. Any unambiguous prefix of an id works,
`#5` and `-3` are places in the list, and `HEAD` or a commit means the experiment that is tied to it.
"""


def list_helps(
    command: click.Command, parent: click.Context, name: str
) -> Iterator[tuple[str, str]]:
    context = click.Context(
        command,
        parent=parent,
        info_name=name,
        terminal_width=100,
        help_option_names=["-h", "--help"],
    )
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            child = command.get_command(context, sub)
            assert child is not None
            yield from list_helps(child, context, sub)


def write_page() -> str:
    root = click.Context(cli, info_name="git exp", terminal_width=100)
    parts = [HEAD]
    for verb in VERBS:
        command = cli.get_command(root, verb)
        assert command is not None
        parts += [
            f"## {path}\n\n```text\n{text}\n```\n" for path, text in list_helps(command, root, verb)
        ]
    return "\n".join(parts)


def test_the_page_of_commands_is_their_help() -> None:
    assert COMMANDS.read_text(encoding="utf-8") == write_page(), (
        "python -m tests.cli.test_docs writes it anew"
    )


def read_readme_commands() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    use = text[text.index("## Use it") : text.index("## More")]
    lines = re.findall(r"^    (git .*?)(?:\s{3,}#.*|\s+# .*)?$", use, re.MULTILINE)
    assert len(lines) > 10
    return lines


def test_the_commands_of_the_readme_run(project: Project, tmp_path: Path) -> None:
    add_remote(project, tmp_path / "remote.git")
    project.git("push", "-q", "origin", "main")
    project.exp("new", "plain_gru")
    Image.new("RGB", (4, 4)).save(project.top / "loss.png")
    project.write("train.py", "print('acc 0.7')\n")
    run_readme_commands(project)


def test_the_commands_of_the_readme_run_in_the_demos_folder(tmp_path: Path) -> None:
    Project(tmp_path).exp("demo", "demo")
    demo = Project(tmp_path / "demo")
    notebook = (demo.top / "train.ipynb").read_text(encoding="utf-8")
    demo.write("train.ipynb", notebook.replace("tcn_level6_drop02", "tcn_level8"))
    run_readme_commands(demo)
    assert demo.experiment("tcn_level8")


def run_readme_commands(project: Project) -> None:
    """Run each command of the README's tour; all must succeed."""
    for line in read_readme_commands():
        words = shlex.split(line)
        if words[:2] == ["git", "exp"]:
            ran = project.run(*words[2:])
            assert ran.code == 0, (line, ran.err)
        else:
            project.git(*words[1:])


def test_the_commands_of_the_diarys_page_run_and_print_what_it_says(begun: Project) -> None:
    begun.write(
        "log.md",
        "### 2019/06/23\nplain_gru_1 acc 0.4\n\n### 2019/06/24\nTCN を読む\nplain_gru_2 acc 0.5\n",
    )
    begun.write("runs.csv", "name,acc\nold_1,0.3\n")
    examples = find_examples("diary.md")
    assert len(examples) > 20
    for example in examples:
        words = shlex.split(example.command)
        if words[:2] == ["git", "config"]:
            begun.git(*words[1:])
            continue
        ran = begun.run(*words[2:])
        assert ran.code == 0, (example.command, ran.err)
        example.check_printed(ran.out.splitlines())


JSON_VERBS = (
    "list",
    "show tcn_same",
    "compare plain_gru tcn_same",
    "lineage tcn_same",
    "excerpt tcn_same",
    "diff plain_gru tcn_same",
    "log",
    "filter list",
    "filter names train.ipynb",
    "filter suggest",
    "table",
    "plot",
    "image list",
    "series list tcn_same",
    "snapshot list",
    "status",
    "journal",
    "search tcn",
    "similar tcn_same",
    "topic list",
    "topic show tcn",
    "topic suggest",
    "doctor",
)


def find_fields(value: Any) -> set[str]:
    """Return the names of all fields in a value of JSON, without those that are names or steps."""
    fields: set[str] = set()
    if isinstance(value, list):
        for element in value:
            fields |= find_fields(element)
    elif isinstance(value, dict):
        for name, element in value.items():
            fields.add(name)
            is_by_name = name in ("metrics", "settings", "not_finite") and isinstance(element, dict)
            fields |= set() if is_by_name else find_fields(element)
    return fields


def test_the_page_of_json_names_each_field_that_is_printed(tmp_path: Path) -> None:
    Project(tmp_path).exp("demo", "demo")
    demo = Project(tmp_path / "demo")
    demo.git("config", "gitexp.nonsense", "1")  # for the doctor
    demo.write("log.csv", "epoch,loss\n1,0.5\n2,nan\n3,0.3\n")
    demo.exp("series", "add", "tcn_same", "log.csv")
    named = set(re.findall(r"`(\w+)`", (ROOT / "docs" / "json.md").read_text(encoding="utf-8")))
    for words in JSON_VERBS:
        printed = json.loads(demo.run(*words.split(), "--json").out)
        assert printed, words
        assert find_fields(printed) <= named, words


if __name__ == "__main__":
    COMMANDS.write_text(write_page(), encoding="utf-8")
