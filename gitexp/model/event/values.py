"""What a single value in an event's file must be.

Each ``read_...`` takes a value as JSON or YAML gives it and returns it as the record keeps it. It
raises ValueError for a value that cannot be one; the message goes on after the field's name
("... is no whole number"). Events come from remotes: what passes here may be shown, compared and
looked up without a doubt, and nothing but an AttachmentPath may become the name of a file.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from gitexp.errors import UsageError
from gitexp.model.branch_layout import DATA, EXCERPTS, IMAGES, AttachmentPath, read_attachment_path
from gitexp.model.characters import has_controls, make_plain
from gitexp.model.ids import fits_event_id, fits_experiment_id
from gitexp.model.metric import WORDS_FOR_VALUES

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

LONGEST_NAME = 4096
"""Characters of the longest name. Heads of tables can be long; no file name is."""

LONGEST_SEARCH = 1000
"""Characters of the longest search that a topic keeps. The index compares long words slowly."""

LARGEST_COUNT = 2**53
"""The largest whole number that every JSON reader keeps exactly."""

_LARGEST_SIDE = 2**31 - 1  # pixels, of a PNG
_LONGEST_KIND = 40
_HEXADECIMAL = frozenset("0123456789abcdef")
_COMMIT_LENGTHS = (40, 64)
_DIGITS_AS_0 = str.maketrans("123456789", "000000000")
# Offsets of long ago have seconds.
_TIME_SHAPES = frozenset(
    f"0000-00-00T00:00:00{sign}00:00{seconds}" for sign in "+-" for seconds in ("", ":00")
)
# A year less at each end than Python counts, so that no offset leads out of them.
_FIRST_YEAR, _LAST_YEAR = 2, 9998
_LISTS = (list, tuple)


def read_text(value: Any) -> str:
    """Read a text of any letters."""
    if not isinstance(value, str):
        raise ValueError("is no text")
    return value


def read_name(value: Any) -> str:
    """Read a name that is shown and compared, never looked up in a file system: of a metric, of a
    file that a picture came from. What would steer a screen becomes U+FFFD.
    """
    if not isinstance(value, str):
        raise ValueError("is no text")
    if not 0 < len(value) <= LONGEST_NAME:
        raise ValueError(f"has {len(value)} letters, not 1 to {LONGEST_NAME}")
    return value if value.isprintable() else make_plain(value)


def read_optional_name(value: Any) -> str:
    """Read a name that may be empty."""
    return read_name(value) if value != "" else ""


def read_plain_name(value: Any) -> str:
    """Read a name that people type and other texts repeat: nothing in it can be replaced."""
    text = read_name(value)
    if text != value:
        raise ValueError("has control characters in it")
    return text


def read_kind(value: Any) -> str:
    """Read the kind of an event: a word of small letters."""
    is_word = isinstance(value, str) and value.isascii() and value.isidentifier()
    if not is_word or value != value.lower() or len(value) > _LONGEST_KIND:
        raise ValueError("is no kind of event")
    return str(value)


def read_time(value: Any) -> str:
    """Read a moment: ISO 8601 to the second, with an offset.

    Screens cut the day and the hour out of it by their place, so no other form will do.
    """
    if not isinstance(value, str) or value.translate(_DIGITS_AS_0) not in _TIME_SHAPES:
        raise ValueError("is no time as 2019-06-23T10:15:00+09:00")
    try:
        year = datetime.fromisoformat(value).year
    except ValueError:
        raise ValueError("is no time that there is") from None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError("is no time that there is")
    return value


def read_experiment_id(value: Any) -> str:
    """Read the id of an experiment, as ``check_experiment_id`` lets it pass."""
    if not isinstance(value, str) or not fits_experiment_id(value):
        raise ValueError("is no id of an experiment")
    return value


def read_optional_experiment_id(value: Any) -> str:
    """Read the id of an experiment, or "" where there is none."""
    return read_experiment_id(value) if value != "" else ""


def read_event_id(value: Any) -> str:
    """Read the id of an event."""
    if not isinstance(value, str) or not fits_event_id(value):
        raise ValueError("is no id of an event")
    return value


def read_commit_id(value: Any) -> str:
    """Read the full id of a commit."""
    if not isinstance(value, str) or len(value) not in _COMMIT_LENGTHS:
        raise ValueError("is no full id of a commit")
    if not _HEXADECIMAL.issuperset(value):
        raise ValueError("is no full id of a commit")
    return value


def read_optional_commit_id(value: Any) -> str:
    """Read the full id of a commit, or "" where there is none."""
    return read_commit_id(value) if value != "" else ""


def read_picture_path(value: Any) -> AttachmentPath:
    """Read the path of a picture on the record branch."""
    return read_attachment_path(read_text(value), IMAGES)


def read_series_path(value: Any) -> AttachmentPath:
    """Read the path of a file of series on the record branch."""
    return read_attachment_path(read_text(value), DATA)


def read_excerpt_path(value: Any) -> AttachmentPath:
    """Read the path of a kept excerpt on the record branch."""
    return read_attachment_path(read_text(value), EXCERPTS)


def read_count(value: Any) -> int:
    """Read a whole number from 0 on."""
    if type(value) is not int or not 0 <= value <= LARGEST_COUNT:
        raise ValueError("is no whole number from 0 on")
    return value


def read_pixels(value: Any) -> int:
    """Read a side of a picture, from 1 on."""
    if type(value) is not int or not 1 <= value <= _LARGEST_SIDE:
        raise ValueError("is no number of pixels")
    return value


def read_flag(value: Any) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise ValueError("is neither true nor false")
    return value


def read_figure(value: Any) -> str:
    """Read the value of a metric as it was typed. A person may have written it without quotes.

    Words for runs without a number are N/A and ``diverged``; nan and inf are forms of a number.
    """
    text = value if isinstance(value, str) else str(value)
    if text in WORDS_FOR_VALUES:
        return text
    number = text.removesuffix("%")
    # What float() takes beyond figures.
    is_odd = isinstance(value, bool) or "_" in number or number != number.strip()
    if is_odd or len(text) > LONGEST_NAME:
        raise ValueError("is no number")
    try:
        float(number)
    except ValueError:
        raise ValueError("is no number") from None
    return text


def read_tag(value: Any) -> str:
    """Read a tag: one word."""
    text = read_plain_name(value)
    if not fits_tag(text):
        raise ValueError("is no tag")
    return text


def read_tie(value: Any) -> str:
    """Read how a commit and an experiment are tied; a way that is not known is a loose one."""
    return "code" if read_plain_name(value) == "code" else "base"


def read_topic_name(value: Any) -> str:
    """Read the name of a topic: one line that can stand between ``[[`` and ``]]``."""
    text = read_plain_name(value)
    if not fits_topic_name(text):
        raise ValueError("is no name of a topic")
    return text


def read_filter_name(value: Any) -> str:
    """Read the name of a filter: one word."""
    text = read_plain_name(value)
    if not fits_filter_name(text):
        raise ValueError("is no name of a filter")
    return text


def read_rule(value: Any) -> str:
    """Read a rule of a filter, whose path stays inside the repository."""
    from gitexp.model.filter import parse_rule

    text = read_text(value)
    try:
        parse_rule(text)
    except UsageError as error:
        raise ValueError(f"is no rule: {error.message}") from None
    return text


def read_search_words(value: Any) -> str:
    """Read words that a topic looks for, with ``|`` between alternatives."""
    text = read_text(value)
    if len(text) > LONGEST_SEARCH:
        raise ValueError(f"has {len(text)} letters, more than {LONGEST_SEARCH}")
    if has_controls(text):
        raise ValueError("has control characters in it")
    return text


def read_query(value: Any) -> str:
    """Read a search that a topic keeps."""
    from gitexp.model.query import parse_query

    text = read_search_words(value)
    try:
        parse_query(text)
    except UsageError as error:
        raise ValueError(f"is no search: {error.message}") from None
    return text


class CorrectedMetric(NamedTuple):
    """A metric that a correction sets right."""

    name: str
    value: str
    about: bool
    partial: bool


def read_corrected_metric(value: Any) -> CorrectedMetric:
    """Read ``["acc", "0.2", false, false]``."""
    if not isinstance(value, _LISTS) or len(value) != len(CorrectedMetric._fields):
        raise ValueError("is no metric")
    name, figure, about, partial = value
    return CorrectedMetric(
        read_name(name), read_figure(figure), read_flag(about), read_flag(partial)
    )


def list_of(read: Callable[[Any], T]) -> Callable[[Any], tuple[T, ...]]:
    """Return a reader of a list whose members ``read`` reads."""

    def read_list(value: Any) -> tuple[T, ...]:
        if not isinstance(value, _LISTS):
            raise ValueError("is no list")
        return tuple([read(member) for member in value])

    return read_list


def fits_tag(text: str) -> bool:
    """Return True for one word that a text can name as ``#word``."""
    return bool(text) and not any(char.isspace() or char in "#,/" for char in text)


def fits_topic_name(text: str) -> bool:
    """Return True for a line that a text can name as ``[[words]]``."""
    return bool(text.strip()) and not any(char in "[]#\n" for char in text)


def fits_filter_name(text: str) -> bool:
    """Return True for one word that cannot be taken for a rule."""
    return bool(text) and not any(char.isspace() or char in "/:#!" for char in text)
