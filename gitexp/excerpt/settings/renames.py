"""Following settings: the code renamed one or moved it, and its column goes on."""

from __future__ import annotations

from collections import Counter
from itertools import chain, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitexp.excerpt.settings.setting import Setting


def follow_renames(versions: Sequence[Mapping[str, Setting]]) -> list[dict[str, Setting]]:
    """Return the settings of each version (oldest first) under the newest names.

    From one version to the next, a name that is gone and one that is new are the same setting where

    - the last part of the name is the same and no other pair fits: it moved to another function;
    - the values are the same, all that is around the name is the same, and no other pair fits:
      it was renamed.

    A name is never joined with one that stands beside it in any version: two settings stay two.
    """
    newest = _NewestNames(versions)
    for older, newer in pairwise(versions):
        for old_name, new_name in _pair_names(older, newer):
            newest.join(old_name, new_name)
    return [_rename(version, newest) for version in versions]


def _rename(version: Mapping[str, Setting], newest: _NewestNames) -> dict[str, Setting]:
    renamed = {}
    for name, setting in version.items():
        newest_name = newest.find(name)
        renamed[newest_name] = setting._replace(name=newest_name)
    return renamed


class _NewestNames:
    """Which name is called what today; remembers which names stand side by side."""

    def __init__(self, versions: Sequence[Mapping[str, Setting]]) -> None:
        self._newer: dict[str, str] = {}
        self._versions_of: dict[str, set[int]] = {}
        for number, version in enumerate(versions):
            for name in version:
                self._versions_of.setdefault(name, set()).add(number)

    def find(self, name: str) -> str:
        """Return the newest name of a setting."""
        while name in self._newer:
            name = self._newer[name]
        return name

    def join(self, old_name: str, new_name: str) -> None:
        """Take two names as one setting, unless a version holds both."""
        old_name, new_name = self.find(old_name), self.find(new_name)
        if old_name == new_name:
            return
        if self._versions_of[old_name] & self._versions_of[new_name]:
            return
        self._newer[old_name] = new_name
        self._versions_of[new_name] |= self._versions_of[old_name]


def _pair_names(
    older: Mapping[str, Setting], newer: Mapping[str, Setting]
) -> list[tuple[str, str]]:
    """Return the names of the older version with what they are called in the newer one."""
    gone = [name for name in older if name not in newer]
    new = [name for name in newer if name not in older]
    if not gone or not new:
        return []
    pairs = _pair_by(gone, new, {name: name.rpartition(".")[2] for name in (*gone, *new)})
    paired = set(chain.from_iterable(pairs))
    left_gone = [name for name in gone if name not in paired]
    left_new = [name for name in new if name not in paired]
    keys = {name: (name.rpartition(".")[0], older[name].values) for name in left_gone}
    keys.update({name: (name.rpartition(".")[0], newer[name].values) for name in left_new})
    return pairs + _pair_by(left_gone, left_new, keys)


def _pair_by(
    gone: Iterable[str], new: Iterable[str], keys: Mapping[str, object]
) -> list[tuple[str, str]]:
    """Return the pairs whose keys are equal, where no other name of either side has that key."""
    gone_counts = Counter(keys[name] for name in gone)
    new_by_key: dict[object, list[str]] = {}
    for name in new:
        new_by_key.setdefault(keys[name], []).append(name)
    pairs = []
    for name in gone:
        partners = new_by_key.get(keys[name], [])
        if gone_counts[keys[name]] == 1 and len(partners) == 1:
            pairs.append((name, partners[0]))
    return pairs
