"""Settings that do not stand in the code: options of a command line, what a script gave."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from gitexp.excerpt.settings.python import format_value, is_literal
from gitexp.excerpt.settings.setting import NamedValue, Setting, gather_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

RUN = "run"
"""What stands before the name of an option that no setting in the code has."""

CONFIG = "config"
"""What stands before the name of what a script gave, where no setting in the code has it."""

_OPTION = re.compile(r"--?([A-Za-z][\w.-]*)(?:=(.*))?", re.DOTALL)
_OVERRIDE = re.compile(r"\+{0,2}([A-Za-z_][\w./@]*)=(.*)", re.DOTALL)
_NUMBER = re.compile(r"-\.?\d")
_MODULE = "-m"


def read_command_values(words: Sequence[str]) -> list[NamedValue]:
    """Return the options of a command line, named as in code: ``--learning-rate 0.1``.

    ``--lr 0.1``, ``--lr=0.1``, ``-b 32`` and ``train.lr=0.1`` (hydra) have a value; an option
    without one is ``True``. Words that no option takes are files or data: no settings.
    """
    values = []
    for word, value_word in _pair_words(words[1:]):
        if word == _MODULE:
            continue
        option = _OPTION.fullmatch(word)
        override = _OVERRIDE.fullmatch(word)
        if option is not None:
            name, value = option[1].replace("-", "_"), option[2]
            text = value_word if value is None else value
            values.append(NamedValue(name, "True" if text is None else _normalise(text)))
        elif override is not None:
            values.append(NamedValue(override[1].replace("/", "."), _normalise(override[2])))
    return values


def _pair_words(words: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Yield each word with the one after it, where that is the value of an option."""
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        option = _OPTION.fullmatch(word)
        following = words[position] if position < len(words) else None
        takes_value = option is not None and option[2] is None and following is not None
        if takes_value and following is not None and _is_value(following):
            yield word, following
            position += 1
        else:
            yield word, None


def _is_value(word: str) -> bool:
    is_option = word.startswith("-") and _NUMBER.match(word) is None
    return not is_option and _OVERRIDE.fullmatch(word) is None


def _normalise(text: str) -> str:
    """Return a value in the form that the same value has in code: ``1e-3`` is ``0.001``."""
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return text
    return format_value(node) if is_literal(node) else text


def apply_command(settings: Mapping[str, Setting], words: Sequence[str]) -> dict[str, Setting]:
    """Return the settings of code as a run was started with them.

    An option that one setting of the code is called by (``lr`` of ``--lr``, also as the end of a
    dotted name) has the value of the run. Any other is a setting of the run: ``run.lr``.
    """
    return _apply(settings, read_command_values(words), RUN)


def apply_config(settings: Mapping[str, Setting], config: Mapping[str, str]) -> dict[str, Setting]:
    """Return the settings of code with the values that its script gave.

    They are put in place as those of a command line are. Any other is ``config.lr``.
    """
    values = [NamedValue(name, _normalise(text)) for name, text in config.items()]
    return _apply(settings, values, CONFIG)


def _apply(
    settings: Mapping[str, Setting], values: Iterable[NamedValue], prefix: str
) -> dict[str, Setting]:
    applied = dict(settings)
    for name, setting in gather_settings(values).items():
        names = [name] if name in settings else _find_ending(settings, name)
        target = names[0] if len(names) == 1 else f"{prefix}.{name}"
        applied[target] = Setting(target, setting.values)
    return applied


def _find_ending(settings: Mapping[str, Setting], name: str) -> list[str]:
    """Return the names that end in a name, as ``train.lr`` ends in ``lr``."""
    return [each for each in settings if each.endswith(f".{name}")]
