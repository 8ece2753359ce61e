"""Pin a setting of the code, or give it a label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gitexp.record.record import Record


def save_setting_view(
    record: Record, name: str, *, pinned: bool | None = None, label: str | None = None
) -> None:
    """Record how a setting is to be shown. An empty ``label`` takes the label away."""
    fields: dict[str, Any] = {"name": name}
    if pinned is not None:
        fields["pinned"] = pinned
    if label is not None:
        fields["label"] = label
    record.append_events([record.draft_event("setting", **fields)])
