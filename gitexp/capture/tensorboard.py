"""Reading the event files that TensorBoard shows: curves, pictures, texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from gitexp.capture.event_messages import LoggedEvent, parse_event, read_number, read_strings
from gitexp.capture.event_records import split_records

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gitexp.capture.event_messages import LoggedValue

Points = dict[float, float]
"""The values of a series by step; nan and infinities among them."""

_IMAGES, _TEXT = "images", "text"
_SIZE_STRINGS = 2
"""A tensor of pictures begins with their width and height."""

_TORCH_TEXT = "/text_summary"
"""What PyTorch puts behind the tag of a text."""


@dataclass
class LoggedCurve:
    """The numbers under a tag of a run, in the order in which they were logged.

    ``run`` is the folder of the run below the log folder, "" for the log folder itself.
    """

    run: str
    tag: str
    steps: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The run and the tag: ``validation/epoch_loss``."""
        return f"{self.run}/{self.tag}" if self.run else self.tag

    def drop_from(self, step: int) -> None:
        """Drop what was logged at a step and behind it."""
        kept = [index for index, logged in enumerate(self.steps) if logged < step]
        self.steps = [self.steps[index] for index in kept]
        self.times = [self.times[index] for index in kept]
        self.values = [self.values[index] for index in kept]

    def get_points(self) -> Points:
        """Return the values by step. Of two at one step the later counts."""
        return dict(zip(map(float, self.steps), self.values, strict=True))

    def get_points_by_time(self, start: float) -> Points:
        """Return the values by seconds since ``start``."""
        return {
            round(time - start, 3): value
            for time, value in zip(self.times, self.values, strict=True)
        }


class LoggedContent(NamedTuple):
    """A picture (PNG or JPEG) or a text (UTF-8) as it was logged last, and at which step."""

    step: int
    data: bytes


@dataclass
class EventLog:
    """All that is read of the event files in a folder; pictures and texts by run and tag.

    ``losses`` has a line for each file that was read in part only.
    """

    curves: dict[str, LoggedCurve] = field(default_factory=dict)
    images: dict[str, LoggedContent] = field(default_factory=dict)
    texts: dict[str, LoggedContent] = field(default_factory=dict)
    losses: list[str] = field(default_factory=list)

    def list_points(self) -> dict[str, Points]:
        """Return the values of each curve by step, by the name of the curve."""
        return {name: curve.get_points() for name, curve in self.curves.items()}


def list_event_files(path: Path) -> list[Path]:
    """Return an event file, or all event files below a folder, sorted."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*tfevents*") if file.is_file())


def read_event_log(path: Path, files: Iterable[Path] | None = None) -> EventLog:
    """Read an event file, or the event files below a folder: all, or only ``files``.

    A file that is torn, still written or damaged is read to its last good record. Raises OSError
    for a file that cannot be opened.
    """
    log = EventLog()
    listed = list_event_files(path) if files is None else sorted(files)
    for folder, files_of_run in _group_by_folder(listed).items():
        is_run = path.is_dir() and folder != path
        run = folder.relative_to(path).as_posix() if is_run else ""
        reader = _RunReader(log, run)
        for file in files_of_run:
            records, damage = split_records(file.read_bytes())
            if damage:
                log.losses.append(f"{file.name}: {damage}")
            unreadable = reader.take_records(records)
            if unreadable:
                log.losses.append(f"{file.name}: {unreadable} records are no events")
    log.curves = {name: curve for name, curve in log.curves.items() if curve.steps}
    return log


def _group_by_folder(files: Iterable[Path]) -> dict[Path, list[Path]]:
    """Return files by their folder, in the order in which they were written."""
    files_by_folder: dict[Path, list[Path]] = {}
    for file in files:
        files_by_folder.setdefault(file.parent, []).append(file)
    return files_by_folder


class _RunReader:
    """Takes the records of one run into a log."""

    def __init__(self, log: EventLog, run: str) -> None:
        self._log = log
        self._run = run
        # Writers name the plugin of a tag at its first value only.
        self._plugins: dict[str, str] = {}
        self._curves: dict[str, LoggedCurve] = {}

    def take_records(self, records: list[bytes]) -> int:
        """Take in records, and return how many of them are no events."""
        unreadable = 0
        for record in records:
            try:
                event = parse_event(record)
            except ValueError:
                unreadable += 1
                continue
            if event.restarts:
                for curve in self._curves.values():
                    curve.drop_from(event.step)
            for value in event.values:
                self._take_value(event, value)
        return unreadable

    def _take_value(self, event: LoggedEvent, value: LoggedValue) -> None:
        if value.number is not None:
            self._add_number(event, value.tag, value.number)
        elif value.image:
            self._log.images[self._name(value.tag)] = LoggedContent(event.step, value.image)
        elif value.tensor:
            plugin = value.plugin or self._plugins.get(value.tag, "")
            self._plugins[value.tag] = plugin
            self._take_tensor(event, value, plugin)

    def _take_tensor(self, event: LoggedEvent, value: LoggedValue, plugin: str) -> None:
        if plugin == _IMAGES:
            pictures = read_strings(value.tensor)[_SIZE_STRINGS:]
            if pictures:
                self._log.images[self._name(value.tag)] = LoggedContent(event.step, pictures[0])
        elif plugin == _TEXT:
            text = b"\n".join(read_strings(value.tensor))
            name = self._name(value.tag.removesuffix(_TORCH_TEXT))
            self._log.texts[name] = LoggedContent(event.step, text)
        else:
            number = read_number(value.tensor)
            if number is not None:
                self._add_number(event, value.tag, number)

    def _add_number(self, event: LoggedEvent, tag: str, number: float) -> None:
        curve = self._curves.get(tag)
        if curve is None:
            curve = self._curves[tag] = LoggedCurve(self._run, tag)
            self._log.curves[curve.name] = curve
        curve.steps.append(event.step)
        curve.times.append(event.wall_time)
        curve.values.append(number)

    def _name(self, tag: str) -> str:
        return f"{self._run}/{tag}" if self._run else tag
