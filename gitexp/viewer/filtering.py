"""The filter screen: a file at a version, lines chosen with the mouse or the keys, the effect on the last experiments beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from gitexp.errors import AbsentError, GitExpError, NotFoundError, UsageError
from gitexp.excerpt.source import read_source
from gitexp.history.absent import absence_of, absent_ids
from gitexp.model.filter import CodeFilter, parse_rule
from gitexp.record.read.filters import read_filters
from gitexp.record.write.filters import save_filter
from gitexp.render.html import Effect, effects_html, source_html
from gitexp.store.absent import remedy
from gitexp.viewer.responses import get_state, read_json_body, render_screen

if TYPE_CHECKING:
    from starlette.requests import Request

    from gitexp.follow.follower import Follower
    from gitexp.model.experiment import Summary
    from gitexp.record.record import Record

LAST = 10
"""Experiments on which the effect of a filter is shown."""

_CODE = (
    ".py",
    ".ipynb",
    ".js",
    ".ts",
    ".java",
    ".c",
    ".h",
    ".cc",
    ".cpp",
    ".go",
    ".rs",
    ".r",
    ".jl",
    ".m",
    ".scala",
    ".kt",
    ".sh",
    ".yaml",
    ".yml",
)


async def screen(request: Request) -> Response:
    """``/filter?id=ID&name=FILTER``: the code of an experiment (the newest, if none is named) under a saved filter."""
    state = get_state(request)
    asked, name = request.query_params.get("id", ""), request.query_params.get("name", "")
    values = await state.workers.cut(
        lambda record, follower: _opening(record, follower, asked, name)
    )
    return HTMLResponse(render_screen(state, "filter.html", "filter", script="filter", **values))


def _opening(record: Record, follower: Follower, asked: str, name: str) -> dict[str, Any]:
    known = record.index.read_names()
    if asked and asked not in known:
        raise NotFoundError(f"there is no experiment '{asked}'", "the journal lists them")
    tied = [
        summary
        for summary in record.read_summaries()
        if summary.version and (not asked or summary.id == known[asked])
    ]
    if not tied:
        raise NotFoundError(
            "no code is tied to this experiment"
            if asked
            else "no code is tied to any experiment yet",
            "git exp new ID",
        )
    absent = set(absent_ids(follower, tied))
    here = [summary for summary in tied if summary.id not in absent]
    if not here:
        raise AbsentError(absence_of([summary.id for summary in tied]), remedy(record.repository))
    shown = here[-1]
    saved = read_filters(record)
    choice = saved.get(name)
    names = (
        record.repository.run_git("ls-tree", "-r", "-z", "--name-only", shown.version)
        .decode("utf-8", "replace")
        .split("\0")
    )
    paths = [path for path in names if path.lower().endswith(_CODE)]
    first = (
        choice.rules[0].path
        if choice
        else next((path for path in paths if path.endswith(".ipynb")), paths[0] if paths else "")
    )
    return {
        "version": shown.version,
        "ident": shown.id,
        "paths": paths,
        "path": first,
        "rules": [str(rule) for rule in choice.rules] if choice else [],
        "anchor": _anchor(follower, choice) or shown.version,
        "names": list(saved),
        "name": name,
    }


def _anchor(follower: Follower, choice: CodeFilter | None) -> str:
    """Return the version that a saved filter was written for; "" where it is not in this clone and no rule needs it."""
    if choice is None or (not follower.holds(choice.anchor) and not follower.unplaced(choice)):
        return ""
    return choice.anchor


async def effect(request: Request) -> Response:
    """``POST /filter/see``: the file with what is kept, the reasons of reach, the excerpts of the last experiments; nothing is saved."""
    choice, path, version = await _posted(request)

    def see(record: Record, follower: Follower) -> dict[str, Any]:
        done = record.repository.try_git("cat-file", "blob", f"{version}:{path}")
        if done.returncode:
            raise NotFoundError(
                f"'{path}' is not in this version, or not in this clone", "choose another file"
            )
        source = read_source(path, done.stdout)
        if not choice.rules:
            return {"source": source_html(source, None), "effect": "", "hidden": len(source.lines)}
        excerpt = follower.cut_excerpt(choice, version)
        kept = next((part for part in excerpt.files if part.path == path), None)
        last = [summary for summary in record.read_summaries() if summary.version][-LAST:]
        follower.prepare((summary.version for summary in last), choice)
        return {
            "source": source_html(source, kept),
            "effect": effects_html(
                [_effect(follower, choice, one) for one in reversed(last)],
                _reasons(follower, choice, version),
            ),
            "hidden": excerpt.hidden_count,
        }

    return JSONResponse(await get_state(request).workers.cut(see))


def _effect(follower: Follower, choice: CodeFilter, summary: Summary) -> Effect:
    try:
        return Effect(summary, follower.cut_excerpt(choice, summary.version), "")
    except AbsentError:
        return Effect(summary, None, "its code is not in this clone")
    except GitExpError as error:
        return Effect(summary, None, error.message)


def _reasons(follower: Follower, choice: CodeFilter, version: str) -> list[str]:
    """By which chain each name came in that reach rules took."""
    if not any(rule.kind == "reach" for rule in choice.rules):
        return []
    return [
        str(reason) for each in follower.find_reached(choice, version) for reason in each.reasons
    ]


async def save(request: Request) -> Response:
    """``POST /filter``: save the rules under a name."""
    choice, _, _ = await _posted(request)
    state = get_state(request)

    def keep(record: Record, follower: Follower) -> str:
        follower.check(choice)
        anchor = record.repository.commit_id(choice.anchor)
        if anchor is None:
            raise NotFoundError("the version is not in this clone", "choose another experiment")
        save_filter(record, choice._replace(anchor=anchor))
        return choice.name

    return JSONResponse({"name": await state.workers.cut(keep)})


async def _posted(request: Request) -> tuple[CodeFilter, str, str]:
    """The filter, the path and the version that are posted. Raises UsageError."""
    shape = '{"rules": ["path::symbol"], "version": "..."}'
    values = await read_json_body(
        request, shape, rules=list, version="", path="", anchor="", name=""
    )
    rules = tuple(parse_rule(text) for text in values["rules"])
    version, path, anchor, name = (values[key] for key in ("version", "path", "anchor", "name"))
    if not all(char in "0123456789abcdef" for char in version + anchor):
        raise UsageError("the version is no commit id", "open the screen again")
    return CodeFilter(name, rules, anchor or version), path, version


ROUTES = [
    Route("/filter", screen),
    Route("/filter/see", effect, methods=["POST"]),
    Route("/filter", save, methods=["POST"]),
]
