"""Find the pull request of a result by the head that the forge reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from site_gen.forge.errors import NothingToPostError

if TYPE_CHECKING:
    from site_gen.forge.interface import Forge, PullRequest
    from site_gen.forge.place import Place


def pull_request(forge: Forge, place: Place, number: int | None, head: str) -> PullRequest:
    """The open one whose head this is now.

    ``number`` is what a person or the event says. Raises NothingToPostError, which says why there
    is none: closed, merged, pushed over, or several.
    """
    if number is not None:
        return _named(forge.pull_request(number), head)
    every = list(forge.open_pull_requests())
    fitting = [one for one in every if one.head_sha == head]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        named = ", ".join(f"#{one.number}" for one in fitting)
        raise NothingToPostError(
            f"{len(fitting)} open pull requests have the head {head[:12]} ({named}): nothing was "
            "posted, since it would be a guess which one is meant.",
            hint="Close all but one, or name it with --pr.",
        )
    moved = [
        one
        for one in every
        if place.head_branch
        and (one.head_repository, one.head_branch) == (place.head_repository, place.head_branch)
    ]
    if moved:
        raise _moved(moved[0], head)
    raise NothingToPostError(
        f"no open pull request has the head {head[:12]}: it was closed or merged, or its branch "
        "was deleted. Nothing was posted.",
        hint="Nothing is to be done.",
    )


def _named(found: PullRequest, head: str) -> PullRequest:
    if not found.is_open:
        state = "merged" if found.is_merged else "closed"
        raise NothingToPostError(
            f"the pull request #{found.number} is {state}: nothing was posted.",
            hint="Nothing is to be done.",
        )
    if found.head_sha != head:
        raise _moved(found, head)
    return found


def _moved(found: PullRequest, head: str) -> NothingToPostError:
    return NothingToPostError(
        f"the pull request #{found.number} was pushed to since {head[:12]} was measured; its head "
        f"is {found.head_sha[:12]} now. Nothing was posted.",
        hint="The job of the new head posts its own.",
    )
