"""Start a measurement that a comment asks for: ``/bench`` or ``/bench GLOB``.

The comment is read here, by the code of the default branch, and never by a shell. The measurement
is another run, with a read-only token, at the present head.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from history.report.wording import posting as wording
from history.words.errors import SoundmarkError, UsageError
from site_gen.forge import comment as comments
from site_gen.forge.comment import Wanted
from site_gen.forge.errors import GoneError, NothingToPostError
from site_gen.forge.github import GitHub
from site_gen.forge.github_shapes import CommentEvent
from site_gen.forge.mark import OPEN, QUIET, Mark
from site_gen.forge.request import PATTERN, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from site_gen.forge.interface import Forge, PullRequest
    from site_gen.forge.place import Place

WORD: Final = "/bench"
WORKFLOW: Final = "soundmark-pull-request.yml"
"""File of the measuring workflow, as written by ``init --github``."""
MAY: Final = frozenset({"admin", "write"})
"""Permissions that may start one; GitHub reports ``write`` for maintainers too."""


class Asking(NamedTuple):
    """A comment that asks for a measurement."""

    comment: int
    number: int
    login: str
    words: tuple[str, ...]
    """The words after ``/bench`` in its first line."""
    branch: str
    """The default branch, whose workflow measures."""


def read(path: str) -> Asking:
    """The request in the event of a comment; ``path`` is the file that the runner wrote.

    Raises NothingToPostError for a comment without a request, or by a program.
    """
    if not path:
        raise UsageError(
            "no event says which comment asks: GITHUB_EVENT_PATH is not set.",
            hint="`soundmark bench` is for a job that `issue_comment` starts.",
        )
    try:
        event = msgspec.json.decode(Path(path).read_bytes(), type=CommentEvent)
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(
            f"the event is not that of a comment: {error}.",
            hint="`soundmark bench` is for a job that `issue_comment` starts.",
        ) from None
    first, *words = (event.comment.body or "").strip().split("\n", 1)[0].split() or [""]
    user = event.comment.user
    if first != WORD or event.action != "created":
        raise NothingToPostError(f"the comment does not begin with {WORD}: nothing was started.")
    if event.issue.pull_request is None:
        raise NothingToPostError(
            f"#{event.issue.number} is no pull request: nothing was started.",
            hint=f"Write {WORD} below a pull request.",
        )
    if user is None or user.type == "Bot" or not user.login:
        raise NothingToPostError("a program or nobody wrote the comment: nothing was started.")
    return Asking(
        event.comment.id, event.issue.number, user.login, tuple(words),
        event.repository.default_branch,
    )  # fmt: skip


def start(
    forge: Forge, here: Place, name: str, asking: Asking, workflow: str = WORKFLOW
) -> Iterator[str]:
    """Start the measurement that a comment asks for, if its author may.

    Returns lines about what was done. A reply announces the measurement and later gets the result.
    Raises NothingToPostError, without a reply, when the author may not; ForgeError, noted in the
    reply, when the forge refuses.
    """
    if not isinstance(forge, GitHub) or here.forge != "github":
        raise NothingToPostError(f"{WORD} is answered on GitHub alone: nothing was started.")
    permission = forge.permission(asking.login)
    if permission not in MAY:
        raise NothingToPostError(
            f"{asking.login} may not write to {here.repository} (GitHub says "
            f'"{permission}"): nothing was started.',
            hint="Somebody who may can ask.",
        )
    pull = forge.pull_request(asking.number)
    try:
        request = Request(asking.comment, pull.number, pull.head_sha, _pattern(asking.words))
        _refuse_closed(pull)
        inputs = {
            "request": str(request.comment), "number": str(request.number),
            "head": request.head, "base": pull.base_branch, "only": request.pattern,
        }  # fmt: skip
        said = wording.measuring(request.head, pull.base_branch, request.pattern, asking.login)
        _say(forge, here, request.key(name), pull, said, OPEN)
        yield f"comment on #{pull.number}: says that {request.head[:12]} is measured"
        forge.start(workflow, asking.branch, inputs)
        yield f"{workflow}: started for {request.head[:12]}"
    except NothingToPostError:
        raise
    except SoundmarkError as error:
        why = _explained(error, workflow)
        key = Request(asking.comment, pull.number, pull.head_sha).key(name)
        _say(forge, here, key, pull, wording.not_started(why.message), QUIET)
        raise why from None


def _pattern(words: tuple[str, ...]) -> str:
    """The one pattern, without the accents of Markdown; raises UsageError for anything else."""
    if not words:
        return ""
    given = words[0].strip("`")
    if len(words) > 1 or not PATTERN.fullmatch(given):
        raise UsageError(
            f"expected {WORD} and at most one pattern, of at most 200 letters, digits and "
            f"_ . * ? [ ] = , / : + @ -, found {' '.join(words)[:200]!r}.",
            hint=f"For example: {WORD} `cli.*`",
        )
    return given


def _refuse_closed(pull: PullRequest) -> None:
    if not pull.is_open:
        raise UsageError(f"#{pull.number} is {'merged' if pull.is_merged else 'closed'}.")


def _explained(error: SoundmarkError, workflow: str) -> SoundmarkError:
    if isinstance(error, GoneError):
        return GoneError(
            f"no workflow {workflow} with `workflow_dispatch` is on the default branch.",
            hint="`soundmark init --github` writes it.",
            status=error.status,
        )
    return error


def _say(forge: Forge, here: Place, key: str, pull: PullRequest, text: str, state: str) -> None:
    mark = Mark(key, pull.head_sha, here.order, state)
    comments.keep(forge, pull.number, Wanted(mark=mark, text=text, again=lambda _: (state, text)))
