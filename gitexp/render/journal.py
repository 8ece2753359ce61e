"""The journal for the terminal: days, entries under their experiments, corrections under what they correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.render.show import dim
from gitexp.render.terminal import fit, safe, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gitexp.model.experiment import Entry, Summary


def journal_lines(
    entries: Iterable[Entry],
    summaries: Mapping[str, Summary],
    columns: int,
    *,
    ids: bool = False,
    colour: bool = False,
) -> Iterator[str]:
    """Lines as they come. A day is a heading; an entry says what it is about and, where it is a correction, of what."""
    day = ""
    texts: dict[str, str] = {}
    for entry in entries:
        if entry.at[:10] != day:
            yield from [""] if day else []
            day = entry.at[:10]
            yield f"\x1b[1m{day}\x1b[0m" if colour else f"### {day}"
        texts[entry.id] = entry.text.partition("\n")[0]
        yield ""
        yield from _entry_lines(entry, summaries, texts, columns, ids=ids, colour=colour)


def _entry_lines(
    entry: Entry,
    summaries: Mapping[str, Summary],
    texts: Mapping[str, str],
    columns: int,
    *,
    ids: bool,
    colour: bool,
) -> Iterator[str]:
    about = [summaries[name] for name in entry.experiments if name in summaries]
    if entry.kind == "note" and len(about) == 1 and entry.text.startswith(about[0].id):
        about = []  # the text says it
    names = ", ".join(_head(one) for one in about[:3]) + (
        f" and {len(about) - 3} more" if len(about) > 3 else ""
    )
    kind = {"correction": "corrects ", "retract": "takes back a correction of "}.get(entry.kind, "")
    state = (
        "  ✗ taken back" if entry.retracted else "  ✗ corrected later" if entry.corrected else ""
    )
    time = (
        "" if entry.at[11:16] == "00:00" else f"{entry.at[11:16]}  "
    )  # imported: only its day is known
    head = safe(f"{time}{kind}{names}").rstrip() + (f"  {entry.id}" if ids else "") + state
    if head:
        yield fit(head, columns)
    for target in entry.targets:
        if target in texts:
            yield fit(f"  > {safe(texts[target])}", columns)
    for line in wrap(safe(entry.text), columns, "  ") if entry.text else []:
        yield dim(line, colour=colour) if state else line


def _head(summary: Summary) -> str:
    return summary.id + "".join(f" {metric.name}={metric}" for metric in summary.metrics)
