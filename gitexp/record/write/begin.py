"""Recording: what each verb adds to the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.errors import RepositoryError, UsageError
from gitexp.excerpt.idpattern import compile_pattern, find_ids_in_files, may_hold_id
from gitexp.model.event import Event, clean_text
from gitexp.model.ids import check_experiment_id, check_new_id, find_twin
from gitexp.model.layout import DATA, make_attachment_path
from gitexp.model.series import encode_series, thin_series
from gitexp.model.understood import Understood
from gitexp.record.write.entries import NoteWriter, make_metric_event, make_picture_event
from gitexp.record.write.exclusive import hold_lock_of_record
from gitexp.record.write.values import TrialValues, draft_values

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from gitexp.model.metric import Metric
    from gitexp.model.note_unread import UnreadLine
    from gitexp.model.picture import Picture
    from gitexp.model.series import Series
    from gitexp.record.record import Record


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was understood and kept, by experiment; and what was too large for the snapshot.

    ``unread``: lines of the note that look like an id or a metric and were not read.
    """

    kept: tuple[Understood, ...]
    left_out: tuple[str, ...] = ()
    unread: tuple[UnreadLine, ...] = ()


@hold_lock_of_record
def begin_experiment(
    record: Record,
    ident: str = "",
    *,
    text: str = "",
    parent: str | None = None,
    at: datetime | None = None,
    snapshot: bool = True,
    pictures: Mapping[str, Picture] | None = None,
    overlay: Mapping[str, bytes] | None = None,
    values: TrialValues | None = None,
) -> Recorded:
    """Begin an experiment and make it the active one; without an id it is taken from the code, else numbered.

    ``parent`` defaults to the experiment active before; "" means none. ``pictures`` are those that the text names, by path.
    ``overlay`` holds files that the snapshot has with other contents than the working tree; ``values`` what the trial
    gave already. Raises UsageError when the id is taken.
    """
    known = record.index.read_names()
    name = check_new_id(ident) if ident else _id_from_code(record, known) or _next_number(known)
    if name in known:
        raise UsageError(
            f"experiment '{name}' is there already",
            f"go on with it: git exp use {name}; or give the new trial its own id",
        )
    origin = record.active if parent is None else record.resolve_id(parent) if parent else ""
    drafts = [record.draft_event("new", (name,), at=at, parent=origin)]
    left_out: tuple[str, ...] = ()
    if snapshot:
        tie, left_out = draft_snapshot(record, name, at, overlay)
        drafts.append(tie)
    elif head := record.repository.find_commit("HEAD"):
        drafts.append(record.draft_event("link", (name,), at=at, commit=head))
    writing = NoteWriter(record, pictures)
    writing.known[name] = name
    writing.kept[name] = Understood(name, created=True, twin=find_twin(name, known))
    if clean_text(text).strip():
        writing.add_text_about(text, (name,), at)
    value_drafts, value_files = draft_values(record, name, values) if values else ([], {})
    record.append_events(
        [*drafts, *writing.drafts, *value_drafts], {**writing.files, **value_files}
    )
    _activate_recorded(record, name)
    return Recorded(tuple(writing.kept.values()), left_out, tuple(writing.unread))


def _activate_recorded(record: Record, name: str) -> None:
    """Make an experiment the active one after it was recorded."""
    with record.warn_of_failure(f"'{name}' is not the active experiment", f"git exp use {name}"):
        record.active = name


@hold_lock_of_record
@hold_lock_of_record
def add_to_experiment(
    record: Record,
    ident: str,
    *,
    text: str = "",
    overlay: Mapping[str, bytes] | None = None,
    values: TrialValues | None = None,
) -> str:
    """Go on with an experiment: keep its code again, add a note and what it gave, in one commit. Return its id."""
    name = record.resolve_id(ident)
    tie, _ = draft_snapshot(record, name, None, overlay)
    writing = NoteWriter(record)
    if clean_text(text).strip():
        writing.add_text_about(text, (name,), None)
    value_drafts, value_files = draft_values(record, name, values) if values else ([], {})
    record.append_events([tie, *writing.drafts, *value_drafts], {**writing.files, **value_files})
    _activate_recorded(record, name)
    return name


