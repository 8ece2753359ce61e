"""Choose and check under the lock of the record what is then written."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.record.record import Record

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def hold_lock_of_record(
    write: Callable[Concatenate[Record, Parameters], Result],
) -> Callable[Concatenate[Record, Parameters], Result]:
    """Return the function so that it runs as a whole under the lock of the record it writes to.

    Two commands at once that choose the same id would otherwise both find it free.
    """

    @wraps(write)
    def write_alone(
        record: Record, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        with record.hold():
            return write(record, *args, **kwargs)

    return write_alone


def store_together(
    write: Callable[Concatenate[Record, Parameters], Result],
) -> Callable[Concatenate[Record, Parameters], Result]:
    """Return the function so that all that it keeps and records is stored as one pack, under the lock."""

    @wraps(write)
    def write_together(
        record: Record, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        with record.store_together():
            return write(record, *args, **kwargs)

    return write_together
