"""A record of years for the benchmarks: experiments with parents, code, metrics, pictures and a diary in two languages.

``python -m tests.bench.years FOLDER [EXPERIMENTS]`` makes one to look around in. Written by ``git fast-import``: the
record's own doors would fsync every object.
"""

from __future__ import annotations

import hashlib
import io
import os
import random
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, PngImagePlugin

from gitexp.model.event import Event, draft_event, encode_event
from gitexp.model.event.facts import ImageFact
from gitexp.record.record import Record
from gitexp.record.write.setup import begin_record
from gitexp.store.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

SEALED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Bench"),
    **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "bench@example.invalid"),
}
BEGAN = datetime(2015, 4, 1, 9, tzinfo=timezone(timedelta(hours=9)))
A_DAY = 10
_STEMS = ("convdec", "tcn", "gru", "lstm", "selfattn", "seq2seq", "conv1d", "residual")
_THOUGHTS = (
    "マスクのバグを直した。長い系列だけ精度が落ちる",
    "the loss falls faster, accuracy does not follow",
    "学習率を下げたら安定した。もう少し回す",
    "kernel 5 より 3 のほうがよい? seed を変えて確かめる",
    "dropout after every block; overfits less but learns slower #dropout",
    "エンコーダを入れ替えただけ。[[encoder]] の比較に使う",
    "looks like the one before, within noise",
    "前の結果は検証データの取り違えだった",
    "batch 256 does not fit; 128 it is",
    "語彙を減らしても変わらない #data",
)
_MODEL = [
    *(
        f"{name} = {value}\n"
        for name, value in (
            ("FILTERS", 50),
            ("KERNEL", 3),
            ("UNITS", 256),
            ("DROPOUT", 0.2),
            ("LEVELS", 4),
        )
    ),
    *(
        f"\n\ndef encoder_{name}(x, lengths):\n"
        + "".join(f"    x = layers.{name}_{step}(x, lengths, {step})\n" for step in range(10))
        + "    return x[:, -1]\n"
        for name in ("TCN", "GRU", "LSTM", "Conv", "SelfAttention", "Residual", "Plain", "Deep")
    ),
    "\n\ndef create_model(x):\n    return keras.Model(x, encoder_TCN(x, None))\n",
]


