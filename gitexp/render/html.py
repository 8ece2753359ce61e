"""HTML of the record: the one renderer of cards, used by the page, the export and notebooks.

Values are escaped by Jinja2 wherever they stand; only ``markdown`` and ``highlight`` hand over finished HTML.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from gitexp.render.highlight import highlight
from gitexp.render.markdown import markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment
    from markupsafe import Markup

    from gitexp.excerpt.unidiff import Delta
    from gitexp.model.experiment import Entry, Experiment


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=PackageLoader("gitexp.render"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["markdown"] = lambda text: Markup(markdown(text))  # noqa: S704 - sanitised there
    made.filters["weekday"] = _weekday
    made.globals["delta_rows"] = _delta_rows
    return made


def page(template: str, **values: Any) -> str:
    """A template with its values."""
    return _environment().get_template(template).render(**values)


def told(entries: Sequence[Entry], experiment: str) -> list[tuple[Entry, str]]:
    """Entries with what a card shows of their text: without the id that stands in its head already."""
    return [(entry, without_head(entry.text, experiment)) for entry in entries]


def without_head(text: str, experiment: str) -> str:
    """The text without an id that opens it."""
    rest = text.removeprefix(experiment) if experiment else text
    return rest.lstrip(" \t　:：,\n") if rest != text and (not rest or not (rest[0].isalnum() or rest[0] in "_+@-.")) else text


def experiment_html(experiment: Experiment, children: Sequence[str], delta: Delta | None, title: str, hidden: int) -> str:
    """Everything of one experiment."""
    entries = told(experiment.entries, experiment.id)
    return page("experiment.html", one=experiment, entries=entries, children=children, delta=delta, title=title, hidden=hidden)


def _delta_rows(delta: Delta) -> list[tuple[str, list[list[tuple[str, Markup]]]]]:
    """Of each file its name and hunks; a hunk is rows of sign and highlighted line."""
    from markupsafe import Markup

    files: list[tuple[str, list[list[tuple[str, Markup]]]]] = []
    for file in delta.files:
        path = file.new_path or file.old_path
        hunks: list[list[tuple[str, Markup]]] = []
        for hunk in file.hunks:
            painted = highlight(path, "\n".join(line.text for line in hunk.lines))
            hunks.append([(line.tag, Markup(text)) for line, text in zip(hunk.lines, painted, strict=True)])  # noqa: S704 - escaped there
        files.append((path, hunks))
    return files


def _weekday(day: str) -> str:
    from datetime import date

    return f"{date.fromisoformat(day):%a}"
