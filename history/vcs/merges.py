"""Find the pull requests of a range in the messages of merge commits; queries no forge."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from history.vcs import commits, git

MOST_COMMITS: Final = 200
"""Most commits of a range."""
_SUBJECTS: Final = (
    re.compile(r"\AMerge pull request #(\d{1,9})\b"),  # GitHub, a merge commit
    re.compile(r"\(#(\d{1,9})\)\Z"),  # GitHub, squashed or rebased
    re.compile(r"\AMerge pull request '.*' \(#(\d{1,9})\) from "),  # Gitea
)
_GITLAB: Final = re.compile(r"^See merge request \S*!(\d{1,9})\s*$", re.MULTILINE)


def pull_requests(path: Path, previous: str, last: str) -> tuple[int, ...]:
    """Numbers of the pull requests that were merged after ``previous`` up to ``last``, sorted.

    Empty when git does not know the commits, or when they are no range of at most 200.
    """
    if commits.hashes_in(path, previous, last, MOST_COMMITS) is None:
        return ()
    text = git.run_or_empty(
        path, "log", "--first-parent", "--no-show-signature", "--format=%s%x00%b%x01",
        f"{previous}..{last}", "--",
    )  # fmt: skip
    return tuple(sorted({number for one in text.split("\x01") for number in _numbers(one.strip())}))


def named_in(subject: str) -> tuple[int, ...]:
    """Numbers of the merged pull requests in the message of a commit, sorted."""
    return tuple(sorted(_numbers(subject)))


def _numbers(message: str) -> set[int]:
    subject, _, body = message.partition("\x00")
    found = {int(match[1]) for one in _SUBJECTS if (match := one.search(subject.strip()))}
    return found | {int(number) for number in _GITLAB.findall(body)}
