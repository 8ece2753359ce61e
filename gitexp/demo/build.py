"""Building the demo's repository: the story told through the same doors that a user takes."""

from __future__ import annotations

import io
import random
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from gitexp.demo.code import START, build_files
from gitexp.demo.story import DIARY, FILTERS, TRIALS, StoryTrial
from gitexp.errors import UsageError
from gitexp.model.filter import CodeFilter, parse_rule
from gitexp.model.layout import IMAGES, make_attachment_path
from gitexp.model.picture import Picture
from gitexp.record.record import Record
from gitexp.record.write.begin import add_images, add_note, begin_experiment
from gitexp.record.write.filters import save_filter
from gitexp.record.write.reconcile import tie_new_commits
from gitexp.record.write.setup import begin_record
from gitexp.store.hooks import install_hooks
from gitexp.store.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

_JAPAN = timezone(timedelta(hours=9))


def build(folder: Path) -> Record:
    """Make the demo in a folder that does not exist yet or is empty; its record. Raises UsageError otherwise."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            f"'{folder}' is there already and not empty", "git exp demo <a new folder>"
        )
    folder.mkdir(parents=True, exist_ok=True)
    repository = _new_repository(folder)
    record = Record(repository)
    begin_record(record)
    install_hooks(repository)
    values = dict(START)
    diary = [(_moment(at), idents, text) for at, idents, text in DIARY]
    for trial in TRIALS:
        when = _moment(trial.at)
        while diary and diary[0][0] < when:
            at, idents, text = diary.pop(0)
            add_note(record, idents, text, at=at)
        values |= {**trial.change, "MODEL_ID": trial.id}
        for path, text in build_files(values).items():
            (folder / path).write_text(text, encoding="utf-8")
        _tell(record, trial, when)
    for at, idents, text in diary:
        add_note(record, idents, text, at=at)
    head = repository.commit_id("HEAD") or ""
    for name, rules in FILTERS:
        save_filter(record, CodeFilter(name, tuple(parse_rule(rule) for rule in rules), head))
    return record


def _tell(record: Record, trial: StoryTrial, when: datetime) -> None:
    """One trial: begun with a snapshot of the dirty tree, noted hours later with a picture, sometimes committed."""
    begin_experiment(record, trial.id, parent=trial.parent, at=when)
    later = when + timedelta(hours=2)
    add_note(record, (), trial.note, at=later)
    add_images(record, trial.id, [_loss_picture(trial)], at=later)
    if trial.commit:
        stamp = (later + timedelta(minutes=5)).astimezone(UTC).isoformat()
        record.repository.run_git("add", "--all")
        record.repository.run_git(
            "commit",
            "--quiet",
            "-m",
            trial.commit,
            env={"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp},
        )
        tie_new_commits(record)


def _new_repository(folder: Path) -> Repository:
    import subprocess

    subprocess.run(
        ["git", "init", "--quiet", "--initial-branch=main", str(folder)],
        check=True,
        capture_output=True,
    )
    repository = Repository.discover(folder)
    for name, value in (
        ("user.name", "Demo"),
        ("user.email", "demo@example.invalid"),
        ("core.hooksPath", str(repository.git_dir / "hooks")),
        ("commit.gpgSign", "false"),
        ("gitexp.idPattern", 'MODEL_DIR\\s*=\\s*".*/([^/"]+)"'),
    ):
        repository.run_git("config", name, value)
    return Repository.discover(folder)


def _loss_picture(trial: StoryTrial) -> Picture:
    """A curve as TensorBoard draws it: accuracy over 40 epochs, the same for the same trial."""
    from PIL import Image, ImageDraw

    wobble = random.Random(trial.id)  # noqa: S311 - a drawing, the same every time
    size = (320, 200)
    image = Image.new("P", size, 0)
    image.putpalette([255, 255, 255, 225, 225, 225, 232, 113, 10, 120, 120, 120])
    draw = ImageDraw.Draw(image)
    for row in range(5):
        y = 20 + row * 40
        draw.line([(30, y), (310, y)], fill=1)
    draw.line([(30, 20), (30, 180), (310, 180)], fill=3)
    points = []
    for epoch in range(41):
        accuracy = trial.curve * (1 - 0.85 ** (epoch + 1)) + wobble.gauss(0, 0.008)
        points.append((30 + epoch * 7, 180 - round(160 * max(0.0, min(1.0, accuracy)))))
    draw.line(points, fill=2, width=2)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    data = out.getvalue()
    return Picture("accuracy.png", data, make_attachment_path(IMAGES, data, "png"), *size)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=_JAPAN)
