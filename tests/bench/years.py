"""Make a record of years for the benches.

    python -m tests.bench.years FOLDER [EXPERIMENTS]

makes one to look around in: experiments with parents, code, metrics, pictures and a diary in two
languages. It is written by ``git fast-import``: the record's own doors would fsync every object.
"""

from __future__ import annotations

import hashlib
import io
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
from tests.bench.measure import AUTHOR, EMAIL, run_git, seal

if TYPE_CHECKING:
    from collections.abc import Iterator

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
ENCODERS = ("TCN", "GRU", "LSTM", "Conv", "SelfAttention", "Residual", "Plain", "Deep")
CONSTANTS = {"FILTERS": 50, "KERNEL": 3, "UNITS": 256, "DROPOUT": 0.2, "LEVELS": 4}


def make_years(
    top: Path,
    experiments: int = 10_000,
    *,
    pictures: int = 3,
    entries: int = 10,
    seed: int = 1,
) -> Record:
    """Make the repository in ``top`` and index it.

    Each experiment has a version of the code of its own, two metrics, pictures and entries. The
    same arguments make the same record. 10,000 experiments hold 150,000 events.
    """
    seal()
    top.mkdir(parents=True)
    run_git(top, "init", "-q", "-b", "main")
    run_git(top, "config", "gc.auto", "0")
    run_git(top, "config", "gitexp.filter", "model")
    import_stream(top, write_code(experiments, random.Random(seed)))
    run_git(top, "reset", "-q", "--hard")
    record = Record(Repository.discover(top))
    begin_record(record)
    commits = run_git(top, "rev-list", "--reverse", "main").split()
    diary = Diary(pictures, entries, record.branch.author, random.Random(seed + 1))
    import_stream(top, diary.write(commits))
    record.refresh()
    return record


