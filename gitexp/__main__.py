"""``python -m gitexp``."""

from gitexp.cli.main import run

run()
