"""Events: immutable facts, the only thing that is ever stored.

``codec`` is an event and the form of its file, ``facts`` what each kind of event says, ``values``
what a single value must be.
"""

from gitexp.model.event.codec import (
    Event,
    build_event,
    check_length,
    clean_text,
    decode_event,
    draft_event,
    encode_event,
    sort_by_effect,
    split_front_matter,
)

__all__ = [
    "Event",
    "build_event",
    "check_length",
    "clean_text",
    "decode_event",
    "draft_event",
    "encode_event",
    "sort_by_effect",
    "split_front_matter",
]
