"""``git exp diary``."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gitexp.cli.echo import print_recorded
from gitexp.cli.editor import run_editor
from gitexp.cli.moment import parse_moment
from gitexp.cli.pictures import read_pictures
from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb, argument
from gitexp.errors import ContentError, GitExpError, UsageError
from gitexp.record.read.journal import read_journal
from gitexp.record.write.entries import add_note
from gitexp.store.lock import make_write_error
from gitexp.store.refs import DIARY_DIR

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from gitexp.cli.env import Env
    from gitexp.record.record import Record

MARK = (
    "<!-- git exp: what you write below this line is recorded; what stands above stays as it is -->"
)


class DiaryOptions(Options):
    """The table of ``diary``."""

    day: str = argument("[DAY]", required=False)


def run(env: Env, options: DiaryOptions) -> None:
    """Write on the page of a day (default: today) in the editor.

    The page shows what was recorded on that day. What you add below the marked line becomes new
    entries, read as 'git exp note' reads them. If they cannot be recorded, the page is kept and
    opens again the next time.
    """
    record = open_record(env)
    if not env.has_keyboard:
        raise UsageError(
            "the diary needs a terminal for its editor",
            "git exp note -F FILE records the same text",
        )
    now = env.clock()
    when = parse_moment(options.day) if options.day else None
    day = (when or now).date()
    page = record.repository.state_dir / DIARY_DIR / f"{day.isoformat()}.md"
    text = _edit(env, record, page, _read_entries(record, day)).strip("\n")
    if not text.strip():
        env.print("nothing new was written")
        page.unlink(missing_ok=True)
        return
    at = None if day == now.date() else datetime.combine(day, now.time(), now.tzinfo)
    try:
        recorded = add_note(record, (), text, at=at, pictures=read_pictures(env, record, text))
    except GitExpError as error:
        hint = f"your text is kept in {page}; {error.hint}"
        raise type(error)(error.message, hint) from None
    page.unlink(missing_ok=True)
    print_recorded(env, recorded)


def _read_entries(record: Record, day: date) -> str:
    """Return what stands above the mark: the entries of the day as they were typed."""
    start = datetime(day.year, day.month, day.day).astimezone()
    last = start + timedelta(days=1) - timedelta(seconds=1)
    passages = [f"# {day.isoformat()}"]
    for entry in read_journal(record, start.timestamp(), last.timestamp()):
        # A mark inside an old text would have the rest of that text recorded as new.
        text = entry.text.replace(MARK, MARK.replace(":", ""))
        passages.append(f"<!-- {entry.at[11:16]} {entry.id[:6]} -->\n{text}")
    return "\n\n".join(passages)


def _edit(env: Env, record: Record, page: Path, above: str) -> str:
    """Have the page edited and return the text below the mark.

    Text that an earlier editing left below it, and that was not recorded, is there again.
    """
    below = _split(_read(page))[1] if page.exists() else ""
    _write(page, f"{above}\n\n{MARK}\n{below or chr(10)}")
    run_editor(env, record, page, "git exp diary")
    edited, text = _split(_read(page))
    if edited is None:
        raise UsageError(
            "the line between the old text and the new is missing from the page",
            f"your text is kept in {page}: put it back, or delete the page",
        )
    if _strip_lines(edited) != _strip_lines(above):
        aside = page.with_name(f"{page.stem}-changed-{record.clock():%H%M%S}.md")
        _write(aside, edited)
        env.print(f"you changed the text above the line; that is not recorded, but kept in {aside}")
        env.print(
            "  what was wrong is corrected by git exp correct; new text belongs below the line"
        )
    return text


def _read(page: Path) -> str:
    """Return the page as it was saved. Raises ContentError where it is not UTF-8."""
    try:
        return page.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ContentError(
            f"'{page}' was not saved as UTF-8: nothing was recorded",
            "save it as UTF-8 and run git exp diary again",
        ) from None


def _write(page: Path, text: str) -> None:
    """Write the page, complete or not at all: it may hold text that is not recorded yet."""
    from gitexp.store.atomic import write_atomically

    try:
        write_atomically(page, text.encode(), sync=True)
    except OSError as error:
        raise make_write_error(page, error) from None


def _strip_lines(text: str) -> list[str]:
    """Return the lines without what editors add or remove by themselves: blanks at their ends."""
    return [line.rstrip() for line in text.strip().splitlines()]


def _split(text: str) -> tuple[str | None, str]:
    """Return what stands above the mark and what below; all of it is below where it is gone."""
    above, mark, below = text.partition(MARK)
    return (above, below.removeprefix("\n")) if mark else (None, text)


VERB = Verb("diary", DiaryOptions, run)