def add_snapshot(record: Record, ident: str) -> Recorded:
    """Keep the working tree as it is now as the code of an experiment."""
    name = record.resolve_id(ident)
    tie, left_out = draft_snapshot(record, name, None)
    record.append_events([tie])
    return Recorded((Understood(name),), left_out)


@hold_lock_of_record
def add_note(
    record: Record,
    idents: Sequence[str],
    text: str,
    *,
    at: datetime | None = None,
    pictures: Mapping[str, Picture] | None = None,
) -> Recorded:
    """Add to the journal: to the given experiments, else an entry for each line that opens an experiment, else to the active one.

    An id that nobody recorded yet and that is followed by a metric opens a new experiment. ``pictures`` are those that the text
    names, by path.
    """
    writing = _written(record, idents, text, at, pictures)
    drafts = writing.drafts
    if len(writing.created) == 1 and at is None and record.repository.worktree is not None:
        drafts = [*drafts, draft_snapshot(record, writing.created[0], None)[0]]
    record.append_events(drafts, writing.files)
    return Recorded(tuple(writing.kept.values()), unread=tuple(writing.unread))


def read_note(record: Record, idents: Sequence[str], text: str) -> Recorded:
    """What ``note`` would record of a text; nothing is kept."""
    writing = _written(record, idents, text)
    return Recorded(tuple(writing.kept.values()), unread=tuple(writing.unread))


def _written(
    record: Record,
    idents: Sequence[str],
    text: str,
    at: datetime | None = None,
    pictures: Mapping[str, Picture] | None = None,
) -> NoteWriter:
    """A text, read as an addition to the journal."""
    body = clean_text(text)
    if not body.strip():
        raise UsageError(
            "the note is empty: nothing was recorded", "git exp note -m 'what you saw'"
        )
    writing = NoteWriter(record, pictures)
    if idents:
        writing.add_text_about(
            body, tuple(dict.fromkeys(record.resolve_id(ident) for ident in idents)), at
        )
    else:
        writing.add_text(body, tuple(filter(None, [record.active])), at)
    return writing


@hold_lock_of_record
def add_metrics(
    record: Record, ident: str, metrics: Sequence[Metric], *, at: datetime | None = None
) -> str:
    """Record metrics of an experiment; its id."""
    name = record.resolve_id(ident)
    record.append_events([make_metric_event(record, name, metric, at) for metric in metrics])
    return name


@hold_lock_of_record
def add_images(
    record: Record, ident: str, pictures: Sequence[Picture], *, at: datetime | None = None
) -> str:
    """Attach pictures to an experiment; its id."""
    name = record.resolve_id(ident)
    record.append_events(
        [make_picture_event(record, name, item, at) for item in pictures],
        {item.path: item.data for item in pictures},
    )
    return name


@hold_lock_of_record
def add_series(
    record: Record,
    ident: str,
    files: Sequence[tuple[str, Sequence[Series]]],
    *,
    at: datetime | None = None,
) -> str:
    """Attach files of series, given by name, thinned for the eye; the experiment's id."""
    name = record.resolve_id(ident)
    drafts, content = [], {}
    for file, series in files:
        data = encode_series([thin_series(one) for one in series])
        path = make_attachment_path(DATA, data, "json")
        content[str(path)] = data
        drafts.append(
            record.draft_event(
                "series", (name,), at=at, path=path, name=file, tags=[one.tag for one in series]
            )
        )
    record.append_events(drafts, content)
    return name


@hold_lock_of_record
def change_tags(record: Record, ident: str, add: Sequence[str], remove: Sequence[str] = ()) -> str:
    """Add tags to an experiment, or take them off; its id."""
    name = record.resolve_id(ident)
    plain = [text.removeprefix("#") for text in (*add, *remove)]
    if bad := [
        text for text in plain if not text or any(char.isspace() or char in "#,/" for char in text)
    ]:
        raise UsageError(f"'{bad[0]}' cannot be a tag", "one word: letters, digits, - and _")
    record.append_events(
        [record.draft_event("tag", (name,), add=plain[: len(add)], remove=plain[len(add) :])]
    )
    return name


