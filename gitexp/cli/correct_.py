"""``git exp correct``."""

from __future__ import annotations

import click

from gitexp.cli.env import moment, open_record, typed_text
from gitexp.cli.options import at_option


@click.command("correct")
@click.argument("targets", metavar="TARGET...", nargs=-1)
@click.option("-m", "message", metavar="TEXT", help="What is right.")
@click.option(
    "-F", "file", metavar="FILE", help="Read the text from a file, or from standard input (-)."
)
@click.option(
    "--metric",
    "values",
    multiple=True,
    metavar="NAME=NUMBER",
    help="The right value; tables show it from now on.",
)
@click.option(
    "--where", "query", default="", metavar="QUERY", help="Every experiment that a search finds."
)
@at_option
def command(
    targets: tuple[str, ...],
    message: str | None,
    file: str | None,
    values: tuple[str, ...],
    query: str,
    at: str | None,
) -> None:
    """Correct what was recorded: the wrong text stays visible, marked, with the correction under it.

    TARGET is an experiment, an entry (git exp journal --ids), or a range A..B of either in time order. One correction
    is shown on every record it reaches; it can be corrected or taken back (git exp retract) itself.
    """
    from gitexp.history.corrections import Reach, correct, reach_of, values_before
    from gitexp.history.search import find
    from gitexp.model.metric import parse_metric
    from gitexp.render.echo import corrected_lines
    from gitexp.render.terminal import safe

    record = open_record()
    reach = Reach(())
    for target in targets:
        reach += reach_of(record, target)
    if query:
        reach += Reach(tuple(find(record, query)))
    metrics = [parse_metric(value) for value in values]
    text = "" if metrics and message is None and file is None else typed_text(message, file)
    before = values_before(record, reach)
    made = correct(record, reach, text, metrics, at=moment(at))
    for line in corrected_lines(made.experiments, metrics, before):
        click.echo(safe(line))
    entries = f", {len(reach.events)} of their entries" if reach.events else ""
    count = f"{len(made.experiments)} experiment{'' if len(made.experiments) == 1 else 's'}"
    click.echo(f"corrected {count}{entries}; taken back by: git exp retract {made.id}")
