"""Names and texts from a remote reach a terminal, a program or a page as text and nothing else."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.hostile.evil import CONTROLS, EVIL, Live, steering
from tests.hostile.remote import Leaf, Remote, event_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.project import Project

SHA = "ab" * 32
COMMIT = "1" * 40


def tell_everywhere(remote: Remote) -> None:
    """Add an event of each kind with each evil text in each field. Some of them are no events."""
    number = 100
    everywhere: list[dict[str, Any]] = [
        {"kind": "note", "exp": ["EVIL"]},
        {"kind": "new", "parent": "EVIL"},
        {"kind": "new", "exp": ["EVIL"]},
        {"kind": "rename", "to": "EVIL"},
        {"kind": "metric", "name": "EVIL", "value": "0.5"},
        {"kind": "metric", "name": "acc", "value": "EVIL"},
        {"kind": "image", "path": f"images/ab/{SHA}.png", "name": "EVIL", "width": 4, "height": 3},
        {"kind": "series", "path": f"data/ab/{SHA}.json", "name": "EVIL", "tags": ["EVIL"]},
        {"kind": "tag", "add": ["EVIL"], "remove": ["EVIL"]},
        {"kind": "filter", "name": "EVIL", "rules": ["layers.py"]},
        {"kind": "filter", "name": "f", "rules": ["EVIL"]},
        {"kind": "filter", "name": "g", "rules": ["layers.py@line1"], "stop": ["EVIL"]},
        {"kind": "correction", "targets": [], "metrics": [["EVIL", "1", False, False]]},
        {"kind": "topic", "name": "EVIL", "exp": []},
        {"kind": "topic", "name": "t", "match": "EVIL", "to": "EVIL", "exp": []},
        {"kind": "topic", "name": "t", "ids": ["EVIL"], "query": "EVIL", "exp": []},
        {"kind": "link", "commit": "EVIL"},
        {"author": "EVIL", "replica": "EVIL", "source": "EVIL", "passage": "EVIL"},
        {"kind": "EVIL"},
    ]
    for evil in EVIL:
        for shape in everywhere:
            number += 1
            values = json.loads(json.dumps(shape).replace('"EVIL"', json.dumps(evil)))
            at = f"2019-06-12T15:33:{number % 60:02d}+09:00"
            text = f"{evil} #{evil} [[{evil}]]\n{evil}"
            remote.add_event(event_file(text, **{"lamport": number, "at": at, **values}))
    curves = {evil: {"step": [0, 1], "value": [0.5, 0.25]} for evil in EVIL}
    remote.add_file(["data", "ab", f"{SHA}.json"], Leaf(json.dumps(curves).encode()))
    remote.add_file(["images", "ab", f"{SHA}.png"], Leaf(b"no picture"))
    for evil in CONTROLS:
        if "\0" not in evil:
            remote.add_file(["log", "2019-06", "12", evil], Leaf(b"x"))


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Project:
    top = tmp_path_factory.mktemp("names")
    remote = Remote.create(top / "remote")
    tell_everywhere(remote)
    remote.commit()
    made = remote.clone(top / "victim")
    made.exp("init")
    return made


READING = [
    *(["list"], ["status"], ["journal", "--ids"], ["journal", "--topic", "t"], ["show", "t1"]),
    *(["topic"], ["topic", "t"], ["topic", "suggest"], ["filter", "list"], ["filter", "show", "g"]),
    *(["search", "window"], ["search", "acc>0"], ["similar", "t1"], ["lineage", "t1"]),
    *(["compare", "t1", "CON"], ["image", "list"], ["series", "list", "t1"], ["snapshot", "list"]),
    *(["excerpt", "t1"], ["diff", "t1", "HEAD"], ["log"], ["log", "--experiments"]),
]


@pytest.mark.parametrize("verb", READING, ids=" ".join)
def test_nothing_steers_a_terminal(victim: Project, verb: list[str]) -> None:
    ran = victim.run(*verb)
    assert "mistake" not in ran.err
    assert "Traceback" not in ran.err
    assert steering(ran.out + ran.err) == set()
    assert steering(victim.typed(*verb, TERM="xterm", PAGER="cat"), colours=True) <= {"\r"}


@pytest.mark.parametrize("verb", READING, ids=" ".join)
def test_json_says_the_same_in_plain_letters(victim: Project, verb: list[str]) -> None:
    ran = victim.run(*verb, "--json")
    assert steering(ran.out + ran.err) == set()
    if ran.code == 0:
        json.loads(ran.out)


def test_json_keeps_every_text_to_the_letter(victim: Project) -> None:
    texts = "".join(entry["text"] for entry in victim.json("journal"))
    for evil in EVIL:
        if "\r" not in evil:
            assert evil in texts


def test_a_name_that_a_person_gives_is_no_better(begun: Project, tmp_path: Path) -> None:
    from tests.png import write_png

    begun.exp("new", "a")
    for number, evil in enumerate(("\x1b[31m", "\x9b31m", "\u202egnp", "two\nlines")):
        picture = write_png(tmp_path / f"{number}{evil}.png")
        assert steering(begun.exp("image", "add", "a", str(picture))) == set()
        begun.exp("note", "a", "-m", f"![]({picture})")
        (tmp_path / f"{evil}.csv").write_text(f"step,{evil.strip()}\n0,1\n1,2\n", encoding="utf-8")
        assert steering(begun.exp("series", "add", "a", str(tmp_path / f"{evil}.csv"))) == set()
        for verb in (["tag", "a", evil], ["rename", "a", evil], ["new", evil], ["use", evil]):
            assert steering(begun.fails(*verb, code=1 if verb[0] == "use" else 2)) == set()
        for verb in (["filter", "add", evil, "layers.py"], ["topic", "add", evil]):
            assert steering(begun.fails(*verb, code=2)) == set()
    names = [image["name"] for image in begun.experiment("a")["images"]]
    assert len(names) == 1 or steering("".join(names)) == set()
    assert begun.json("status")["broken"] == []


def test_a_name_in_latin_1_is_recorded(begun: Project, tmp_path: Path) -> None:
    from tests.png import write_png

    begun.exp("new", "a")
    picture = write_png(tmp_path / "plain.png").rename(tmp_path / "caf\udce9.png")
    said = begun.exp("image", "add", "a", str(picture))
    assert "caf\ufffd.png" in said
    assert begun.experiment("a")["images"][0]["name"] == "caf\ufffd.png"
    begun.exp("note", "a", "-m", "caf\udce9")
    for verb in (["new", "caf\udce9"], ["tag", "a", "caf\udce9"], ["rename", "a", "caf\udce9"]):
        begun.fails(*verb, code=2)
    for verb in (["show", "caf\udce9"], ["topic", "caf\udce9"], ["use", "caf\udce9"]):
        begun.fails(*verb)
    assert begun.json("status")["broken"] == []


def test_notes_beside_commits_are_plain(victim: Project) -> None:
    code = victim.git("rev-parse", "HEAD")
    victim.exp("new", "t7", "--no-snapshot")
    victim.exp("metric", "t1", "acc=0.7")
    said = victim.git("notes", "--ref=gitexp", "show", code)
    assert re.search("^exp CON acc=0.7 ", said, re.MULTILINE)  # what t1 was renamed to at last
    assert steering(said) == set()
    assert steering(victim.git("log", "--format=%B", "-5", "gitexp")) == set()


def test_pages_and_export_run_nothing(victim: Project) -> None:
    victim.exp("export", "site", "--filter", "model")
    pages = list((victim.top / "site").rglob("*.html"))
    assert len(pages) > 5
    for path in pages:
        assert Live(path.read_text(encoding="utf-8")).found == [], path
    for path in (victim.top / "site/data").iterdir():
        text = path.read_text(encoding="utf-8")
        assert "</script" not in text.lower()
        script = text[text.index("(") + 1 : text.rindex(")")]
        values = json.loads(script.replace("\\!--", "!--"))
        for value in values.values() if isinstance(values, dict) else ():
            for inner in value if isinstance(value, list) else [value]:
                assert Live(inner if isinstance(inner, str) else "").found == [], path
    victim.exp("pages")
    victim.git("fsck", "--strict")
    names = victim.git("ls-tree", "-r", "-z", "--name-only", "gitexp:pages").split("\0")
    assert steering("".join(names)) == set()
