"""The limits of a result file while it is read: the project's ``[history.limits]``.

Formats, also those of other packages, read through ``opened`` and ``fields`` and need not know.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

import msgspec

from history.store.admission.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

_USUAL: Final = Limits()
_IN_FORCE: Final[ContextVar[Limits]] = ContextVar("limits")


def now() -> Limits:
    """The limits that hold here; the usual ones unless somebody said otherwise."""
    return _IN_FORCE.get(_USUAL)


@contextmanager
def holding(limits: Limits) -> Iterator[None]:
    """Within the block these limits hold, in this thread."""
    before = _IN_FORCE.set(limits)
    try:
        yield
    finally:
        _IN_FORCE.reset(before)


@contextmanager
def files_of_at_most(file_bytes: int) -> Iterator[None]:
    """Within the block a file may hold so much, and everything else is as it was."""
    with holding(msgspec.structs.replace(now(), file_bytes=file_bytes)):
        yield
