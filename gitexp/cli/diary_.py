"""``git exp diary``."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitexp.cli.env import moment, open_record

if TYPE_CHECKING:
    from gitexp.history.record import Record

MARK = (
    "<!-- git exp: what you write below this line is recorded; what stands above stays as it is -->"
)


@click.command("diary")
@click.argument("day", default="", metavar="[DAY]")
def command(day: str) -> None:
    """Open the day's page in the editor: what was written so far is shown, what you add below becomes new entries.

    Lines are understood as in 'git exp note'. A page whose text could not be recorded is kept and opened again next time.
    """
    import sys

    from gitexp.cli.echo import echo_recorded, pictures_in
    from gitexp.errors import GitExpError, UsageError
    from gitexp.history.trials import note
    from gitexp.store.refs import DIARY_DIR

    record = open_record()
    if not sys.stdin.isatty():
        raise UsageError(
            "the diary needs a terminal for its editor",
            "git exp note -F FILE records the same text",
        )
    when = moment(day) if day else None
    date = (when or record.clock()).date()
    page = record.repository.state_dir / DIARY_DIR / f"{date.isoformat()}.md"
    above = _written(record, date.isoformat())
    text = _edited(record, page, above).strip("\n")
    if not text.strip():
        click.echo("nothing new was written")
        page.unlink(missing_ok=True)
        return
    at = None
    if when is not None and date != record.clock().date():
        now = record.clock()
        at = datetime.combine(date, now.time(), now.tzinfo)
    try:
        recorded = note(record, (), text, at=at, pictures=pictures_in(record, text, Path.cwd()))
    except GitExpError as error:
        raise type(error)(error.message, f"your text is kept in {page}; {error.hint}") from None
    page.unlink(missing_ok=True)
    echo_recorded(recorded)


def _written(record: Record, day: str) -> str:
    """What stands above the mark: the day's entries as they were typed, each with its time."""
    from gitexp.history.journal import journal

    start = datetime.fromisoformat(day).astimezone()
    entries = journal(record, start.timestamp(), (start + timedelta(days=1)).timestamp() - 1)
    parts = [f"# {day}"]
    # A mark inside an old text would have the rest of that text recorded as new.
    parts += [
        f"<!-- {entry.at[11:16]} {entry.id[:6]} -->\n{entry.text.replace(MARK, MARK.replace(':', ''))}"
        for entry in entries
    ]
    return "\n\n".join(parts)


def _edited(record: Record, page: Path, above: str) -> str:
    """Have the page edited; the text below the mark. What was left below it by an earlier, unhappy end is there again."""
    import subprocess

    from gitexp.errors import StorageError, UsageError

    left = _below(_read(page))[1] if page.exists() else ""
    _put(page, f"{above}\n\n{MARK}\n{left or chr(10)}")
    editor = record.repository.git("var", "GIT_EDITOR").decode().strip()
    done = subprocess.run(["sh", "-c", f'{editor} "$@"', editor, str(page)], check=False)
    if done.returncode:
        raise StorageError(
            f"the editor '{editor}' ended with {done.returncode}",
            f"your text is kept in {page}: run git exp diary again",
        )
    before, text = _below(_read(page))
    if before is None:
        raise UsageError(
            "the line that parts old from new is gone from the page",
            f"your text is kept in {page}: put it back, or delete the page",
        )
    if _lines(before) != _lines(above):
        aside = page.with_name(f"{page.stem}-changed-{record.clock():%H%M%S}.md")
        _put(aside, before)
        click.echo(
            f"what stands above the line was changed; that is not recorded, but kept in {aside}"
        )
        click.echo("  git exp correct says what was wrong; what is new belongs below the line")
    return text


def _read(page: Path) -> str:
    """The page as it was saved. Raises ContentError where an editor saved it in another encoding."""
    from gitexp.errors import ContentError

    try:
        return page.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ContentError(
            f"'{page}' was not saved as UTF-8: nothing was recorded",
            "save it as UTF-8 and run git exp diary again",
        ) from None


def _put(page: Path, text: str) -> None:
    """Write the page, whole or not at all: it may hold what was typed and not yet recorded."""
    from gitexp.store.lock import unwritable

    new = page.with_suffix(".new")
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text, encoding="utf-8")
        new.replace(page)
    except OSError as error:
        raise unwritable(page, error) from None


def _lines(text: str) -> list[str]:
    """The lines without what editors add or take off by themselves: blanks at their ends."""
    return [line.rstrip() for line in text.strip().splitlines()]


def _below(text: str) -> tuple[str | None, str]:
    """What stands above the mark (None where it is gone), and what below."""
    before, mark, after = text.partition(MARK)
    return (before, after.removeprefix("\n")) if mark else (None, text)
