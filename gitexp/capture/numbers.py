"""Numbers as training code has them: plain, of numpy, or a tensor that holds one."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Any

from gitexp.model.metric_names import is_lower_better

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_NUMBERS = (bool, str, bytes, list, dict)


def read_number(value: Any) -> float | None:
    """Return a number as float; None for what is no single number."""
    if isinstance(value, _NO_NUMBERS):
        return None
    if isinstance(value, Real):
        return float(value)
    holds_one = getattr(value, "shape", None) in ((), (1,))
    if holds_one and hasattr(value, "item"):
        try:
            return float(value.item())
        except (TypeError, ValueError):
            return None
    return None


def format_number(number: float) -> str:
    """Return a number with six digits that count."""
    return f"{number:.6g}"


def find_best(name: str, numbers: Iterable[float]) -> float | None:
    """Return the best of the finite numbers of a metric: of a loss the smallest. None without one."""
    finite = [number for number in numbers if math.isfinite(number)]
    choose = min if is_lower_better(name) else max
    return choose(finite, default=None)
