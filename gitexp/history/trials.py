"""Recording: what each verb adds to the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.errors import RepositoryError, UsageError
from gitexp.excerpt.idpattern import CODE, compile_pattern, find_in_files
from gitexp.history.writing import Writing, metric_event, picture_event
from gitexp.model.event import Event, clean_text
from gitexp.model.ids import check_experiment_id
from gitexp.model.kept import Kept
from gitexp.model.layout import DATA, make_attachment_path
from gitexp.model.series import encode_series, thin

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from gitexp.history.record import Record
    from gitexp.model.metric import Metric
    from gitexp.model.picture import Picture
    from gitexp.model.series import Series


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was understood and kept, by experiment; and what was too large for the snapshot."""

    kept: tuple[Kept, ...]
    left_out: tuple[str, ...] = ()


def start(
    record: Record,
    ident: str = "",
    *,
    text: str = "",
    parent: str | None = None,
    at: datetime | None = None,
    snapshot: bool = True,
    pictures: Mapping[str, Picture] | None = None,
) -> Recorded:
    """Begin an experiment and make it the active one; without an id it is taken from the code, else numbered.

    ``parent`` defaults to the experiment active before; "" means none. ``pictures`` are those that the text names, by path.
    Raises UsageError when the id is taken.
    """
    known = record.index.names()
    name = check_experiment_id(ident) if ident else _id_from_code(record, known) or _next_number(known)
    if name in known:
        raise UsageError(f"experiment '{name}' is there already", f"go on with it: git exp use {name}; or give the new trial its own id")
    origin = record.active if parent is None else record.resolve(parent) if parent else ""
    drafts = [record.draft("new", (name,), at=at, parent=origin)]
    left_out: tuple[str, ...] = ()
    if snapshot:
        tie, left_out = _snapshot(record, name, at)
        drafts.append(tie)
    elif head := record.repository.commit_id("HEAD"):
        drafts.append(record.draft("link", (name,), at=at, commit=head))
    writing = Writing(record, pictures)
    writing.known[name] = name
    writing.kept[name] = Kept(name, created=True)
    if clean_text(text).strip():
        writing.within(text, (name,), at)
    record.append([*drafts, *writing.drafts], writing.files)
    record.active = name
    return Recorded(tuple(writing.kept.values()), left_out)


def take_snapshot(record: Record, ident: str) -> Recorded:
    """Keep the working tree as it is now as the code of an experiment."""
    tie, left_out = _snapshot(record, ident, None)
    record.append([tie])
    return Recorded((Kept(ident),), left_out)


def note(
    record: Record, idents: Sequence[str], text: str, *, at: datetime | None = None, pictures: Mapping[str, Picture] | None = None
) -> Recorded:
    """Add to the journal: to the given experiments, else an entry for each line that opens an experiment, else to the active one.

    An id that nobody recorded yet and that is followed by a metric opens a new experiment. ``pictures`` are those that the text
    names, by path.
    """
    writing = _written(record, idents, text, at, pictures)
    drafts = writing.drafts
    if len(writing.created) == 1 and at is None and record.repository.worktree is not None:
        drafts = [*drafts, _snapshot(record, writing.created[0], None)[0]]
    record.append(drafts, writing.files)
    return Recorded(tuple(writing.kept.values()))


def understand(record: Record, idents: Sequence[str], text: str) -> Recorded:
    """What ``note`` would record of a text; nothing is kept."""
    return Recorded(tuple(_written(record, idents, text).kept.values()))


def _written(
    record: Record, idents: Sequence[str], text: str, at: datetime | None = None, pictures: Mapping[str, Picture] | None = None
) -> Writing:
    """A text, read as an addition to the journal."""
    body = clean_text(text)
    if not body.strip():
        raise UsageError("the note is empty: nothing was recorded", "git exp note -m 'what you saw'")
    writing = Writing(record, pictures)
    if idents:
        writing.within(body, tuple(dict.fromkeys(record.resolve(ident) for ident in idents)), at)
    else:
        writing.text(body, tuple(filter(None, [record.active])), at)
    return writing


def measure(record: Record, ident: str, metrics: Sequence[Metric], *, at: datetime | None = None) -> str:
    """Record metrics of an experiment; its id."""
    name = record.resolve(ident)
    record.append([metric_event(record, name, metric, at) for metric in metrics])
    return name