def years(
    top: Path, experiments: int = 10_000, *, pictures: int = 3, entries: int = 10, seed: int = 1
) -> Record:
    """Make the repository in ``top`` and index it: per experiment one version of the code, two metrics, pictures, entries.

    The same arguments make the same record. 10,000 experiments hold 150,000 events.
    """
    os.environ.update(SEALED)
    top.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=top, check=True)
    for name, value in (("gc.auto", "0"), ("gitexp.filter", "model")):
        subprocess.run(["git", "config", name, value], cwd=top, check=True)
    _import(top, _code(experiments, random.Random(seed)))
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=top, check=True)
    record = Record(Repository.discover(top))
    begin_record(record)
    commits = subprocess.run(
        ["git", "rev-list", "--reverse", "main"],
        cwd=top,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    _import(
        top, _journal(commits, pictures, entries, record.branch.author, random.Random(seed + 1))
    )
    record.refresh()
    return record


def _import(top: Path, stream: Iterator[bytes]) -> None:
    with subprocess.Popen(
        ["git", "fast-import", "--quiet", "--force"], cwd=top, stdin=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        for piece in stream:
            process.stdin.write(piece)
    assert process.returncode == 0


def _code(versions: int, chance: random.Random) -> Iterator[bytes]:
    """One commit a version on ``main``: each changes a few lines of model.py."""
    lines = "".join(_MODEL).splitlines(keepends=True)
    for number in range(versions):
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(len(lines))
            text = lines[place].rstrip("\n").split("  # ")[0]
            lines[place] = f"{text}  # {number}\n" if text.startswith("    x") else lines[place]
        lines[0] = f"FILTERS = {number}\n"
        yield _commit("refs/heads/main", number, f"trial {number}") + _file(
            "model.py", "".join(lines).encode()
        )


def _journal(
    commits: list[str], pictures: int, entries: int, author: str, chance: random.Random
) -> Iterator[bytes]:
    """The record branch: all events and pictures in one commit after its root."""
    yield _commit("refs/heads/gitexp", 0, "years of trials") + b"from refs/heads/gitexp^0\n"
    drawn = [_picture(number) for number in range(100)]
    lamport = 1
    rules = draft_event(
        "filter",
        BEGAN.isoformat(),
        (),
        {"name": "model", "rules": ["model.py"], "anchor": commits[0]},
    )
    names: list[str] = []
    for number, commit in enumerate(commits):
        name = f"{_STEMS[number % len(_STEMS)]}_filter{number % 97}_{number:05d}"
        parent = names[max(0, number - chance.choice((1, 1, 1, 2, 5, 20)))] if names else ""
        at = BEGAN + timedelta(days=number // A_DAY, minutes=45 * (number % A_DAY))
        files = [drawn[chance.randrange(len(drawn))] for _ in range(pictures)]
        words = [_words(name, turn, names, chance) for turn in range(entries)]
        for event, data in [
            *([(rules, b"")] if not names else []),
            *_trial(name, parent, commit, at, chance),
            *_pictures(name, at, files, number),
            *(
                (draft_event("note", _later(at, 1 + turn), (name,), text=text), b"")
                for turn, text in enumerate(words)
            ),
        ]:
            signed = event.sign(lamport, "klmnopqr", author)
            lamport += 1
            yield _file(signed.path, encode_event(signed))
            if isinstance(event.fact, ImageFact):
                yield _file(event.fact.path, data)
        names.append(name)


def _trial(
    name: str, parent: str, commit: str, at: datetime, chance: random.Random
) -> Iterator[tuple[Event, bytes]]:
    yield draft_event("new", at.isoformat(), (name,), {"parent": parent}), b""
    yield draft_event("link", at.isoformat(), (name,), {"commit": commit}), b""
    for metric, value in (
        ("acc", f"{chance.uniform(0.1, 0.97):.3f}"),
        ("loss", f"{chance.uniform(0.05, 3):.2f}"),
    ):
        fields: dict[str, Any] = {
            "name": metric,
            "value": value,
            "about": chance.random() < 0.05,
            "partial": chance.random() < 0.05,
        }
        yield draft_event("metric", _later(at, 1), (name,), fields), b""


def _pictures(
    name: str, at: datetime, files: list[Image.Image], number: int
) -> Iterator[tuple[Event, bytes]]:
    for turn, image in enumerate(files):
        chunk = PngImagePlugin.PngInfo()
        chunk.add_text("trial", f"{number}.{turn}")  # no two pictures are the same file
        out = io.BytesIO()
        image.save(out, "PNG", pnginfo=chunk, compress_level=1)
        digest = hashlib.sha256(out.getvalue()).hexdigest()
        fields = {
            "path": f"images/{digest[:2]}/{digest}.png",
            "name": f"curve{turn}.png",
            "width": image.width,
            "height": image.height,
        }
        yield draft_event("image", _later(at, 2), (name,), fields), out.getvalue()


def _picture(number: int) -> Image.Image:
    """A curve as TensorBoard draws them, 320x200, few colours."""
    chance = random.Random(number)
    image = Image.new("P", (320, 200), 0)
    image.putpalette([255, 255, 255, 200, 200, 200, 227, 119, 20, 31, 90, 180] + [0] * (252 * 3))
    draw = ImageDraw.Draw(image)
    for step in range(20, 200, 30):
        draw.line((0, step, 319, step), 1)
    for colour in (2, 3):
        height = chance.uniform(120, 190)
        points = [
            (x, height * 0.97 ** (x / 4) + chance.uniform(0, 6) + 10 * colour)
            for x in range(0, 320, 4)
        ]
        draw.line(points, colour, 2)
    return image


def _words(name: str, turn: int, names: list[str], chance: random.Random) -> str:
    thought = chance.choice(_THOUGHTS)
    if turn == 0:
        return f"{name}\n{thought}"
    if names and turn == 1:
        return f"{thought}。{names[chance.randrange(len(names))]} と比べる"
    return thought + f" ({turn})"


def _later(at: datetime, minutes: int) -> str:
    return (at + timedelta(minutes=minutes)).isoformat()


def _commit(ref: str, number: int, message: str) -> bytes:
    when = int(BEGAN.timestamp()) + 2700 * number
    text = message.encode()
    return (
        f"commit {ref}\ncommitter Bench <bench@example.invalid> {when} +0900\ndata {len(text)}\n".encode()
        + text
        + b"\n"
    )


def _file(path: str, data: bytes) -> bytes:
    return f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"


if __name__ == "__main__":
    made = years(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
    print(len(made.read_experiments()), "experiments in", made.repository.worktree)
