"""``git exp shot``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.pictures import print_picture
from gitexp.cli.record import name_experiment, open_record
from gitexp.cli.verb_table import Options, Verb, argument, text_option
from gitexp.errors import UsageError
from gitexp.record.write.values import add_images

if TYPE_CHECKING:
    from gitexp.cli.env import Env

_TENSORBOARD = "http://localhost:6006/"


class ShotOptions(Options):
    """The table of ``shot``."""

    ident: str = argument("[ID]", required=False)
    address: str = text_option(
        "--url",
        metavar="ADDRESS",
        default=_TENSORBOARD,
        help="The page (default: http://localhost:6006/, TensorBoard's).",
    )


def run(env: Env, options: ShotOptions) -> None:
    """Attach a screenshot of a running page: TensorBoard's, or any other by --url.

    Without ID it is attached to the active experiment. It needs an installed Chromium or Chrome and
    playwright: pip install 'gitexp[shot]'.
    """
    from gitexp.capture.page_shot import take_shot
    from gitexp.capture.picture import read_size_limit, take_picture

    record = open_record(env)
    ident = record.resolve_id(name_experiment(record, options.ident, "git exp shot ID"))
    address = _complete_address(options.address)
    limit = read_size_limit(record.repository.settings.get("gitexp.maximage"))
    data = take_shot(address, env.variables)
    picture = take_picture(address, f"{_name_page(address)}.png", data, limit)
    add_images(record, ident, [picture])
    print_picture(env, ident, picture)


def _complete_address(address: str) -> str:
    """Return an address with ``http://`` where it has none. Raises UsageError for other kinds."""
    if "://" not in address:
        address = f"http://{address}"
    if not address.startswith(("http://", "https://")):
        raise UsageError(f"'{address}' is no page", f"--url {_TENSORBOARD}")
    return address


def _name_page(address: str) -> str:
    """Return ``localhost:6006`` of ``http://localhost:6006/#scalars``."""
    from urllib.parse import urlsplit

    return f"shot of {urlsplit(address).netloc.rpartition('@')[2]}"


VERB = Verb("shot", ShotOptions, run)
