"""The text of an entry: given with the command, read from a file, or typed in an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import ContentError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.cli.env import Env
    from gitexp.record.record import Record

# What stands below this line in the editor is for the eye and is not recorded.
SCISSORS = "<!-- git exp: what stands below this line is not recorded -->"


def join_messages(messages: Sequence[str]) -> str | None:
    """Return the texts of several ``-m`` as paragraphs, as git does; None without any."""
    return "\n\n".join(messages) if messages else None


def read_text(
    env: Env,
    record: Record,
    messages: Sequence[str],
    file: str | None,
    template: str = "",
) -> str:
    """Return the text of ``-m TEXT``, ``-F FILE`` or ``-F -``, or what is typed in the editor.

    ``template`` is what the editor opens with. Raises UsageError where nobody can type, ContentError
    for a file that is no text.
    """
    message = join_messages(messages)
    if message is not None:
        return message
    if file is not None:
        return _read_file(env, file)
    # A notebook's kernel may have a terminal, in which nobody sits.
    if not env.has_keyboard or env.variables.get("JPY_PARENT_PID"):
        raise UsageError(
            "there is no text, and no terminal to type one in",
            "pass -m TEXT, -F FILE or -F -",
        )
    return _edit(env, record, template)


def _read_file(env: Env, file: str) -> str:
    from gitexp.capture.textfile import decode_text, read_text

    if file == "-":
        return decode_text(env.stdin.buffer.read(), "standard input").text
    return read_text(env.resolve_path(file)).text


def _edit(env: Env, record: Record, template: str) -> str:
    """Return what a person saved in the editor; "" where it was closed without saving."""
    import os

    from gitexp.capture.textfile import decode_text
    from gitexp.cli.editor import run_editor
    from gitexp.record.secrets import refuse_secrets
    from gitexp.store.lock import make_write_error

    page = record.repository.state_dir / f"note-{os.getpid()}.md"
    active = f"active: {record.active}" if record.active else "no experiment is active"
    shown = f"{template}\n\n{SCISSORS}\n<!-- {active} -->\n"
    try:
        page.write_text(shown, encoding="utf-8")
    except OSError as error:
        raise make_write_error(page, error) from None
    before = page.stat().st_mtime_ns
    run_editor(env, record, page, "git exp note -F with this file")
    data = page.read_bytes()
    is_saved = page.stat().st_mtime_ns != before or data != shown.encode()
    text = decode_text(data, str(page)).text.partition(SCISSORS)[0].strip("\n")
    try:
        refuse_secrets(record.repository, text)
    except ContentError as error:
        hint = f"your text is kept in {page}; {error.hint}"
        raise ContentError(error.message, hint) from None
    page.unlink(missing_ok=True)
    return text if is_saved else ""
