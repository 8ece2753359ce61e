"""One hook file: the marked lines that we add to it, and why none may be added to a foreign one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# A hook that does nothing: what remains of one that was only ours.
EMPTY = b"#!/bin/sh\n"
_BLOCK = re.compile(rb"^# >>> gitexp >>>\n.*?^# <<< gitexp <<<(?:\n|\Z)", re.MULTILINE | re.DOTALL)
_NOTICE = "# Tells 'git exp' about new commits; 'git exp uninit' takes these lines out again.\n"

# The subshell keeps our variables, options and exit to itself; "|| :" holds back a "-e" of the
# first line.
_COMMIT_LINES = """\
if [ -r "${0%/*}/@UP@/gitexp/hooks/post-commit" ]; then
    (. "${0%/*}/@UP@/gitexp/hooks/post-commit") >/dev/null 2>&1 || :
fi
"""

# Git hands the pairs over once. They are read to the end, and the hook runs again with the same
# pairs as its input: through a pipe, because a here-document needs a temporary file in some shells,
# and the disk may be full.
_REWRITE_LINES = """\
if [ -n "${gitexp_again-}" ]; then
    gitexp_seen=1
    unset gitexp_again
elif [ -z "${gitexp_seen-}" ] && [ -r "${0%/*}/@UP@/gitexp/hooks/post-rewrite" ] && [ ! -t 0 ]; then
    gitexp_pairs=
    while IFS= read -r gitexp_pair || [ -n "$gitexp_pair" ]; do
        gitexp_pairs=$gitexp_pairs${gitexp_pairs:+
}$gitexp_pair
    done
    if [ -n "$gitexp_pairs" ]; then
        printf '%s\\n' "$gitexp_pairs" 2>/dev/null | (. "${0%/*}/@UP@/gitexp/hooks/post-rewrite") >/dev/null 2>&1 || :
        printf '%s\\n' "$gitexp_pairs" 2>/dev/null | gitexp_again=1 "$0" "$@"
        exit
    fi
    unset gitexp_pairs gitexp_pair
fi
"""
_LINES = {"post-commit": _COMMIT_LINES, "post-rewrite": _REWRITE_LINES}

_SHELLS = {"sh", "bash", "dash", "ash", "ksh", "mksh"}
# "-x" and "-v" would show our lines, others may forbid them.
_HARMLESS_OPTIONS = re.compile(r"-[eufl]+")
# Scripts that another language reads as well: our lines would be a syntax error there.
_READ_TWICE = re.compile(rb"^\s*(?:'''|\"\"\")|\bexec\b[^\n]*(?:\$\{?0|BASH_SOURCE)", re.MULTILINE)


def add_lines(name: str, text: bytes, up: str) -> bytes:
    """Return a shell hook with our lines right after its first line, or renewed where they are.

    ``up`` leads from the folder of the hook to the common git folder.
    """
    lines = _LINES[name].replace("@UP@", up)
    block = f"# >>> gitexp >>>\n{_NOTICE}{lines}# <<< gitexp <<<\n".encode()
    if has_our_lines(text):
        return _BLOCK.sub(lambda _: block, text, count=1)
    first_line, other_lines = text.split(b"\n", 1)
    return first_line + b"\n" + block + other_lines


def remove_lines(text: bytes) -> bytes:
    """Return the hook as it is without us."""
    return _BLOCK.sub(b"", text)


def has_our_lines(text: bytes) -> bool:
    """Return True if our lines are in the hook."""
    return _BLOCK.search(text) is not None


def find_objection(path: Path, text: bytes) -> str:
    """Return why no line may be added to a foreign hook; "" for a shell script that will not
    notice.
    """
    if path.is_symlink():
        return f"'{path}' is a symbolic link, left as it is"
    if not path.is_file():
        return f"'{path}' is not a file"
    if not path.stat().st_mode & 0o111:
        return f"'{path}' is not executable, left as it is"
    if not _is_plain_script(text):
        return f"'{path}' is not a plain shell script, left as it is"
    return ""


def _is_plain_script(text: bytes) -> bool:
    """Return True for a shell script to which lines can be added without harm."""
    first_line, newline, _ = text.partition(b"\n")
    if not first_line.startswith(b"#!") or not newline or first_line.endswith(b"\r"):
        return False
    if b"\0" in text or _READ_TWICE.search(text):
        return False
    return _names_shell(first_line.decode("utf-8", "replace"))


def _names_shell(first_line: str) -> bool:
    """Return True for ``#!/bin/sh -e`` and ``#!/usr/bin/env bash``, with harmless options at
    most.
    """
    words = first_line.removeprefix("#!").split()
    if words and words[0].endswith("/env"):
        words = words[1:]
    if not words:
        return False
    program, *options = words
    if program.rpartition("/")[2] not in _SHELLS:
        return False
    return all(_HARMLESS_OPTIONS.fullmatch(option) for option in options)
