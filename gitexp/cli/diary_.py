"""``git exp diary``."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitexp.cli.env import moment, open_record

if TYPE_CHECKING:
    from gitexp.history.record import Record

MARK = "<!-- git exp: what you write below this line is recorded; what stands above stays as it is -->"


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
        raise UsageError("the diary needs a terminal for its editor", "git exp note -F FILE records the same text")
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
    parts += [f"<!-- {entry.at[11:16]} {entry.id[:6]} -->\n{entry.text}" for entry in entries]
    return "\n\n".join(parts)


def _edited(record: Record, page: Path, above: str) -> str:
    """Have the page edited; the text below the mark. What was left below it by an earlier, unhappy end is there again."""
    import subprocess

    from gitexp.errors import StorageError, UsageError
    from gitexp.store.lock import unwritable

    left = _below(page.read_text(encoding="utf-8", errors="replace"))[1] if page.exists() else ""
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"{above}\n\n{MARK}\n{left or chr(10)}", encoding="utf-8")
    except OSError as error:
        raise unwritable(page, error) from None
    editor = record.repository.git("var", "GIT_EDITOR").decode().strip()
    done = subprocess.run(["sh", "-c", f'{editor} "$@"', editor, str(page)], check=False)
    if done.returncode:
        raise StorageError(f"the editor '{editor}' ended with {done.returncode}", f"your text is kept in {page}: run git exp diary again")
    before, text = _below(page.read_text(encoding="utf-8", errors="replace"))
    if before is None:
        raise UsageError(
            "the line that parts old from new is gone from the page", f"your text is kept in {page}: put it back, or delete the page"
        )
    if before.strip() != above.strip():
        click.echo("what stands above the line was changed; that is not recorded (git exp correct says what was wrong)")
    return text


def _below(text: str) -> tuple[str | None, str]:
    """What stands above the mark (None where it is gone), and what below."""
    before, mark, after = text.partition(MARK)
    return (before, after.removeprefix("\n")) if mark else (None, text)
