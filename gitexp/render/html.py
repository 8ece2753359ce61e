"""HTML of the record: the one renderer of cards, used by the page, the export and notebooks.

Values are escaped by Jinja2 wherever they stand; only ``markdown`` and ``highlight`` hand over finished HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gitexp.excerpt.delta.rows import line_up_deltas
from gitexp.excerpt.symbols.find import find_definitions
from gitexp.model.metric import is_lower_better
from gitexp.model.threads import sort_into_threads
from gitexp.render.highlight import highlight
from gitexp.render.markdown import markdown
from gitexp.render.search import find_any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from jinja2 import Environment
    from markupsafe import Markup

    from gitexp.excerpt.cut import Excerpt, FileExcerpt
    from gitexp.excerpt.delta.delta import Delta, DeltaLine
    from gitexp.excerpt.delta.rows import DefinitionRow
    from gitexp.excerpt.source import Source
    from gitexp.model.experiment import Entry, Experiment, Summary
    from gitexp.model.results import SearchResult


# Pixels of the widest picture in a line-up; the others keep their size beside it.
_PICTURE = 320
# Hidden lines that one click shows.
_OPENED = 100


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
    from markupsafe import Markup

    made = Environment(
        loader=PackageLoader("gitexp.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["markdown"] = pass_context(
        lambda here, text: Markup(markdown(text, here["names"], here["to"]))
    )
    made.filters["weekday"] = _weekday
    made.globals["delta_rows"] = _delta_rows
    made.globals["excerpt_rows"] = _excerpt_rows
    made.globals["marked"] = marked
    made.globals["find_any"] = find_any
    return made


def page(template: str, **values: Any) -> str:
    """A template with its values.

    ``to`` says where a thing is, ``to("experiment", id)``, by default in the viewer; ``names`` are the ids that are links in texts;
    ``quoted`` the first lines of entries, by id, that others on the page correct from afar.
    """
    return (
        _environment()
        .get_template(template)
        .render(**{"to": live, "names": (), "quoted": {}, **values})
    )


def live(kind: str, name: str) -> str:
    """The viewer's address of an experiment, a lineage, a topic, or of a picture by its path on the record branch."""
    return (
        f"/o/{name.rpartition('/')[2]}" if kind == "picture" else f"/{kind}/{quote(name, safe='')}"
    )


def told(entries: Sequence[Entry], experiment: str) -> list[tuple[Entry, str]]:
    """Entries with what a card shows of their text: without the id that stands in its head already."""
    return [(entry, without_head(entry.text, experiment)) for entry in entries]


def thread(experiment: Experiment) -> list[tuple[int, Entry, str]]:
    """Its entries, each with its depth and what is shown of its text; corrections under what they correct."""
    return [
        (depth, entry, without_head(entry.text, experiment.id))
        for depth, entry in sort_into_threads(experiment.entries)
    ]


def without_head(text: str, experiment: str) -> str:
    """The text without an id that opens it."""
    rest = text.removeprefix(experiment) if experiment else text
    return (
        rest.lstrip(" \t　:：,\n")
        if rest != text and (not rest or not (rest[0].isalnum() or rest[0] in "_+@-."))
        else text
    )


