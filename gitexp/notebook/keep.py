"""``%keep``: a trial is recorded after it ran, with the code as it was executed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gitexp.capture.log_lines import read_printed
from gitexp.capture.picture import check_picture
from gitexp.capture.saved_notebook import read_saved_cells
from gitexp.cli.found_log import find_log_reader
from gitexp.errors import GitExpError
from gitexp.excerpt.idpattern import compile_pattern, find_id_in_lines
from gitexp.model.ids import check_experiment_id
from gitexp.notebook.findings import (
    draw_named_figures,
    draw_open_figures,
    find_bound_names,
    read_variables,
)
from gitexp.notebook.session import UNSAVED, build_notebook, list_outputs_of
from gitexp.record.write.begin import TrialContent, add_to_experiment, begin_experiment
from gitexp.record.write.values import TrialValues, join_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from gitexp.capture.saved_notebook import SavedCell
    from gitexp.model.picture import Picture
    from gitexp.model.series import Series
    from gitexp.notebook.front_end import ShownNotebook
    from gitexp.record.record import Record

_MOST_PICTURES = 6
_MOST_NOTEBOOKS = 30
_DRAWS = re.compile(r"\bplt\.|\.imshow\(|\.plot\(|\bdisplay\(")
_UNKNOWN_PICTURES = (
    "  pictures that cells showed before %load_ext gitexp are not known: save the notebook and %keep"
    " again, or load it in the first cell"
)


class Session(NamedTuple):
    """What a kernel knows: the executed cells, those since the last ``%keep``, and its variables.

    ``unheard`` are those of the recent cells that ran before the extension was loaded.
    ``named_notebook`` is the file that the front end says it shows, or "". ``printed`` and ``shown``
    are what was printed and which pictures (PNG) were shown since the last ``%keep``. ``front_end``
    is the notebook as the page shows it, where it says so (Colab): there is no file of it.
    ``printed_before`` is what the cells of ``unheard`` printed, where IPython remembers it.
    """

    executed: Sequence[str]
    recent: Sequence[str]
    unheard: Sequence[str]
    variables: Mapping[str, Any]
    folder: Path
    named_notebook: str = ""
    printed: str = ""
    shown: Sequence[bytes] = ()
    front_end: ShownNotebook | None = None
    printed_before: str = ""


class KeptTrial(NamedTuple):
    """What was recorded of a trial."""

    ident: str
    is_new: bool
    values: TrialValues
    cell_count: int
    notes: tuple[str, ...] = ()


def keep_trial(record: Record, session: Session, ident: str = "", text: str = "") -> KeptTrial:
    """Record a trial that ran in a session: code, numbers, pictures and words.

    The snapshot has the cells as they were executed, under the name of the notebook; so filters
    and histories go on, whatever was saved. An id that is recorded already goes on with that
    experiment. In a bare repository (Colab) the cells are all of its code. Raises what
    ``begin_experiment`` raises.
    """
    notebook, saved = _find_saved(session)
    overlay = _build_code(session, notebook, saved, record.repository.worktree)
    values, notes = _collect(session, list_outputs_of(session.unheard, saved))
    name = ident or _find_id_in_code(record, session)
    ident = record.index.read_names().get(name, "")
    is_new = not ident
    log_reader = find_log_reader(record)
    if log_reader:
        log_reader.look_in(list(overlay.items()), session.folder)
        values = join_values(log_reader.read(ident, is_new), values)
    if is_new:
        recorded = begin_experiment(
            record, name, TrialContent(text=text, overlay=overlay, values=values)
        )
        ident = recorded.understood[0].experiment
    else:
        add_to_experiment(record, ident, TrialContent(text=text, overlay=overlay, values=values))
    if log_reader:
        log_reader.remember(ident)
        notes = (*notes, *log_reader.notes)
    return KeptTrial(ident, is_new, values, len(session.executed), notes)


def build_session_code(session: Session, worktree: Path | None) -> dict[str, bytes]:
    """Return the notebook of the executed cells by its path in the repository; {} without cells."""
    if not session.executed:
        return {}
    notebook, saved = _find_saved(session)
    return _build_code(session, notebook, saved, worktree)


def _build_code(
    session: Session, notebook: Path | None, saved: Sequence[SavedCell], worktree: Path | None
) -> dict[str, bytes]:
    return {_name_in_tree(notebook, worktree): build_notebook(session.executed, saved)}


def _find_saved(session: Session) -> tuple[Path | None, list[SavedCell]]:
    """Return the notebook of the session, and its cells as its page shows them or as it was saved."""
    if session.front_end:
        cells = read_saved_cells(session.front_end.data)
        return session.folder / session.front_end.name, cells
    notebook = _find_notebook(session)
    return notebook, _read_saved(notebook)


def split_words(line: str, known: Mapping[str, str]) -> tuple[str, str]:
    """Return id and text of ``%keep [ID] [text]``.

    The first word is an id if it is recorded, if it stands alone, or if it looks like one: a digit
    or ``_`` is in it, and no sentence.
    """
    first, _, rest = line.strip().partition(" ")
    if not first:
        return "", ""
    looks_like_id = any(char.isdigit() or char == "_" for char in first)
    try:
        check_experiment_id(first)
    except GitExpError:
        return "", line.strip()
    if first in known or looks_like_id or not rest.strip():
        return first, rest.strip()
    return "", line.strip()


def _collect(session: Session, outputs: Sequence[SavedCell]) -> tuple[TrialValues, tuple[str, ...]]:
    """Return what the trial gave. What a variable says goes before what was printed.

    ``outputs`` are saved cells: all that is known of what cells printed and showed before the
    extension was loaded.
    """
    before = session.printed_before
    # What the session remembers too is read once: a curve without steps would go on.
    saved_texts = [cell.printed for cell in outputs if cell.printed.strip() not in before]
    printed = [*saved_texts, before, session.printed]
    printed_metrics, printed_series = read_printed("\n".join(printed))
    bound = find_bound_names(session.recent)
    metrics, curves = read_variables(session.variables, bound)
    by_name = {metric.name: metric for metric in (*printed_metrics, *metrics)}
    series: list[tuple[str, Sequence[Series]]] = []
    if printed_series:
        series.append(("output", printed_series))
    if curves:
        series.append(("variables", curves))
    shown: list[bytes] = []
    for cell in outputs:
        shown.extend(cell.pictures)
    shown.extend(session.shown)
    pictures, notes = _check_pictures([*shown, *draw_open_figures()])
    if not pictures and any(_DRAWS.search(cell) for cell in session.unheard):
        # Shown before anybody listened, and in no file: a figure that has a name can be drawn again.
        pictures, more_notes = _check_pictures(draw_named_figures(session.variables, bound))
        notes = (*notes, *more_notes)
        if not pictures:
            notes = (*notes, _UNKNOWN_PICTURES)
    return TrialValues(list(by_name.values()), series, pictures), notes


def _check_pictures(raw: Sequence[bytes]) -> tuple[list[Picture], tuple[str, ...]]:
    """Return the newest pictures, each once, and a line for each that cannot be kept."""
    pictures: dict[str, Picture] = {}
    notes = []
    for number, data in enumerate(raw, 1):
        try:
            picture = check_picture(f"figure {number}", f"figure{number}.png", data)
        except GitExpError as error:
            notes.append(error.message)
            continue
        pictures[picture.path] = picture
    return list(pictures.values())[-_MOST_PICTURES:], tuple(notes)


def _find_id_in_code(record: Record, session: Session) -> str:
    """Return the id that the executed code holds, by config gitexp.idPattern; "" without one."""
    text = record.repository.settings.get("gitexp.idpattern")
    if not text:
        return ""
    lines: list[str] = []
    for cell in session.executed:
        lines += cell.split("\n")
    return find_id_in_lines(compile_pattern(text), lines, "the executed code")


def _find_notebook(session: Session) -> Path | None:
    """Return the saved notebook of the session: as the front end says, else the most alike."""
    if session.named_notebook:
        named = session.folder / session.named_notebook
        if named.suffix == ".ipynb":
            return named
    sources = set(session.executed)
    best, most_shared = None, 0
    for path in sorted(session.folder.glob("*.ipynb"))[:_MOST_NOTEBOOKS]:
        shared = sum(1 for cell in _read_saved(path) if cell.is_code and cell.source in sources)
        if shared > most_shared:
            best, most_shared = path, shared
    return best


def _read_saved(path: Path | None) -> list[SavedCell]:
    if path is None:
        return []
    try:
        return read_saved_cells(path.read_bytes())
    except OSError:
        return []


def _name_in_tree(notebook: Path | None, worktree: Path | None) -> str:
    """Return the path of the notebook below the working tree."""
    if notebook is None:
        return UNSAVED
    if worktree is None:
        return notebook.name
    try:
        return notebook.resolve().relative_to(worktree.resolve()).as_posix()
    except ValueError:
        return notebook.name