def add_images(record: Record, ident: str, pictures: Sequence[Picture], *, at: datetime | None = None) -> str:
    """Attach pictures to an experiment; its id."""
    name = record.resolve(ident)
    record.append([picture_event(record, name, item, at) for item in pictures], {item.path: item.data for item in pictures})
    return name


def add_series(record: Record, ident: str, files: Sequence[tuple[str, Sequence[Series]]], *, at: datetime | None = None) -> str:
    """Attach files of series, given by name, thinned for the eye; the experiment's id."""
    name = record.resolve(ident)
    drafts, content = [], {}
    for file, series in files:
        data = encode_series([thin(one) for one in series])
        path = make_attachment_path(DATA, data, "json")
        content[str(path)] = data
        drafts.append(record.draft("series", (name,), at=at, path=path, name=file, tags=[one.tag for one in series]))
    record.append(drafts, content)
    return name


def tag(record: Record, ident: str, add: Sequence[str], remove: Sequence[str] = ()) -> str:
    """Add tags to an experiment, or take them off; its id."""
    name = record.resolve(ident)
    plain = [text.removeprefix("#") for text in (*add, *remove)]
    if bad := [text for text in plain if not text or any(char.isspace() or char in "#,/" for char in text)]:
        raise UsageError(f"'{bad[0]}' cannot be a tag", "one word: letters, digits, - and _")
    record.append([record.draft("tag", (name,), add=plain[: len(add)], remove=plain[len(add) :])])
    return name


def rename(record: Record, ident: str, to: str) -> tuple[str, str]:
    """Give an experiment another id; the old one goes on working. The old and the new id."""
    old, new = record.resolve(ident), check_experiment_id(to)
    known = record.index.names()
    if known.get(new, old) != old or new == old:
        raise UsageError(f"experiment '{new}' is there already", "take another id")
    was_active = record.active == old
    record.append([record.draft("rename", (old,), to=new)])
    if was_active:
        record.active = new
    return old, new


def use(record: Record, ident: str) -> str:
    """Make an experiment the active one of this worktree; its id."""
    name = record.resolve(ident)
    record.active = name
    return name


def committed_ids(record: Record, commit: str) -> list[str]:
    """Ids that config ``gitexp.idPattern`` finds in the code files that a commit adds or changes."""
    text = record.repository.settings.get("gitexp.idpattern")
    if not text:
        return []
    pattern = compile_pattern(text)
    record.promised.bring_history([commit], [f"{commit}^^@"], blobs=False)
    try:
        files = [(path, blob) for path, blob in record.database.committed_files(commit) if path.endswith(CODE)]
    except RepositoryError:
        return []  # a partial clone lacks the commit before, and there is no connection
    record.promised.bring([blob for _, blob in files])
    return find_in_files(pattern, ((path, record.database.read_blob(blob)) for path, blob in files))


def _id_from_code(record: Record, known: Collection[str]) -> str:
    """The id in the code of the working tree; of several that one which is not recorded yet. "" without pattern or match."""
    text = record.repository.settings.get("gitexp.idpattern")
    if not text or record.repository.worktree is None:
        return ""
    names = record.repository.git("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.py", "*.ipynb")
    top = record.repository.worktree
    files = [(name, top / name) for name in dict.fromkeys(names.decode("utf-8", "surrogateescape").split("\0")) if name]
    found = find_in_files(compile_pattern(text), ((name, path.read_bytes()) for name, path in files if path.is_file()))
    fresh = [name for name in found if name not in known]
    if len(fresh) > 1:
        raise UsageError(f"the code holds several new ids: {', '.join(fresh[:5])}", f"say which: git exp new {fresh[0]}")
    if found and not fresh:
        raise UsageError(f"the id in the code, '{found[0]}', is recorded already", "change it there, or name the trial: git exp new ID")
    return check_experiment_id(fresh[0]) if fresh else ""


def _next_number(known: Collection[str]) -> str:
    numbers = [int(name[1:]) for name in known if name[:1] == "e" and name[1:].isascii() and name[1:].isdigit()]
    return f"e{max(numbers, default=0) + 1:04d}"


def _snapshot(record: Record, name: str, at: datetime | None) -> tuple[Event, tuple[str, ...]]:
    from gitexp.store.snapshots import take

    taken = take(record.repository, record.database, f"gitexp: snapshot of {name}\n")
    record.keep(taken.commit)
    event = record.draft("snapshot", (name,), at=at, commit=taken.commit, base=taken.base, left_out=len(taken.left_out))
    return event, taken.left_out
