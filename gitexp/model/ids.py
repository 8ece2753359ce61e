"""Names: event ids, experiment ids, and finding one by a prefix."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import AmbiguousError, NotFoundError, UsageError
from gitexp.model.metric_names import METRIC_NAMES, PREFIXES
from gitexp.model.normalise import fold_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

EVENT_ID_LENGTH = 12
_REPLICA_ID_LENGTH = 8
_LETTERS = "klmnopqrstuvwxyz"
_EVENT_LETTERS = frozenset(_LETTERS)
_TO_LETTERS = str.maketrans("0123456789abcdef", _LETTERS)
_MAX_ID_BYTES = 200
# Letters at the end of an automatic id. They are no hexadecimal digits, so the id is never taken for
# a commit; no vowels, so they form no word; and none looks like a digit, as l, o, s and z do.
_SUFFIX_LETTERS = "hjkmnpqrtvwx"
_SUFFIX_LENGTH = 4
_LONGEST_NUMBER = 9  # digits of an automatic id; int() of thousands of them is slow
_CANDIDATES_NAMED = 8
_NAMES_SUGGESTED = 3
_LEAST_LIKENESS = 0.5  # of difflib, 0 to 1: below it nobody sees what the names have in common

# One experiment id inside text. Word letters of any script, joined by . + - @. No colon, comma or
# bracket, since a diary writes "ID: acc=0.7" and "ID(why) acc 0.8".
ID_PATTERN = r"\w(?:[\w+@-]|\.(?=[\w+@-]))*"
_ID = re.compile(ID_PATTERN)

_NAMES_OF_GIT = ("HEAD", "FETCH_HEAD", "ORIG_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "STASH")
_COMMON_BRANCHES = ("main", "master")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


def make_event_id(data: bytes) -> str:
    """Return the id of an event: 12 letters of k..z from the SHA-256 of its file's bytes.

    It is never mistaken for a commit id.
    """
    from hashlib import sha256

    return sha256(data).hexdigest()[:EVENT_ID_LENGTH].translate(_TO_LETTERS)


def fits_event_id(text: str) -> bool:
    """Return True for a text that can be the id of an event."""
    return len(text) == EVENT_ID_LENGTH and _EVENT_LETTERS.issuperset(text)


class AutomaticId(NamedTuple):
    """The parts of an id that was chosen for the user: ``e43-hkmn``, earlier ``e0043``."""

    number: int
    suffix: str


def read_automatic_id(name: str) -> AutomaticId | None:
    """Return the parts of an automatic id, or of the beginning of one; None for any other name.

    The zeros before the number and the hyphen may be left out: ``e43h``.
    """
    if name[:1] != "e":
        return None
    rest = name[1:]
    digits = rest.rstrip(_SUFFIX_LETTERS + "-")
    suffix = rest[len(digits) :].removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or "-" in suffix:
        return None
    if len(suffix) > _SUFFIX_LENGTH or len(digits) > _LONGEST_NUMBER:
        return None
    return AutomaticId(int(digits), suffix)


def make_automatic_id(names: Collection[str], entropy: bytes) -> str:
    """Return ``e43-hkmn`` where 42 is the highest number in use.

    The number says what came after what, and is all that a person types. The letters come from
    ``entropy`` (4 bytes): two clones that number at the same time do not choose the same id.
    """
    highest = 0
    for name in names:
        if parts := read_automatic_id(name):
            highest = max(highest, parts.number)
    count = len(_SUFFIX_LETTERS)
    letters = [_SUFFIX_LETTERS[byte % count] for byte in entropy[:_SUFFIX_LENGTH]]
    return f"e{highest + 1}-{''.join(letters)}"


def make_replica_id(entropy: bytes) -> str:
    """Return the id of a clone: 8 letters of k..z."""
    from hashlib import sha256

    return sha256(entropy).hexdigest()[:_REPLICA_ID_LENGTH].translate(_TO_LETTERS)


def fits_experiment_id(name: str) -> bool:
    """Return True for a text that can be the id of an experiment as it is: in NFC, not too long.

    Such a text has no slash, no space, no two points in a row and no character that acts on others.
    """
    if _ID.fullmatch(name) is None:
        return False
    if name.isascii():
        return len(name) <= _MAX_ID_BYTES
    return len(name.encode()) <= _MAX_ID_BYTES and unicodedata.is_normalized("NFC", name)


def check_experiment_id(text: str) -> str:
    """Return the id in NFC. Raises UsageError when it cannot be one."""
    name = unicodedata.normalize("NFC", text.strip())
    if fits_experiment_id(name):
        return name
    if "/" in name or "\\" in name:
        plain = "_".join(part for part in re.split(r"[/\\\\]+", name) if part)
        raise UsageError(f"'{name}' cannot be an id: it has a slash", f"try '{plain}'")
    if len(name.encode("utf-8", "replace")) > _MAX_ID_BYTES:
        raise UsageError(
            f"id '{name[:40]}...' is longer than {_MAX_ID_BYTES} bytes",
            "use a shorter one, put the rest into a note",
        )
    if not name:
        raise UsageError(
            "an id cannot be empty", "name the trial as you would in a diary: tcn_filter10"
        )
    proposal = _propose_id(name)
    raise UsageError(
        f"'{name}' cannot be an id",
        f"try '{proposal}'"
        if proposal
        else "letters of any script, digits and _ . + - @ ; beginning with a letter or digit",
    )


def _propose_id(name: str) -> str:
    """Return an id that is like a name: ``lr0.01_bs32`` for ``lr=0.01,bs=32``; "" for none."""
    without_signs = re.sub(r"[=:](?=\S)", "", name)
    joined = re.sub(r"[^\w.+@-]+", "_", without_signs)
    proposal = re.sub(r"\.{2,}", ".", joined).strip("_.-+@")
    return proposal if fits_experiment_id(proposal) else ""


def check_new_id(text: str) -> str:
    """Return an id for a new experiment, in NFC.

    Raises UsageError for what cannot be an id and for what means something else: a name of git, a
    number, a metric.
    """
    name = check_experiment_id(text)
    if name.upper() in _NAMES_OF_GIT or name in _COMMON_BRANCHES:
        raise UsageError(f"'{name}' cannot be an id: git calls something so", f"try '{name}_1'")
    if _PLAIN_NUMBER.fullmatch(name):
        raise UsageError(f"'{name}' cannot be an id: it is a number", f"try 'run{name}'")
    if _names_metric(name.lower()):
        raise UsageError(f"'{name}' cannot be an id: it names a metric", f"try '{name}_1'")
    return name


def _names_metric(name: str) -> bool:
    """Return True for the name of a metric, with words such as ``val`` before it or without."""
    *words, last = name.split("_")
    return name in METRIC_NAMES or (
        last in METRIC_NAMES and all(word in PREFIXES for word in words)
    )


def find_twin(name: str, known: Iterable[str]) -> str:
    """Return a known id that is easily taken for a new one, "" where there is none.

    It differs in the case or the width of letters alone, or begins with the new id.
    """
    folded = fold_text(name)
    longer = ""
    for ident in known:
        if ident == name:
            continue
        if fold_text(ident) == folded:
            return ident
        if not longer and ident.startswith(name):
            longer = ident
    return longer


def resolve_chain(follows: Mapping[str, str], name: str) -> str:
    """Return where a chain of names ends (renames, merges, rewritten commits).

    Where the chain runs in a circle, it ends at the last new name.
    """
    seen = {name}
    while (following := follows.get(name)) is not None and following not in seen:
        name = following
        seen.add(name)
    return name


def normalise_name(text: str) -> str:
    """Return a typed name as names are kept: NFC, without white space around it."""
    return unicodedata.normalize("NFC", text.strip())


def find_id(text: str, known: Collection[str]) -> str:
    """Return the name in ``known`` that ``text`` means: exactly, or as a prefix of no other name.

    Raises AmbiguousError with the candidates, NotFoundError with near names.
    """
    name = normalise_name(text)
    if name in known:
        return name
    candidates = find_candidates(name, known)
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        raise AmbiguousError(
            f"'{name}' fits {len(candidates)} experiments",
            f"write more of it: {_join_candidates(candidates)}",
        )
    raise NotFoundError(f"there is no experiment '{name}'", _suggest_names(name, known))


def find_candidates(name: str, known: Iterable[str]) -> list[str]:
    """Return the names in ``known`` that a beginning may mean, sorted.

    ``e4`` means the automatic id of number 4 where there is one, not those of 40 to 49.
    """
    if not name:
        return []
    candidates = sorted(ident for ident in known if ident.startswith(name))
    if meant := read_automatic_id(name):
        numbered = [ident for ident in known if _has_beginning(ident, meant)]
        return sorted(numbered) or candidates
    return candidates


def _has_beginning(ident: str, meant: AutomaticId) -> bool:
    """Return True for the automatic id that has this number, and letters that begin so."""
    parts = read_automatic_id(ident)
    if parts is None or parts.number != meant.number:
        return False
    return parts.suffix.startswith(meant.suffix)


def _join_candidates(candidates: Sequence[str]) -> str:
    left_out = len(candidates) - _CANDIDATES_NAMED
    joined = ", ".join(candidates[:_CANDIDATES_NAMED])
    return f"{joined} and {left_out} more" if left_out > 0 else joined


def _suggest_names(name: str, known: Collection[str]) -> str:
    from difflib import get_close_matches

    near_names = get_close_matches(name, known, _NAMES_SUGGESTED, _LEAST_LIKENESS)
    if not near_names and name:
        near_names = [ident for ident in sorted(known) if name in ident][:_NAMES_SUGGESTED]
    if not near_names:
        return "'git exp' lists them, 'git exp new ID' makes one"
    return f"did you mean {', '.join(near_names)}?"
