"""What is read from outside on its way into the record."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from gitexp.model.metric import Metric
    from gitexp.model.picture import Picture
    from gitexp.model.series import Series

_KEY_LENGTH = 20  # 80 bits: no two keys of a record are the same by chance


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a diary under one date.

    ``at`` is that day's first moment, or the time that its heading names. ``line`` counts from 1.
    """

    at: datetime
    text: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Run:
    """One past run from a table. ``at`` is None where the table does not say when.

    ``commit`` names the commit that holds its code, "" where the table names none; ``revision`` is
    what other rows call it; ``name`` is the name that the table gives, where ``id`` is another.
    ``shares_name``: another row of the table has that name. ``settings`` are what was put into the
    run, as name and value.
    """

    id: str
    at: datetime | None
    parent: str
    metrics: tuple[Metric, ...]
    text: str
    file: str
    line: int
    commit: str = ""
    revision: str = ""
    name: str = ""
    shares_name: bool = False
    is_parent_presumed: bool = False
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PastVersion:
    """A commit whose code names an experiment.

    ``parent``: the id that the code named before, "" where an earlier version said it or there is
    none. ``metrics`` and ``pictures`` are what the notebooks of the commit printed and showed, and
    did not show before.
    """

    id: str
    commit: str
    at: datetime
    parent: str = ""
    metrics: tuple[Metric, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class TrackedRun:
    """A run from the store of a tracker.

    ``origin`` names the run for ever, wherever its store lies and whatever it is called. ``name`` is
    the id that it asks for. ``is_on_changes``: it ran on changes on top of ``commit``.
    ``keeps_commit``: no branch may hold ``commit``. ``settings`` are parameters, as name and value.
    """

    origin: str
    name: str
    at: datetime | None
    text: str
    file: str
    metrics: tuple[Metric, ...] = ()
    series: tuple[Series, ...] = ()
    tags: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    pictures: tuple[Picture, ...] = ()
    commit: str = ""
    is_on_changes: bool = False
    keeps_commit: bool = False
    parent_origin: str = ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What could not be read, and where; ``line`` is 0 for a file as a whole.

    ``stops``: nothing is imported unless the user says that it may be left out.
    """

    file: str
    line: int
    what: str
    stops: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


def make_source_key(*parts: object) -> str:
    """Return the key by which what was imported is known again.

    The same parts give the same key.
    """
    joined = "\0".join(map(str, parts))
    return hashlib.sha256(joined.encode()).hexdigest()[:_KEY_LENGTH]
