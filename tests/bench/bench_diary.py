"""Measure what reading the diary costs at 10,000 experiments and 100,000 entries.

    python -m tests.bench.bench_diary [FOLDER]

FOLDER keeps the generated record for the next run. Figures are medians of seven in the library,
warm, and ratios to a ``git commit`` of the same run.
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

from gitexp.capture.diary import read_diary
from gitexp.follow.follower import Follower
from gitexp.history.change import find_filter_if_any
from gitexp.history.code_choice import choose_filter_if_any
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
from tests.bench.bench_record import time_commit
from tests.bench.measure import print_row, run_git, seal, time_median, time_once
from tests.bench.years import make_years
from tests.diary.make import DIARY

ROUNDS = 7
QUERIES = (
    "kernel",
    "マスクのバグ",
    "を",
    "acc>0.8 id:tcn_*",
    "dropout acc>0.9 -id:gru_*",
    "dropouts nowhere",
)


def main() -> None:
    """Print the table."""
    seal()
    with tempfile.TemporaryDirectory() as name:
        top = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(name) / "years"
        record = Record(Repository.discover(top)) if top.exists() else make_years(top)
        commit = time_commit(top, ROUNDS)
        measure_reading(record, commit)
        measure_topic(record, commit)
        measure_similar(record)
        measure_import(Path(name), commit)


def measure_reading(record: Record, commit: float) -> None:
    """Time the list, searches and the end of the journal."""
    works = {
        "list, read anew": record.index.read_summaries,
        "list, warm": record.read_summaries,
        "last 100 entries of the journal": lambda: list(read_journal(record, last=100)),
    }
    for what, work in works.items():
        print_row(what, time_median(work, ROUNDS), "git commit", commit, "100 ms")
    for text in QUERIES:
        spent = time_median(partial(search, record, parse_query(text), 30), ROUNDS)
        print_row(f"search {text}", spent, "git commit", commit, "100 ms; first hits 30 ms")


def measure_topic(record: Record, commit: float) -> None:
    """Time the members of a topic of 300 experiments, and its page."""
    ids = [summary.id for summary in record.read_summaries()[:300]]
    if "bench" not in record.index.count_named_topics():
        record.append_events([record.draft_event("topic", name="bench", pin=ids)])
    spent = time_median(partial(find_members, record, "bench"), ROUNDS)
    print_row("members of a topic of 300", spent, "git commit", commit, "100 ms")
    with Follower(record.repository) as follower:
        code_filter = choose_filter_if_any(record)
        build = partial(build_topic_page, record, "bench", code_filter, follower)
        spent = time_median(build, ROUNDS)
        print_row(
            "page of a topic of 300, with deltas, warm", spent, "git commit", commit, "100 ms"
        )


def measure_similar(record: Record) -> None:
    """Time how long it takes to find what resembles the last experiment, once."""
    summaries = record.read_summaries()
    last = record.read_experiment(summaries[-1].id)
    seconds = time_once(lambda: find_similar(record, last, find_filter_if_any(record))) / 1000
    print(f"similar among {len(summaries)}, code included, once: {seconds:.2f} s")


def measure_import(folder: Path, commit: float) -> None:
    """Time the import of a diary of 3,000 lines, once into an empty record, then again."""
    top = folder / "import"
    top.mkdir()
    run_git(top, "init", "-q")
    begin_record(Record(Repository.discover(top)))
    text = DIARY.read_text(encoding="utf-8")
    years = [text.replace("2019", str(year)) for year in (2017, 2018, 2019)]
    file = folder / "long.md"
    file.write_text("\n".join(years), encoding="utf-8")
    lines = len(file.read_text(encoding="utf-8").splitlines())
    for what in ("import", "import again"):
        record = Record(Repository.discover(top))
        passages, _, _ = read_diary(file)
        spent = time_once(partial(import_diary, record, passages, {}))
        print_row(f"{what}: {lines} lines", spent, "git commit", commit, "2000 ms")


if __name__ == "__main__":
    main()
