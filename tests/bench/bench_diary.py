"""What reading the diary costs at 10,000 experiments and 100,000 entries: ``python -m tests.bench.bench_diary [FOLDER]``.

FOLDER keeps the generated record for the next run. Figures are medians of seven in the library, warm, and ratios to a ``git commit``
of the same run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.capture.diary import read_diary
from gitexp.follow.follower import Follower
from gitexp.history.similar import find_similar
from gitexp.history.topic_page import build_topic_page
from gitexp.model.query import parse_query
from gitexp.record.read.journal import read_journal
from gitexp.record.read.search import search
from gitexp.record.read.topics import find_members
from gitexp.record.record import Record
from gitexp.record.write.imports import import_diary
from gitexp.record.write.setup import begin_record
from gitexp.store.repository import Repository
from tests.bench.bench_record import SEALED, line, timed
from tests.bench.years import years
from tests.diary.make import DIARY

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 7


def main() -> None:
    """Print the table."""
    os.environ.update(SEALED)
    with tempfile.TemporaryDirectory() as name:
        top = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(name) / "years"
        record = Record(Repository.discover(top)) if top.exists() else years(top)
        commit = timed(
            lambda: subprocess.run(
                ["git", "commit", "-q", "--allow-empty", "-m", "x"], cwd=top, check=True
            ),
            ROUNDS,
        )

        def row(what: str, work: Callable[[], object], budget: str) -> None:
            line(what, timed(work, ROUNDS), "git commit", commit, budget)

        row("list, read anew", record.index.read_summaries, "100 ms")
        row("list, warm", record.read_summaries, "100 ms")
        for query in (
            "kernel",
            "マスクのバグ",
            "を",
            "acc>0.8 id:tcn_*",
            "dropout acc>0.9 -id:gru_*",
            "dropouts nowhere",
        ):
            row(
                f"search {query}",
                partial(search, record, parse_query(query), 30),
                "100 ms; first hits 30 ms",
            )
        row(
            "the last 100 entries of the journal",
            lambda: list(read_journal(record, last=100)),
            "100 ms",
        )
        ids = [summary.id for summary in record.read_summaries()[:300]]
        if "bench" not in record.index.count_named_topics():
            record.append_events([record.draft_event("topic", name="bench", pin=ids)])
        row("members of a topic of 300", lambda: find_members(record, "bench"), "100 ms")
        with Follower(record.repository) as follower:
            row(
                "page of a topic of 300, with deltas, warm",
                lambda: build_topic_page(record, "bench", follower=follower),
                "100 ms",
            )
        last = record.read_experiment(record.read_summaries()[-1].id)
        start = time.perf_counter()
        find_similar(record, last)
        print(
            f"similar among {len(record.read_summaries())}, code included, once: {time.perf_counter() - start:.2f} s"
        )
        _import(Path(name), commit)


def _import(folder: Path, commit: float) -> None:
    """A diary of 3,000 lines, once into an empty record, then again."""
    top = folder / "import"
    subprocess.run(["git", "init", "-q", str(top)], check=True)
    begin_record(Record(Repository.discover(top)))
    text = DIARY.read_text(encoding="utf-8")
    file = folder / "long.md"
    file.write_text(
        "\n".join(text.replace("2019", str(year)) for year in (2017, 2018, 2019)), encoding="utf-8"
    )
    for what in ("import", "import again"):
        start = time.perf_counter()
        import_diary(Record(Repository.discover(top)), read_diary(file)[0], {})
        spent = (time.perf_counter() - start) * 1000
        line(
            f"{what}: {len(file.read_text(encoding='utf-8').splitlines())} lines",
            spent,
            "git commit",
            commit,
            "2000 ms",
        )


if __name__ == "__main__":
    main()