def import_stream(top: Path, stream: Iterator[bytes]) -> None:
    """Feed a stream to ``git fast-import``."""
    command = ["git", "fast-import", "--quiet", "--force"]
    with subprocess.Popen(command, cwd=top, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for piece in stream:
            process.stdin.write(piece)
    assert process.returncode == 0


def make_model() -> list[str]:
    """Return the lines of the first model.py."""
    text = "".join(f"{name} = {value}\n" for name, value in CONSTANTS.items())
    for name in ENCODERS:
        steps = [f"    x = layers.{name}_{step}(x, lengths, {step})\n" for step in range(10)]
        text += f"\n\ndef encoder_{name}(x, lengths):\n{''.join(steps)}    return x[:, -1]\n"
    text += "\n\ndef create_model(x):\n    return keras.Model(x, encoder_TCN(x, None))\n"
    return text.splitlines(keepends=True)


def write_code(versions: int, chance: random.Random) -> Iterator[bytes]:
    """Yield one commit a version on ``main``: each changes a few lines of model.py."""
    lines = make_model()
    for number in range(versions):
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(len(lines))
            statement = lines[place].rstrip("\n").split("  # ")[0]
            if statement.startswith("    x"):
                lines[place] = f"{statement}  # {number}\n"
        lines[0] = f"FILTERS = {number}\n"
        yield write_commit("refs/heads/main", number, f"trial {number}")
        yield write_file("model.py", "".join(lines).encode())


class Diary:
    """The record branch: all events and pictures in one commit after its root."""

    def __init__(self, pictures: int, entries: int, author: str, chance: random.Random) -> None:
        self.pictures = pictures
        self.entries = entries
        self.author = author
        self.chance = chance
        self.names: list[str] = []
        self.lamport = 1

    def write(self, commits: list[str]) -> Iterator[bytes]:
        """Yield the commit, with one experiment for each commit of the code."""
        yield (
            write_commit("refs/heads/gitexp", 0, "years of trials") + b"from refs/heads/gitexp^0\n"
        )
        drawn = [draw_picture(number) for number in range(100)]
        fields = {"name": "model", "rules": ["model.py"], "anchor": commits[0]}
        rules = draft_event("filter", BEGAN.isoformat(), (), fields)
        for number, commit in enumerate(commits):
            name = f"{_STEMS[number % len(_STEMS)]}_filter{number % 97}_{number:05d}"
            parent = self._choose_parent(number)
            at = BEGAN + timedelta(days=number // A_DAY, minutes=45 * (number % A_DAY))
            images = [drawn[self.chance.randrange(len(drawn))] for _ in range(self.pictures)]
            texts = [self._write_entry(name, turn) for turn in range(self.entries)]
            if not self.names:
                yield from self._write_event(rules)
            yield from self._write_trial(name, parent, commit, at)
            for event, data in attach_pictures(name, at, images, number):
                yield from self._write_event(event)
                assert isinstance(event.fact, ImageFact)
                yield write_file(event.fact.path, data)
            for turn, text in enumerate(texts):
                yield from self._write_event(
                    draft_event("note", later(at, 1 + turn), (name,), text=text)
                )
            self.names.append(name)

    def _write_event(self, event: Event) -> Iterator[bytes]:
        signed = event.sign(self.lamport, "klmnopqr", self.author)
        self.lamport += 1
        yield write_file(signed.path, encode_event(signed))

    def _choose_parent(self, number: int) -> str:
        """Return one of the last experiments, or "" for the first."""
        if not self.names:
            return ""
        return self.names[max(0, number - self.chance.choice((1, 1, 1, 2, 5, 20)))]

    def _write_trial(self, name: str, parent: str, commit: str, at: datetime) -> Iterator[bytes]:
        yield from self._write_event(
            draft_event("new", at.isoformat(), (name,), {"parent": parent})
        )
        yield from self._write_event(
            draft_event("link", at.isoformat(), (name,), {"commit": commit})
        )
        chance = self.chance
        for metric, value in (
            ("acc", f"{chance.uniform(0.1, 0.97):.3f}"),
            ("loss", f"{chance.uniform(0.05, 3):.2f}"),
        ):
            is_about, is_partial = chance.random() < 0.05, chance.random() < 0.05
            fields = {"name": metric, "value": value, "about": is_about, "partial": is_partial}
            yield from self._write_event(draft_event("metric", later(at, 1), (name,), fields))

    def _write_entry(self, name: str, turn: int) -> str:
        """Return a thought; the first entry names its experiment, the second an earlier one."""
        thought = self.chance.choice(_THOUGHTS)
        if turn == 0:
            return f"{name}\n{thought}"
        if self.names and turn == 1:
            return f"{thought}。{self.names[self.chance.randrange(len(self.names))]} と比べる"
        return f"{thought} ({turn})"


def attach_pictures(
    name: str, at: datetime, images: list[Image.Image], number: int
) -> Iterator[tuple[Event, bytes]]:
    """Yield an event and the bytes of its file for each picture; no two are the same file."""
    for turn, image in enumerate(images):
        chunk = PngImagePlugin.PngInfo()
        chunk.add_text("trial", f"{number}.{turn}")
        out = io.BytesIO()
        image.save(out, "PNG", pnginfo=chunk, compress_level=1)
        digest = hashlib.sha256(out.getvalue()).hexdigest()
        fields: dict[str, Any] = {
            "path": f"images/{digest[:2]}/{digest}.png",
            "name": f"curve{turn}.png",
            "width": image.width,
            "height": image.height,
        }
        yield draft_event("image", later(at, 2), (name,), fields), out.getvalue()


def draw_picture(number: int) -> Image.Image:
    """Return a curve as TensorBoard draws them, 320x200, few colours."""
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


def later(at: datetime, minutes: int) -> str:
    return (at + timedelta(minutes=minutes)).isoformat()


def write_commit(ref: str, number: int, message: str) -> bytes:
    """Return the head of a commit for ``git fast-import``."""
    when = int(BEGAN.timestamp()) + 2700 * number
    text = message.encode()
    head = f"commit {ref}\ncommitter {AUTHOR} <{EMAIL}> {when} +0900\ndata {len(text)}\n"
    return head.encode() + text + b"\n"


def write_file(path: str, data: bytes) -> bytes:
    """Return a file of a commit for ``git fast-import``."""
    return f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"


def main() -> None:
    experiments = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    record = make_years(Path(sys.argv[1]), experiments)
    print(len(record.read_experiments()), "experiments in", record.repository.worktree)


if __name__ == "__main__":
    main()
