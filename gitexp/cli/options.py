"""Table entries that several verbs share."""

from __future__ import annotations

from gitexp.cli.verb_table import Options, flag, number_option, text_option, texts_option

JSON = flag("--json", help="Print JSON (docs/json.md).")
FILTER = text_option(
    "-f",
    "--filter",
    metavar="NAME",
    help="A saved filter (default: config gitexp.filter, else the first one saved).",
)
AT = text_option(
    "--at",
    metavar="TIME",
    default=None,
    help="When it happened: 2019-06-23, '2019-06-23 10:15', or ISO 8601.",
)
AS_OF = text_option(
    "--as-of",
    metavar="DATE",
    default=None,
    help="Read the record as it was then: later events do not count.",
)
WHERE = text_option(
    "--where",
    metavar="QUERY",
    help="Only experiments that a search finds (git exp search -h).",
)
STOP = texts_option("--stop", metavar="NAME", help="Reach rules stop at this name.")
WITH = texts_option("--with", metavar="NAME", help="Reach rules take in this name too.")
DEPTH = number_option("--depth", least=0, help="Reach rules go at most N steps.")


PATCH = flag("--patch", help="Show changed code as a plain unified diff.")
CONTEXT = number_option("-U", least=0, help="Show N unchanged lines around each change.")
OPEN_FOLDS = flag("--all", help="Show what is folded too.")


class CodeOptions(Options):
    """Which code is meant: a saved filter, or rules given with the command."""

    filter_name: str = FILTER
    rules: tuple[str, ...] = texts_option(
        "--rule", metavar="RULE", help="A rule instead of a saved filter; may be repeated."
    )
    anchor: str | None = text_option(
        "--at",
        metavar="REV",
        default=None,
        help="The version whose line numbers the rules mean.",
    )
    stop: tuple[str, ...] = STOP
    also: tuple[str, ...] = WITH
    depth: int | None = DEPTH
