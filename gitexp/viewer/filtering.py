"""The filter screen: lines of a file are chosen; beside it, the effect on the last experiments."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from gitexp.errors import AbsentError, GitExpError, NotFoundError, UsageError
from gitexp.excerpt.languages.lookup import is_code, is_notebook
from gitexp.excerpt.source import read_source
from gitexp.history.absent import describe_absent_code, find_absent_ids
from gitexp.history.code_choice import choose_filter_if_any
from gitexp.model.filter import CodeFilter, parse_rule
from gitexp.record.read.filters import read_filters
from gitexp.record.write.filters import save_filter
from gitexp.render.html_views import FilterEffect, render_effects, render_source
from gitexp.store.absent import describe_remedy
from gitexp.viewer.responses import get_state, read_json_body, read_tip, render_screen

if TYPE_CHECKING:
    from starlette.requests import Request

    from gitexp.excerpt.cut import Excerpt, FileExcerpt
    from gitexp.excerpt.source import Source
    from gitexp.follow.follower import Follower
    from gitexp.model.experiment import Summary
    from gitexp.record.record import Record
    from gitexp.store.repository import Repository

EFFECTS = 10
"""Experiments on which the effect of a filter is shown, the newest."""

_HEX_DIGITS = frozenset("0123456789abcdef")

_EXAMPLE = '{"rules": ["path::symbol"], "version": "..."}'


class FilterRequest(NamedTuple):
    """What the page posts: the rules as a filter, and the file that is open in which version."""

    code_filter: CodeFilter
    path: str
    version: str


async def show_filter(request: Request) -> Response:
    """``/filter?id=ID&name=FILTER``: the code of an experiment under a saved filter.

    It is the newest experiment whose code is here, if none is named.
    """
    state = get_state(request)
    ident = request.query_params.get("id", "")
    name = request.query_params.get("name", "")
    values = await state.workers.cut(
        lambda record, follower: _read_screen(record, follower, ident, name)
    )
    return HTMLResponse(render_screen(state, "filter.html", "filter", script="filter", **values))


def _read_screen(record: Record, follower: Follower, ident: str, name: str) -> dict[str, Any]:
    """Return the values of the screen's template."""
    summary = _choose_experiment(record, follower, ident)
    filters = read_filters(record)
    saved = filters.get(name)
    paths = _list_code_paths(record.repository, summary.version)
    anchor = _find_anchor(follower, saved) if saved else ""
    shown = saved or _choose_shown_filter(record)
    return {
        "version": summary.version,
        "ident": summary.id,
        "paths": paths,
        "path": _choose_path(paths, shown),
        "rules": [str(rule) for rule in saved.rules] if saved else [],
        "anchor": anchor or summary.version,
        "names": list(filters),
        "name": name,
    }


def _choose_experiment(record: Record, follower: Follower, ident: str) -> Summary:
    """Return the experiment of that id, or the newest, with code that is in this clone.

    Raises NotFoundError where no code is tied, AbsentError where none of it is here.
    """
    names = record.index.read_names()
    if ident and ident not in names:
        raise NotFoundError(f"there is no experiment '{ident}'", "the journal lists them")
    summaries = [summary for summary in record.read_summaries() if summary.version]
    if ident:
        summaries = [summary for summary in summaries if summary.id == names[ident]]
    if not summaries:
        problem = "no code is tied to any experiment yet"
        if ident:
            problem = "no code is tied to this experiment"
        raise NotFoundError(problem, "git exp new ID")
    absent = set(find_absent_ids(follower, summaries))
    present = [summary for summary in summaries if summary.id not in absent]
    if not present:
        problem = describe_absent_code([summary.id for summary in summaries])
        raise AbsentError(problem, describe_remedy(record.repository))
    return present[-1]


def _list_code_paths(repository: Repository, version: str) -> list[str]:
    output = repository.run_git("ls-tree", "-r", "-z", "--name-only", version)
    paths = output.decode("utf-8", "replace").split("\0")
    return [path for path in paths if is_code(path)]


def _choose_path(paths: list[str], shown: CodeFilter | None) -> str:
    """Return the file that is opened first: of the filter that is shown, else a notebook, else any.

    It is "" where there is none.
    """
    for rule in shown.rules if shown else ():
        if rule.path in paths:
            return rule.path
    for path in paths:
        if is_notebook(path):
            return path
    return paths[0] if paths else ""


def _choose_shown_filter(record: Record) -> CodeFilter | None:
    """Return the filter whose effect stands there until a line is chosen: saved, else proposed."""
    try:
        return choose_filter_if_any(record)
    except GitExpError:  # config gitexp.filter names one that is gone
        return None


def _find_anchor(follower: Follower, saved: CodeFilter) -> str:
    """Return the version that a saved filter was written for.

    Return "" where that version is not in this clone and no rule needs it.
    """
    if not follower.holds(saved.anchor) and not follower.list_unplaced_rules(saved):
        return ""
    return saved.anchor


