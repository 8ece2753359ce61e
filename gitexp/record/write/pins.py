"""Keep excerpts on the record branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import UsageError
from gitexp.model.branch_layout import EXCERPTS, make_attachment_path, make_excerpt_ending
from gitexp.record.read.pins import read_pins
from gitexp.record.secrets import refuse_secrets
from gitexp.record.write.exclusive import hold_lock_of_record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitexp.model.branch_layout import AttachmentPath
    from gitexp.model.event import Event
    from gitexp.model.filter import CodeFilter
    from gitexp.record.record import Record


class CutCode(NamedTuple):
    """What is to be kept of an experiment: the bytes of each kept file by its path in the code."""

    experiment: str
    commit: str
    files: Mapping[str, bytes]


@hold_lock_of_record
def save_pins(record: Record, code_filter: CodeFilter, cuts: Sequence[CutCode]) -> list[str]:
    """Record what a filter left of some experiments, and return the ids of those that changed.

    All in one commit. What is kept already is not recorded again.
    """
    rules = tuple(str(rule) for rule in code_filter.rules)
    pins = read_pins(record)
    drafts: list[Event] = []
    contents: dict[str, bytes] = {}
    for cut in cuts:
        paths: list[AttachmentPath] = []
        for path, data in cut.files.items():
            attachment = make_attachment_path(EXCERPTS, data, make_excerpt_ending(path))
            paths.append(attachment)
            contents[attachment] = data
        is_kept = any(
            not pin.edited
            and (pin.filter, pin.rules) == (code_filter.name, rules)
            and (pin.commit, pin.files) == (cut.commit, tuple(paths))
            for pin in pins.get(cut.experiment, ())
        )
        if not is_kept:
            draft = record.draft_event(
                "pin",
                [cut.experiment],
                commit=cut.commit,
                files=list(paths),
                filter=code_filter.name,
                rules=list(rules),
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
