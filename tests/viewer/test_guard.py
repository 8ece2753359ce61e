"""Who gets in: Host, token, cookie, Origin; and what no request reaches."""

from __future__ import annotations

import asyncio
import http.client
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from gitexp.store.repository import Repository
from gitexp.viewer.security import Guard, Keys
from gitexp.viewer.server import make_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.project import Project
    from tests.viewer.conftest import Viewer

ORIGIN = "http://127.0.0.1:4000"


def _ask(
    project: Project,
    method: str,
    path: str,
    *,
    keys: Keys | None = None,
    read_only: bool = False,
    **given: Any,
) -> httpx.Response:
    keys = keys or Keys()

    async def run() -> httpx.Response:
        app = make_app(Repository.discover(project.top), keys, 4000, read_only=read_only)
        headers = {
            "host": "127.0.0.1:4000",
            "cookie": f"gitexp-4000={keys.session}",
            "origin": ORIGIN,
            **given.pop("headers", {}),
        }
        headers = {name: value for name, value in headers.items() if value}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
            return await client.request(method, path, headers=headers, **given)

    with ThreadPoolExecutor(
        1
    ) as thread:  # the browser of other tests may keep a loop running in this one
        return thread.submit(lambda: asyncio.run(run())).result()


def test_with_the_cookie_the_journal_is_given(begun: Project) -> None:
    answer = _ask(begun, "GET", "/")
    assert answer.status_code == 200
    assert "Nothing is written yet" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "access-control-allow-origin" not in answer.headers
    assert "<style" not in answer.text
    assert " style=" not in answer.text
    assert (
        " on"
        not in answer.text.replace(" one", "")
        .replace(" on ", "")
        .partition("<body")[2]
        .partition(">")[0]
    )


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1:4001",
        "127.0.0.1",
        "127.0.0.1:4000.evil.example",
        "localhost:4000@evil.example",
        "10.0.0.1:4000",
    ],
)
def test_another_host_name_is_refused(begun: Project, host: str) -> None:
    answer = _ask(begun, "GET", "/", headers={"host": host})
    assert answer.status_code == 421
    assert answer.headers["content-security-policy"]


@pytest.mark.parametrize("host", ["localhost:4000", "[::1]:4000"])
def test_the_names_of_this_machine_are_taken(begun: Project, host: str) -> None:
    assert _ask(begun, "GET", "/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/static/journal.js",
        "/e",
        "/i/x.json",
        "/f/x",
        "/s/x-1.webp",
        "/o/x.png",
        "/d",
        "/x/a",
        "/no",
    ],
)
@pytest.mark.parametrize(
    "cookie", ["", "gitexp-4000=wrong", "gitexp-4001={session}", "gitexp-4000="]
)
def test_without_the_cookie_nothing_is_given(begun: Project, path: str, cookie: str) -> None:
    keys = Keys()
    answer = _ask(
        begun, "GET", path, keys=keys, headers={"cookie": cookie.format(session=keys.session)}
    )
    assert answer.status_code == 403


def test_the_token_works_once_and_leaves_a_strict_cookie(begun: Project) -> None:
    new_tokens: list[str] = []
    keys = Keys(new_tokens.append)
    token = keys.token
    assert len(token) >= 43
    answer = _ask(begun, "GET", f"/?t={token}", keys=keys, headers={"cookie": ""})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("gitexp-4000=")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert _ask(begun, "GET", f"/?t={token}", keys=keys, headers={"cookie": ""}).status_code == 403
    assert new_tokens == [keys.token] != [token]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": ""},
        {"origin": "null"},
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:4001"},
        {"origin": "https://127.0.0.1:4000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/note", "/note/see", "/image?id=a"])
def test_a_write_from_elsewhere_is_refused(
    begun: Project, headers: dict[str, str], path: str
) -> None:
    answer = _ask(begun, "POST", path, json={"text": "evil acc 1"}, headers=headers)
    assert answer.status_code == 403
    assert not begun.json("journal")


def test_our_own_page_writes(begun: Project) -> None:
    answer = _ask(
        begun,
        "POST",
        "/note",
        json={"text": "tcn_8 acc 0.7\n学習 #tcn"},
        headers={"sec-fetch-site": "same-origin"},
    )
    assert answer.status_code == 200
    assert answer.json()["said"] == "+ tcn_8 acc=0.7 #tcn"
    assert begun.experiment("tcn_8")["metrics"][0]["value"] == "0.7"


def test_an_echo_keeps_nothing(begun: Project) -> None:
    answer = _ask(begun, "POST", "/note/see", json={"text": "tcn_8 acc 0.7 #tcn"})
    assert answer.json()["said"] == "+ tcn_8 acc=0.7 #tcn"
    assert begun.json("list") == []


