"""A record written by hand in a remote, on every screen of the viewer: text, and nothing that
runs.
"""

from __future__ import annotations

import gzip
import json
import re
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.hostile.evil import EVIL, Live
from tests.hostile.remote import Remote, event_file
from tests.hostile.test_events import IMPOSSIBLE, ODD
from tests.hostile.test_files import PATHS
from tests.hostile.test_names import tell_everywhere
from tests.project import Project
from tests.templates import copy_built

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.viewer.conftest import Viewer


@pytest.fixture
def victim(tmp_path: Path) -> Project:
    copy_built(tmp_path, build_attack)
    return Project(tmp_path / "victim")


def build_attack(folder: Path) -> None:
    remote = Remote.create(folder / "remote")
    tell_everywhere(remote)
    for number, fields in enumerate([*IMPOSSIBLE, *ODD]):
        remote.add_event(event_file("words", **{"lamport": 5000 + number, **fields}))
    for path in PATHS:
        remote.add_event(event_file(kind="image", path=path, name="a.png", width=4, height=3))
    remote.commit()
    remote.clone(folder / "victim").exp("init")


class Reader:
    """A browser's cookies without a browser."""

    def __init__(self, viewer: Viewer) -> None:
        self._origin = viewer.origin
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), urllib.request.ProxyHandler({})
        )
        self._opener.open(viewer.address).close()

    def read(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and bytes of an address."""
        try:
            with self._opener.open(self._origin + path) as answer:
                return answer.status, answer.headers["content-type"] or "", answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers["content-type"] or "", error.read()


def _addresses(victim: Project) -> list[str]:
    ids = [item["id"] for item in victim.json("list")]
    topics = [item["name"] for item in victim.json("topic", "list")]
    filters = [item["name"] for item in victim.json("filter", "list")]
    named = [*ids, *EVIL]
    screens = ["/", "/topics", "/search?q=window", "/filter", "/names", "/ids?q=c", "/undo"]
    screens += [f"/experiment/{quote(name, safe='')}" for name in named]
    screens += [f"/lineage/{quote(name, safe='')}" for name in named[:4]]
    screens += [f"/topic/{quote(name, safe='')}" for name in topics]
    screens += [f"/search?q={quote(text)}" for text in EVIL]
    screens += [f"/filter?id={quote(ids[0])}&name={quote(name)}" for name in [*filters, *EVIL[:3]]]
    screens += ["/lineup?" + "&".join(f"id={quote(name)}" for name in ids[:4])]
    screens += ["/d?" + "&".join(f"id={quote(name)}" for name in ids)]
    return screens


def test_every_screen_shows_it_as_text(victim: Project, view: Callable[..., Viewer]) -> None:
    reader = Reader(view(victim))
    for address in _addresses(victim):
        status, kind, body = reader.read(address)
        assert status < 500, (address, body[:300])
        assert b"a mistake in gitexp" not in body, address
        if kind.startswith("text/html"):
            assert Live(body.decode()).found == [], address
        elif status == 200:
            json.loads(body)


def test_every_chunk_of_the_journal_is_painted(
    victim: Project, view: Callable[..., Viewer]
) -> None:
    reader = Reader(view(victim))
    tip = victim.git("rev-parse", "gitexp")
    status, _, body = reader.read(f"/i/{tip}.json")
    assert status == 200
    columns = json.loads(gzip.decompress(body))
    assert all(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day) for day, _ in columns["days"])
    for name in columns["prints"]:
        status, kind, html = reader.read(f"/f/{name}")
        assert status == 200
        assert Live(html.decode()).found == []
        status, kind, _ = reader.read(f"/s/{name}-1.webp")
        assert (status, kind) == (200, "image/webp")


def test_no_address_of_a_picture_leads_to_another_file(
    victim: Project, view: Callable[..., Viewer]
) -> None:
    reader = Reader(view(victim))
    for path in PATHS:
        for name in {path, path.rpartition("/")[2]}:
            if "\ud800" not in name:
                status, _, body = reader.read(f"/o/{quote(name, safe='')}")
                assert status in (404, 405), name
                assert b"touch" not in body
