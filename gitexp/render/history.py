"""Steps of a filtered history for the terminal."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from gitexp.render.code import diff_lines, hidden_mark, missing_line
from gitexp.render.terminal import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.delta.delta import Delta


_ENDS = {
    "shallow": "    this is not the beginning: the shallow clone ends here (git fetch --unshallow)",
    "gap": "    this is not the beginning: the version before cannot be read in this clone",
}


def step_lines(
    commit: str,
    time: int,
    title: str,
    labels: Sequence[str],
    delta: Delta,
    excerpt: Excerpt,
    *,
    kinds: Sequence[str] = (),
    stat: bool = False,
    colour: bool = False,
) -> list[str]:
    """Head line (commit, day, title, experiments with their metrics), then the delta, or with ``stat`` only its size.

    Where the history ends only because this clone has no more of it (``kinds``), a line says so.
    """
    day = datetime.fromtimestamp(time).astimezone().strftime("%Y-%m-%d")
    short = f"\x1b[33m{commit[:7]}\x1b[0m" if colour else commit[:7]
    tied = f"  [{', '.join(labels)}]" if labels else ""
    lines = [safe_head(short, f"{day}  {title}{tied}")]
    lines += [_ENDS[kind] for kind in kinds if kind in _ENDS]
    if stat:
        return [*lines, f"    {safe(delta.summary)}"]
    lines += diff_lines(delta.format_unified().splitlines(), colour=colour)
    lines += [missing_line(item) for item in excerpt.missing]
    if excerpt.hidden_count:
        lines.append(hidden_mark(excerpt.hidden_count))
    return [*lines, ""]


def safe_head(short: str, rest: str) -> str:
    """A commit, coloured or not, and text from the repository beside it."""
    return f"{short} {safe(rest)}"


def step_values(
    commit: str,
    time: int,
    title: str,
    names: Sequence[str],
    kinds: Sequence[str],
    confidence: float,
    delta: dict[str, Any],
) -> dict[str, Any]:
    """A step for ``--json``."""
    return {
        "commit": commit,
        "time": datetime.fromtimestamp(time).astimezone().isoformat(),
        "title": title,
        "experiments": list(names),
        "kinds": list(kinds),
        "confidence": round(confidence, 3),
        **delta,
    }