def test_a_read_only_viewer_takes_nothing(begun: Project) -> None:
    answer = _ask(begun, "POST", "/note", json={"text": "tcn_8 acc 0.7"}, read_only=True)
    assert answer.status_code == 403
    assert begun.json("list") == []
    assert "<textarea" not in _ask(begun, "GET", "/", read_only=True).text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_refused(begun: Project, method: str) -> None:
    assert _ask(begun, method, "/note").status_code == 405


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"text": 1}', b'{"text": "a", "experiments": [1]}', b"[" * 100000]
)
def test_a_malformed_entry_is_refused_in_words(begun: Project, body: bytes) -> None:
    answer = _ask(
        begun, "POST", "/note", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/filter", {"version": "00"}),
        ("/filter/see", {"rules": "m.py", "version": "00"}),
        ("/correct", {"text": "wrong"}),
        ("/retract", {"text": "why"}),
        ("/retract", {"targets": []}),
        ("/undo", {}),
        ("/topic", {"text": "no name"}),
        ("/topic", {"name": "a"}),
    ],
)
def test_what_a_door_needs_must_be_posted(begun: Project, path: str, body: dict[str, Any]) -> None:
    begun.exp("note", "-m", "tcn_1 acc 0.1")
    tip = begun.git("rev-parse", "gitexp")
    answer = _ask(begun, "POST", path, json=body)
    assert answer.status_code == 400
    assert answer.json()["hint"]
    assert begun.git("rev-parse", "gitexp") == tip


def test_only_json_is_an_entry(begun: Project) -> None:
    assert (
        _ask(
            begun, "POST", "/note", content=b'{"text": "a"}', headers={"content-type": "text/plain"}
        ).status_code
        == 415
    )


def test_too_much_is_refused(begun: Project) -> None:
    begun.exp("new", "a_1")
    assert (
        "more than" in _ask(begun, "POST", "/note", json={"text": "x" * (1 << 20)}).json()["error"]
    )
    assert (
        "more than"
        in _ask(begun, "POST", "/image?id=a_1", content=b"x" * (6 << 20)).json()["error"]
    )
    assert (
        "no readable picture"
        in _ask(begun, "POST", "/image?id=a_1", content=b"<svg onload=alert(1)>").json()["error"]
    )


@pytest.mark.parametrize(
    "path",
    [
        "/static/..%2f..%2f__init__.py",
        "/static/../security.py",
        "/static/__init__.py",
        "/o/..%2f..%2fFORMAT",
        "/o/FORMAT",
        "/o/" + "0" * 64 + ".png",
        "/o/" + "0" * 64 + ".svg",
        "/s/..%2findex.webp",
        "/f/..%2fx",
        "/i/..%2fx.json",
        "/experiment/..%2f..%2fetc%2fpasswd",
        "/x/none",
    ],
)
def test_no_path_reaches_a_file(begun: Project, path: str) -> None:
    answer = _ask(begun, "GET", path)
    assert answer.status_code == 404
    assert "import" not in answer.text


def test_a_process_refuses_as_the_app_does(project: Project, view: Callable[..., Viewer]) -> None:
    viewer = view(project)
    host, port = viewer.origin.removeprefix("http://").split(":")
    assert host == "127.0.0.1"
    for name, status in ((f"127.0.0.1:{port}", 403), ("evil.example", 421)):
        connection = http.client.HTTPConnection(host, int(port))
        connection.putrequest("GET", "/", skip_host=True)
        connection.putheader("Host", name)
        connection.endheaders()
        answer = connection.getresponse()
        assert answer.status == status
        assert answer.getheader("server") is None
        connection.close()


def test_who_listens_everywhere_answers_at_each_address_of_the_machine(
    project: Project, view: Callable[..., Viewer]
) -> None:
    viewer = view(project, "--host", "0.0.0.0", "--exposed")
    port = int(viewer.origin.rpartition(":")[2])
    for name, status in ((f"127.0.0.2:{port}", 403), (f"127.0.0.3:{port}", 421), ("evil", 421)):
        connection = http.client.HTTPConnection("127.0.0.2", port)
        connection.putrequest("GET", "/", skip_host=True)
        connection.putheader("Host", name)
        connection.endheaders()
        assert connection.getresponse().status == status, name
        connection.close()


def test_another_address_needs_a_word(project: Project) -> None:
    assert "unencrypted" in project.fails("view", "--host", "0.0.0.0", "--no-browser", code=2)


def test_a_port_in_use_is_said(project: Project) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "cannot be listened on" in project.fails(
            "view", "--no-browser", "--port", str(taken.getsockname()[1]), code=2
        )


@pytest.mark.parametrize("is_begun", [False, True])
def test_an_answer_that_is_cut_short_by_the_end_has_an_end(is_begun: bool) -> None:
    """Else the server prints a traceback or a complaint for it when the viewer is stopped."""
    sent: list[Any] = []

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if is_begun:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await asyncio.Event().wait()

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    async def run() -> None:
        keys = Keys()
        guard = Guard(answer, keys, frozenset(["localhost"]), 1, read_only=False)
        cookie = f"gitexp-1={keys.session}".encode()
        headers = [(b"host", b"localhost"), (b"cookie", cookie)]
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "headers": headers,
            "query_string": b"",
        }
        task = asyncio.create_task(guard(scope, receive, send))
        await asyncio.sleep(0)
        task.cancel()
        await task

    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(run())).result()
    starts = [message["status"] for message in sent if message["type"] == "http.response.start"]
    assert starts == ([200] if is_begun else [503])
    assert not sent[-1].get("more_body", False)