@hold_lock_of_record
def rename_experiment(record: Record, ident: str, to: str) -> tuple[str, str]:
    """Give an experiment another id; the old one goes on working. The old and the new id."""
    old, new = record.resolve_id(ident), check_new_id(to)
    known = record.index.read_names()
    if known.get(new, old) != old or new == old:
        raise UsageError(f"experiment '{new}' is there already", "take another id")
    was_active = record.active == old
    record.append_events([record.draft_event("rename", (old,), to=new)])
    if was_active:
        _activate_recorded(record, new)
    return old, new


@hold_lock_of_record
def use_experiment(record: Record, ident: str) -> str:
    """Make an experiment the active one of this worktree; its id."""
    name = record.resolve_id(ident)
    record.active = name
    return name


def find_committed_ids(record: Record, commit: str) -> list[str]:
    """Ids that config ``gitexp.idPattern`` finds in the code files that a commit adds or changes."""
    text = record.repository.settings.get("gitexp.idpattern")
    if not text:
        return []
    pattern = compile_pattern(text)
    record.promised.fetch_history([commit], [f"{commit}^^@"], blobs=False)
    try:
        files = [
            (path, blob)
            for path, blob in record.database.list_committed_files(commit)
            if may_hold_id(path)
        ]
    except RepositoryError:
        return []  # a partial clone lacks the commit before, and there is no connection
    record.promised.fetch_objects([blob for _, blob in files])
    return find_ids_in_files(
        pattern, ((path, record.database.read_blob(blob)) for path, blob in files)
    )


def _id_from_code(record: Record, known: Collection[str]) -> str:
    """The id in the code of the working tree; of several that one which is not recorded yet. "" without pattern or match."""
    text = record.repository.settings.get("gitexp.idpattern")
    if not text or record.repository.worktree is None:
        return ""
    names = record.repository.run_git(
        "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.py", "*.ipynb"
    )
    top = record.repository.worktree
    files = [
        (name, top / name)
        for name in dict.fromkeys(names.decode("utf-8", "surrogateescape").split("\0"))
        if name
    ]
    found = find_ids_in_files(
        compile_pattern(text), ((name, path.read_bytes()) for name, path in files if path.is_file())
    )
    fresh = [name for name in found if name not in known]
    if len(fresh) > 1:
        raise UsageError(
            f"the code holds several new ids: {', '.join(fresh[:5])}",
            f"say which: git exp new {fresh[0]}",
        )
    if found and not fresh:
        raise UsageError(
            f"the id in the code, '{found[0]}', is recorded already",
            "change it there, or name the trial: git exp new ID",
        )
    return check_experiment_id(fresh[0]) if fresh else ""


def _next_number(known: Collection[str]) -> str:
    numbers = [
        int(name[1:])
        for name in known
        if name[:1] == "e" and name[1:].isascii() and name[1:].isdigit()
    ]
    return f"e{max(numbers, default=0) + 1:04d}"


def draft_snapshot(
    record: Record, name: str, at: datetime | None, overlay: Mapping[str, bytes] | None = None
) -> tuple[Event, tuple[str, ...]]:
    """Keep the working tree, and return the event that ties it to an experiment, and what was left out.

    ``overlay`` holds files that the snapshot has with other contents.
    """
    from gitexp.store.snapshots import replace_files, take_snapshot

    message = f"gitexp: snapshot of {name}\n"
    taken = take_snapshot(record.repository, record.database, message)
    if overlay:
        taken = replace_files(record.database, taken, overlay, message)
    record.keep_commit(taken.commit)
    event = record.draft_event(
        "snapshot",
        (name,),
        at=at,
        commit=taken.commit,
        base=taken.base,
        left_out=len(taken.left_out),
    )
    return event, taken.left_out
