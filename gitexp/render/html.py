"""HTML of the record: the one renderer of cards, used by the page, the export and notebooks.

Jinja2 escapes values wherever they stand; only ``markdown`` and ``highlight`` return finished HTML.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from gitexp.model.telling import strip_head, strip_id
from gitexp.model.threads import sort_into_threads
from gitexp.render import html_code, lineup_counts
from gitexp.render.markdown import markdown
from gitexp.render.search import choose_metric, find_any, list_entry_passages, list_passages
from gitexp.render.terminal import format_hour, format_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from jinja2 import Environment
    from jinja2.runtime import Context
    from markupsafe import Markup

    from gitexp.model.experiment import Entry, Experiment
    from gitexp.model.metric import Metric

    FindAddress = Callable[[str, str], str]
    """Returns where a thing is by its kind and name: ``find_address("experiment", id)``."""


_SEAM = re.compile(r"([_./-])(?=\w)")


def render_template(template: str, **values: Any) -> str:
    """Return a template with its values.

    ``to`` returns where a thing is, by default in the viewer; ``names`` are the ids that become
    links in texts; ``quoted`` holds the first lines of entries, by id, that others on the page
    correct from afar.
    """
    defaults = {"to": find_viewer_address, "names": (), "quoted": {}}
    return _load_environment().get_template(template).render(**{**defaults, **values})


@cache
def _load_environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context

    environment = Environment(
        loader=PackageLoader("gitexp.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["seams"] = _break_at_seams
    environment.filters["hang"] = _hang_marks
    environment.filters["markdown"] = pass_context(_render_markdown)
    environment.filters["weekday"] = _format_weekday
    environment.filters["moment"] = format_moment
    environment.filters["hour"] = format_hour
    environment.globals["list_reading_blocks"] = html_code.list_reading_blocks
    environment.globals["list_excerpt_files"] = html_code.list_excerpt_files
    environment.globals["list_row_cells"] = html_code.list_row_cells
    environment.globals["list_source_lines"] = html_code.list_source_lines
    environment.globals["is_open"] = lineup_counts.is_open
    environment.globals["describe_size"] = lineup_counts.describe_size
    environment.globals["list_threads"] = list_threads
    environment.globals["list_short_threads"] = list_short_threads
    environment.globals["mark_text"] = mark_text
    environment.globals["strip_head"] = strip_head
    environment.globals["choose_metric"] = choose_metric
    environment.globals["list_passages"] = list_passages
    environment.globals["list_entry_passages"] = list_entry_passages
    return environment


def _render_markdown(context: Context, text: str) -> Markup:
    from markupsafe import Markup

    return Markup(markdown(text, context["names"], context["to"]))


def _break_at_seams(name: str) -> Markup:
    """Return an id or a name as HTML that a narrow column breaks behind ``_``, ``-``, ``.``, ``/``."""
    from markupsafe import Markup, escape

    return Markup(_SEAM.sub(r"\1<wbr>", str(escape(name))))


def _hang_marks(value: str) -> Markup:
    """Return a value as HTML whose marks behind the digits take no room: so a column of them holds."""
    from markupsafe import Markup, escape

    digits = value.rstrip("…*")
    marks = value[len(digits) :]
    html = str(escape(digits))
    return Markup(f'{html}<span class="hang">{marks}</span>' if marks else html)


def _format_weekday(day: str) -> str:
    """Return ``Mon`` of ``2019-06-24``."""
    from datetime import date

    return f"{date.fromisoformat(day):%a}"


def find_viewer_address(kind: str, name: str) -> str:
    """Return where a thing is in the viewer.

    ``kind``: experiment, lineage, topic; or picture, of which ``name`` is the path on the branch.
    """
    if kind == "picture":
        return f"/o/{name.rpartition('/')[2]}"
    return f"/{kind}/{quote(name, safe='')}"


class CardEntry(NamedTuple):
    """An entry and what a card shows of its text; ``depth`` is over 0 for an answer to another."""

    depth: int
    entry: Entry
    text: str


def list_card_entries(
    entries: Sequence[Entry], names: Collection[str], shown: Collection[Metric] = ()
) -> list[CardEntry]:
    """Return entries as a card of an experiment with these ``names`` shows them.

    ``shown`` are the metrics that stand in the head of the card.
    """
    return [CardEntry(0, entry, strip_head(entry.text, names, shown)) for entry in entries]


def list_threads(experiment: Experiment) -> list[CardEntry]:
    """Return the entries of an experiment, corrections under what they correct."""
    return [
        CardEntry(depth, entry, strip_id(entry.text, experiment.names))
        for depth, entry in sort_into_threads(experiment.entries)
    ]


def list_short_threads(experiment: Experiment) -> list[CardEntry]:
    """Return the entries as ``list_threads`` does, without the metrics that stand above them."""
    threads = []
    for depth, entry in sort_into_threads(experiment.entries):
        text = strip_head(entry.text, experiment.names, experiment.metrics).strip()
        threads.append(CardEntry(depth, entry, text or entry.text))
    return threads


def mark_text(text: str, searched: Sequence[str]) -> Markup:
    """Return a line of text with the first searched text in it marked."""
    from markupsafe import Markup, escape

    place = find_any(text, searched)
    if place is None:
        return escape(text)
    start, stop = place
    mark = Markup("<mark>") + escape(text[start:stop]) + Markup("</mark>")
    return escape(text[:start]) + mark + escape(text[stop:])
