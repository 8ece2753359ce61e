"""``git exp topic``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitexp.cli.options import AS_OF, FILTER, JSON
from gitexp.cli.record import open_record
from gitexp.cli.typed import join_messages, read_text
from gitexp.cli.verb_table import (
    Group,
    Options,
    Verb,
    argument,
    arguments,
    flag,
    number_option,
    text_option,
    texts_option,
)
from gitexp.record.read.topics import find_members, read_topics
from gitexp.record.write.topics import (
    change_topic,
    keep_out_of_topic,
    merge_topics,
    pin_to_topic,
    remove_topic,
    rename_topic,
)
from gitexp.render.echo import format_topic_size
from gitexp.render.terminal import cut_to_width, make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.record.record import Record


class ListOptions(Options):
    """The table of ``topic list``."""

    as_json: bool = JSON


def run_list(env: Env, options: ListOptions) -> None:
    """List the topics, with how much each gathers."""
    from gitexp.render.topic import format_topic_list

    record = open_record(env, reading=True)
    rows = []
    for name, topic in sorted(read_topics(record).items()):
        experiments, entries = find_members(record, name)
        rows.append((topic, len(experiments), len(entries)))
    if options.as_json:
        from gitexp.render.json import serialize_topic

        env.print_json(
            [
                {**serialize_topic(topic), "experiments": experiments, "entries": entries}
                for topic, experiments, entries in rows
            ]
        )
        return
    env.print_paged(
        format_topic_list(rows, env.columns),
        "no topics yet: write #NAME or [[NAME]] in a note, "
        "or: git exp topic add NAME --match WORDS",
    )


class ShowOptions(Options):
    """The table of ``topic show``."""

    name: str = argument("NAME")
    filter_name: str = FILTER
    history: bool = flag("--history", help="Show earlier summaries too.")
    ids: bool = flag(
        "--ids", help="Show the ids of entries, by which they are corrected or pinned."
    )
    as_of: str | None = AS_OF
    as_json: bool = JSON


def run_show(env: Env, options: ShowOptions) -> None:
    """Show a topic: its summary, then its experiments and entries in the order of time."""
    from gitexp.cli.code_filter import choose_code_filter_if_any
    from gitexp.history.topic_page import build_topic_page
    from gitexp.record.read.topics import find_topic
    from gitexp.render.terminal import TextStyle
    from gitexp.render.topic import format_topic_page

    record = open_record(env, reading=True, as_of=options.as_of)
    find_topic(record, options.name)  # an error before remarks about the filter
    code_filter = choose_code_filter_if_any(env, record, options.filter_name)
    page = build_topic_page(record, options.name, code_filter)
    if options.as_json:
        from gitexp.render.json import serialize_topic_page

        env.print_json(serialize_topic_page(page))
        return
    style = TextStyle(env.columns, ids=options.ids, colour=env.colours)
    lines = format_topic_page(page, style, with_history=options.history)
    env.print_paged(lines, "")


class AddOptions(Options):
    """The table of ``topic add``."""

    name: str = argument("NAME")
    match: str = text_option(
        "--match",
        metavar="WORDS",
        help="Gather entries with these words; | between alternatives: 'kernel|filter size'.",
    )
    ids: tuple[str, ...] = texts_option(
        "--ids",
        metavar="GLOB",
        help="Gather experiments whose ids fit: 'tcn_*'. May be repeated.",
    )
    query: str = text_option(
        "--query",
        metavar="QUERY",
        help="Gather experiments that a search finds (git exp search -h).",
    )
    messages: tuple[str, ...] = texts_option(
        "-m", metavar="TEXT", help="The summary. Each -m is a paragraph."
    )


def run_add(env: Env, options: AddOptions) -> None:
    """Make a topic, or let it gather more."""
    fields: dict[str, Any] = {}
    if options.match:
        fields["match"] = options.match
    if options.ids:
        fields["ids"] = list(options.ids)
    if options.query:
        fields["query"] = options.query
    record = open_record(env)
    name = change_topic(record, options.name, text=join_messages(options.messages) or "", **fields)
    _print_topic(env, record, name)


class WriteOptions(Options):
    """The table of ``topic write``."""

    name: str = argument("NAME")
    messages: tuple[str, ...] = texts_option(
        "-m", metavar="TEXT", help="The summary. Each -m is a paragraph."
    )
    file: str | None = text_option(
        "-F",
        metavar="FILE",
        default=None,
        help="Read it from a file; - is standard input.",
    )


def run_write(env: Env, options: WriteOptions) -> None:
    """Write the summary at the top of a topic.

    Earlier ones are kept (git exp topic show NAME --history).
    """
    record = open_record(env)
    topic = read_topics(record).get(options.name)
    template = topic.summary if topic else ""
    text = read_text(env, record, options.messages, options.file, template)
    _print_topic(env, record, change_topic(record, options.name, text=text))


class PinOptions(Options):
    """The table of ``topic pin`` and ``topic unpin``."""

    name: str = argument("NAME")
    targets: tuple[str, ...] = arguments("TARGET...")


def run_pin(env: Env, options: PinOptions) -> None:
    """Put experiments or entries into a topic by hand."""
    record = open_record(env)
    _print_topic(env, record, pin_to_topic(record, options.name, options.targets))


def run_unpin(env: Env, options: PinOptions) -> None:
    """Keep experiments or entries out of a topic, whatever put them there."""
    record = open_record(env)
    _print_topic(env, record, keep_out_of_topic(record, options.name, options.targets))


class RenameOptions(Options):
    """The table of ``topic rename``."""

    name: str = argument("NAME")
    new: str = argument("NEW")


def run_rename(env: Env, options: RenameOptions) -> None:
    """Give a topic another name. The old name leads to it, in old texts too."""
    record = open_record(env)
    _print_topic(env, record, rename_topic(record, options.name, options.new))


class MergeOptions(Options):
    """The table of ``topic merge``."""

    name: str = argument("NAME")
    into: str = argument("INTO")


def run_merge(env: Env, options: MergeOptions) -> None:
    """Merge a topic into another."""
    record = open_record(env)
    _print_topic(env, record, merge_topics(record, options.name, options.into))


class RemoveOptions(Options):
    """The table of ``topic remove``."""

    name: str = argument("NAME")


def run_remove(env: Env, options: RemoveOptions) -> None:
    """Forget a topic. Entries and experiments stay as they are."""
    name = remove_topic(open_record(env), options.name)
    env.print(make_safe(f"· topic {name} is forgotten"))


class SuggestOptions(Options):
    """The table of ``topic suggest``."""

    number: int = number_option("-n", default=12, help="At most N.")
    as_json: bool = JSON


def run_suggest(env: Env, options: SuggestOptions) -> None:
    """Suggest topics: words and parts of ids that recur across experiments."""
    from gitexp.record.read.suggest import suggest_topics

    found = suggest_topics(open_record(env, reading=True), options.number)
    if options.as_json:
        env.print_json(
            [
                {
                    "word": suggestion.word,
                    "experiments": list(suggestion.experiments),
                    "in_ids": suggestion.in_ids,
                }
                for suggestion in found
            ]
        )
        return
    for suggestion in found:
        source = "in ids" if suggestion.in_ids else "in text"
        count = len(suggestion.experiments)
        last = ", ".join(suggestion.experiments[-3:])
        line = f"{suggestion.word}  {count} experiments, {source}: {last}"
        env.print(cut_to_width(make_safe(line), env.columns))
    if not found:
        env.print("no word recurs that is not a topic already")


def complete(words: list[str]) -> list[str]:
    """Put in ``show`` before a word that is no verb of topics, ``list`` where there is none."""
    if words[:1] in (["-h"], ["--help"]):
        return words
    name = next((word for word in words if not word.startswith("-")), "")
    if VERB.find_verb(name) is not None:
        return words
    return ["show" if name else "list", *words]


def _print_topic(env: Env, record: Record, name: str) -> None:
    """Print how much gathers under a topic now."""
    experiments, entries = find_members(record, name)
    env.print(make_safe(format_topic_size(name, len(experiments), len(entries))))


VERB = Group(
    "topic",
    """Gather entries and experiments by topic, at any time later.

    'git exp topic' lists the topics, 'git exp topic NAME' shows one. An entry whose text says
    #NAME or [[NAME]] belongs to the topic by itself.
    """,
    (
        Verb("list", ListOptions, run_list),
        Verb("show", ShowOptions, run_show),
        Verb("add", AddOptions, run_add),
        Verb("write", WriteOptions, run_write),
        Verb("pin", PinOptions, run_pin),
        Verb("unpin", PinOptions, run_unpin),
        Verb("rename", RenameOptions, run_rename),
        Verb("merge", MergeOptions, run_merge),
        Verb("remove", RemoveOptions, run_remove),
        Verb("suggest", SuggestOptions, run_suggest),
    ),
    complete,
)
