"""``git exp image``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gitexp.cli.moment import parse_moment
from gitexp.cli.options import AT, JSON
from gitexp.cli.record import open_record, read_experiments, split_subject
from gitexp.cli.verb_table import Group, Options, Verb, argument, arguments
from gitexp.record.write.values import add_images
from gitexp.render.terminal import make_safe, safe_line

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class AddOptions(Options):
    """The table of ``image add``."""

    words: tuple[str, ...] = arguments("[ID] FILE...")
    at: str | None = AT


def run_add(env: Env, options: AddOptions) -> None:
    """Attach pictures (PNG, JPEG, GIF, WebP) to an experiment (default: the active one)."""
    from gitexp.capture.picture import read_picture, read_size_limit

    record = open_record(env)
    usage = "git exp image add ID FILE"
    subject, names = split_subject(record, options.words, partial(_is_file, env), usage)
    record.resolve_id(subject)
    limit = read_size_limit(record.repository.settings.get("gitexp.maximage"))
    pictures = [read_picture(env.resolve_path(file), limit) for file in names]
    ident = add_images(record, subject, pictures, at=parse_moment(options.at))
    for picture in pictures:
        size = f"{picture.width}x{picture.height}"
        env.print(safe_line(f"· {ident} {picture.name} {size}"))


def _is_file(env: Env, word: str) -> bool:
    return env.resolve_path(word).exists()


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


VERB = Group(
    "image",
    "Attach pictures to an experiment, or list them.",
    (Verb("add", AddOptions, run_add), Verb("list", ListOptions, run_list)),
)
