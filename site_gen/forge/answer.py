"""Answer a comment that asked for a measurement, by editing the reply that announced it.

The check and the main comment of the pull request are not changed: they belong to the measurement
of a push.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.report.review import markdown
from history.report.wording import posting as wording
from history.words.errors import SoundmarkError
from site_gen.forge import comment as comments
from site_gen.forge.comment import Done, Wanted
from site_gen.forge.errors import NothingToPostError
from site_gen.forge.mark import QUIET, Mark
from site_gen.forge.posting import RESERVED, Posted, head_of

if TYPE_CHECKING:
    from history.report.review.links import Links
    from history.report.review.result import Review
    from site_gen.forge.interface import Forge
    from site_gen.forge.place import Place
    from site_gen.forge.request import Request


def post(
    forge: Forge, place: Place, name: str, request: Request, review: Review, *, links: Links
) -> Posted:
    """Post the result; problems are returned."""
    posted = Posted()
    try:
        head_of(place, review, is_found=False)
        found = markdown.comment(review, links, most_bytes=forge.most_letters - RESERVED)
        text = f"{wording.measured(request.head, request.pattern)}\n\n{found}"
        posted.said.append(_say(forge, place, name, request, text))
    except SoundmarkError as problem:
        posted.problems.append(problem)
    return posted


def post_trouble(
    forge: Forge, place: Place, name: str, request: Request, problem: SoundmarkError
) -> Posted:
    """Post that there is no result, with the reason."""
    posted = Posted(problems=[problem])
    text = wording.not_measured_as_asked(request.head, request.pattern, problem.message)
    try:
        posted.said.append(_say(forge, place, name, request, text))
    except SoundmarkError as other:
        posted.problems.append(other)
    return posted


def _say(forge: Forge, place: Place, name: str, request: Request, text: str) -> str:
    def again(before: Mark) -> tuple[str, str]:
        if before.head != request.head:
            raise NothingToPostError(
                f"the comment on #{request.number} asked for {before.head[:12]}, and "
                f"{request.head[:12]} was measured: nothing was posted."
            )
        return QUIET, text

    mark = Mark(request.key(name), request.head, place.order, QUIET)
    wanted = Wanted(mark=mark, text=text, again=again, begins=False)
    done = comments.keep(forge, request.number, wanted)
    if done is Done.NOT_NEEDED:
        raise NothingToPostError(
            f"no comment of ours on #{request.number} says that {request.head[:12]} is measured: "
            "nothing was posted.",
            hint="It was deleted, or the run was started by hand.",
        )
    return f"comment on #{request.number}: answered"
