"""``git exp topic``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gitexp.cli.env import colour, columns, open_record, page, print_json, typed_text
from gitexp.cli.options import as_of_option, filter_option, json_option

if TYPE_CHECKING:
    from gitexp.model.gathering import Item
    from gitexp.model.topic import Topic


class Topics(click.Group):
    """A group in which a word that is no subcommand is a topic to be shown, and no word lists them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``list`` or ``show`` before what names none."""
        words = [arg for arg in args if not arg.startswith("-")]
        if not {"-h", "--help"} & set(args[:1]) and (not words or words[0] not in self.commands):
            args = ["show" if words else "list", *args]
        return super().parse_args(ctx, args)


@click.group("topic", cls=Topics)
def command() -> None:
    """Where it gathers: a page for a topic, made of what names it, at any time later.

    'git exp topic NAME' shows one, 'git exp topic' lists them. #NAME and [[NAME]] in any text gather by themselves.
    """


@command.command("list")
@json_option
def list_topics(*, as_json: bool) -> None:
    """List topics with how much gathers under each."""
    from gitexp.history.topics import members, topics
    from gitexp.render.topic import topic_list

    record = open_record(reading=True)
    found = []
    for name, topic in sorted(topics(record).items()):
        experiments, entries = members(record, name)
        found.append((topic, len(experiments), len(entries)))
    if as_json:
        print_json(
            [
                {**_values(topic), "experiments": count, "entries": entries}
                for topic, count, entries in found
            ]
        )
    else:
        page(
            topic_list(found, columns()),
            "no topics yet: write #NAME or [[NAME]] in a note, or: git exp topic add NAME --match WORDS",
        )


@command.command("show")
@click.argument("name")
@filter_option
@click.option("--history", is_flag=True, help="Earlier summaries too.")
@click.option("--ids", is_flag=True, help="With the ids by which entries are corrected or pinned.")
@as_of_option
@json_option
def show(
    name: str, filter_name: str, as_of: str | None, *, history: bool, ids: bool, as_json: bool
) -> None:
    """Show a topic: its summary, then experiments and entries in time order."""
    from gitexp.history.topic_page import topic_page
    from gitexp.render.json import entry_values
    from gitexp.render.topic import topic_lines

    found = topic_page(open_record(reading=True, as_of=as_of), name, filter_name)
    if as_json:
        items = [
            entry_values(item.entry)
            if item.entry
            else {
                "experiment": item.summary.id if item.summary else None,
                "delta": item.delta or None,
            }
            for item in found.items
        ]
        print_json({**_values(found.topic), "items": items})
    else:
        page(topic_lines(found, columns(), history=history, ids=ids, colour=colour()), "")


@command.command("add")
@click.argument("name")
@click.option(
    "--match",
    metavar="WORDS",
    help="Entries that hold these words; | between alternatives: 'kernel|filter size'.",
)
@click.option(
    "--ids",
    "globs",
    multiple=True,
    metavar="GLOB",
    help="Experiments whose ids fit: 'tcn_*'. May be repeated.",
)
@click.option(
    "--query", metavar="QUERY", help="Experiments that a search finds (git exp search -h)."
)
@click.option("-m", "message", default="", metavar="TEXT", help="A summary.")
def add(
    name: str, match: str | None, globs: tuple[str, ...], query: str | None, message: str
) -> None:
    """Make a topic, or let more gather under it."""
    fields = {
        key: value
        for key, value in (("match", match), ("ids", list(globs)), ("query", query))
        if value
    }
    _change(name, text=message, **fields)


@command.command("write")
@click.argument("name")
@click.option("-m", "message", metavar="TEXT", help="The summary.")
@click.option("-F", "file", metavar="FILE", help="Read it from a file, or from standard input (-).")
def write(name: str, message: str | None, file: str | None) -> None:
    """Write the summary that stands on top; earlier ones are kept (topic show --history)."""
    from gitexp.history.topics import topics

    before = topics(open_record()).get(name)
    _change(name, text=typed_text(message, file, before.summary if before else ""))


@command.command("pin")
@click.argument("name")
@click.argument("targets", metavar="TARGET...", nargs=-1, required=True)
def pin(name: str, targets: tuple[str, ...]) -> None:
    """Put experiments or entries under a topic by hand."""
    _pin(name, "pin", targets)


@command.command("unpin")
@click.argument("name")
@click.argument("targets", metavar="TARGET...", nargs=-1, required=True)
def unpin(name: str, targets: tuple[str, ...]) -> None:
    """Keep experiments or entries out of a topic, however they came there."""
    _pin(name, "unpin", targets)


@command.command("rename")
@click.argument("name")
@click.argument("new")
def rename(name: str, new: str) -> None:
    """Give a topic another name; the old one, also in old texts, leads to it."""
    _change(_known(name), to=new)


@command.command("merge")
@click.argument("name")
@click.argument("into")
def merge(name: str, into: str) -> None:
    """Let a topic go up in another."""
    _change(_known(name), into=_known(into))


@command.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Forget what was said of a topic; texts stay as they are."""
    _change(_known(name), removed=True)


@command.command("suggest")
@click.option(
    "-n",
    "number",
    type=click.IntRange(1),
    default=12,
    show_default=True,
    metavar="N",
    help="How many.",
)
@json_option
def suggest(number: int, *, as_json: bool) -> None:
    """Words and parts of ids that recur across experiments and are no topic yet."""
    from gitexp.history.suggest import suggestions
    from gitexp.render.terminal import fit, safe

    found = suggestions(open_record(reading=True), number)
    if as_json:
        print_json(
            [
                {"word": one.word, "experiments": list(one.experiments), "in_ids": one.in_ids}
                for one in found
            ]
        )
        return
    for one in found:
        where = "in ids" if one.in_ids else "in text"
        shown = ", ".join(one.experiments[-3:])
        click.echo(
            fit(
                safe(f"{one.word}  {len(one.experiments)} experiments, {where}: {shown}"), columns()
            )
        )
    if not found:
        click.echo("nothing recurs that is no topic yet")


def _known(name: str) -> str:
    from gitexp.history.topics import find_topic

    return find_topic(open_record(reading=True), name).name


def _change(name: str, **fields: Any) -> None:
    from gitexp.history.topics import change_topic, members
    from gitexp.render.echo import topic_line
    from gitexp.render.terminal import safe

    record = open_record()
    done = change_topic(record, name, **fields)
    if fields.get("removed"):
        click.echo(safe(f"· topic {done} is forgotten"))
        return
    shown = str(fields.get("to") or fields.get("into") or done)
    click.echo(safe(topic_line(shown, *(len(each) for each in members(record, shown)))))


def _pin(name: str, how: str, targets: tuple[str, ...]) -> None:
    from gitexp.history.topics import pin_targets

    _change(name, **{how: pin_targets(open_record(), targets)})


def _experiment(item: Item) -> dict[str, Any]:
    return {
        "experiment": item.summary.id if item.summary else None,
        "at": item.at,
        "delta": item.delta or None,
    }


def _values(topic: Topic) -> dict[str, Any]:
    return {
        "name": topic.name,
        "also": sorted(topic.names - {topic.name}),
        "summary": topic.summary or None,
        "match": topic.match,
        "ids": topic.ids,
        "queries": topic.queries,
    }
