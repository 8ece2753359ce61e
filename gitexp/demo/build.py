"""Build the demo's repository: the story, told through the same doors that a user takes."""

from __future__ import annotations

import io
import random
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from gitexp.demo.code import START, build_files
from gitexp.demo.story import DIARY, FILTERS, TRIALS, StoryTrial
from gitexp.errors import UsageError
from gitexp.model.branch_layout import IMAGES, make_attachment_path
from gitexp.model.filter import CodeFilter, parse_rule
from gitexp.model.picture import Picture
from gitexp.record.record import Record
from gitexp.record.write.begin import TrialContent, begin_experiment
from gitexp.record.write.entries import add_note
from gitexp.record.write.filters import save_filter
from gitexp.record.write.reconcile import tie_new_commits
from gitexp.record.write.setup import begin_record
from gitexp.record.write.values import add_images
from gitexp.store.hooks import install_hooks
from gitexp.store.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import ImageDraw

_JAPAN = timezone(timedelta(hours=9))
_NOTED_AFTER = timedelta(hours=2)
_COMMITTED_AFTER = timedelta(minutes=5)

_SETTINGS = {
    "user.name": "Demo",
    "user.email": "demo@example.invalid",
    "commit.gpgSign": "false",
    "gitexp.idPattern": r'MODEL_DIR\s*=\s*".*/([^/"]+)"',
}

_PICTURE_SIZE = (320, 200)
_PALETTE = (255, 255, 255, 225, 225, 225, 232, 113, 10, 120, 120, 120, 40, 40, 40)
_WHITE, _LIGHT_GREY, _ORANGE, _GREY, _DARK_GREY = range(5)
_EPOCHS = 40


def build(folder: Path) -> Record:
    """Make the demo in a folder that does not exist or is empty. Return its record.

    Raises UsageError for any other folder.
    """
    if folder.exists() and not _is_empty_folder(folder):
        problem = f"'{folder}' is there already and not empty"
        raise UsageError(problem, "git exp demo <a new folder>")
    folder.mkdir(parents=True, exist_ok=True)
    repository = _make_repository(folder)
    record = Record(repository)
    begin_record(record)
    install_hooks(repository)
    _tell_story(record, folder)
    _save_filters(record)
    _make_remote(repository)
    (folder / "loss.png").write_bytes(_draw_curve(TRIALS[-1]).data)
    return record


