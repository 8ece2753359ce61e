"""The text of an entry: given with the command, read from a file, or typed in an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import UsageError

if TYPE_CHECKING:
    from gitexp.cli.env import Env


def read_text(env: Env, message: str | None, file: str | None, template: str = "") -> str:
    """Return the text of ``-m TEXT``, ``-F FILE`` or ``-F -``, or what is typed in the editor.

    ``template`` is what the editor opens with. Raises UsageError where nobody can type.
    """
    if message is not None:
        return message
    if file == "-":
        return env.stdin.buffer.read().decode("utf-8", "replace")
    if file is not None:
        return _read_file(env, file)
    if not env.has_keyboard:
        raise UsageError(
            "there is no text, and no terminal to type one in",
            "pass -m TEXT, -F FILE or -F -",
        )
    return _edit(env, template)


def _read_file(env: Env, file: str) -> str:
    try:
        return env.resolve_path(file).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(
            f"'{file}' cannot be read: {error.strerror}",
            "give a text file, or - for standard input",
        ) from None


def _edit(env: Env, template: str) -> str:
    """Return what a person saved in the editor; "" where it was closed without saving."""
    import click

    editor = env.variables.get("VISUAL") or env.variables.get("EDITOR")
    edited = click.edit(template, editor, dict(env.variables), require_save=True, extension=".md")
    return edited or ""
