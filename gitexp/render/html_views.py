"""Experiments, line-ups, lineages, searches and filters as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.delta.line_up_rows import line_up_deltas
from gitexp.history.code_choice import choose_proposal_name
from gitexp.history.lineup import NEWEST
from gitexp.record.read.progress import find_main_metric
from gitexp.render.html import find_viewer_address, render_template
from gitexp.render.html_code import list_row_cells
from gitexp.render.lineup_counts import MOST_SETTINGS, format_row_title, is_open, list_titles
from gitexp.render.plot import draw_plot
from gitexp.render.short_ids import shorten_ids

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gitexp.excerpt.cut import Excerpt, FileExcerpt
    from gitexp.excerpt.delta.reading_delta import ReadingDelta
    from gitexp.excerpt.source import Source
    from gitexp.history.experiment_view import ExperimentPage
    from gitexp.history.lineage import Lineage
    from gitexp.history.lineup import Lineup, PictureRow
    from gitexp.model.experiment import Image, Summary
    from gitexp.model.filter import CodeFilter
    from gitexp.model.search_results import SearchResult, TopicPage
    from gitexp.render.html import FindAddress

# Pixels of the widest and of the tallest picture in a line-up; the others keep their size beside it.
_WIDEST_PICTURE, _TALLEST_PICTURE = 320, 180
_MOST_PLOTS = 3
"""Plots beside each other: the others are opened."""

# Columns of settings in the table of a topic; what differs most comes first.
_MOST_SETTINGS = 6


class ScaledPicture(NamedTuple):
    """A picture in a frame that is as wide as the widest of its row, in pixels of its own.

    ``width`` and ``height`` are those of the frame on the page; a narrow column shows it smaller.
    """

    image: Image
    frame: int
    width: int
    height: int


class ScaledPictures(NamedTuple):
    """A row of pictures at one scale; None for a column without one."""

    name: str
    is_newest: bool
    cells: tuple[ScaledPicture | None, ...]


def render_experiment(
    page: ExperimentPage, names: Collection[str] = (), to: FindAddress = find_viewer_address
) -> str:
    """Return all that is said of one experiment; ``names`` become links in texts."""
    return render_template("experiment.html", page=page, names=names, to=to)


def render_lineup(
    lineup: Lineup, names: Collection[str] = (), to: FindAddress = find_viewer_address
) -> str:
    """Return a line-up as a table; ``names`` become links in texts."""
    plots = [draw_plot(tag, curves) for tag, curves in lineup.curves.items()]
    filters = [view.change.filter for view in lineup.columns if view.change.filter]
    return render_template(
        "lineup_table.html",
        lineup=lineup,
        names=names,
        to=to,
        plots=[plot for plot in plots if plot],
        most_plots=_MOST_PLOTS,
        pictures=[_scale_pictures(row) for row in lineup.pictures],
        most_settings=MOST_SETTINGS,
        titles=list_titles(lineup.code),
        filter=filters[0] if filters else "",
        alike_metrics=[row for row in lineup.metrics if row.is_alike],
    )


def _scale_pictures(row: PictureRow) -> ScaledPictures:
    """Return the pictures of a row at the scale, at most 1, at which the largest fits."""
    images = [image for image in row.cells if image is not None]
    frame = max(image.width for image in images)
    tallest = max(image.height for image in images)
    scale = min(1.0, _WIDEST_PICTURE / frame, _TALLEST_PICTURE / tallest)
    cells = []
    for image in row.cells:
        scaled = None
        if image is not None:
            height = max(1, round(image.height * scale))
            scaled = ScaledPicture(image, frame, max(1, round(frame * scale)), height)
        cells.append(scaled)
    return ScaledPictures(row.name, row.name == NEWEST, tuple(cells))


def render_lineage(lineage: Lineage, names: Collection[str] = ()) -> str:
    """Return a lineage: its line, and the tree beside it; ``names`` become links in texts."""
    labels = shorten_ids(node.summary.id for node in lineage.tree)
    return render_template("lineage.html", lineage=lineage, names=names, labels=labels)


class Passage(NamedTuple):
    """What a delta changed in one definition: in numbers, and as HTML of the lines.

    ``key``: the same for the same definition of other deltas. ``is_open``: it is shown unasked.
    """

    key: str
    title: str
    words: str
    html: str
    is_open: bool


def render_passages(delta: ReadingDelta) -> list[Passage]:
    """Return what a delta changed, definition by definition."""
    rows = line_up_deltas([delta])
    passages = []
    for row in rows:
        cell = list_row_cells(row)[0]
        title = format_row_title(row)
        html = render_template("parts.html", parts=cell.parts)
        key = f"{row.path} {title}"
        passages.append(Passage(key, title, cell.words, html, is_open(row, len(rows))))
    return passages


def render_search(result: SearchResult, searched: Sequence[str]) -> str:
    """Return the hits of a search, the newest first, searched texts marked."""
    main = find_main_metric(hit.summary for hit in result.hits if hit.summary is not None)
    return render_template("found.html", result=result, searched=searched, main=main)


def render_topic(
    page: TopicPage, names: Collection[str] = (), to: FindAddress = find_viewer_address
) -> str:
    """Return a topic: summary, table of its experiments, the passages that matched."""
    return render_template(
        "topic.html",
        page=page,
        names=names,
        to=to,
        heads=page.find_heads(),
        main=find_main_metric(page.summaries),
        columns=page.columns[:_MOST_SETTINGS],
    )


class FilterEffect(NamedTuple):
    """What a filter leaves of one experiment's code; ``reason`` says why it cannot be seen."""

    summary: Summary
    excerpt: Excerpt | None
    reason: str

    @property
    def kept_count(self) -> int:
        """The number of lines that the filter keeps."""
        if self.excerpt is None:
            return 0
        return sum(len(file.kept_lines) for file in self.excerpt.files)


def render_proposal(code_filter: CodeFilter | None, *, read_only: bool) -> str:
    """Return the line that says that a filter is proposed; "" for one that somebody saved."""
    if code_filter is None or not code_filter.is_proposed:
        return ""
    return render_template(
        "proposal.html",
        code_filter=code_filter,
        name=choose_proposal_name(code_filter),
        read_only=read_only,
    )


def render_effects(
    effects: Sequence[FilterEffect], reasons: Sequence[str], shown: CodeFilter | None = None
) -> str:
    """Return what a filter leaves of some experiments, newest first; ``reasons`` of reach.

    ``shown``: the saved or proposed filter that stands there until somebody chooses lines.
    """
    return render_template("effects.html", effects=effects, reasons=reasons, shown=shown)


def render_source(source: Source, kept: FileExcerpt | None, *, is_chosen: bool = True) -> str:
    """Return a whole file: kept lines marked, definitions and cells with a handle to choose them.

    Without ``is_chosen`` the kept lines are those of a filter that is only shown.
    """
    mark = "kept" if is_chosen else "shown"
    digits = len(str(len(source.lines)))
    return render_template("source.html", source=source, kept=kept, mark=mark, digits=digits)
