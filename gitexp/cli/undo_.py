"""``git exp undo``."""

from __future__ import annotations

import click

from gitexp.cli.env import open_record


@click.command("undo")
def command() -> None:
    """Take back what the last recording command understood: experiments, metrics, tags, pictures, corrections.

    The text it was given stays in the journal, to the letter. Again: the command before.
    """
    from gitexp.history.undo import undo
    from gitexp.render.terminal import safe

    events = undo(open_record())
    names = dict.fromkeys(name for event in events for name in event.experiments)
    created = {name for event in events if event.kind == "new" for name in event.experiments}
    for name in names or {"": None}:
        about = [event for event in events if not name or name in event.experiments]
        values = "".join(f" {event.fields['name']}={event.fields['value']}" for event in about if event.kind == "metric")
        kinds = dict.fromkeys(event.kind for event in about if event.kind not in ("new", "metric", "note", "link"))
        more = "".join(f" {kind}" for kind in kinds)
        click.echo(safe(f"- {name or 'the last entry'}{values}{more}" + ("  (experiment)" if name in created else "")))
    if any(event.text for event in events):
        click.echo("  the text stays in the journal")
