"""What a run logged, in memory, until it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.capture.numbers import find_best, format_number, read_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_NAMES = 500
_MOST_POINTS = 20_000
"""Points of a name in memory. With more, the curve is thinned to half of them."""

_COUNTERS = frozenset(("epoch", "step", "global_step", "iter", "iteration"))
"""Names that count. They say where on the run a value is, and are no metric."""

_CURVES_ALONE = frozenset(("learning_rate", "lr", "grad_norm"))
"""Names of numbers that steer a training. Where it took them is a curve; the last is no result."""

_LEAST_POINTS = 3
_LONGEST_NAME = 100


class LoggedPicture(NamedTuple):
    """A picture that was logged: its name, and its bytes as they were drawn."""

    name: str
    data: bytes


class RunBuffer:
    """Numbers by name and step, notes and pictures. The caller holds a lock."""

    def __init__(self) -> None:
        self._points: dict[str, dict[float, float]] = {}
        self._next_step = 0
        self._is_changed = False
        self.notes: list[str] = []
        self.pictures: list[LoggedPicture] = []

    @property
    def is_changed(self) -> bool:
        """True where something was logged since the last ``mark_written``."""
        return self._is_changed or bool(self.notes or self.pictures)

    @property
    def next_step(self) -> int:
        """The step of the next log call that names none."""
        return self._next_step

    def add_values(
        self, values: Mapping[str, Any], step: float | None, *, ends_step: bool = True
    ) -> dict[str, float]:
        """Take in the numbers of a log call and return them; what is no number is passed over.

        Without ``ends_step`` the next call is about the same step.
        """
        if step is None:
            step = self._next_step
        self._next_step = int(step) + 1 if ends_step else int(step)
        numbers = dict(_list_numbers("", values))
        for name, number in numbers.items():
            points = self._points.get(name)
            if points is None:
                if len(self._points) >= _MOST_NAMES:
                    continue
                points = self._points[name] = {}
            points[float(step)] = number
            if len(points) > _MOST_POINTS:
                self._points[name] = _thin_points(name, points)
        self._is_changed = self._is_changed or bool(numbers)
        return numbers

    def list_metrics(self) -> list[tuple[str, str]]:
        """Return name and value of each metric: the last value, and the best where it is another."""
        from gitexp.capture.log_lines import is_metric_name

        metrics = []
        for name, points in self._points.items():
            last_word = name.rpartition("/")[2].lower()
            is_curve = len(points) >= _LEAST_POINTS and last_word in _CURVES_ALONE
            if is_curve or last_word in _COUNTERS:
                continue
            last = format_number(list(points.values())[-1])
            metrics.append((name, last))
            best = find_best(name, points.values()) if is_metric_name(name) else None
            if best is not None and format_number(best) != last:
                metrics.append((f"{name}_best", format_number(best)))
        return metrics

    def list_series(self) -> dict[str, list[tuple[float, float]]]:
        """Return steps and values of each name that has enough of them for a curve."""
        return {
            name: sorted(points.items())
            for name, points in self._points.items()
            if len(points) >= _LEAST_POINTS and name.rpartition("/")[2].lower() not in _COUNTERS
        }

    def mark_written(self, note_count: int, picture_count: int) -> None:
        """Forget the notes and pictures that were written. Numbers stay: their curves go on."""
        del self.notes[:note_count]
        del self.pictures[:picture_count]

    def mark_values_sent(self) -> None:
        """Remember that all numbers so far are about to be written."""
        self._is_changed = False

    def mark_values_unsent(self) -> None:
        """Remember that the numbers were not written after all."""
        self._is_changed = True


def _list_numbers(prefix: str, values: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the numbers of a dictionary; those of one inside it stand as ``val/acc``."""
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _list_numbers(f"{name}/", value)
            continue
        number = read_number(value)
        is_name = name.isprintable() and not name[:1].isdigit() and 0 < len(name) <= _LONGEST_NAME
        if number is not None and is_name:
            yield name, number


def _thin_points(name: str, points: Mapping[float, float]) -> dict[float, float]:
    from gitexp.model.series import build_series, thin_series

    thin = thin_series(build_series(name, points), _MOST_POINTS // 2)
    return {step: points[step] for step in thin.steps}
