"""Time reading TensorBoard logs, against TensorBoard's own reader.

    python -m tests.bench.bench_tensorboard [--long]

``--long`` reads 1,000,000 points (10 tags), else 100,000. Seconds are those of the processor.
TensorBoard's reader is what the page shows with: it keeps 10,000 points of a tag at random, and all
where that is asked of it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from gitexp.capture.event_records import compute_checksum
from gitexp.record.record import Record
from gitexp.record.write.setup import begin_record
from gitexp.store.repository import Repository
from tests.bench.bench_capture import spend_time
from tests.bench.measure import print_row, run_exp, run_git, seal
from tests.event_files import make_summary

TAGS = [f"{part}/metric_{number}" for part in ("train", "val") for number in range(5)]
READ = """\
import sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
log = EventAccumulator(sys.argv[1], size_guidance={"scalars": int(sys.argv[2]), "tensors": 0})
log.Reload()
for tag in log.Tags()["scalars"]: log.Scalars(tag)
"""
READ_OURS = """\
import gc, sys
from pathlib import Path
from gitexp.capture.tensorboard import read_event_log
gc.disable()
read_event_log(Path(sys.argv[1]))
"""


def main() -> None:
    """Print the table."""
    steps = 100_000 if "--long" in sys.argv else 10_000
    points = f"{steps * len(TAGS):,} points"
    seal()
    with tempfile.TemporaryDirectory() as name:
        top = make_project(Path(name))
        log = write_log(top / "logs", steps)
        kept = spend_time(lambda: run_python(READ, str(log), "10000"))
        whole = spend_time(lambda: run_python(READ, str(log), "0"))
        ours = spend_time(lambda: run_python(READ_OURS, str(log)))
        verb = spend_time(lambda: run_exp(top, "tb", "a1", "logs"))
        print_row(
            "tensorboard's reader, every point", whole, "the same, 10,000 a tag", kept, "none"
        )
        print_row(f"read of {points}", ours, "tensorboard's reader", kept, "1 x")
        print_row(f"git exp tb, {points}", verb, "tensorboard's reader", kept, "1.5 x")


def make_project(top: Path) -> Path:
    """Make a repository that records one experiment."""
    run_git(top, "init", "-q")
    run_git(top, "commit", "-q", "--allow-empty", "-m", "x")
    begin_record(Record(Repository.discover(top)))
    run_exp(top, "new", "a1")
    return top


def write_log(folder: Path, steps: int) -> Path:
    """Write an event file as PyTorch does: a record for each number."""
    folder.mkdir()
    with (folder / "events.out.tfevents.1560000000.vm").open("wb") as file:
        for step in range(steps):
            for number, tag in enumerate(TAGS):
                value = 1 / (step + 1) + number
                event = make_summary(step, tag=tag, simple_value=value)
                file.write(frame_record(event.SerializeToString()))
    return folder


def frame_record(data: bytes) -> bytes:
    """Return a record of an event file: length, its checksum, data, their checksum."""
    length = len(data).to_bytes(8, "little")
    sums = [compute_checksum(part).to_bytes(4, "little") for part in (length, data)]
    return length + sums[0] + data + sums[1]


def run_python(code: str, *arguments: str) -> None:
    """Run code in an interpreter of its own."""
    command = [sys.executable, "-c", code, *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
