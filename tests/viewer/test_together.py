"""Two viewers and the command line on one record at the same time: nothing that was accepted is
lost, nothing is there twice.
"""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

from tests.forked import fork_verb, run_forked
from tests.meeting import hold_lock, wait_until_blocked
from tests.viewer.conftest import open_client, png

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.project import Project
    from tests.viewer.conftest import Viewer

EACH = 12


def test_nothing_is_lost_where_three_write_at_once(
    begun: Project, view: Callable[..., Viewer]
) -> None:
    begun.exp("note", "-m", "base_0 acc 0.1")
    browsers = [open_client(view(begun)) for _ in range(2)]
    accepted: list[str] = []
    refused: list[str] = []
    lock = threading.Lock()

    def note_answer(ok: bool, text: str, why: str) -> None:
        with lock:
            (accepted if ok else refused).append(text if ok else why)

    def in_browser(client: httpx.Client, who: int) -> None:
        for number in range(EACH):
            text = f"view{who}_{number} acc 0.{number + 1}"
            answer = client.post("/note", json={"text": text})
            note_answer(answer.status_code == 200, text, answer.text)
            answer = client.post(
                "/image",
                params={"id": "base_0", "name": f"{who}_{number}.png"},
                content=png(20 + who * EACH + number),
            )
            note_answer(answer.status_code == 200, f"{who}_{number}.png", answer.text)

    def on_the_line() -> None:
        for number in range(EACH):
            text = f"line_{number} acc 0.{number + 1}"
            ran = run_forked(begun, "note", "-m", text)
            note_answer(ran.code == 0, text, ran.err)

    with closing(browsers[0]), closing(browsers[1]), ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(in_browser, client, who) for who, client in enumerate(browsers)]
        jobs += [pool.submit(on_the_line)]
        for job in jobs:
            job.result()
        tips = [client.get("/i/0.json").json() for client in browsers]

    assert not refused
    assert len(accepted) == 5 * EACH
    kept = Counter(entry["text"] for entry in begun.json("journal"))
    kept.update(image["name"] for image in begun.experiment("base_0")["images"])
    del kept["base_0 acc 0.1"]
    assert kept == Counter(accepted)
    begun.git("fsck", "--strict")
    tip = begun.git("rev-parse", "gitexp").strip()
    assert {columns["tip"] for columns in tips} == {tip}
    assert tips[0] == tips[1]


def test_two_viewers_and_a_verb_begin_one(begun: Project, view: Callable[..., Viewer]) -> None:
    begun.exp("note", "-m", "base_0 acc 0.1")
    viewers = [view(begun) for _ in range(2)]
    browsers = [open_client(viewer) for viewer in viewers]
    with closing(browsers[0]), closing(browsers[1]), ThreadPoolExecutor(2) as pool:
        with hold_lock(begun):
            entry = {"text": "same_1 acc 0.5"}
            answers = [pool.submit(client.post, "/note", json=entry) for client in browsers]
            verb = fork_verb(begun, "note", "-m", "same_1 acc 0.5")
            wait_until_blocked([verb.pid, *(viewer.process.pid for viewer in viewers)])
        printed = [answer.result().json()["said"] for answer in answers]
        printed.append(verb.communicate()[0].strip())
    assert sorted(printed) == ["+ same_1 acc=0.5 <- base_0", "· same_1 acc=0.5", "· same_1 acc=0.5"]
    events = begun.record().index.read_events_of_kind("new")
    assert [event.experiments for event in events] == [("base_0",), ("same_1",)]
    assert len(begun.experiment("same_1")["entries"]) == 3


def test_a_failure_after_the_recording_is_a_warning(
    begun: Project, view: Callable[..., Viewer]
) -> None:
    begun.exp("note", "-m", "base_0 acc 0.1")
    lock = begun.top / ".git/refs/notes/gitexp.lock"
    with closing(open_client(view(begun))) as browser:
        lock.touch()
        answer = browser.post("/note", json={"text": "base_0 acc 0.2"})
        lock.unlink()
        again = browser.post("/note", json={"text": "words", "experiments": ["base_0"]})
    assert answer.status_code == again.status_code == 200
    failure = "· base_0 acc=0.2   recorded, but the notes were not written: "
    assert answer.json()["said"].startswith(failure)
    assert again.json()["said"] == "· base_0"
    texts = [entry["text"] for entry in begun.experiment("base_0")["entries"]]
    assert texts == ["base_0 acc 0.1", "base_0 acc 0.2", "words"]