def _is_empty_folder(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _make_repository(folder: Path) -> Repository:
    _init(str(folder))
    repository = Repository.discover(folder)
    # A hooks folder of the user's own must not run, nor be written to, for a demo.
    hooks_path = str(repository.git_dir / "hooks")
    for name, value in {**_SETTINGS, "core.hooksPath": hooks_path}.items():
        repository.run_git("config", name, value)
    # Discovered anew: a repository knows the settings that held when it was discovered.
    return Repository.discover(folder)


def _make_remote(repository: Repository) -> None:
    """Give the demo a remote inside its own .git folder, so that push and pull can be tried.

    It borrows the objects of the demo: nothing is pushed, so no protocol need be allowed.
    """
    remote = repository.git_dir / "origin.git"
    _init("--bare", str(remote))
    alternates = remote / "objects" / "info" / "alternates"
    alternates.write_text(f"{repository.git_dir / 'objects'}\n", encoding="utf-8")
    head = repository.find_commit("HEAD") or ""
    repository.run_git(f"--git-dir={remote}", "update-ref", "refs/heads/main", head)
    repository.run_git("remote", "add", "origin", str(remote))


def _init(*args: str) -> None:
    command = ["git", "init", "--quiet", "--initial-branch=main", *args]
    subprocess.run(command, check=True, capture_output=True)


def _tell_story(record: Record, folder: Path) -> None:
    """Record the trials, and between them the entries of the diary, in time order."""
    values = dict(START)
    diary = [(_parse_time(at), idents, text) for at, idents, text in DIARY]
    for trial in TRIALS:
        began_at = _parse_time(trial.at)
        while diary and diary[0][0] < began_at:
            at, idents, text = diary.pop(0)
            add_note(record, idents, text, at=at)
        values |= {**trial.change, "MODEL_ID": trial.id}
        for path, text in build_files(values).items():
            (folder / path).write_text(text, encoding="utf-8")
        _record_trial(record, trial, began_at)
    for at, idents, text in diary:
        add_note(record, idents, text, at=at)


def _record_trial(record: Record, trial: StoryTrial, began_at: datetime) -> None:
    """Begin a trial with a snapshot of the dirty tree, note it hours later with a picture.

    Some trials are committed then.
    """
    begin_experiment(record, trial.id, TrialContent(at=began_at), parent=trial.parent)
    noted_at = began_at + _NOTED_AFTER
    add_note(record, (), trial.note, at=noted_at)
    add_images(record, trial.id, [_draw_curve(trial)], at=noted_at)
    if trial.commit:
        _commit(record.repository, trial.commit, noted_at + _COMMITTED_AFTER)
        tie_new_commits(record)


def _commit(repository: Repository, message: str, at: datetime) -> None:
    stamp = at.astimezone(UTC).isoformat()
    dates = {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
    repository.run_git("add", "--all")
    repository.run_git("commit", "--quiet", "-m", message, env=dates)


def _save_filters(record: Record) -> None:
    head = record.repository.find_commit("HEAD") or ""
    for name, texts in FILTERS:
        rules = tuple(parse_rule(text) for text in texts)
        save_filter(record, CodeFilter(name, rules, head))


def _draw_curve(trial: StoryTrial) -> Picture:
    """Return accuracy over the epochs, drawn as TensorBoard does; the same for the same trial."""
    from PIL import Image, ImageDraw

    image = Image.new("P", _PICTURE_SIZE, _WHITE)
    image.putpalette(_PALETTE)
    draw = ImageDraw.Draw(image)
    left, right, top, bottom = 36, 316, 22, 172
    _draw_axes(draw, (left, right, top, bottom))
    points = []
    for epoch, accuracy in enumerate(_make_curve(trial)):
        height = round((bottom - top) * max(0.0, min(1.0, accuracy)))
        points.append((left + epoch * 7, bottom - height))
    draw.line(points, fill=_ORANGE, width=2)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    data = out.getvalue()
    path = make_attachment_path(IMAGES, data, "png")
    return Picture("accuracy.png", data, path, *_PICTURE_SIZE)


def _draw_axes(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int]) -> None:
    """Draw the axes with their numbers and names. ``box``: left, right, top, bottom in pixels."""
    left, right, top, bottom = box
    draw.text((left, top - 16), "accuracy", fill=_DARK_GREY)
    for number in range(6):
        y = bottom - (bottom - top) * number // 5
        draw.line([(left, y), (right, y)], fill=_LIGHT_GREY)
        draw.text((left - 22, y - 6), f"{number / 5:.1f}", fill=_DARK_GREY)
    for epoch in range(0, _EPOCHS + 1, 10):
        x = left + (right - left) * epoch // _EPOCHS
        # The last number ends with the axis: centred, it would be cut by the picture's edge.
        draw.text((min(x - 6, right - 12), bottom + 3), str(epoch), fill=_DARK_GREY)
    draw.text((right - 36, bottom + 14), "epoch", fill=_DARK_GREY)
    draw.line([(left, top), (left, bottom), (right, bottom)], fill=_GREY)


def _make_curve(trial: StoryTrial) -> list[float]:
    """Return the accuracy before the first epoch and after each; it wobbles around its limit."""
    wobble = random.Random(trial.id)  # noqa: S311 - a drawing, the same every time
    accuracies = []
    for epoch in range(_EPOCHS + 1):
        learnt = trial.curve * (1 - 0.85 ** (epoch + 1))
        accuracies.append(learnt + wobble.gauss(0, 0.008))
    return accuracies


def _parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=_JAPAN)
