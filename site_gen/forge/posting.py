"""Post a review to its pull request: a check and one comment, independently.

A failure is reported and does not stop the rest: without permission for a check there is still a
comment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from history.report.review import annotations as notes
from history.report.review import inert, markdown
from history.report.review.result import Action
from history.report.wording import posting as wording
from history.report.wording import reviews
from history.words.errors import SoundmarkError
from site_gen.forge import check as checks
from site_gen.forge import comment as comments
from site_gen.forge import target
from site_gen.forge.comment import Done, Wanted
from site_gen.forge.errors import NothingToPostError
from site_gen.forge.interface import Check
from site_gen.forge.mark import OPEN, QUIET, RESOLVED, Mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from history.project.tables import ReportTable
    from history.report.review.links import Links
    from history.report.review.result import Review
    from site_gen.forge.interface import Forge
    from site_gen.forge.place import Place

MOST_LETTERS_OF_A_TITLE: Final = 250
RESERVED: Final = 1024
"""Bytes of a comment for its mark and the line above the review."""
_BEGINS: Final = frozenset({Action.LOOK, Action.MEASURE_AGAIN})
"""Outcomes that create a comment if there is none."""


@dataclass
class Posted:
    """Lines about what was done, and problems."""

    said: list[str] = field(default_factory=list)
    problems: list[SoundmarkError] = field(default_factory=list)


def post(
    forge: Forge,
    place: Place,
    table: ReportTable,
    review: Review,
    *,
    links: Links,
    number: int | None = None,
    is_foreign: bool = False,
) -> Posted:
    """Post it to the open pull request whose head it is of; what went wrong is in the answer.

    ``is_foreign`` says that anybody may have written the review: then the forge says the head, or
    a person the number.
    """
    posted = Posted()
    try:
        head = head_of(place, review, is_found=number is not None or not is_foreign)
        pull = target.pull_request(forge, place, number or place.number, head)
    except SoundmarkError as problem:
        posted.problems.append(problem)
        return posted
    if table.check != "off":
        _try(posted, lambda: _check(forge, place, table, review, links))
    if table.comment != "never":
        _try(posted, lambda: _comment(forge, place, table, review, links, pull.number))
    return posted


def post_trouble(
    forge: Forge, place: Place, table: ReportTable, problem: SoundmarkError, *, is_ours: bool
) -> Posted:
    """Say by a check that there is no result; an earlier comment names its head and is left."""
    posted = Posted(problems=[problem])
    if table.check == "off" or not place.head:
        return posted
    check = Check(
        name=table.name,
        head_sha=place.head,
        conclusion=checks.of_trouble(table.check, is_ours=is_ours),
        title="No result",
        text=wording.not_measured(str(problem)),
        order=place.order,
    )
    _try(posted, lambda: _set(forge, check))
    return posted


def head_of(place: Place, review: Review, *, is_found: bool) -> str:
    """The commit that this is about; raises NothingToPostError where job and review differ."""
    if not place.head and not is_found:
        raise NothingToPostError(
            "an artifact does not say which pull request it is of, and no event does: nothing was "
            "posted.",
            hint="Post it in a job that `workflow_run` starts, or name the pull request with --pr.",
        )
    if place.head and place.head != review.head.sha:
        raise NothingToPostError(
            f"the report is of {inert.one_line(review.head.sha)[:12]}, and the job is about "
            f"{place.head[:12]}: nothing was posted.",
            hint="Measure the head itself: `ref: ${{ github.event.pull_request.head.sha }}` for "
            "actions/checkout.",
        )
    return review.head.sha


def _check(forge: Forge, place: Place, table: ReportTable, review: Review, links: Links) -> str:
    title = reviews.headline(review, reviews.Voice(safe=inert.one_line))
    return _set(
        forge,
        Check(
            name=table.name,
            head_sha=review.head.sha,
            conclusion=checks.conclusion(review.outcome, table.check),
            title=wording.shortened(title[:1].upper() + title[1:], MOST_LETTERS_OF_A_TITLE),
            text=markdown.comment(review, links),
            order=place.order,
            url=links.of(review.head.page),
            annotations=notes.of_review(review),
        ),
    )


def _set(forge: Forge, check: Check) -> str:
    if not forge.set_check(check):
        return f'check "{check.name}": left as it is, a later job has set it'
    return f'check "{check.name}": {check.conclusion}'


def _comment(
    forge: Forge, place: Place, table: ReportTable, review: Review, links: Links, number: int
) -> str:
    text = markdown.comment(review, links, most_bytes=forge.most_letters - RESERVED)
    wanted = Wanted(
        mark=Mark(table.name, review.head.sha, place.order, QUIET if _is_calm(review) else OPEN),
        text=text,
        again=lambda before: _again(review, before, text),
        begins=table.comment == "always" or review.action in _BEGINS,
    )
    done = comments.keep(forge, number, wanted)
    if done is Done.NOT_NEEDED:
        return f"comment on #{number}: none, since nothing is to be done"
    return f"comment on #{number}: {done}"


def _again(review: Review, before: Mark, text: str) -> tuple[str, str]:
    """State and text for an existing comment; it becomes resolved only if it had a finding."""
    if not _is_calm(review):
        return OPEN, text
    if before.state == QUIET:
        return QUIET, text
    earlier = before.head if before.state == OPEN else ""
    return RESOLVED, f"{wording.resolved(review.head.sha, earlier)}\n\n{text}"


def _is_calm(review: Review) -> bool:
    return review.action is Action.NOTHING


def _try(posted: Posted, step: Callable[[], str]) -> None:
    try:
        posted.said.append(step())
    except SoundmarkError as problem:
        posted.problems.append(problem)
