"""Keep one comment below a pull request: created, edited in place, resolved, never duplicated.

A forge has no conditional write. So every job reads again after writing: of two comments made at
once the oldest stays with the text of the later job, and both jobs reach this state in any order.
The remaining race is an earlier job that pauses between reading and editing for the whole duration
of a later one; the concurrency group of the workflow prevents it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from site_gen.forge import mark as marks
from site_gen.forge.errors import ForgeError, GoneError, NothingToPostError, UnsureError
from site_gen.forge.mark import Mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from site_gen.forge.interface import Comment, Forge

TRIES: Final = 3
"""Attempts to write, when the comment is deleted meanwhile or its creation is uncertain."""


class Done(StrEnum):
    """What was done with the comment."""

    MADE = "made"
    EDITED = "edited"
    RESOLVED = "resolved"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The wanted content of the comment."""

    mark: Mark
    """The mark, with the state of a first comment."""
    text: str
    """Text of a first comment."""
    again: Callable[[Mark], tuple[str, str]]
    """State and text of a comment that replaces the one with that mark."""
    begins: bool = True
    """Whether a comment is created if there is none."""


def keep(forge: Forge, number: int, wanted: Wanted) -> Done:
    """Create or edit the comment. Raises NothingToPostError when a later job has written."""
    for attempt in range(1, TRIES + 1):
        ours = found(forge, number, wanted.mark.key)
        _refuse_older(ours, wanted.mark)
        if not ours and not wanted.begins:
            return Done.NOT_NEEDED
        try:
            done = _write(forge, number, wanted, ours)
        except (GoneError, UnsureError):
            # Deleted by a person since it was read, or made although the answer was lost.
            if attempt == TRIES:
                raise
            continue
        if fold(forge, number, wanted.mark) >= wanted.mark.order:
            return done  # else an earlier job has written over it in between
    raise ForgeError(
        f"the comment on #{number} was written over {TRIES} times by earlier jobs.",
        hint="Give the job that posts a concurrency group for each pull request.",
    )


def found(forge: Forge, number: int, key: str) -> list[tuple[Mark, Comment]]:
    """Our comments of that key, the oldest first: by our author, not copies of the mark."""
    me = forge.me()
    ours = []
    for one in forge.comments(number):
        mark = marks.read(one.body) if one.author == me else None
        if mark is not None and mark.key == key:
            ours.append((mark, one))
    return sorted(ours, key=lambda pair: pair[1].id)


def fold(forge: Forge, number: int, own: Mark) -> int:
    """Merge duplicate comments; returns the order of the latest job, 0 without any.

    The oldest comment stays with the text of the latest job. That job edits it; an earlier job only
    deletes its own comment, so that two jobs do not undo each other.
    """
    ours = found(forge, number, own.key)
    if not ours:
        return 0
    _, kept = ours[0]
    latest_mark, latest = max(ours, key=lambda pair: (pair[0].order, pair[1].id))
    is_ours_to_do = latest_mark.order <= own.order
    if is_ours_to_do and latest.body != kept.body:
        try:
            forge.edit_comment(number, kept.id, latest.body)
        except GoneError:
            return 0  # a person deleted it meanwhile
    for mark, one in ours[1:]:
        if is_ours_to_do or mark.order <= own.order:
            forge.delete_comment(number, one.id)
    return latest_mark.order


def _refuse_older(ours: list[tuple[Mark, Comment]], own: Mark) -> None:
    later = [mark for mark, _ in ours if mark.order > own.order > 0]
    if later:
        raise NothingToPostError(
            f"a later job has commented on {later[0].head[:12]}; this one is about "
            f"{own.head[:12]} and left that as it is.",
            hint="Nothing is to be done.",
        )


def _write(forge: Forge, number: int, wanted: Wanted, ours: list[tuple[Mark, Comment]]) -> Done:
    if not ours:
        forge.add_comment(number, wanted.mark.on(wanted.text))
        return Done.MADE
    before, comment = ours[0]
    state, text = wanted.again(before)
    forge.edit_comment(number, comment.id, replace(wanted.mark, state=state).on(text))
    return Done.RESOLVED if state == marks.RESOLVED else Done.EDITED