async def preview_filter(request: Request) -> Response:
    """``POST /filter/see``: the file with what is kept, and the effect. Nothing is saved."""
    posted = await _read_filter_request(request)
    return JSONResponse(
        await get_state(request).workers.cut(
            lambda record, follower: _render_preview(record, follower, posted)
        )
    )


def _render_preview(record: Record, follower: Follower, posted: FilterRequest) -> dict[str, Any]:
    """Return the file as HTML, the effect on the last experiments, and the count of hidden lines."""
    code_filter, path, version = posted
    source = _read_file(record.repository, version, path)
    is_chosen = bool(code_filter.rules)
    shown = code_filter if is_chosen else _choose_shown_filter(record)
    if shown is None:
        return {"source": render_source(source, None), "effect": "", "hidden": len(source.lines)}
    # What is wrong with rules that somebody chooses now is told; a filter of another time is not here.
    cut = follower.cut_excerpt if is_chosen else partial(_try_cut, follower)
    excerpt = cut(shown, version)
    summaries = [summary for summary in record.read_summaries() if summary.version][-EFFECTS:]
    follower.prepare((summary.version for summary in summaries), shown)
    effects = [_cut_effect(follower, shown, summary) for summary in reversed(summaries)]
    reasons = _list_reasons(follower, shown, version) if excerpt is not None else []
    return {
        "source": render_source(source, _find_file(excerpt, path), is_chosen=is_chosen),
        "effect": render_effects(effects, reasons, shown=None if is_chosen else shown),
        "hidden": excerpt.hidden_count if excerpt is not None else len(source.lines),
    }


def _try_cut(follower: Follower, code_filter: CodeFilter, version: str) -> Excerpt | None:
    """Return what a filter leaves of a version; None where that cannot be seen here."""
    try:
        return follower.cut_excerpt(code_filter, version)
    except GitExpError:
        return None


def _find_file(excerpt: Excerpt | None, path: str) -> FileExcerpt | None:
    for file in excerpt.files if excerpt is not None else ():
        if file.path == path:
            return file
    return None


def _read_file(repository: Repository, version: str, path: str) -> Source:
    """Return a file at a version. Raises NotFoundError where it is not there, or not here."""
    result = repository.try_git("cat-file", "blob", f"{version}:{path}")
    if result.returncode:
        problem = f"'{path}' is not in this version, or not in this clone"
        raise NotFoundError(problem, "choose another file")
    return read_source(path, result.stdout)


def _cut_effect(follower: Follower, code_filter: CodeFilter, summary: Summary) -> FilterEffect:
    """Return what the filter leaves of one experiment, or why that cannot be seen."""
    try:
        return FilterEffect(summary, follower.cut_excerpt(code_filter, summary.version), "")
    except AbsentError:
        return FilterEffect(summary, None, "its code is not in this clone")
    except GitExpError as error:
        return FilterEffect(summary, None, error.message)


def _list_reasons(follower: Follower, code_filter: CodeFilter, version: str) -> list[str]:
    """Return by which chain each name came in that rules of reach took."""
    if not any(rule.kind == "reach" for rule in code_filter.rules):
        return []
    reasons: list[str] = []
    for reached in follower.find_reached(code_filter, version):
        reasons += [str(reason) for reason in reached.reasons]
    return reasons


async def save_posted_filter(request: Request) -> Response:
    """``POST /filter``: save the rules under a name."""
    posted = await _read_filter_request(request)

    def save(record: Record, follower: Follower) -> str:
        code_filter = posted.code_filter
        follower.check(code_filter)
        anchor = record.repository.find_commit(code_filter.anchor)
        if anchor is None:
            raise NotFoundError("the version is not in this clone", "choose another experiment")
        save_filter(record, code_filter._replace(anchor=anchor))
        return code_filter.name

    state = get_state(request)
    name = await state.workers.cut(save)
    return JSONResponse({"name": name, "tip": await read_tip(state)})


async def _read_filter_request(request: Request) -> FilterRequest:
    """Return what the page posted. Raises UsageError."""
    values = await read_json_body(
        request, _EXAMPLE, rules=list, version="", path="", anchor="", name=""
    )
    rules = tuple(parse_rule(text) for text in values["rules"])
    version, anchor = values["version"], values["anchor"]
    if not _HEX_DIGITS.issuperset(version + anchor):
        raise UsageError("the version is no commit id", "open the screen again")
    code_filter = CodeFilter(values["name"], rules, anchor or version)
    return FilterRequest(code_filter, values["path"], version)


ROUTES = [
    Route("/filter", show_filter),
    Route("/filter/see", preview_filter, methods=["POST"]),
    Route("/filter", save_posted_filter, methods=["POST"]),
]
