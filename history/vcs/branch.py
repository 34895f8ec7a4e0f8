"""Find the branch of a detached head from the variables of CI services."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADS: Final = "refs/heads/"
_SAME_NAME: Final = (
    # A request from a fork may have a branch named like its target: its number is used then.
    ("GITHUB_HEAD_REF", "GITHUB_BASE_REF", "GITHUB_REF_NAME"),
    (
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
        "CI_MERGE_REQUEST_REF_PATH",
    ),
    ("SYSTEM_PULLREQUEST_SOURCEBRANCH", "SYSTEM_PULLREQUEST_TARGETBRANCH", "BUILD_SOURCEBRANCH"),
    ("CHANGE_BRANCH", "CHANGE_TARGET", "BRANCH_NAME"),
)
"""Source of a request, its target, and what else names it, as each service spells them."""
_NAMES: Final = (
    "GITHUB_HEAD_REF",
    "GITHUB_REF_NAME",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
    "CI_COMMIT_REF_NAME",
    "SYSTEM_PULLREQUEST_SOURCEBRANCH",
    "BUILD_SOURCEBRANCH",
    "CHANGE_BRANCH",
    "BRANCH_NAME",
    "BUILDKITE_BRANCH",
    "CIRCLE_BRANCH",
)
"""Variables that name a branch; of one service, the source of a request comes first."""
_TAG_NAMES: Final = ("CI_COMMIT_TAG", "BUILDKITE_TAG", "TAG_NAME", "CIRCLE_TAG")
"""Variables that name a tag; the service then has the tag in place of the branch."""

VARIABLES: Final = (*_NAMES, *_TAG_NAMES, *(name for three in _SAME_NAME for name in three))
"""All variables that are read, except the kind of a reference on GitHub."""


def of_detached_head(variables: Mapping[str, str] | None = None) -> str:
    """The branch that GitHub, GitLab, Azure, Jenkins, Buildkite or CircleCI builds.

    Empty when none of them names one, or when a tag is built. ``variables`` are those of the
    environment unless given.
    """
    known = os.environ if variables is None else variables
    tags = {known[name] for name in _TAG_NAMES if known.get(name)}
    if known.get("GITHUB_REF_TYPE") == "tag":
        tags.add(known.get("GITHUB_REF_NAME", ""))
    for source, target, number in _SAME_NAME:
        if known.get(source) and known.get(source) == known.get(target):
            return known.get(number, "")
    for name in _NAMES:
        text = known.get(name, "").strip()
        if text and text not in tags and not text.startswith("refs/tags/"):
            return text.removeprefix(_HEADS)
    return ""
