"""Events: immutable facts, the only thing that is ever stored.

``codec`` is an event and the form of its file, ``facts`` what each kind of event says, ``values``
what a single value must be.
"""

from gitexp.model.event.codec import (
    Event,
    clean_text,
    decode,
    draft_event,
    encode,
    from_values,
    front_matter,
    in_order,
)

__all__ = [
    "Event",
    "clean_text",
    "decode",
    "draft_event",
    "encode",
    "from_values",
    "front_matter",
    "in_order",
]
