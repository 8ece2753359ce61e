"""Keep excerpts on the record branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import UsageError
from gitexp.model.branch_layout import EXCERPTS, make_attachment_path, make_excerpt_ending
from gitexp.record.read.pins import read_pins
from gitexp.record.secrets import refuse_secrets
from gitexp.record.write.exclusive import hold_lock_of_record
from gitexp.store.purged import COMMIT, read_purged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitexp.model.event import Event
    from gitexp.model.filter import CodeFilter
    from gitexp.record.record import Record


class CutCode(NamedTuple):
    """What is to be kept of an experiment: the bytes of each kept file by its path in the code."""

    experiment: str
    commit: str
    files: Mapping[str, bytes]


@hold_lock_of_record
def save_pins(
    record: Record, code_filter: CodeFilter, cuts: Sequence[CutCode], *, automatic: bool = False
) -> list[str]:
    """Record what a filter left of some experiments, and return the ids of those that changed.

    All in one commit. What is kept already is not recorded again, nor is what was purged.
    ``automatic``: nobody asked for it.
    """
    rules = code_filter.words
    pins = read_pins(record)
    tip = record.branch.tip
    purged = read_purged(record.database, tip) if tip is not None else frozenset[str]()
    drafts: list[Event] = []
    contents: dict[str, bytes] = {}
    for cut in cuts:
        files: dict[str, bytes] = {}
        for path, data in cut.files.items():
            files[make_attachment_path(EXCERPTS, data, make_excerpt_ending(path))] = data
        if f"{COMMIT}{cut.commit}" in purged or not purged.isdisjoint(files):
            continue
        is_kept = any(
            not pin.edited
            and (pin.filter, pin.rules) == (code_filter.name, rules)
            and (pin.commit, pin.files) == (cut.commit, tuple(files))
            for pin in pins.get(cut.experiment, ())
        )
        if not is_kept:
            contents.update(files)
            draft = record.draft_event(
                "pin",
                [cut.experiment],
                commit=cut.commit,
                files=list(files),
                filter=code_filter.name,
                rules=list(rules),
                automatic=automatic or None,
            )
            drafts.append(draft)
    if drafts:
        record.append_events(drafts, contents)
    return [draft.experiments[0] for draft in drafts]


def save_edited_pin(record: Record, ident: str, commit: str, filter_name: str, text: str) -> None:
    """Record a text that a person made of the code; the cut excerpt stays.

    Raises UsageError for an empty text.
    """
    if not text.strip():
        raise UsageError("the text is empty", "nothing was kept")
    refuse_secrets(record.repository, text)
    data = text.encode("utf-8", "replace")
    path = make_attachment_path(EXCERPTS, data, "md")
    draft = record.draft_event(
        "pin", [ident], commit=commit, files=[path], filter=filter_name, edited=True
    )
    record.append_events([draft], {path: data})
