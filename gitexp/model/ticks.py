"""Round numbers for the axis of a plot."""

from __future__ import annotations

import math

_SLACK = 1e-9
"""Part of a step by which an end of the axis may miss a round number: 0.3 is not 3 times 0.1."""


def choose_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return about ``count`` round numbers from ``low`` to ``high``.

    They are multiples of 1, 2 or 5 times a power of ten.
    """
    least_step = (high - low) / count
    power = 10.0 ** math.floor(math.log10(least_step))
    steps = (factor * power for factor in (1, 2, 5, 10))
    step = next(step for step in steps if step >= least_step * 0.999)
    first = math.ceil(low / step - _SLACK)
    last = math.floor(high / step + _SLACK)
    return [number * step for number in range(first, last + 1)]
