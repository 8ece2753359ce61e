"""``git exp image``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gitexp.cli.moment import parse_moment
from gitexp.cli.options import AT, JSON
from gitexp.cli.pictures import print_picture
from gitexp.cli.record import (
    name_experiment,
    open_record,
    read_experiments,
    split_subject,
)
from gitexp.cli.verb_table import Group, Options, Verb, argument, arguments, flag
from gitexp.errors import UsageError
from gitexp.record.write.values import add_images
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gitexp.cli.env import Env
    from gitexp.model.picture import Picture
    from gitexp.record.record import Record


_STANDARD_INPUT = "-"
_MOST_OPENED = 6


class AddOptions(Options):
    """The table of ``image add``."""

    words: tuple[str, ...] = arguments("[ID] [FILE...]", required=False)
    clipboard: bool = flag("--clipboard", help="Attach the picture in the clipboard.")
    at: str | None = AT


def run_add(env: Env, options: AddOptions) -> None:
    """Attach pictures (PNG, JPEG, GIF, WebP) to an experiment (default: the active one).

    The file - is standard input. A picture is turned upright, loses its data about camera and
    place, and has at most 1,600 pixels a side in the record.
    """
    from gitexp.capture.picture import read_size_limit

    record = open_record(env)
    subject, names = _split_words(env, record, options)
    record.resolve_id(subject)
    limit = read_size_limit(record.repository.settings.get("gitexp.maximage"))
    pictures = [_read(env, name, limit) for name in names]
    if options.clipboard:
        pictures.append(_read_clipboard(env, limit))
    ident = add_images(record, subject, pictures, at=parse_moment(options.at))
    for picture in pictures:
        print_picture(env, ident, picture)


def _split_words(env: Env, record: Record, options: AddOptions) -> tuple[str, tuple[str, ...]]:
    """Return the experiment and the files that are meant."""
    usage = "git exp image add ID FILE"
    words = options.words
    if options.clipboard and len(words) <= 1:
        return name_experiment(record, words[0] if words else "", usage), ()
    if not words:
        raise UsageError("no picture is named", f"{usage}, or --clipboard")
    return split_subject(record, words, partial(_is_file, env), usage)


def _read(env: Env, name: str, limit: int) -> Picture:
    from gitexp.capture.picture import read_picture, take_picture

    if name != _STANDARD_INPUT:
        return read_picture(env.resolve_path(name), limit)
    data = env.stdin.buffer.read()
    return take_picture("standard input", "picture", data, limit)


def _read_clipboard(env: Env, limit: int) -> Picture:
    from gitexp.capture.clipboard import read_clipboard
    from gitexp.capture.picture import take_picture

    return take_picture("the clipboard", "clipboard.png", read_clipboard(env.variables), limit)


def _is_file(env: Env, word: str) -> bool:
    return word == _STANDARD_INPUT or env.resolve_path(word).exists()


class ListOptions(Options):
    """The table of ``image list``."""

    ident: str = argument("[ID]", required=False)
    as_json: bool = JSON


def run_list(env: Env, options: ListOptions) -> None:
    """List the pictures of one experiment or of all, with their paths on the record branch."""
    record = open_record(env, reading=True)
    experiments = read_experiments(record, options.ident)
    images = []
    for experiment in experiments:
        images += [(experiment.id, image) for image in experiment.images]
    branch = record.branch_name
    if options.as_json:
        from gitexp.render.json import serialize_image

        env.print_json(
            [{"experiment": ident, **serialize_image(image, branch)} for ident, image in images]
        )
        return
    for ident, image in images:
        size = f"{image.width}x{image.height}"
        env.print(make_safe(f"{ident}  {image.name}  {size}  {branch}:{image.path}"))
    if not images:
        env.print("no pictures yet: git exp image add ID loss.png")


class OpenOptions(Options):
    """The table of ``image open``."""

    ident: str = argument("[ID]", required=False)


def run_open(env: Env, options: OpenOptions) -> None:
    """Open the last pictures of an experiment (default: the active one), as the desktop does.

    The paths of the files are printed too.
    """
    record = open_record(env, reading=True)
    ident = name_experiment(record, options.ident, "git exp image open ID")
    experiment = record.read_experiment(ident)
    folder = record.repository.state_dir / "opened"
    files = []
    for image in experiment.images[-_MOST_OPENED:]:
        data = record.branch.read(image.path)
        if data is not None:
            files.append(_write_copy(folder, image.path, data))
    if not files:
        raise UsageError(f"{experiment.id} has no pictures", f"git exp image add {experiment.id}")
    for file in files:
        env.print(make_safe(str(file)))
    _open_files(env, files)


def _write_copy(folder: Path, path: str, data: bytes) -> Path:
    """Write a picture where a program can open it, and return its path."""
    from gitexp.store.lock import make_write_error

    file = folder / path.rpartition("/")[2]
    try:
        folder.mkdir(exist_ok=True)
        file.write_bytes(data)
    except OSError as error:
        raise make_write_error(file, error) from None
    return file


def _open_files(env: Env, files: Sequence[Path]) -> None:
    import shutil
    import subprocess

    path = env.variables.get("PATH")
    opener = shutil.which("xdg-open", path=path) or shutil.which("open", path=path)
    if opener is None:
        env.warn("git exp: no program opens pictures here (xdg-open or open)")
        return
    for file in files:
        done = subprocess.run(
            [opener, str(file)],
            env=dict(env.variables),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            env.warn(f"git exp: {opener} could not open the picture")
            return


VERB = Group(
    "image",
    "Attach pictures to an experiment, list them, open them.",
    (
        Verb("add", AddOptions, run_add),
        Verb("list", ListOptions, run_list),
        Verb("open", OpenOptions, run_open),
    ),
)
