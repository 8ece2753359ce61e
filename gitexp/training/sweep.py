"""Sweeps in the shape of wandb's: a function is called once for each choice of settings.

The choices are made here, without a server: each combination of a grid once, else at random.
"""

from __future__ import annotations

import itertools
import math
import random
import secrets
from typing import TYPE_CHECKING, Any

from gitexp.training.quiet import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_MOST_FAILURES = 3
"""Trials in a row that end by an error before a sweep is given up, as wandb does."""

_SWEEPS: dict[str, Mapping[str, Any]] = {}


def sweep(sweep: Any = None, *args: Any, **others: Any) -> str:
    """Return the id of a sweep for ``agent``. ``sweep`` is its dictionary, as wandb describes it."""
    ident = secrets.token_hex(4)
    _SWEEPS[ident] = sweep if isinstance(sweep, dict) else {}
    return ident


def agent(
    sweep_id: str,
    function: Callable[[], Any] | None = None,
    entity: str | None = None,
    project: str | None = None,
    count: int | None = None,
    **others: Any,
) -> None:
    """Call ``function`` for each choice of settings, which its ``init`` finds in the config.

    Without ``count`` a grid ends after its last combination; a random choice goes on until Ctrl-C.
    A trial that ends by an error is said, and the next one is begun.
    """
    from gitexp.training import session

    plan = _SWEEPS.get(str(sweep_id).rpartition("/")[2])
    if plan is None or function is None:
        say(
            "a sweep is run here from Python alone: wandb.sweep({...}), then wandb.agent(id, function)"
        )
        return
    failures = 0
    for settings in itertools.islice(choose_settings(plan), count):
        session.set_sweep_settings(settings)
        try:
            function()
        except Exception as error:  # noqa: BLE001 - of the training: the next trial is begun
            failures += 1
            say(f"a trial of the sweep ended by {type(error).__name__}: {error}")
            session.finish(exit_code=1)
        else:
            failures = 0
            session.finish()
        finally:
            session.set_sweep_settings({})
        if failures == _MOST_FAILURES:
            say(f"the sweep ends after {failures} trials with an error")
            return


def choose_settings(plan: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the settings of each trial of a sweep."""
    parameters = plan.get("parameters") or {}
    if plan.get("method") == "grid":
        names = list(parameters)
        columns = [_list_values(parameters[name]) for name in names]
        for values in itertools.product(*columns):
            yield dict(zip(names, values, strict=True))
        return
    while True:
        yield {name: _draw_value(parameter) for name, parameter in parameters.items()}


def _list_values(parameter: Mapping[str, Any]) -> list[Any]:
    """Return the values that a grid has for a parameter."""
    if "parameters" in parameter:
        return list(choose_settings({**parameter, "method": "grid"}))
    if "values" in parameter:
        return list(parameter["values"])
    if "value" in parameter:
        return [parameter["value"]]
    low, high = parameter.get("min"), parameter.get("max")
    if isinstance(low, int) and isinstance(high, int):
        return list(range(low, high + 1))
    return [_draw_value(parameter)]


def _draw_value(parameter: Mapping[str, Any]) -> Any:
    """Return a value of a parameter, chosen by its distribution."""
    if "parameters" in parameter:
        return next(choose_settings({**parameter, "method": "random"}))
    if "values" in parameter:
        return random.choices(parameter["values"], parameter.get("probabilities"))[0]  # noqa: S311
    if "value" in parameter:
        return parameter["value"]
    kind = str(parameter.get("distribution", ""))
    number = _draw_number(parameter, kind)
    if kind.startswith("q_"):
        quantum = parameter.get("q", 1)
        number = round(number / quantum) * quantum
    return number


def _draw_number(parameter: Mapping[str, Any], kind: str) -> float:
    if "normal" in kind:
        number = random.gauss(parameter.get("mu", 0.0), parameter.get("sigma", 1.0))
        return math.exp(number) if "log_normal" in kind else number
    low, high = parameter.get("min", 0.0), parameter.get("max", 1.0)
    if "int" in kind or (not kind and isinstance(low, int) and isinstance(high, int)):
        return random.randint(int(low), int(high))  # noqa: S311 - no secret
    if "log_uniform_values" in kind:
        return math.exp(random.uniform(math.log(low), math.log(high)))  # noqa: S311
    number = random.uniform(low, high)  # noqa: S311
    return math.exp(number) if "log_uniform" in kind else number