def experiment_html(
    experiment: Experiment,
    children: Sequence[str],
    delta: Delta | None,
    title: str,
    hidden: int,
    to: Callable[[str, str], str] | None = None,
    names: Collection[str] = (),
    mentions: Sequence[str] = (),
    remedy: str = "",
) -> str:
    """Everything of one experiment; ``to`` says where things are, by default in the viewer; ``names`` become links in texts.

    ``mentions``: ids of experiments, or days, whose entries speak of it. ``remedy``: what would bring code that is not here.
    """
    return page(
        "experiment.html",
        one=experiment,
        entries=thread(experiment),
        children=children,
        delta=delta,
        title=title,
        hidden=hidden,
        to=to or live,
        names=names,
        mentions=mentions,
        remedy=remedy,
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a line-up: its number from 1, the experiment, what it changed or why that cannot be seen."""

    number: int
    one: Experiment
    delta: Delta | None
    reason: str

    @property
    def remark(self) -> str:
        """Words in the place of code, where there is none, or beside it."""
        if self.reason or self.delta is None or self.delta.files:
            return self.reason
        return "the same code"

    @property
    def thread(self) -> list[tuple[int, Entry, str]]:
        """Its entries, corrections under what they correct."""
        return thread(self.one)


def lineup_html(
    columns: Sequence[Column],
    rows: Sequence[DefinitionRow],
    alike: set[tuple[str, str]],
    texts: Mapping[tuple[str, str], Sequence[str]],
    plots: Sequence[str],
    *,
    parents: bool,
    names: Collection[str] = (),
    remedy: str = "",
) -> str:
    """A line-up as a table. ``alike``: rows that are folded; ``texts``: what the first column's code says in a row; ``plots``: SVG.

    ``remedy``: what would bring code that is not here.
    """
    values = [{metric.name: metric for metric in column.one.metrics} for column in columns]
    metrics = list(dict.fromkeys(name for each in values for name in each))
    differing = [
        name
        for name in metrics
        if len({str(each.get(name)) for each in values}) > 1 or len(columns) == 1
    ]
    images = [{image.name: image for image in column.one.images} for column in columns]
    widest = max((image.width for each in images for image in each.values()), default=1)
    painted = [
        [
            _cell(row.path, cell, texts.get((row.path, row.name), ()) if number == 0 else ())
            for number, cell in enumerate(row.cells)
        ]
        for row in rows
    ]
    return page(
        "lineup_table.html",
        names=names,
        columns=columns,
        rows=rows,
        alike=alike,
        painted=painted,
        values=values,
        differing=differing,
        same=[values[0][name] for name in metrics if name not in differing],
        best={name: best for name in differing if (best := _best(columns, name))},
        images=images,
        pictures=list(dict.fromkeys(name for each in images for name in each)),
        scale=min(1.0, _PICTURE / widest),
        plots=plots,
        reasons=any(column.reason for column in columns)
        or any(column.remark for column in columns[0 if parents else 1 :]),
        parents=parents,
        remedy=remedy,
    )


def passages_html(delta: Delta) -> list[tuple[str, str, str]]:
    """What a delta changed, definition by definition: path, name, lines with their signs."""
    return [
        (row.path, row.name, page("passage.html", cell=_cell(row.path, row.cells[0], ())))
        for row in line_up_deltas([delta])
    ]


@dataclass(frozen=True, slots=True)
class Generation:
    """One experiment of a lineage: the first with its excerpt, the others with what they changed, or why that cannot be seen."""

    one: Experiment
    delta: Delta | None
    excerpt: Excerpt | None
    reason: str


def lineage_html(
    generations: Sequence[Generation],
    summaries: Mapping[str, Summary],
    children: Mapping[str, Sequence[str]],
    root: str,
    earlier: Sequence[str] = (),
    remedy: str = "",
) -> str:
    """A lineage: its line from ``root`` on, and the tree below that. ``earlier``: ids of the line that are left out before it.

    ``remedy``: what would bring code that is not here.
    """
    line = {generation.one.id for generation in generations}
    return page(
        "lineage.html",
        generations=generations,
        tree=_tree(root, children, line),
        summaries=summaries,
        line=line,
        names=summaries,
        earlier=earlier,
        remedy=remedy,
    )


# Nodes of a tree that are shown; beyond, only the line itself.
_NODES = 400


def _tree(
    root: str, children: Mapping[str, Sequence[str]], line: set[str]
) -> list[tuple[int, str]]:
    """Depth and id of what descends from ``root``, parents before children; of a very large tree the line alone."""
    found: list[tuple[int, str]] = []
    todo = [(0, root)]
    seen = {root}
    while todo:
        depth, name = todo.pop()
        found.append((depth, name))
        fresh = [child for child in children.get(name, ()) if child not in seen]
        seen.update(fresh)
        todo += [(depth + 1, child) for child in reversed(fresh)]
    return found if len(found) <= _NODES else [item for item in found if item[1] in line]


def found_html(found: SearchResult, texts: Sequence[str]) -> str:
    """Hits of a search, the newest first, searched words marked."""
    return page("found.html", found=found, texts=texts)


def marked(text: str, texts: Sequence[str]) -> Markup:
    """A line of text with the first searched text in it marked."""
    from markupsafe import Markup, escape

    place = find_any(text, texts)
    if place is None:
        return escape(text)
    start, stop = place
    return (
        escape(text[:start])
        + Markup("<mark>")
        + escape(text[start:stop])
        + Markup("</mark>")
        + escape(text[stop:])
    )


def _excerpt_rows(
    excerpt: Excerpt,
) -> list[tuple[str, list[tuple[bool, int, list[tuple[int, Markup]]]]]]:
    """Of each file its path and stretches of lines in turn: whether they are kept, how many, each with number and highlighted text.

    Of a long hidden stretch the first lines.
    """
    from markupsafe import Markup

    files = []
    for part in excerpt.files:
        painted = highlight(part.path, "\n".join(part.lines))
        stretches: list[tuple[bool, int, list[tuple[int, Markup]]]] = []
        at = 0
        for start, stop in [
            *((span.start, span.stop) for span in part.spans),
            (len(part.lines), len(part.lines)),
        ]:
            for kept, first, last in ((False, at, start), (True, start, stop)):
                shown = range(first, last if kept else min(last, first + _OPENED))
                lines = [(number + 1, Markup(painted[number])) for number in shown]
                stretches += [(kept, last - first, lines)] if last > first else []
            at = stop
        files.append((part.path, stretches))
    return files


@dataclass(frozen=True, slots=True)
class Effect:
    """What a filter leaves of one experiment's code, or why it cannot be seen."""

    summary: Summary
    excerpt: Excerpt | None
    reason: str

    @property
    def kept(self) -> int:
        """How many lines it keeps."""
        return sum(len(part.kept_lines) for part in self.excerpt.files) if self.excerpt else 0


def source_html(source: Source, kept: FileExcerpt | None) -> str:
    """A whole file, line by line: kept ones marked, definitions and cells with a handle to choose them by."""
    from markupsafe import Markup

    chosen = (
        {number for span in kept.spans for number in range(span.start, span.stop)}
        if kept
        else set()
    )
    names = {one.header: one.name for one in find_definitions(source)}
    cells = {
        cell.start: number
        for number, cell in enumerate((cell for cell in source.cells if cell.code), 1)
    }
    painted = [Markup(text) for text in highlight(source.path, "\n".join(source.lines))]
    lines = [
        (number + 1, text, number in chosen, names.get(number, ""), cells.get(number, 0))
        for number, text in enumerate(painted)
    ]
    return page("source.html", lines=lines if source.lines else [])


def effects_html(effects: Sequence[Effect], reasons: Sequence[str]) -> str:
    """What a filter leaves of each of some experiments, the newest first; ``reasons`` of reach."""
    return page("effects.html", effects=effects, reasons=reasons)


def _cell(path: str, changed: Sequence[DeltaLine], own: Sequence[str]) -> list[tuple[str, Markup]]:
    """Lines of a cell with their signs: what changed, or the first column's own lines."""
    from markupsafe import Markup

    lines = [(line.tag, line.text) for line in changed] or [(" ", text) for text in own]
    painted = highlight(path, "\n".join(text for _, text in lines)) if lines else ()
    return [(tag, Markup(text)) for (tag, _), text in zip(lines, painted, strict=True)]


def _best(columns: Sequence[Column], name: str) -> str:
    """Id of the column with the best sure value of a metric, "" where only one has any."""
    found = [
        (metric.number, column.one.id)
        for column in columns
        for metric in column.one.metrics
        if metric.name == name and metric.sure
    ]
    return (min if is_lower_better(name) else max)(found)[1] if len(found) > 1 else ""


def _delta_rows(delta: Delta) -> list[tuple[str, list[list[tuple[str, Markup]]]]]:
    """Of each file its name and hunks; a hunk is rows of sign and highlighted line."""
    from markupsafe import Markup

    files: list[tuple[str, list[list[tuple[str, Markup]]]]] = []
    for file in delta.files:
        path = file.new_path or file.old_path
        hunks: list[list[tuple[str, Markup]]] = []
        for hunk in file.hunks:
            painted = highlight(path, "\n".join(line.text for line in hunk.lines))
            hunks.append(
                [(line.tag, Markup(text)) for line, text in zip(hunk.lines, painted, strict=True)]
            )
        files.append((path, hunks))
    return files


def _weekday(day: str) -> str:
    from datetime import date

    return f"{date.fromisoformat(day):%a}"
