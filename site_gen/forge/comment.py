"""Keep one comment below a pull request: made, edited in place, resolved, and never two.

A forge has no way to say "only if nobody else has written". So whoever has written reads again: of
two comments that two jobs made at once the oldest stays and carries what the later job said, and
both jobs come to that, in whatever order they read. What is left is an earlier job that stops
between reading and editing for as long as a later one takes altogether; the concurrency group of
the workflow is against that.
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
"""To write, where what was found is deleted meanwhile or nobody knows whether it is there."""


class Done(StrEnum):
    """What became of the comment."""

    MADE = "made"
    EDITED = "edited"
    RESOLVED = "resolved"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the comment should say."""

    mark: Mark
    """Its state is that of a first comment."""
    text: str
    """Of the first comment."""
    again: Callable[[Mark], tuple[str, str]]
    """State and text of a comment that answers the one of that mark."""
    begins: bool = True
    """Whether it is worth a comment where there is none."""


def keep(forge: Forge, number: int, wanted: Wanted) -> Done:
    """Bring the comment to that. Raises NothingToPostError when a later job has spoken."""
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
    """Our comments of that key, the oldest first: by us, not by whoever copied the mark."""
    me = forge.me()
    ours = []
    for one in forge.comments(number):
        mark = marks.read(one.body) if one.author == me else None
        if mark is not None and mark.key == key:
            ours.append((mark, one))
    return sorted(ours, key=lambda pair: pair[1].id)


def fold(forge: Forge, number: int, own: Mark) -> int:
    """Leave one of several comments; the order of the latest job among them, 0 where none is.

    The oldest stays and says what the latest job said. That job sees to it; an earlier one only
    takes its own away, so that two that fold at once do not undo each other.
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
