"""Run independent work in several processes: the only module of the site that starts any."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Item = TypeVar("Item")
Answer = TypeVar("Answer")

FEWEST: Final = 64
"""Fewest pieces of work for a second process."""
_CHUNK: Final = 8
# What a child does, set before it is made: it is a copy of this process and needs no other telling.
_work: Callable[[Any], Any] = repr
_items: Sequence[Any] = ()


def cores() -> int:
    """Number of processes that may run at once here."""
    if sys.platform != "linux":  # elsewhere a copy of a running process is not safe to go on with
        return 1
    return len(os.sched_getaffinity(0))


def in_order(
    work: Callable[[Item], Answer], items: Sequence[Item], processes: int
) -> Iterator[Answer]:
    """The result for every item, in order.

    Children see everything as it was when they were made; of what they do, this process sees the
    answers and the files.
    """
    if processes < 2 or len(items) < FEWEST:
        yield from map(work, items)
        return
    global _work, _items
    _work, _items = work, items
    gc.freeze()  # children look through none of this, and so copy none of it
    try:
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            yield from pool.imap(_one, range(len(items)), _CHUNK)
    finally:
        gc.unfreeze()
        _work, _items = repr, ()


def _one(place: int) -> Any:  # noqa: ANN401 - whatever the work answers
    return _work(_items[place])
