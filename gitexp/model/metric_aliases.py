"""Names of metrics that are said to be one: config ``gitexp.metricAlias = accuracy=acc, 精度=acc``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.errors import UsageError
from gitexp.model.normalise import fold_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitexp.model.metric import Metric


class MetricAliases:
    """The name in use of each name that is another's alias; letters of any case are the same."""

    def __init__(self, aliases: Mapping[str, str] | None = None) -> None:
        self._names = {fold_text(alias): name for alias, name in (aliases or {}).items()}

    def __bool__(self) -> bool:
        return bool(self._names)

    def find_name(self, name: str) -> str:
        """Return the name in use of a metric."""
        return self._names.get(fold_text(name), name)

    def rename(self, metric: Metric) -> Metric:
        """Return a metric under its name in use."""
        name = self.find_name(metric.name)
        return metric if name == metric.name else metric._replace(name=name)

    def unite(self, metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
        """Return metrics under their names in use. Of several the one recorded under it stays."""
        if not self._names or not metrics:
            return metrics
        united: dict[str, Metric] = {}
        for metric in metrics:
            name = self.find_name(metric.name)
            if name == metric.name or name not in united:
                united[name] = metric._replace(name=name)
        return tuple(united.values())


def read_metric_aliases(text: str) -> MetricAliases:
    """Read ``accuracy=acc, 精度=acc``. Raises UsageError for anything else."""
    aliases: dict[str, str] = {}
    for pair in re.split(r"[\s,、]+", text.strip()):
        alias, equals, name = pair.partition("=")
        if pair and not (alias and equals and name):
            raise UsageError(
                f"config gitexp.metricAlias is no list of names: '{pair}'",
                "git config gitexp.metricAlias 'accuracy=acc, 精度=acc'",
            )
        if pair:
            aliases[alias] = name
    return MetricAliases(aliases)
